"""The handle beside a market's name: after it ("as NAME", ": NAME"), before it ("NAME on"), or one for all markets."""

import re
from collections.abc import Set
from typing import NamedTuple

from extractors.accounts.market_context import any_phrase
from extractors.accounts.numbers import number_at
from extractors.accounts.words import account_words
from extractors.contacts.handles import HANDLE, is_name, looks_made_up

__all__ = ["HandleBeside", "handle_after", "handle_before", "normal_name", "perhaps_handle", "shared_handle"]

_WORDS = account_words()
_OPENS = "\"'\u201c\u201e\u00ab\u2018\u2019`*"
_QUOTES = frozenset("\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb`")
_CLOSES = _QUOTES | {")", "]"}
_AS = re.compile(
    r"[ \t,()\]:\u2013-]{0,4}(?:market[ \t]{1,2})?"
    rf"(?P<cue>(?:{any_phrase(_WORDS.introducing)}[ \t:=]{{1,3}}){{1,5}})[{_OPENS}]{{0,2}}@?(?P<name>{HANDLE})(?!\w)",
    re.IGNORECASE,
)
_NAMING = re.compile(rf"(?<!\w){any_phrase(_WORDS.naming)}(?!\w)", re.IGNORECASE)
_SIGNED = re.compile(
    rf"[ \t]{{0,3}}(?:{any_phrase(_WORDS.stands)}(?:[ ]name)?[ ]{{0,2}})?"
    rf"(?P<sign>[:=\u2013\u2014>/(\[@|\u2192-]{{1,3}})[ \t]{{0,3}}(?P<quote>[{_OPENS}]?)@?"
    rf"(?:/?u/|user/|vendor/|/?d/)?(?P<name>{HANDLE})(?!\w)"
)
_GOES_ON = re.compile(rf"[ \t]{{1,3}}(?!{any_phrase(_WORDS.after_handles)}(?!\w))[^\W\d_]", re.IGNORECASE)
_HANDLE_ON = re.compile(
    rf"(?<![\w.@-])(?P<name>{HANDLE})[\"'\u201d\u00bb\u2019)]?"
    rf"(?:[ \t]{{1,3}}(?P<on>{any_phrase(_WORDS.on)})[ \t]{{1,3}}(?:the[ \t]{{1,2}})?"
    r"|[ \t]{0,2}@[ \t]{0,2}|[ \t]?[(\[/][ \t]?)$",
    re.IGNORECASE,
)
_BRACKET_CLOSES = re.compile(r"[\w .]{2,24}[)\]]")
_CALLED = re.compile(rf"(?<!\w){any_phrase(_WORDS.called)}[ \t{_OPENS}:,]{{1,4}}$", re.IGNORECASE)
_SHARED = re.compile(
    rf"(?<!\w){any_phrase(_WORDS.same)}[ \t]{{1,3}}(?:same[ \t]{{1,2}})?{any_phrase(_WORDS.names)}(?!\w)"
    rf"[ \t]{{0,3}}(?:{any_phrase(_WORDS.after_names)}[ \t]{{1,3}}){{0,2}}[:=,-]?[ \t]{{0,3}}[{_OPENS}(]?"
    rf"(?P<name>{HANDLE})(?!\w)",
    re.IGNORECASE,
)


# "NAME everywhere", "NAME on both", of all the markets of a sentence.
_EVERYWHERE = re.compile(
    rf"(?<![\w.@-])(?P<name>{HANDLE})[\"'\u201d\u00bb\u2019)]?[ \t]{{1,2}}{any_phrase(_WORDS.everywhere)}(?!\w)",
    re.IGNORECASE,
)
# "NAME - Dream - 500 deals" in a line of its own.
_HANDLE_DASH = re.compile(rf"^[^\w]{{0,8}}(?P<name>{HANDLE})[ \t]{{0,2}}[-\u2013\u2014|:>]{{1,2}}[ \t]{{0,2}}$")
_IS = re.compile(r"(?:are|am|is|sind|sommes|somos|siamo|zijn)\W{1,3}$", re.IGNORECASE)


