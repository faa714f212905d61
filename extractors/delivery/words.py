"""The words that say what a time is about and which destinations it holds for: ``lexicons/delivery.yaml``."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words

__all__ = ["DeliveryWords", "load_delivery_words"]


class DeliveryWords(BaseModel):
    """``delivery.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    labels: list[str]
    sendings: frozenset[str]
    delivery: list[str]
    dispatch: list[str]
    deadline: list[str]
    other: list[str]
    denied: frozenset[str]
    domestic: list[str]
    international: list[str]
    europe: list[str]
    world: list[str]
    origins: list[str]
    not_after: list[str]


@cache
def load_delivery_words() -> DeliveryWords:
    """The words of delivery times of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("delivery.yaml", DeliveryWords)
