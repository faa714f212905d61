"""The form in which the embedded store keeps a document: its JSON and its prepared text, compressed.

A record says much twice (the names of its fields, the capture that states each, a text and its prepared form): a
quarter of the space is enough, and what is read from the disk is one page instead of several. Small documents, as
mentions are, compress because the examples beside this module are taken for what came before them.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from index.documents import Document
from index.fields import TEXTS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["restored", "restored_words", "stored", "words_of"]

# Whoever changes the examples makes stored documents unreadable: raise `index.sqlite_schema.SCHEMA_VERSION` with them.
_EXAMPLES = zstd.ZstdDict((Path(__file__).parent / "stored_examples.jsonl").read_bytes(), is_raw=True)
# The fastest level that finds whole repetitions; higher ones gain 2 of 100.
_LEVEL = 1
_compressor = zstd.ZstdCompressor(_LEVEL, zstd_dict=_EXAMPLES.as_digested_dict)
# JSON has line ends inside strings only, where they are escaped.
_BETWEEN = b"\n"


def stored(document: Document) -> bytes:
    """A document and its words.

    Raises:
        pydantic_core.PydanticSerializationError: it holds something that is not JSON.
    """
    content = {
        "kind": document.kind,
        "id": document.id,
        "body": document.body,
        "keywords": document.keywords,
        "numbers": document.numbers,
        "dates": document.dates,
        "state": document.state,
    }
    # The words come last: whoever wants the document alone does not parse them.
    whole = to_json(content, inf_nan_mode="null") + _BETWEEN + to_json(words_of(document.words))
    return _compressor.compress(whole, mode=zstd.ZstdCompressor.FLUSH_FRAME)


def restored(content: bytes) -> Document:
    """The document, without its words; it was valid when it was stored, and is not validated again."""
    fields: dict[str, Any] = from_json(_parts(content)[0])
    fields["words"] = {}
    fields["dates"] = {name: [datetime.fromisoformat(one) for one in texts] for name, texts in fields["dates"].items()}
    return Document.model_construct(**fields)


def restored_words(content: bytes) -> list[str]:
    """The words of a stored document, in the order of `TEXTS`."""
    words: list[str] = from_json(_parts(content)[1])
    return words


def words_of(words: Mapping[str, str]) -> list[str]:
    """Prepared text in the order of `TEXTS`."""
    return [words.get(name, "") for name in TEXTS]


def _parts(content: bytes) -> tuple[bytes, bytes]:
    whole = zstd.ZstdDecompressor(_EXAMPLES.as_digested_dict).decompress(content)
    document, _, words = whole.partition(_BETWEEN)
    return document, words
