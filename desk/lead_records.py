"""The records and captures of a lead's accounts, from the index and the archive."""

from collections.abc import Iterable

from archive.capture import Capture
from archive.reader import ArchiveReader
from desk.exports.statements import SourcedRecord
from extractors.records import Listing, Vendor
from index.documents import Document, record_of
from index.store import Store
from linkage.account import Account
from linkage.indexed_accounts import account_of, own_listings


class IndexedLeadRecords:
    """See `desk.exports.statements.LeadRecords`."""

    def __init__(self, store: Store, reader: ArchiveReader) -> None:
        self._store = store
        self._reader = reader

    def account(self, account_id: str) -> Account | None:
        """The account with the clues it shows."""
        return account_of(self._store, account_id)

    def records(self, account_id: str) -> Iterable[SourcedRecord]:
        """The account's vendor record and its listings."""
        vendor = self._store.get("vendor", account_id)
        if vendor is not None:
            yield _sourced(vendor)
        for document in own_listings(self._store, account_id):
            yield _sourced(document)

    def capture(self, capture_id: str) -> Capture:
        """A capture from the archive's journal.

        Raises:
            ArchiveError: there is none.
        """
        return self._reader.get(capture_id)


def _sourced(document: Document) -> SourcedRecord:
    record = record_of(document)
    assert isinstance(record, Vendor | Listing)
    return SourcedRecord(record, document.body.get("sources", {}))
