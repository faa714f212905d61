"""The words by which a title says what kind of thing it offers, when that is no drug."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words
from extractors.phrases import Phrases

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
    return read_words("goods.yaml", GoodsWords)


@cache
def goods_phrases() -> Phrases[str]:
    """The words of goods, ready to be found in a text; what they mean is the kind."""
    return Phrases(load_goods().goods)
