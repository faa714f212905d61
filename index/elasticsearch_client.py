"""The one place where Elasticsearch's client is made and its errors are put into words."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elastic_transport import ConnectionError as ServerConnectionError
from elastic_transport import ConnectionTimeout, TlsError, Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch, TransportError

from index.errors import StoreUnavailableError
from nightpost.errors import ConfigurationError
from nightpost.settings import ElasticsearchSettings

# A connection that a restarted server has forgotten is made anew. No answer, or a busy server, is for those to repeat
# who can wait: the client does so at once.
_RETRIES = 2
_RETRIED_STATUS = (502, 504)
_BUSY = (429, 503)
_UNAUTHORIZED, _FORBIDDEN = 401, 403


def connect(url: str, settings: ElasticsearchSettings) -> Elasticsearch:
    """A client; nothing is asked of the server yet.

    Raises:
        ConfigurationError: the URL or the certificate file cannot be used.
    """
    # It tells each failure with a traceback, and then raises it: one line is enough.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    arguments: dict[str, Any] = {}
    if settings.api_key is not None:
        arguments["api_key"] = settings.api_key.get_secret_value()
    elif settings.username is not None and settings.password is not None:
        arguments["basic_auth"] = (settings.username, settings.password.get_secret_value())
    if settings.ca_certs is not None:
        arguments["ca_certs"] = str(_checked(settings.ca_certs))
    try:
        return Elasticsearch(
            url,
            request_timeout=settings.timeout_seconds,
            max_retries=_RETRIES,
            retry_on_timeout=False,
            retry_on_status=_RETRIED_STATUS,
            node_class=_Node,
            # Between machines of one site compressing takes longer than sending: a search 2 ms, a bulk a third.
            http_compress=False,
            **arguments,
        )
    except (ValueError, OSError) as error:
        raise ConfigurationError(f"the index {url} cannot be used: {error}; mend the settings") from error


def _checked(authority: Path) -> Path:
    try:
        ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise ConfigurationError(
            f"the file {authority} cannot be used ({error.strerror or error}); name one with certificates in PEM in "
            "elasticsearch.ca_certs"
        ) from error
    return authority


class _Node(Urllib3HttpNode):
    """Takes no answer for whole whose head was cut off: without a length, what came until the end looks like all."""

    def perform_request(self, method: str, *arguments: Any, **named: Any) -> Any:
        """See `elastic_transport.BaseNode`."""
        answer = super().perform_request(method, *arguments, **named)
        if method != "HEAD" and not {"content-length", "transfer-encoding"} & {*answer.meta.headers}:
            raise ServerConnectionError("the answer was cut off")
        return answer


@contextmanager
def translated(url: str) -> Iterator[None]:
    """The client's errors in words for a person."""
    try:
        yield
    except ApiError as error:
        raise refused(url, error.status_code, error.error, reason_of(error.body)) from error
    except TlsError as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} is not trusted ({error.message}); name the file of its certificate authority in "
            "elasticsearch.ca_certs"
        ) from error
    except ConnectionTimeout as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} cannot be reached in time ({error.message}); see its load and its log, then "
            "repeat, or raise elasticsearch.timeout_seconds"
        ) from error
    except ServerConnectionError as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} cannot be reached ({error.message}); start it or mend NIGHTPOST_INDEX, then repeat"
        ) from error
    except TransportError as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} cannot be used ({error.message}); see that it is an Elasticsearch 9, then repeat"
        ) from error


def is_disk_full(status: int, kind: str) -> bool:
    """Whether this is how it refuses writes at the flood stage: it opens by itself when there is space again."""
    return kind == "cluster_block_exception" and status == _BUSY[0]


def is_out_of_time(body: Any) -> bool:
    """Whether an answer says that a search took longer than it was given."""
    causes = body.get("error", {}).get("root_cause", []) if isinstance(body, dict) else []
    return any(cause.get("type") == "search_timeout_exception" for cause in causes)


def refused(url: str, status: int, kind: str, reason: str) -> StoreUnavailableError:
    """What a refusal means, and what to do.

    Args:
        url: the server.
        status: the HTTP status of the answer, or of one item in it.
        kind: the type of its error, such as ``es_rejected_execution_exception``.
        reason: the server's own words.
    """
    if is_disk_full(status, kind):
        return StoreUnavailableError(
            f"Elasticsearch at {url} takes no documents now: its disk is full ({reason}); free space there or add a "
            "node, it takes documents again by itself, then repeat"
        )
    if kind == "cluster_block_exception":
        return StoreUnavailableError(
            f"Elasticsearch at {url} takes no documents now ({status}: {reason}); remove the block, then repeat"
        )
    if status in _BUSY:
        return StoreUnavailableError(
            f"Elasticsearch at {url} is too busy now ({status}: {reason}); give it time, or memory, then repeat"
        )
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return StoreUnavailableError(
            f"Elasticsearch at {url} refuses us ({status}: {reason}); check elasticsearch.username and password, or "
            "api_key, and what they may do"
        )
    return StoreUnavailableError(f"Elasticsearch at {url} answered {status} ({reason}); see its log, then repeat")


def reason_of(body: Any) -> str:
    """The reason in an answer, or in one item of a bulk answer; the body itself when it names none."""
    error = body.get("error") if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return str(error)
    cause = (error.get("caused_by") or {}).get("reason")
    return f"{error.get('reason')}" + (f": {cause}" if cause else "")
