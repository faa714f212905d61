"""Reading pages and texts, in this process or in several others: the same for any number of them."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Protocol, Self

from spacy.language import Language

from archive.errors import ArchiveError
from extractors.layout import Layout
from extractors.pipeline import build_pipeline
from extractors.records import Capture
from index.derive import Derived, Texts, read_texts
from index.pages import Captures, Page, Reader, read_capture
from index.workers import Ended, Task, Workers

__all__ = ["IngestReader", "open_ingest_reader"]

# So many pages, or of texts so many characters, are sent to a process at once.
_PAGES_AT_ONCE = 4
_CHARACTERS_AT_ONCE = 20_000
# So many pages are read while a batch before them is written.
_PAGES_AHEAD = 200


class IngestReader(Protocol):
    """Reads what an ingest reads; a context manager."""

    def pages(self, captures: Captures) -> Iterator[tuple[int, Page]]:
        """What each capture's page says, in their order; some may be read ahead.

        Raises:
            ArchiveError: from ``captures``, after the pages of those before it.
        """
        ...

    def page_again(self, capture_id: str) -> Page:
        """What the page of a capture says that was read before.

        Raises:
            ArchiveError: there is no such capture any more.
        """
        ...

    def texts(self, texts: Sequence[Texts]) -> list[Derived | str]:
        """What the texts of each record add to it, or why they could not be read."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_ingest_reader(
    reader: Reader, layouts: Mapping[str, Layout], nlp: Language | None, *, jobs: int, tell: Callable[[str], None]
) -> IngestReader:
    """What reads for an ingest.

    Args:
        reader: the archive; with ``jobs`` it is sent to other processes, as are the layouts.
        layouts: by site.
        nlp: reads texts in this process; None: one is built when it is needed. Other processes build their own.
        jobs: how many other processes read; 0: this one does.
        tell: told, in one line, when a process was ended from outside.
    """
    if jobs < 1:
        return _Here(reader, dict(layouts), nlp)
    return _Elsewhere(jobs, reader, dict(layouts), tell)


class _Here:
    """In this process. A page or a text that ends the process ends the ingest."""

    def __init__(self, reader: Reader, layouts: dict[str, Layout], nlp: Language | None = None) -> None:
        self._reader = reader
        self._layouts = layouts
        self._given = nlp

    @cached_property
    def _nlp(self) -> Language:
        return self._given or build_pipeline()

    def pages(self, captures: Captures) -> Iterator[tuple[int, Page]]:
        for position, capture in captures:
            yield position, self.page(capture)

    def page(self, capture: Capture) -> Page:
        layout = self._layouts.get(capture.site)
        if layout is None:
            return Page(
                capture, None, failure=f"there is no layout for {capture.site}: it has no site file; add the site"
            )
        return read_capture(self._reader, capture, layout)

    def page_again(self, capture_id: str) -> Page:
        return self.page(self._reader.get(capture_id))

    def texts(self, texts: Sequence[Texts]) -> list[Derived | str]:
        return read_texts(self._nlp, texts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class _Elsewhere:
    """In other processes; see `index.workers` for what becomes of one that is ended."""

    def __init__(self, jobs: int, reader: Reader, layouts: dict[str, Layout], tell: Callable[[str], None]) -> None:
        self._reader = reader
        self._workers = Workers(jobs, _prepare, (reader, layouts), tell)

    def pages(self, captures: Captures) -> Iterator[tuple[int, Page]]:
        chunks = _chunks(captures)
        under_way: deque[tuple[list[tuple[int, Capture]], Task[Page]]] = deque()
        failure: ArchiveError | None = None
        try:
            while True:
                while failure is None and len(under_way) * _PAGES_AT_ONCE < _PAGES_AHEAD:
                    try:
                        chunk = next(chunks, None)
                    except ArchiveError as error:
                        failure = error
                        break
                    if chunk is None:
                        break
                    task = self._workers.submit(_read_capture, [capture for _position, capture in chunk])
                    under_way.append((chunk, task))
                if not under_way:
                    break
                chunk, task = under_way.popleft()
                pages = self._workers.answers(task)
                for (position, capture), page in zip(chunk, pages, strict=True):
                    yield position, _unread(capture, page) if isinstance(page, Ended) else page
        finally:
            for _chunk, task in under_way:
                self._workers.drop(task)
        if failure is not None:
            raise failure

    def page_again(self, capture_id: str) -> Page:
        capture = self._reader.get(capture_id)
        task = self._workers.submit(_read_capture, [capture], urgent=True)
        (page,) = self._workers.answers(task)
        return _unread(capture, page) if isinstance(page, Ended) else page

    def texts(self, texts: Sequence[Texts]) -> list[Derived | str]:
        tasks = [self._workers.submit(_read_text, chunk, urgent=True) for chunk in _text_chunks(texts)]
        return [
            f"its texts could not be read: {answer.reason}" if isinstance(answer, Ended) else answer
            for task in tasks
            for answer in self._workers.answers(task)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.close()


def _prepare(reader: Reader, layouts: dict[str, Layout]) -> _Here:
    """What each process reads with. Its pipeline is built at once: what it costs is no page's fault."""
    return _Here(reader, layouts, build_pipeline())


def _read_capture(here: _Here, capture: Capture) -> Page:
    return here.page(capture)


def _read_text(here: _Here, texts: Texts) -> Derived | str:
    return here.texts([texts])[0]


def _unread(capture: Capture, ended: Ended) -> Page:
    return Page(capture, None, failure=ended.reason)


def _chunks(captures: Captures) -> Iterator[list[tuple[int, Capture]]]:
    chunk: list[tuple[int, Capture]] = []
    try:
        for one in captures:
            chunk.append(one)
            if len(chunk) == _PAGES_AT_ONCE:
                yield chunk
                chunk = []
    except ArchiveError:
        if chunk:
            yield chunk
        raise
    if chunk:
        yield chunk


def _text_chunks(texts: Sequence[Texts]) -> Iterator[list[Texts]]:
    chunk: list[Texts] = []
    size = 0
    for one in texts:
        chunk.append(one)
        size += sum(map(len, one[1].values()))
        if size >= _CHARACTERS_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