class HandleBeside(NamedTuple):
    """A handle; ``end`` is where what names it ends, and ``said`` is whether words name it, or a sign."""

    handle: str
    end: int
    said: bool


def normal_name(name: str) -> str:
    """A name in small letters without marks: "Acid_Queen" is "acidqueen"."""
    return re.sub(r"[\W_]", "", name).casefold()


def perhaps_handle(text: str, place: int) -> str | None:
    """What stands after a market's name that ends at a place and a sign, where it may be a handle or another word."""
    signed = _SIGNED.match(text, place)
    return signed["name"] if signed is not None and is_name(signed["name"]) else None


def handle_after(text: str, place: int, limit: int, known: Set[str] = frozenset()) -> HandleBeside | None:
    """The handle after a market's name that ends at a place: "as NAME", "under the name NAME", ": NAME".

    Args:
        text: the text.
        place: where the name of the market ends.
        limit: where what is said of it ends at the latest.
        known: names that the writer has, each as `normal_name` makes it.
    """
    named = _AS.match(text, place, limit)
    if named is not None and _is_naming(named["cue"], named["name"]) and is_name(named["name"]):
        return HandleBeside(named["name"], _closed(text, named.end()), said=True)
    signed = _SIGNED.match(text, place, limit)
    if signed is None or not is_name(signed["name"]):
        return None
    name, after = signed["name"], signed.end()
    if text[after : after + 1] in {"@", "%"} or text[after : after + 3] == "://":
        return None
    sure = bool(signed["quote"]) or looks_made_up(name) or normal_name(name) in known
    # "Empire (greenman, 220 sales)": only of a name numbers are told.
    sure = sure or (name.isalpha() and number_at(text, _closed(text, after), limit) is not None)
    # "Neptune (Keylogger)", "Dream - closed": a word after such a sign tells something else more often than a name.
    weak = signed["sign"] in {"(", "["} or (signed["sign"] in {"-", "\u2013"} and name.islower())
    if not sure and (weak or _GOES_ON.match(text, after) or signed["sign"].startswith("/")):
        return None
    return HandleBeside(name, _closed(text, after), said=False)


def _is_naming(cue: str, name: str) -> bool:
    """Whether words introduce a name: "as", or "we are" before what can only be one."""
    return _NAMING.search(cue) is not None or (_IS.search(cue) is not None and looks_made_up(name))


def _closed(text: str, end: int) -> int:
    return end + 1 if text[end : end + 1] in _CLOSES else end


def handle_before(text: str, begin: int, place: int) -> str | None:
    """The handle right before a market's name: "NAME on", "formerly NAME of", "NAME@"."""
    window = text[max(begin, place - 80) : place].rpartition("\n")[2]
    match = _HANDLE_ON.search(window)
    if match is None:
        listed = _HANDLE_DASH.match(window)
        return listed["name"] if listed and is_name(listed["name"]) and looks_made_up(listed["name"]) else None
    if not is_name(match["name"]):
        return None
    name, start = match["name"], match.start("name")
    quoted = window[start - 1 : start] in _QUOTES and window[match.end("name") : match.end("name") + 1] in _QUOTES
    # "... - Greeny from Abraxas": a capital where something begins.
    begins = not window[:start].rstrip()[-1:].isalnum()
    capital = begins and name[:1].isupper() and (match["on"] or "").lower() in _WORDS.from_
    # As in "NAME (Hansa)".
    bracketed = window[-1:] in {"(", "["} and _BRACKET_CLOSES.match(text, place) is not None
    sure = looks_made_up(name) or quoted or capital or bracketed
    return name if sure or _CALLED.search(window, 0, start) else None


def shared_handle(text: str) -> str | None:
    """The one name that a sentence gives for all its markets: "all with the same name: NAME"."""
    match = _SHARED.search(text)
    if match is not None and is_name(match["name"]):
        return match["name"]
    match = _EVERYWHERE.search(text)
    if match is None or not is_name(match["name"]):
        return None
    return match["name"] if looks_made_up(match["name"]) or match["name"][0].isupper() else None
