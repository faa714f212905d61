"""How the text pipeline cuts a text into tokens: a run of letters, a run of digits, or one other character.

As `extractors.words` has it for pieces; apart from it, as that is read by much that needs no spaCy.
"""

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.words import DAMAGE, whole_characters

__all__ = ["TEXT", "MarketTokenizer"]

# A token is at most 64 characters long: one of a million letters would be kept whole by the string store.
# A blank after it belongs to it, as spaCy has it.
_TOKEN = re.compile(rf"((?:[A-Za-z]|(?!{DAMAGE})[^\W\d_]){{1,64}}|\d{{1,64}}|\s|.)( ?)", re.DOTALL)

# The key of the text in ``Doc.user_data``.
TEXT = "nightpost_text"


class MarketTokenizer:
    """Text to Doc; ``doc.text`` is always the text, whatever is in it, but for halves of characters."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Cut a text into tokens."""
        text = whole_characters(text)
        tokens = _TOKEN.findall(text)
        words = [word for word, _ in tokens]
        spaces = [bool(space) for _, space in tokens]
        # The Doc carries its text: to put it together again from tokens takes longer than to make the Doc.
        return Doc(self.vocab, words=words, spaces=spaces, user_data={TEXT: text})

    def to_bytes(self, **_: object) -> bytes:
        """Nothing: the tokenizer has no state (spaCy saves a pipeline by this)."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> "MarketTokenizer":
        """The tokenizer itself: it has no state."""
        return self
