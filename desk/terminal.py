"""What a vendor wrote, made safe to look at in a terminal.

Market text may carry escape sequences that move the cursor, rewrite earlier lines or set the window's title, and
bidirectional overrides that make one word look like another (Unicode Technical Report 36, section 3.1). They are shown,
not obeyed.
"""

import json
import sys
import unicodedata
from collections.abc import Mapping

from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

# Cc: controls; Cf: formats such as bidirectional overrides; Cs: half characters; Co and Cn: not assigned.
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SPACES = str.maketrans("\n\r\t", "   ")


def visible(text: str) -> str:
    r"""The text with every control and format character written out (``\x1b``), line breaks and tabs as spaces."""
    line = text.translate(_SPACES)
    if line.isprintable():  # nearly every text: nothing of those categories is printable
        return line
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _HIDDEN_CATEGORIES
        else character
        for character in line
    )


def cell(value: object, width: int = 60, style: str = "") -> Text:
    """A table cell: the value as visible text, never read as markup, cut to ``width`` characters."""
    if value is None:
        return Text("")
    text = visible(", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return Text(text if len(text) <= width else text[: width - 1] + "…", style=style)


# Where results go to a file or a pipe there is no width to fit them to: wide enough for every column.
_FILE_WIDTH = 240


def output() -> Console:
    """The console for results: as wide as the terminal, and lines of text are never broken to fit a file."""
    width = None if sys.stdout.isatty() else _FILE_WIDTH
    return Console(width=width, soft_wrap=width is not None, highlight=False)


def messages() -> Console:
    """The console for progress and messages: standard error; a message is one line, however long."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(item: BaseModel | Mapping[str, object]) -> None:
    """One JSON object on a line of standard output; controls inside strings are escaped by JSON itself."""
    sys.stdout.write(json_line(item) + "\n")


def json_line(item: BaseModel | Mapping[str, object]) -> str:
    """One JSON object as a line, without its end; controls inside strings are escaped."""
    text = item.model_dump_json() if isinstance(item, BaseModel) else json.dumps(item, ensure_ascii=False)
    return _escape_formats(text)


def _escape_formats(text: str) -> str:
    """JSON text, with the characters that JSON lets through raw (DEL, C1 controls, overrides) escaped too."""
    if text.isprintable():
        return text
    return "".join(
        "".join(f"\\u{unit:04x}" for unit in _utf16_units(character))
        if unicodedata.category(character) in _HIDDEN_CATEGORIES
        else character
        for character in text
    )


def _utf16_units(character: str) -> list[int]:
    """The one or two 16-bit numbers that stand for a character in a JSON escape."""
    encoded = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(encoded[at : at + 2], "big") for at in range(0, len(encoded), 2)]
