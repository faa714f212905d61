"""Writes documents to Elasticsearch in bulk: with back-off when it is busy, and the fate of each document known."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from index.documents import Key
from index.errors import StoreUnavailableError
from index.store import Rejection

_CHUNK_DOCUMENTS = 500
_CHUNK_BYTES = 5 * 1024**2
# A busy server (429) is given 1, 2, 4, 8, 16 and 30 seconds before ingest gives up for now.
_RETRIES = 6
_FIRST_WAIT_SECONDS = 1
_LONGEST_WAIT_SECONDS = 30
_BAD_DOCUMENT = 400
_TOO_LARGE = 413
_NOT_FOUND = 404


class Action(NamedTuple):
    """One document to put, as JSON, or to remove (None)."""

    key: Key
    document_id: str
    source: bytes | None


class BulkWriter:
    """Sends actions to one index."""

    def __init__(self, client: Elasticsearch, url: str, index: str) -> None:
        self._client = client
        self._url = url
        self._index = index

    def send(self, actions: Sequence[Action]) -> list[Rejection]:
        """Carry out all of them; what the server will not take, now or ever, is returned.

        Raises:
            StoreUnavailableError: the server cannot take documents now, so that it is not known what it would take.
        """
        rejections, too_large = self._send(actions, _CHUNK_DOCUMENTS)
        if too_large:
            # A request was refused for its size: each of its documents by itself tells which one it was.
            again, alone = self._send(too_large, 1)
            rejections += again
            rejections += [Rejection(action.key, "it is larger than Elasticsearch takes") for action in alone]
        return rejections

    def _send(self, actions: Sequence[Action], chunk: int) -> tuple[list[Rejection], list[Action]]:
        # Within one call each document occurs once; a removal and a document of the same id are apart.
        by_id = {(action.document_id, action.source is None): action for action in actions}
        rejections, too_large = [], []
        for fine, item in self._results(by_id.values(), chunk):
            operation, result = next(iter(item.items()))
            action = by_id[result["_id"], operation == "delete"]
            status = int(result["status"])
            if fine or (operation == "delete" and status == _NOT_FOUND):
                continue
            if status == _TOO_LARGE:
                too_large.append(action)
            elif status == _BAD_DOCUMENT and operation == "index":
                rejections.append(Rejection(action.key, _reason(result)))
            else:
                raise StoreUnavailableError(
                    f"Elasticsearch at {self._url} takes no documents now ({status}: {_reason(result)}); "
                    "see its disk and its log, then run: nightpost ingest"
                )
        return rejections, too_large

    def _results(self, actions: Iterable[Action], chunk: int) -> Iterable[tuple[bool, dict[str, Any]]]:
        return streaming_bulk(
            self._client,
            ({"action": action} for action in actions),
            expand_action_callback=self._expand,
            chunk_size=chunk,
            max_chunk_bytes=_CHUNK_BYTES,
            raise_on_error=False,
            raise_on_exception=False,
            max_retries=_RETRIES,
            initial_backoff=_FIRST_WAIT_SECONDS,
            max_backoff=_LONGEST_WAIT_SECONDS,
        )

    def _expand(self, item: Any) -> Any:
        action: Action = item["action"]
        header = {"_index": self._index, "_id": action.document_id}
        return ({"delete": header}, None) if action.source is None else ({"index": header}, action.source)


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error", "no reason given")
    if not isinstance(error, dict):
        return str(error)
    cause = error.get("caused_by", {}).get("reason")
    return f"{error.get('reason')}" + (f": {cause}" if cause else "")
