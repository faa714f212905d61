"""The store for when one machine is not enough: an Elasticsearch 9 cluster."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from elasticsearch import ApiError, BadRequestError, ConflictError, NotFoundError
from pydantic_core import PydanticSerializationError, to_json

from index.conditions import EVERYTHING, And, Condition, Value
from index.documents import Document, Key, Kind
from index.elasticsearch_bulk import Action, BulkWriter, Wait
from index.elasticsearch_client import connect, is_out_of_time, translated
from index.elasticsearch_query import compile_condition
from index.elasticsearch_schema import SCHEMA_VERSION, SETTINGS, Names, cursor_mappings, document_mappings
from index.elasticsearch_search import counts_of, document_of, results_of, search_body, values_body
from index.errors import CursorConflictError, SlowQueryError, StoreError, StoreUnavailableError
from index.search import SEARCH_SECONDS, Request, Results
from index.store import Advance, Rejection
from index.values import milliseconds
from nightpost.settings import ElasticsearchSettings

__all__ = ["ElasticsearchStore"]

_PAGE = 500
_KEEP_ALIVE = "5m"
# How long those who read an index that was replaced may go on in it: longer than a search may take.
_LOOKS_BEFORE_REMOVAL = 100
_SECONDS_BETWEEN_LOOKS = 0.2
# Beside the cursors, and no site's name.
_VERSIONS = "#versions"


class ElasticsearchStore:
    """See `index.store.Store`. The indices are made when they are not there; a search is stopped after its seconds.

    Args:
        url: the server.
        settings: how to sign in there, and the names of our indices.
        generation: the indices of documents and cursors of a rebuild; those that are searched when it is None.
        search_seconds: how long a search may take.
        wait: waits so many seconds for a busy server.
    """

    def __init__(
        self,
        url: str,
        settings: ElasticsearchSettings,
        generation: tuple[str, str] | None = None,
        *,
        search_seconds: float = SEARCH_SECONDS,
        wait: Wait = time.sleep,
    ) -> None:
        self._url = url
        self._search_seconds = search_seconds
        self._settings = settings
        self._wait = wait
        self._names = Names(settings.prefix)
        self._client = connect(url, settings)
        self._documents, self._cursors = generation or (self._names.documents, self._names.cursors)
        self._are_aliases = generation is None
        self._bulk = BulkWriter(
            self._client,
            url,
            self._documents,
            is_alias=self._are_aliases,
            seconds=settings.timeout_seconds,
            wait=wait,
        )
        try:
            with translated(url):
                if generation is None:
                    self._prepare()
                self._check()
        except BaseException:
            self._client.close()
            raise

    def _prepare(self) -> None:
        if not self._client.indices.exists_alias(name=self._documents):
            self._create(1, aliased=True)

    def _check(self) -> None:
        for name, mapping in self._client.indices.get_mapping(index=self._documents).items():
            if mapping["mappings"].get("_meta", {}).get("schema") != SCHEMA_VERSION:
                raise StoreError(
                    f"the index {name} was made by another version of Nightpost; delete it, then run: nightpost ingest"
                )

    def _create(self, number: int, *, aliased: bool) -> tuple[str, str]:
        generation = self._names.generation(number)
        mappings = (document_mappings(), cursor_mappings())
        # The documents come last: when their alias is there, everything is.
        for index, alias, mapping in reversed(
            list(zip(generation, (self._names.documents, self._names.cursors), mappings, strict=True))
        ):
            try:
                self._client.indices.create(
                    index=index, settings=SETTINGS, mappings=mapping, aliases={alias: {}} if aliased else {}
                )
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":  # another process was faster
                    raise
        return generation

    def write(
        self, documents: Sequence[Document], *, delete: Sequence[Key] = (), advance: Advance | None = None
    ) -> list[Rejection]:
        """Put documents, remove others, and when all that is safe, move the cursor."""
        rejections: list[Rejection] = []
        actions = {key: Action(key, _document_id(key), None) for key in delete}
        for document in documents:
            try:
                actions[document.key] = Action(document.key, _document_id(document.key), _source(document))
            except (PydanticSerializationError, UnicodeEncodeError) as error:
                rejections.append(Rejection(document.key, f"it is not JSON: {error}"))
        with translated(self._url):
            known = self._known_cursor(advance) if advance else {}
            if actions:
                rejections += self._bulk.send([*actions.values()], self._next_version())
            if advance:
                self._move_cursor(advance, known)
        return rejections

    def _next_version(self) -> int:
        """A higher number than that of any write before, whichever process wrote it.

        A request that its sender gave up may still lie somewhere on its way, and arrive when newer documents have been
        written. With a lower version it changes nothing then (a fencing token: M. Kleppmann, "How to do distributed
        locking", 2016). The numbers are those of the operations on the one shard of the cursors.
        """
        answer = self._client.index(
            index=self._cursors, id=_VERSIONS, document={"position": 0}, require_alias=self._are_aliases
        )
        return int(answer["_seq_no"]) + 1

    def _known_cursor(self, advance: Advance) -> dict[str, Any]:
        """What makes the cursor move only if nobody else moves it meanwhile."""
        try:
            found = self._client.get(index=self._cursors, id=advance.site)
        except NotFoundError:
            at, condition = 0, {"op_type": "create"}
        else:
            at = int(found["_source"]["position"])
            condition = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        if at != advance.before:
            raise _conflict(advance)
        return condition

    def _move_cursor(self, advance: Advance, condition: dict[str, Any]) -> None:
        try:
            self._client.index(
                index=self._cursors,
                id=advance.site,
                document={"site": advance.site, "position": advance.after},
                require_alias=self._are_aliases,
                **condition,
            )
        except ConflictError as error:
            # A request that is repeated, as its answer was lost, finds what it did itself.
            if int(self._client.get(index=self._cursors, id=advance.site)["_source"]["position"]) != advance.after:
                raise _conflict(advance) from error

    def get(self, kind: Kind, id: str) -> Document | None:  # noqa: A002 - the protocol's word
        """The document of that name."""
        return self.get_many([Key(kind, id)]).get(Key(kind, id))

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Document]:
        """Those of the documents that there are, searchable yet or not."""
        found: dict[Key, Document] = {}
        unique = list(dict.fromkeys(keys))
        with translated(self._url):
            for start in range(0, len(unique), _PAGE):
                ids = [_document_id(key) for key in unique[start : start + _PAGE]]
                answer = self._client.mget(index=self._documents, ids=ids)
                documents = [document_of(one["_source"]) for one in answer["docs"] if one.get("found")]
                found |= {document.key: document for document in documents}
        return found

    def search(self, request: Request) -> Results:
        """Search what was written before the last refresh."""
        return results_of(request, self._answer(search_body(request)))

    def values(
        self, field: str, prefix: str = "", *, condition: Condition = EVERYTHING, size: int = 20
    ) -> list[tuple[str, int]]:
        """Values of a keyword field that begin so, the most frequent first."""
        return counts_of(self._answer(values_body(field, prefix, condition, size))["aggregations"][field])

    def frequencies(self, field: str, tokens: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many documents a text field holds each token, by the statistics of the terms."""
        with translated(self._url):
            total = int(self._client.count(index=self._documents)["count"])
            answer = self._client.termvectors(
                index=self._documents,
                doc={field: " ".join(tokens)},
                fields=[field],
                term_statistics=True,
                field_statistics=False,
                offsets=False,
                positions=False,
            )
        terms = answer["term_vectors"].get(field, {}).get("terms", {})
        return {token: int(terms.get(token, {}).get("doc_freq", 0)) for token in tokens}, total

    def _answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the server answers to a search.

        Raises:
            SlowQueryError: its time was over.
        """
        with translated(self._url):
            try:
                answer = self._client.search(
                    index=self._documents,
                    timeout=f"{max(1, round(self._search_seconds * 1_000_000))}micros",
                    # What was found before the time was over would be taken for everything.
                    allow_partial_search_results=False,
                    **body,
                )
            except ApiError as error:
                if not is_out_of_time(error.body):
                    raise
                raise SlowQueryError.after(self._search_seconds) from error
        if answer["timed_out"]:
            raise SlowQueryError.after(self._search_seconds)
        found: dict[str, Any] = answer.body
        return found

    def scan(self, kind: Kind, condition: Condition = EVERYTHING) -> Iterator[Document]:
        """Every document of a kind that fits, by id, in one state of the index, as long as that is there.

        Where a rebuild took its place and it was removed, the scan goes on in the new one, behind the last id.
        """
        last: list[Any] | None = None
        while True:
            begun = False
            try:
                for hit in self._hits_after(last, kind, condition):
                    begun, last = True, hit["sort"]
                    yield document_of(hit["_source"])
            except StoreUnavailableError as error:
                if not begun or not isinstance(error.__cause__, NotFoundError):
                    raise
            else:
                return

    def _hits_after(self, last: list[Any] | None, kind: Kind, condition: Condition) -> Iterator[dict[str, Any]]:
        with translated(self._url):
            point = self._client.open_point_in_time(index=self._documents, keep_alive=_KEEP_ALIVE)["id"]
        try:
            while True:
                with translated(self._url):
                    answer = self._client.search(
                        pit={"id": point, "keep_alive": _KEEP_ALIVE},
                        query=compile_condition(And((condition, Value("kind", (kind,))))),
                        sort=[{"id": "asc"}],
                        search_after=last,
                        size=_PAGE,
                        track_total_hits=False,
                        allow_partial_search_results=False,
                    )
                point = answer["pit_id"]
                hits = answer["hits"]["hits"]
                yield from hits
                if len(hits) < _PAGE:
                    return
                last = hits[-1]["sort"]
        finally:
            with translated(self._url):
                self._client.options(ignore_status=404).close_point_in_time(id=point)

    def cursor(self, site: str) -> int:
        """How far ingest has come in the journal of a site."""
        with translated(self._url):
            try:
                return int(self._client.get(index=self._cursors, id=site)["_source"]["position"])
            except NotFoundError as error:
                if "found" in error.body:  # the document is not there; a missing index says otherwise
                    return 0
                raise

    def counts(self) -> dict[str, int]:
        """How many documents there are of each kind, as of the last refresh."""
        return dict(sorted(self.values("kind")))

    def refresh(self) -> None:
        """Make what was written visible to searches."""
        with translated(self._url):
            self._client.indices.refresh(index=self._documents)

    @contextmanager
    def rebuilding(self) -> Iterator["ElasticsearchStore"]:
        """A new pair of indices, to which the aliases move when it is complete."""
        with translated(self._url):
            old = self._searched()
            number = 1 + max(int(name.rpartition("-")[2]) for name in self._present())
            new = self._create(number, aliased=False)
        try:
            with ElasticsearchStore(self._url, self._settings, new, wait=self._wait) as store:
                yield store
                store.refresh()
        except BaseException:
            with translated(self._url):
                self._remove(set(new))
            raise
        with translated(self._url):
            self._client.indices.update_aliases(
                actions=[
                    {"add": {"index": new[0], "alias": self._names.documents}},
                    {"add": {"index": new[1], "alias": self._names.cursors}},
                    *({"remove": {"index": index, "alias": alias}} for index, alias in sorted(old.items())),
                ]
            )

    def remove_former(self) -> None:
        """Delete indices that no alias leads to, when those who are reading them have done so."""
        with translated(self._url):
            former = self._present() - set(self._searched())
            for _look in range(_LOOKS_BEFORE_REMOVAL):
                if not former or not self._are_read(former):
                    break
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            self._remove(former)

    def _present(self) -> set[str]:
        """The indices of all generations."""
        return {*self._client.indices.get(index=f"{self._names.documents}-*,{self._names.cursors}-*")}

    def _searched(self) -> dict[str, str]:
        """The indices that are searched now, each with its alias."""
        aliases = (self._names.documents, self._names.cursors)
        return {index: alias for alias in aliases for index in self._client.indices.get_alias(name=alias)}

    def _are_read(self, indices: set[str]) -> bool:
        found = self._client.indices.stats(index=",".join(sorted(indices)), metric=["search", "get"])["_all"]["total"]
        search = found["search"]
        return any((search["open_contexts"], search["query_current"], search["fetch_current"], found["get"]["current"]))

    def _remove(self, indices: set[str]) -> None:
        for index in sorted(indices):
            self._client.indices.delete(index=index, ignore_unavailable=True)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def _conflict(advance: Advance) -> CursorConflictError:
    return CursorConflictError(
        f"another ingest of {advance.site} moved on from {advance.before} while this one read; run it again"
    )


def _document_id(key: Key) -> str:
    """A digest, as Elasticsearch takes ids of up to 512 bytes and ours may be longer."""
    return hashlib.sha256(f"{key.kind}:{key.id}".encode()).hexdigest()


def _source(document: Document) -> bytes:
    return to_json(
        {
            "kind": document.kind,
            "id": document.id,
            "body": document.body,
            "state": document.state,
            **{name: text for name, text in document.words.items() if text},
            **document.keywords,
            **document.numbers,
            **{name: [milliseconds(moment) for moment in moments] for name, moments in document.dates.items()},
        },
        inf_nan_mode="null",
    )
