"""Ways to reach somebody: messengers, email, phones, onion services and URLs.

Every pattern begins where nothing of its own alphabet stands before it, and repeats with a bound, so that a run of a
million letters is read once.
"""

import re
from collections.abc import Iterator

import phonenumbers
import yaml
from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, prose
from extractors.lexicon import FOLDER
from extractors.records import MentionType
from nightpost.onion import OnionAddressError, check_onion_host

NAME = "nightpost_contacts"


class _ContactWords(BaseModel):
    """``contacts.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    links: list[str]
    no_names: frozenset[str]
    jabber_hosts: frozenset[str]


_WORDS = _ContactWords.model_validate(yaml.load((FOLDER / "contacts.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader))

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-]{1,64})"
    r"@((?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,5}[A-Za-z]{2,24})(?![A-Za-z0-9-])"
)
_JABBER_CUE = re.compile(
    r"(?:jabber|xmpp|jid|otr|omemo|psi\+?|pidgin)\W{0,12}(?:id|address|me|at|is|:)?\W{0,6}$", re.IGNORECASE
)
_JABBER_HOST = re.compile(r"(?:^|\.)(?:jabber|xmpp|chat|im)\.|^(?:jabb|xmpp|jabber)|\.im$", re.IGNORECASE)
_URL = re.compile(r"(?<![A-Za-z0-9])(?:https?://|www\.)[^\s<>\"'`{}|\\^\[\]]{3,2000}", re.IGNORECASE)
_URL_TAIL = ".,;:!?)*~_-"
_ONION = re.compile(r"(?<![A-Za-z0-9])[A-Za-z2-7]{56}\.onion(?![A-Za-z0-9])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+])\+\d(?:[ ().-]{0,2}\d){6,14}(?!\d)")
_TOX = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{76}(?![0-9A-Za-z])")
_SESSION = re.compile(r"(?<![0-9A-Za-z])05[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
_DISCORD_INVITE = re.compile(r"(?<![\w.])discord(?:\.gg|(?:app)?\.com/invite)/([A-Za-z0-9-]{2,32})", re.IGNORECASE)
_DISCORD_TAG = re.compile(r"discord[^\n#]{0,24}?(?<![\w.])([\w.]{2,32}#\d{4})(?!\d)", re.IGNORECASE)
_TELEGRAM_LINK = re.compile(r"(?<![\w.])(?:t|telegram)\.me/(?:joinchat/|s/|\+)?(@?\w{3,64})", re.IGNORECASE)

# A messenger's name, then at most a few words and marks, then the name there.
_LINK = rf"(?:[ \t]{{0,3}}(?:{'|'.join(sorted(_WORDS.links, key=len, reverse=True))})(?![\w-])){{0,3}}"
_SIGN = r"[ \t]{0,4}[:=@>»\-\u2013\u2192~*|/(\[]{1,6}[ \t]{0,3}@?"
_TELEGRAM = re.compile(
    rf"(?<![\w@.])(?:telegram|telegr|tele|tg|tlgrm)(?![\w]){_LINK}(?:{_SIGN}|[ \t]{{1,3}}@)([A-Za-z]\w{{3,31}})(?!\w)",
    re.IGNORECASE,
)
_WICKR = re.compile(
    rf"(?<![\w@.])wick[ek]?r(?:[ -]?(?:me|pro))?(?!\w){_LINK}(?:{_SIGN}|[ \t]{{1,3}})([\w.-]{{3,30}})", re.IGNORECASE
)
_SIGNAL = re.compile(
    rf"(?<![\w@.])signal(?!\w){_LINK}(?:{_SIGN}|[ \t]{{1,3}})([A-Za-z_]\w{{2,31}}\.\d{{2,9}})(?!\w)", re.IGNORECASE
)
_SIGNAL_PHONE_CUE = re.compile(r"signal\W{0,6}(?:number|no|app|phone|is|me|at)?\W{0,6}$", re.IGNORECASE)
_THREEMA = re.compile(
    rf"(?<![\w@.])(?i:threema)(?!\w)(?i:{_LINK})(?:{_SIGN}|[ \t]{{1,3}})([A-Z0-9*][A-Z0-9]{{7}})(?![\w])"
)
_ICQ = re.compile(
    rf"(?<![\w@.])icq(?!\w){_LINK}(?:[ \t]{{0,4}}[:=#@>-]{{0,3}}[ \t]{{0,3}})(\d(?:[ -]?\d){{4,9}})(?!\d)",
    re.IGNORECASE,
)

_TRAILING = ".-_"


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Contacts":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Contacts()


class Contacts:
    """Finds email, jabber, telegram, wickr, session, signal, threema, tox, icq, discord, phone, onion and url."""

    def __call__(self, doc: Doc) -> Doc:
        """Put the contacts of a text on its Doc."""
        text = prose(doc)
        found = [*_onions(text), *_urls(text), *_mail(text), *_messengers(text), *_keys(text), *_phones(text)]
        return add(doc, found)


def _onions(text: str) -> Iterator[Finding]:
    for match in _ONION.finditer(text):
        try:
            host = check_onion_host(match.group())
        except OnionAddressError:
            continue
        yield Finding("onion", match.start(), match.end(), host, NAME, confidence=1.0)


def _urls(text: str) -> Iterator[Finding]:
    for match in _URL.finditer(text):
        url = match.group().rstrip(_URL_TAIL)
        scheme, mark, rest = url.partition("://")
        value = f"{scheme.lower()}://{rest}" if mark else f"http://{url}"
        yield Finding("url", match.start(), match.start() + len(url), value, NAME)


def _mail(text: str) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text):
        name, host = match.group(1), match.group(2).lower()
        before = text[max(0, match.start() - 32) : match.start()]
        jabber = (
            _JABBER_CUE.search(before) is not None or host in _WORDS.jabber_hosts or bool(_JABBER_HOST.search(host))
        )
        kind: MentionType = "jabber" if jabber else "email"
        start = match.start() + len(name) - len(name.lstrip(_TRAILING))
        yield Finding(kind, start, match.end(), f"{text[start : match.start(2)]}{host}".lower(), NAME)


def _messengers(text: str) -> Iterator[Finding]:
    patterns: list[tuple[MentionType, re.Pattern[str]]] = [
        ("telegram", _TELEGRAM_LINK),
        ("telegram", _TELEGRAM),
        ("wickr", _WICKR),
        ("signal", _SIGNAL),
        ("threema", _THREEMA),
        ("icq", _ICQ),
        ("discord", _DISCORD_INVITE),
        ("discord", _DISCORD_TAG),
    ]
    lower = text.lower()
    for kind, pattern in patterns:
        # Most texts name no messenger; looking for the word first costs next to nothing.
        if not any(cue in lower for cue in _CUES[kind]):
            continue
        for match in pattern.finditer(text):
            name = match.group(1).rstrip(_TRAILING)
            value = name.lstrip("@")
            if len(value) < 3 or value.lower() in _WORDS.no_names:
                continue
            end = match.start(1) + len(name)
            yield Finding(kind, end - len(value), end, _normal(kind, value), NAME)


_CUES: dict[str, tuple[str, ...]] = {
    "telegram": ("tele", "tg", "t.me", "tlgrm"),
    "wickr": ("wick",),
    "signal": ("signal",),
    "threema": ("threema",),
    "icq": ("icq",),
    "discord": ("discord",),
}


def _normal(kind: str, name: str) -> str:
    if kind == "icq":
        return re.sub(r"\D", "", name)
    return name.upper() if kind == "threema" else name.lower() if kind != "discord" else name


def _keys(text: str) -> Iterator[Finding]:
    for match in _TOX.finditer(text):
        if _tox_checksum_holds(match.group()):
            yield Finding("tox", match.start(), match.end(), match.group().upper(), NAME, confidence=1.0)
    for match in _SESSION.finditer(text):
        yield Finding("session", match.start(), match.end(), match.group().lower(), NAME, confidence=0.9)


def _tox_checksum_holds(text: str) -> bool:
    """Whether the last two bytes are the exclusive or of all pairs before them (Tox specification, "Tox ID")."""
    even = odd = 0
    for place, byte in enumerate(bytes.fromhex(text)):
        if place % 2:
            odd ^= byte
        else:
            even ^= byte
    return even == odd == 0


def _phones(text: str) -> Iterator[Finding]:
    for match in _PHONE.finditer(text):
        try:
            number = phonenumbers.parse(match.group())
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_valid_number(number):
            continue
        value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        data = {"region": phonenumbers.region_code_for_number(number)}
        before = text[max(0, match.start() - 32) : match.start()]
        kind: MentionType = "signal" if _SIGNAL_PHONE_CUE.search(before.lower()) else "phone"
        yield Finding(kind, match.start(), match.end(), value, NAME, data=data)
