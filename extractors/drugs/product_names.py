"""Names of products, which stand for the substance in them: cannabis varieties, pill stamps, imprints of medicines.

They are data in ``lexicons/strains.yaml``, ``pill_stamps.yaml`` and ``imprints.yaml``; `extractors.lexicon` makes
names of the lexicon of them. ``docs/extraction.md`` describes the files.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from extractors.lexicon_files import read_words
from extractors.words import pieces

__all__ = ["Company", "ProductName", "load_product_names", "strength_of_imprint"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Company(_Model):
    """What must be near a name for it to count; the words are those of `extractors.lexicon.Uncertain`."""

    needs: list[Literal["weight", "dose", "pills", "kin", "near"]] = Field(min_length=1)
    near: list[str] = Field(default_factory=list)
    unless: list[str] = Field(default_factory=list)


class _UncertainNames(Company):
    names: list[str] = Field(min_length=1)


class _Names(_Model):
    """``strains.yaml`` and ``pill_stamps.yaml``: names of one substance in one form."""

    sources: list[str] = Field(min_length=1)
    substance: str
    form: str | None
    aliases: list[str]
    uncertain: list[_UncertainNames]


class _Imprint(_Model):
    """Marks on a medicine, and the milligrams of the substance in one; None when it comes in several strengths."""

    marks: list[str] = Field(min_length=1)
    substance: str
    mg: float | None = Field(gt=0)
    alone: bool = False


class _Imprints(_Model):
    sources: list[str] = Field(min_length=1)
    imprints: list[_Imprint]
    company: Company


class ProductName(NamedTuple):
    """Names of a product: what is in it, in which form, and the company that the names need, if any."""

    names: list[str]
    substance: str
    form: str | None
    company: Company | None


@cache
def load_product_names() -> tuple[ProductName, ...]:
    """All names of products.

    Raises:
        ConfigurationError: a file does not fit its schema.
    """
    return (*_names("strains.yaml"), *_names("pill_stamps.yaml"), *_imprint_names())


def strength_of_imprint(mark: str) -> float | None:
    """The milligrams of a medicine with this imprint ("M30" is 30); None when it is not known."""
    return _strengths().get(_key(mark))


def _names(file: str) -> Iterator[ProductName]:
    names = read_words(file, _Names)
    if names.aliases:
        yield ProductName(names.aliases, names.substance, names.form, None)
    for uncertain in names.uncertain:
        company = Company(needs=uncertain.needs, near=uncertain.near, unless=uncertain.unless)
        yield ProductName(uncertain.names, names.substance, names.form, company)


def _imprint_names() -> Iterator[ProductName]:
    file = _imprints()
    for one in file.imprints:
        yield ProductName(one.marks, one.substance, None, None if one.alone else file.company)


@cache
def _imprints() -> _Imprints:
    return read_words("imprints.yaml", _Imprints)


@cache
def _strengths() -> Mapping[str, float]:
    return {_key(mark): one.mg for one in _imprints().imprints if one.mg is not None for mark in one.marks}


def _key(mark: str) -> str:
    return "".join(piece.text for piece in pieces(mark))
