"""Conditions on words in FTS5's own little language.

It is written from tokens in double quotes, so that nothing in a token can be read as an operator.
"""

from index.conditions import And, AnyWord, Condition, Not, Or, Phrase, Text, Word, WordPrefix
from index.fields import TEXTS

# FTS5 takes ever longer to read an expression as it grows.
_WORDS_TOGETHER = 400


def fts_expression(condition: Condition) -> str | None:
    """The condition in FTS5's language; None when it is not about words alone."""
    match condition:
        case Word() | Phrase() | WordPrefix():
            return _text(condition)
        case Or(parts):
            expressions = [fts_expression(part) for part in parts]
            return None if None in expressions else "(" + " OR ".join(map(str, expressions)) + ")"
        case And(parts):
            sought = [part for part in parts if not isinstance(part, Not)]
            denied = [part.part for part in parts if isinstance(part, Not)]
            expressions = [fts_expression(part) for part in (*sought, *denied)]
            if not sought or None in expressions:
                return None
            found = " AND ".join(map(str, expressions[: len(sought)]))
            return "(" + " NOT ".join([f"({found})", *map(str, expressions[len(sought) :])]) + ")"
        case _:
            return None


def split_words(parts: list[Condition]) -> tuple[str | None, list[Condition]]:
    """Of parts that must all hold, what FTS5 can answer, in its language; and the others."""
    text = tuple(part for part in parts if fts_expression(part) is not None)
    if not text:
        return None, parts
    # FTS5 takes a denial beside something that is sought: a AND b NOT c.
    denied = tuple(part for part in parts if isinstance(part, Not) and fts_expression(part.part) is not None)
    others = [part for part in parts if part not in text and part not in denied]
    return fts_expression(And((*text, *denied))), others


def fts_expressions(condition: AnyWord) -> list[str]:
    """Many words as several expressions, a document fits when it fits one of them."""
    chunks = (
        condition.tokens[start : start + _WORDS_TOGETHER] for start in range(0, len(condition.tokens), _WORDS_TOGETHER)
    )
    return [str(fts_expression(Or(tuple(Word(condition.fields, token) for token in chunk)))) for chunk in chunks]


def _text(text: Text) -> str:
    columns = "" if text.fields == TEXTS else "{" + " ".join(text.fields) + "} : "
    match text:
        case Word(_, token):
            return f"{columns}{_quoted(token)}"
        case Phrase(_, tokens):
            return f"{columns}{_quoted(' '.join(tokens))}"
        case WordPrefix(_, prefix):
            return f"{columns}{_quoted(prefix)} *"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
