"""Identities in the index: put there, and found again by their accounts. Nothing is computed here."""

from index.analysis import prepare
from index.conditions import Value
from index.documents import Document, Key
from index.fields import normal_values
from index.store import Store
from linkage.account import Account
from linkage.identity import Identity, LinkageError, identity_of
from linkage.indexed_accounts import account_id_of, own_listings

# Documents are written and removed in parts of this many.
_PART = 500


def write_identities(store: Store, identities: list[Identity]) -> None:
    """Put the identities into the index, and remove those of an earlier run that are no more.

    Raises:
        LinkageError: the store would not take an identity.
        StoreUnavailableError: the store cannot be reached or written.
    """
    present = {identity.identity_id for identity in identities}
    gone = [Key("identity", document.id) for document in store.scan("identity") if document.id not in present]
    for start in range(0, len(gone), _PART):
        store.write([], delete=gone[start : start + _PART])
    for start in range(0, len(identities), _PART):
        refused = store.write([_document(identity) for identity in identities[start : start + _PART]])
        if refused:
            raise LinkageError(f"the index would not take {refused[0].key.id}: {refused[0].reason}; report this")
    store.refresh()


def linked_identity(store: Store, account_id: str) -> Identity | None:
    """The identity that an account belongs to; None when it is linked to no other."""
    for document in store.scan("identity", Value("account", tuple(normal_values("account", [account_id])))):
        identity = Identity.model_validate(document.body)
        if any(account.id == account_id for account in identity.accounts):
            return identity
    return None


def identity_of_account(store: Store, subject: str) -> Identity:
    """The identity of that id, or of an account (``market/handle``, the handle in any case).

    Of an account that is linked to no other it is an identity of that account alone.

    Raises:
        LinkageError: the index holds no such identity or account.
    """
    stored = store.get("identity", subject)
    if stored is not None:
        return Identity.model_validate(stored.body)
    market, slash, handle = subject.partition("/")
    if slash:
        account_id = account_id_of(market, handle)
        found = linked_identity(store, account_id)
        if found is not None:
            return found
        alone = _account(store, account_id)
        if alone is not None:
            return identity_of([alone])
    raise LinkageError(f"there is no identity or account {subject!r}; find one with: nightpost search --kind vendor")


def indexed_account(store: Store, name: str) -> Account:
    """The account of that name (``market/handle``, the handle in any case), without its clues.

    Raises:
        LinkageError: the index holds no such account.
    """
    market, slash, handle = name.partition("/")
    found = _account(store, account_id_of(market, handle)) if slash else None
    if found is None:
        raise LinkageError(f"there is no account {name!r} in the index; find one with: nightpost search --kind vendor")
    return found


def _account(store: Store, account_id: str) -> Account | None:
    vendor = store.get("vendor", account_id)
    if vendor is not None:
        return Account(id=account_id, market=vendor.body["market"], handle=vendor.body["handle"])
    listing = next(own_listings(store, account_id), None)
    if listing is None:
        return None
    return Account(id=account_id, market=listing.body["market"], handle=listing.body["vendor"])


def _document(identity: Identity) -> Document:
    """An identity as the index keeps it: found by its accounts, markets, handles and evidence."""
    evidence = [one for link in identity.links for one in link.evidence if one.seen_a and one.seen_b]
    shared = list(dict.fromkeys((one.kind, one.value) for one in evidence))
    handles = [account.handle for account in identity.accounts if account.handle is not None]
    values: dict[str, list[str]] = {
        "kind": ["identity"],
        "account": [account.id for account in identity.accounts],
        "market": list(identity.markets),
        "vendor": handles,
        "address": [value for kind, value in shared if kind == "crypto_address"],
        "contact": [form for kind, value in shared if kind == "contact" for form in _contact_forms(value)],
        "pgp": [value for kind, value in shared if kind == "pgp_key"],
        "capture": list(identity.captures),
    }
    return Document(
        kind="identity",
        id=identity.identity_id,
        body=identity.model_dump(mode="json"),
        words={"name": prepare([*handles, *(value for _, value in shared)])},
        keywords={name: found for name, given in values.items() if (found := normal_values(name, given))},
    )


def _contact_forms(contact: str) -> tuple[str, str]:
    """A contact with its type and without, as the index searches both."""
    return contact, contact.partition(":")[2]
