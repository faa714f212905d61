"""What names look like on each messenger."""

import re

from extractors.contacts.handles import HANDLE, is_name, looks_made_up
from extractors.contacts.messenger_patterns import messenger_patterns, spelled
from extractors.contacts.words import contact_words

__all__ = ["fits", "may_be_called", "name_end", "normal_name"]

# Signal: a name with a number. Threema: eight letters or digits. Telegram: 4 to 32 letters, digits or underscores.
_FORMS = {
    "signal": re.compile(r"[A-Za-z_]\w{2,31}\.\d{2,9}(?![\w.]\w)"),
    "threema": re.compile(r"[A-Z0-9*][A-Z0-9]{7}(?!\w)"),
    "icq": re.compile(r"\d(?:[ -]?\d){4,9}(?!\d)"),
}
_THREEMA_SMALL = re.compile(r"(?=[a-z]{0,7}\d)(?=\d{0,7}[a-z])[*a-z0-9][a-z0-9]{7}(?!\w)")
_DISCORD_TAG = re.compile(r"[\w.]{2,32}[ ]?#[ ]?\d{4}(?!\d)")
_TELEGRAM = re.compile(r"[A-Za-z]\w{3,31}(?!\w)")
_WORD = re.compile(HANDLE)
_LONGEST = 32
# After a name, where nothing of the same sentence goes on.
_ENDS = re.compile(r"[ \t]{0,3}(?:$|[\n.,;:!?)\]}|/&+\"'\u201c\u201d\u00bb*\u2022~<>=@\u2013\u2014-])")
_NEXT_WORD = re.compile(r"[ \t]{1,3}([^\W\d_]{1,20}|24|\()")


def name_end(text: str, place: int, kind: str, *, at: bool, sure: bool, signed: bool) -> int:
    """Where a name that begins at a place ends; 0 when no name of the messenger begins there.

    Args:
        text: the text.
        place: where the name would begin.
        kind: the messenger.
        at: an ``@`` stands before it.
        sure: what stands before it leads to a name: a colon, "is", "username".
        signed: some sign stands before it, not only spaces.
    """
    if kind in _FORMS:
        match = _FORMS[kind].match(text, place)
        if match is None and kind == "threema" and sure:
            match = _THREEMA_SMALL.match(text, place)
        return match.end() if match else 0
    if kind == "discord" and (tag := _DISCORD_TAG.match(text, place)):
        return tag.end()
    word = (_TELEGRAM if kind == "telegram" else _WORD).match(text, place)
    if word is None or len(word.group()) > _LONGEST or not may_be_called(word.group(), at=at):
        return 0
    if _goes_on_as_address(text[word.end() : word.end() + 2]):
        return 0
    named = at or looks_made_up(word.group()) or _is_named(text, word.end(), kind, sure=sure, signed=signed)
    return word.end() if named else 0


def _goes_on_as_address(after: str) -> bool:
    """Whether a word is the beginning of an email address, a link, or a name of another kind ("name.42")."""
    return after[:1] == "@" or (after[:1] in set("./#") and after[1:].isalnum()) or after == ":/"


def _is_named(text: str, end: int, kind: str, *, sure: bool, signed: bool) -> bool:
    """Whether a word that might be any other is a name, by what stands before and after it."""
    if sure and signed:
        return True
    if kind == "discord" and not sure:
        return False
    if kind == "telegram" and not (sure or signed) and not _ENDS.match(text, end):
        return False
    return _sentence_ends(text, end)


def may_be_called(word: str, *, at: bool) -> bool:
    """Whether somebody may be called so: no word of sentences, no messenger's name."""
    return is_name(word, shortest=2 if at else 3) and spelled(word) not in messenger_patterns().kinds


def _sentence_ends(text: str, place: int) -> bool:
    """Whether the words do not simply go on here, as they do after "wickr preferred over"."""
    if _ENDS.match(text, place):
        return True
    word = _NEXT_WORD.match(text, place)
    return word is None or word[1].lower() in contact_words().after_names


def fits(kind: str, name: str) -> bool:
    """Whether a name has the form of a messenger's names."""
    form = _TELEGRAM if kind == "telegram" else _FORMS.get(kind, _WORD)
    return form.fullmatch(name) is not None


def normal_name(kind: str, name: str) -> str:
    """A name as records have it: in lower case where the messenger does not tell case apart."""
    if kind == "icq":
        return re.sub(r"\D", "", name)
    if kind == "discord":
        return name.replace(" ", "")
    return name.upper() if kind == "threema" else name.lower()
