"""The one place where Elasticsearch's client is made and its errors are put into words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport import ConnectionError as ServerConnectionError
from elastic_transport import ConnectionTimeout
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, Elasticsearch, TransportError

from index.errors import StoreUnavailableError
from nightpost.errors import ConfigurationError
from nightpost.settings import ElasticsearchSettings

_SECONDS = 60
_RETRIES = 3
_RETRIED_STATUS = (429, 502, 503, 504)


def connect(url: str, settings: ElasticsearchSettings) -> Elasticsearch:
    """A client; nothing is asked of the server yet.

    Raises:
        ConfigurationError: the URL or the certificate file cannot be used.
    """
    arguments: dict[str, Any] = {}
    if settings.api_key is not None:
        arguments["api_key"] = settings.api_key.get_secret_value()
    elif settings.username is not None and settings.password is not None:
        arguments["basic_auth"] = (settings.username, settings.password.get_secret_value())
    if settings.ca_certs is not None:
        arguments["ca_certs"] = str(settings.ca_certs)
    try:
        return Elasticsearch(
            url,
            request_timeout=_SECONDS,
            max_retries=_RETRIES,
            retry_on_timeout=True,
            retry_on_status=_RETRIED_STATUS,
            # Between machines of one site compressing takes longer than sending: a search two milliseconds, a bulk a third.
            http_compress=False,
            **arguments,
        )
    except (ValueError, OSError) as error:
        raise ConfigurationError(f"the index {url} cannot be used: {error}; mend the settings") from error


@contextmanager
def translated(url: str) -> Iterator[None]:
    """The client's errors in words for a person."""
    try:
        yield
    except (AuthenticationException, AuthorizationException) as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} refuses us ({error.message}); check elasticsearch.username, password or api_key, "
            "and that its disk is not full"
        ) from error
    except ApiError as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} answered {error.status_code} ({error.message}); see its log, then repeat"
        ) from error
    except (ServerConnectionError, ConnectionTimeout) as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} cannot be reached ({error.message}); start it or mend NIGHTPOST_INDEX, then repeat"
        ) from error
    except TransportError as error:
        raise StoreUnavailableError(
            f"Elasticsearch at {url} cannot be used ({error.message}); see that it is an Elasticsearch 9, then repeat"
        ) from error
