"""Accounts on other markets that a vendor claims: "same handle on Dream and Empire, 4.9, 1200 sales"."""

from spacy.language import Language
from spacy.tokens import Doc

from extractors.accounts.claims import Claim, claims
from extractors.findings import Finding, add, findings, prose, prose_pieces

NAME = "nightpost_other_accounts"

# Inside these a word names no market.
_ADDRESSES = frozenset({
    "email", "jabber", "telegram", "wickr", "signal", "discord", "onion", "url", "crypto_address", "session", "tox",
})  # fmt: skip
# These begin with a name that its owner chose.
_NAMES = frozenset({"email", "jabber", "telegram", "wickr", "discord"})


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "OtherAccounts":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after the contacts, whose addresses it leaves alone."""
    return OtherAccounts()


class OtherAccounts:
    """Finds ``other_account``; the value is ``market/handle`` or ``market``.

    ``data`` has the market as records call it, the handle there as it is written (None when not said), and the number
    of sales and the rating as stated.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Put the accounts that a text claims on its Doc."""
        taken = [(one.start, one.end) for one in findings(doc) if one.type in _ADDRESSES]
        names = [one.value.partition("@")[0] or one.value[1:] for one in findings(doc) if one.type in _NAMES]
        return add(doc, [_finding(claim) for claim in claims(prose(doc), prose_pieces(doc), taken, names)])


def _finding(claim: Claim) -> Finding:
    return Finding(
        type="other_account",
        start=claim.start,
        end=claim.end,
        value=f"{claim.market}/{claim.handle}" if claim.handle else claim.market,
        extractor=NAME,
        confidence=claim.confidence,
        data={"market": claim.market, "handle": claim.handle, "sales": claim.sales, "rating": claim.rating},
    )
