"""Documents on their way to a store: what cannot be one, or is refused, is rejected by itself."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import ParamSpec

from pydantic import ValidationError

from index.documents import Document, Key
from index.rejects import Reject
from index.store import Store

_P = ParamSpec("_P")


class Outgoing:
    """Gathers documents and writes them.

    Attributes:
        written: how many were written, by kind.
        rejected: what was not, and why.
    """

    def __init__(self, store: Store, site: str) -> None:
        self._store = store
        self._site = site
        self._documents: list[Document] = []
        self._captures: dict[Key, list[str]] = {}
        self._refused: set[Key] = set()
        self.written: Counter[str] = Counter()
        self.rejected: list[Reject] = []

    def add(
        self,
        key: Key,
        captures: Sequence[str],
        make: Callable[_P, Document],
        *values: _P.args,
        **named: _P.kwargs,
    ) -> None:
        """Make a document, to be written next.

        Args:
            key: what names it.
            captures: those that it comes from.
            make: makes it, of the arguments that follow.
            *values: handed to ``make``.
            **named: handed to ``make``.
        """
        try:
            document = make(*values, **named)
        except ValidationError as error:
            first = error.errors()[0]
            self.reject(key, captures, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
            self._refused.add(key)
            return
        self._documents.append(document)
        self._captures[document.key] = list(captures)

    def reject(self, key: Key, captures: Sequence[str], reason: str) -> None:
        """A document that cannot be written."""
        alone = captures[0] if len(captures) == 1 else None
        self.rejected.append(
            Reject(
                site=self._site, capture=alone, captures=list(captures), document=f"{key.kind}:{key.id}", reason=reason
            )
        )

    def write(self, *, delete: Sequence[Key] = ()) -> set[Key]:
        """Write what was added since the last time; what could not be written of it.

        Raises:
            StoreUnavailableError: the store cannot be written.
        """
        if self._documents or delete:
            for rejection in self._store.write(self._documents, delete=delete):
                self.reject(rejection.key, self._captures[rejection.key], rejection.reason)
                self._refused.add(rejection.key)
                self.written[rejection.key.kind] -= 1
        self.written.update(document.kind for document in self._documents)
        refused, self._refused, self._documents, self._captures = self._refused, set(), [], {}
        return refused
