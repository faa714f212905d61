"""Short ways to ask the pipeline what it reads, for the tests of its components."""

from functools import cache

from spacy.language import Language

from extractors.facts import Facts, facts
from extractors.pipeline import build_pipeline, read_text
from extractors.records import Mention

SOURCE = "listing:market/1#title"


@cache
def pipeline() -> Language:
    """The one pipeline of a test session."""
    return build_pipeline()


def mentions(text: str, *kinds: str) -> list[Mention]:
    """What a text mentions, of some types or of all."""
    return [one for one in read_text(pipeline(), text, source=SOURCE) if not kinds or one.type in kinds]


def values(text: str, *kinds: str) -> list[str]:
    """The normal values of what a text mentions, of some types."""
    return [one.value for one in mentions(text, *kinds)]


def facts_of(text: str) -> Facts:
    """The facts of a text."""
    return facts(mentions(text), text)
