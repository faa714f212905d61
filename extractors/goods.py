"""The words by which a title says what kind of thing it offers, when that is no drug."""

from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from extractors.lexicon import FOLDER
from extractors.phrases import Phrases
from nightpost.errors import ConfigurationError

__all__ = ["GoodsWords", "goods_phrases", "load_goods"]


class GoodsWords(BaseModel):
    """``goods.yaml``: words by kind of goods."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    goods: dict[str, list[str]]


@cache
def load_goods() -> GoodsWords:
    """The words of goods of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    try:
        return GoodsWords.model_validate(yaml.load((FOLDER / "goods.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader))
    except ValidationError as error:
        raise ConfigurationError(f"lexicons/goods.yaml does not fit its schema: {error}; mend the file") from error


@cache
def goods_phrases() -> Phrases[str]:
    """The words of goods, ready to be found in a text; what they mean is the kind."""
    return Phrases(load_goods().goods)
