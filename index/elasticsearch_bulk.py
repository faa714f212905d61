"""Writes documents to Elasticsearch in bulk: as much at a time as it takes, and the fate of each document known.

`elasticsearch.helpers.streaming_bulk` repeats what was refused at the size that was refused, and gives up where no
answer comes; the client's own repetitions after a status do not wait at all. So the pace is kept here.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch
from pydantic_core import to_json

from index.documents import Key
from index.elasticsearch_client import is_disk_full, reason_of, refused
from index.errors import CursorConflictError
from index.store import Rejection

_MOST_DOCUMENTS = 500
_MOST_BYTES = 5 * 1024**2
# A server that takes nothing is asked again after 1, 2, 4, 8 and 15 seconds; the longer patience is ingest's.
_REFUSALS = 6
# Each of these may have taken a whole timeout.
_UNANSWERED = 3
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 15.0
_DONE = range(200, 300)
_BAD_DOCUMENT, _CONFLICT, _TOO_LARGE = 400, 409, 413
_TOO_MANY = 429
_BUSY = frozenset({_TOO_MANY, 502, 503, 504})
# Statuses of our own, for a request without an answer.
_CUT_OFF, _TOO_SLOW = 0, 1
_NO_ANSWER = frozenset({_CUT_OFF, _TOO_SLOW})

Wait = Callable[[float], None]


class Action(NamedTuple):
    """One document to put, as JSON, or to remove (None)."""

    key: Key
    document_id: str
    source: bytes | None


class _Line(NamedTuple):
    """An action as it is sent."""

    action: Action
    parts: tuple[bytes, ...]
    size: int


class _Fate(NamedTuple):
    """What became of an action."""

    status: int
    type: str = ""
    reason: str = ""


class BulkWriter:
    """Sends actions to one index, and learns how much of them it takes at a time.

    Args:
        client: how often it repeats a request by itself makes no difference here.
        url: the server, for messages.
        index: the index, or alias, to write to.
        is_alias: it is an alias; when it is gone, no index shall be made in its place.
        seconds: how long the server may take to answer.
        wait: waits so many seconds before a repetition.
    """

    def __init__(
        self, client: Elasticsearch, url: str, index: str, *, is_alias: bool, seconds: float, wait: Wait
    ) -> None:
        self._client = client.options(max_retries=0, request_timeout=seconds)
        self._url = url
        self._index = index
        self._is_alias = is_alias
        # The server gives up before we do, and says why.
        self._server_patience = f"{max(1, int(seconds / 2))}s"
        self._wait = wait
        self._documents = _MOST_DOCUMENTS
        self._bytes = _MOST_BYTES

    def send(self, actions: Sequence[Action], version: int) -> list[Rejection]:
        """Carry out all of them, each key once, in no certain order; what the server will never take is returned.

        Args:
            actions: what to do.
            version: a later write has a higher one. Where a document with a higher one is, this write comes too late.

        Raises:
            StoreUnavailableError: the server takes nothing now; whatever is written may be written again.
            CursorConflictError: somebody else wrote one of the documents later.
            TransportError: of elastic_transport; there was no answer, again and again.
            ApiError: of elasticsearch; the request as such is refused.
        """
        rejections: list[Rejection] = []
        waiting = deque(_lines(actions, version))
        refusals = unanswered = 0  # in a row
        while waiting:
            chunk = self._next_chunk(waiting)
            is_last = unanswered + 1 == _UNANSWERED or refusals + 1 == _REFUSALS
            fates = self._request(chunk, is_last=is_last)
            again: list[_Line] = []
            for line, fate in zip(chunk, fates, strict=True):
                if self._is_to_repeat(fate, len(chunk)):
                    again.append(line)
                else:
                    rejections += self._settle(line.action, fate)
            waiting.extendleft(reversed(again))
            unanswered = unanswered + 1 if fates[0].status in _NO_ANSWER else 0
            if not again:
                refusals = 0
                self._documents = min(_MOST_DOCUMENTS, self._documents + max(1, self._documents // 4))
            elif fates[0].status == _TOO_LARGE:
                self._bytes = max(1, sum(line.size for line in chunk) // 2)
            else:
                refusals = refusals + 1 if len(again) == len(chunk) else 1
                if refusals == _REFUSALS:
                    raise refused(self._url, *fates[0])
                self._documents = self._fewer(chunk, again, fates)
                self._wait(min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** (refusals - 1)))
        return rejections

    def _fewer(self, chunk: Sequence[_Line], again: Sequence[_Line], fates: Sequence[_Fate]) -> int:
        """How many documents to send at a time, when these had to be sent again: as many as were taken, or half."""
        if not {fate.status for fate in fates} & {_TOO_MANY, _TOO_SLOW}:
            return self._documents  # it was away, and had no chance to find them too many
        return max(1, len(chunk) - len(again) or len(chunk) // 2)

    def _next_chunk(self, waiting: deque[_Line]) -> list[_Line]:
        chunk = [waiting.popleft()]
        size = chunk[0].size
        while waiting and len(chunk) < self._documents and size + waiting[0].size <= self._bytes:
            chunk.append(waiting.popleft())
            size += chunk[-1].size
        return chunk

    def _request(self, chunk: Sequence[_Line], *, is_last: bool) -> list[_Fate]:
        """The fate of each line; one for all where the request as such was refused, or not answered."""
        operations: list[Any] = [part for line in chunk for part in line.parts]
        try:
            answer = self._client.bulk(
                index=self._index,
                operations=operations,
                require_alias=self._is_alias,
                timeout=self._server_patience,
            )
        except TlsError:
            raise
        except TransportError as error:
            if is_last:
                raise
            return [_Fate(_TOO_SLOW if isinstance(error, ConnectionTimeout) else _CUT_OFF)] * len(chunk)
        except ApiError as error:
            if error.status_code in _BUSY or error.status_code == _TOO_LARGE:
                return [_Fate(error.status_code, error.error, reason_of(error.body))] * len(chunk)
            raise
        return [_fate(*next(iter(item.items()))) for item in answer["items"]]

    def _is_to_repeat(self, fate: _Fate, chunk: int) -> bool:
        if fate.status == _TOO_LARGE:
            return chunk > 1
        if fate.status in _NO_ANSWER:
            return True
        return fate.status in _BUSY and not is_disk_full(fate.status, fate.type)

    def _settle(self, action: Action, fate: _Fate) -> list[Rejection]:
        """The rejection of what the server will never take, if this is one."""
        if fate.status in _DONE:
            return []
        if fate.status == _TOO_LARGE:
            return [Rejection(action.key, "it is larger than Elasticsearch takes")]
        if fate.status == _BAD_DOCUMENT and action.source is not None:
            return [Rejection(action.key, fate.reason)]
        if fate.status == _CONFLICT:
            raise CursorConflictError(
                f"another ingest wrote {action.key.kind} {action.key.id} while this one did; run it again"
            )
        raise refused(self._url, fate.status, fate.type, fate.reason)


def _lines(actions: Sequence[Action], version: int) -> Iterator[_Line]:
    for action in actions:
        # Equal versions are the same write again, after an answer that was lost.
        header = {"_id": action.document_id, "version": version, "version_type": "external_gte"}
        parts = [to_json({"delete" if action.source is None else "index": header})]
        if action.source is not None:
            parts.append(action.source)
        yield _Line(action, tuple(parts), sum(len(part) + 1 for part in parts))


def _fate(operation: str, result: dict[str, Any]) -> _Fate:
    status = int(result["status"])
    if operation == "delete" and result.get("result") == "not_found":
        return _Fate(_DONE[0])
    error = result.get("error")
    return _Fate(status, str(error.get("type")) if isinstance(error, dict) else "", reason_of(result))
