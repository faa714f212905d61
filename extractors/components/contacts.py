"""Ways to reach somebody: messengers, email, phones, onion services and URLs, and whose they are."""

import re
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from extractors.contacts.emails import emails
from extractors.contacts.messengers import messengers
from extractors.contacts.network_addresses import network_addresses
from extractors.contacts.phones import phones
from extractors.contacts.plain_text import plain_text
from extractors.contacts.roles import contact_role
from extractors.contacts.words import Contacted, contact_words
from extractors.findings import Finding, add, prose, prose_pieces
from extractors.words import pieces

NAME = "nightpost_contacts"

# An address, a link, a number with a country code, a long id, "at" in brackets.
_MARKS = re.compile(r"@|://|\+[ ]?\d|[(\[{<][ ]?at?[ ]?[)\]}>]|[wW]{3}\.|\.(?:onion|ONION|me/|gg/)|[0-9A-Fa-f]{66}")
_ADDRESSES = frozenset({"email", "jabber", "onion", "url"})


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Contacts":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Contacts()


class Contacts:
    """Finds email, jabber, telegram, wickr, session, signal, threema, tox, icq, discord, phone, onion and url.

    ``data["role"]`` says when one is not the writer's own: ``example``, ``quoted`` (somebody else gave it), ``denied``
    (a fake's), ``market`` (the market's people's, or the market itself).
    """

    def __call__(self, doc: Doc) -> Doc:
        """Put the contacts of a text on its Doc."""
        read = prose(doc)
        plain = plain_text(read)
        text = plain.text
        # Where letters were in disguise the words are others than the pieces'; else a text without any of the words
        # and marks of contacts has none: what holds for nearly every title.
        said = {piece.text for piece in prose_pieces(doc)} if text is read else None
        named = said is None or not said.isdisjoint(_cue_words())
        if not named and _MARKS.search(text) is None:
            return doc
        lower = _lower(text)
        found: list[Finding] = []
        for one in _told_apart(text, lower, named=named):
            role = contact_role(text, one)
            data = dict(one.data or {})
            if role is not None:
                data["role"] = role
            start, end = plain.span(one.start, one.end)
            found.append(Finding(one.type, start, end, one.value, NAME, confidence=one.confidence, data=data))
        return add(doc, found)


@cache
def _cue_words() -> frozenset[str]:
    """The first piece of every word that may announce a contact."""
    words = contact_words()
    names = {name for kind in words.messengers.values() for name in (*kind.names, *kind.doubtful)}
    phrases = {*names, *words.mail_hosts, *words.phone_cues, "arroba"}
    return frozenset(pieces(phrase)[0].text for phrase in phrases)


def _lower(text: str) -> str:
    """The text in lower case, of the same length: one letter of Unicode becomes two."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[:1] for letter in text)


def _told_apart(text: str, lower: str, *, named: bool) -> list[Contacted]:
    """The contacts of a text; no name of a messenger is read inside an address. ``named``: a word announces some."""
    addresses = [*network_addresses(text, lower), *emails(text, lower)]
    taken = [(one.start, one.end) for one in addresses if one.type in _ADDRESSES]
    kept = list(addresses)
    seen = {(one.type, one.start, one.end) for one in addresses}
    for one in (*(messengers(text, lower) if named or "/" in text else ()), *phones(text, lower)):
        linked = one.data is not None or one.type == "telegram"
        inside = any(start < one.end and one.start < end for start, end in taken)
        if (one.type, one.start, one.end) in seen or (inside and not (linked and _is_link(text, one))):
            continue
        seen.add((one.type, one.start, one.end))
        kept.append(one)
    return kept


def _is_link(text: str, contact: Contacted) -> bool:
    """Whether a name stands in a link of its messenger, so that it is rightly a part of a URL."""
    return contact.type in {"telegram", "discord", "icq"} and text[max(0, contact.start - 1) : contact.start] in "/+@="
