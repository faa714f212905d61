"""The words that say what a time is about and which destinations it holds for: ``lexicons/delivery.yaml``."""

from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from extractors.lexicon import FOLDER
from nightpost.errors import ConfigurationError

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
    content = yaml.load((FOLDER / "delivery.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    try:
        return DeliveryWords.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(f"lexicons/delivery.yaml does not fit its schema: {error}; mend the file") from error
