"""The substance lexicon: data files, their schema, and fast matching of names in text.

The files are ``lexicons/substances/*.yaml``, one a class or part of one; ``sources.yaml`` says where their facts come
from and ``contexts.yaml`` which words decide about ambiguous names. ``docs/extraction.md`` describes the format.

Names are matched by pieces (runs of letters or digits, `extractors.words`): a name is found however its parts are
joined ("2C-B", "2cb", "2 c b"; "speed paste", "speedpaste"), and never inside a word ("mda" in "mdma").
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from extractors.drugs.product_names import load_product_names
from extractors.drugs.registry_numbers import checked_cas
from extractors.lexicon_files import FOLDER, read_words
from extractors.words import Piece, pieces
from nightpost.errors import ConfigurationError

__all__ = ["Contexts", "Lexicon", "Match", "Sense", "Substance", "load_contexts", "load_lexicon"]


Need = Literal["weight", "dose", "pills", "kin", "near"]
SoldAs = Literal["pill", "powder", "liquid", "plant", "blotter", "vial", "gas"]
Control = Literal[
    "1961-I", "1961-II", "1961-IV", "1971-I", "1971-II", "1971-III", "1971-IV", "1988-I", "1988-II",
]  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Uncertain(_Model):
    """Names that mean the substance only in company.

    Attributes:
        names: the names.
        form: the form that they name.
        needs: one of these must be within reach: a weight, a dose, a word for pills, another name of the class
            (``kin``), or one of the words of ``near``.
        near: words for ``needs: [near]``.
        unless: words that, next to it, mean that it is something else.
    """

    names: list[str]
    form: str | None = None
    needs: list[Need]
    near: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


class Substance(_Model):
    """One substance, with every way in which it is written.

    Attributes:
        name: lower case, INN or common name; itself a name to match unless ``name_is_alias`` is false.
        schedule: of the United States' Controlled Substances Act; None when not scheduled.
        un: the treaty of the United Nations and its list: narcotic drugs of 1961, psychotropic substances of 1971,
            precursors of 1988. What is in the fourth list of 1961 is in its first as well.
        cas: registry number of the Chemical Abstracts Service, with a right check digit.
        pubchem: compound number (CID).
        sold_as: the usual form; decides whether milligrams are a dose or an amount.
        sources: keys of ``sources.yaml``.
        aliases: names that mean nothing else.
        forms: names that also say the form (hash, crack, truffles).
        uncertain: names that need context.
        adjunct: it comes inside preparations of others and is a fact only when nothing else is there.
        hazard: for those who handle a parcel; the file's own when absent.
    """

    name: str
    schedule: Literal["I", "II", "III", "IV", "V"] | None
    un: Control | None = None
    cas: Annotated[str, AfterValidator(checked_cas)] | None = None
    pubchem: int | None = Field(default=None, gt=0)
    sold_as: SoldAs | None = None
    sources: list[str] = Field(min_length=1)
    aliases: list[str]
    forms: dict[str, list[str]] = Field(default_factory=dict)
    uncertain: list[Uncertain] = Field(default_factory=list)
    adjunct: bool = False
    hazard: str | None = None
    name_is_alias: bool = True


class _Sources(RootModel[dict[str, dict[str, str]]]):
    """``sources.yaml``: title and kind of each source."""


class _SubstanceFile(_Model):
    """One file: the class of all its substances, and the hazard of those that state none."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    kind: str = Field(alias="class")
    hazard: str | None = None
    substances: list[Substance]


class Contexts(_Model):
    """``contexts.yaml``; lists of words in lower case."""

    sources: list[str]
    weight_units: frozenset[str]
    dose_units: frozenset[str]
    pill_words: frozenset[str]
    not_drugs: frozenset[str]
    name_parts: frozenset[str]
    plain_words: frozenset[str]


class Sense(NamedTuple):
    """What a name may mean: a substance of a class, in a form; ``uncertain`` says what must be near, if anything.

    ``product`` is true for the name of a product (a strain, a stamp), which other products may have too.
    """

    substance: Substance
    kind: str
    form: str | None
    uncertain: Uncertain | None
    joints: frozenset[int]
    product: bool = False


class Match(NamedTuple):
    """A name in a text: pieces ``first`` to ``last`` (not included), and its senses."""

    first: int
    last: int
    senses: Sequence[Sense]


class Lexicon:
    """All substances, and where their names occur in a text."""

    def __init__(self, senses: Iterable[tuple[str, Sense]]) -> None:
        """Take names with their senses; a name may have several, in order of preference."""
        self._senses: dict[str, list[Sense]] = {}
        self._prefixes: set[str] = set()
        self._written: dict[str, str] = {}
        self.substances: dict[str, Substance] = {}
        self.classes: dict[str, str] = {}
        for name, sense in senses:
            key, joints = key_of(name)
            self._written.setdefault(key, name)
            self._senses.setdefault(key, []).append(sense._replace(joints=joints))
            self._prefixes.update(key[:joint] for joint in joints)
            self._prefixes.add(key)
            self.substances[sense.substance.name] = sense.substance
            self.classes[sense.substance.name] = sense.kind

    def senses_of(self, name: str) -> Sequence[Sense]:
        """What a name may mean; empty when it is not in the lexicon."""
        return self._senses.get(key_of(name)[0], ())

    def certain_names(self) -> Iterator[tuple[str, str, SoldAs | None]]:
        """(name as written, substance, how it is sold) of every name that needs no company."""
        for key in self._written:
            for sense in self._senses[key]:
                if sense.uncertain is None:
                    yield self._written[key], sense.substance.name, sense.substance.sold_as

    def matches(self, text: str, words: Sequence[Piece]) -> list[Match]:
        """The names in a text, the longest at each place, without overlap.

        Args:
            text: the text.
            words: its pieces.
        """
        found = []
        place = 0
        while place < len(words):
            match = self._longest(text, words, place) if words[place].text in self._prefixes else None
            if match is None:
                place += 1
            else:
                found.append(match)
                place = match.last
        return found

    def _longest(self, text: str, words: Sequence[Piece], first: int) -> Match | None:
        best = None
        key = words[first].text
        last = first + 1
        joints: list[int] = []
        while key in self._prefixes:
            senses = [sense for sense in self._senses.get(key, ()) if sense.joints.issuperset(joints)]
            if senses and not _begins_another(text, words, last):
                best = Match(first, last, senses)
            if last == len(words):
                break
            gap = text[words[last - 1].end : words[last].start]
            if gap and not _joins(gap):
                break
            if gap:
                joints.append(len(key))
            key += words[last].text
            last += 1
        return best


def _begins_another(text: str, words: Sequence[Piece], last: int) -> bool:
    """Whether the single letter before a place begins another word, as in "test e-book"."""
    if last == len(words) or len(words[last - 1].text) > 1 or last < 2:
        return False
    return text[words[last - 1].end : words[last].start] == "-" and len(words[last].text) > 2


def _joins(gap: str) -> bool:
    """Whether what stands between two pieces may stand inside a name."""
    return gap in {" ", "-", ".", ",", "'", "\u2019", "_", "  ", "\xa0", "\u2010", "\u2011", "\u2013", ", ", "- ", " -"}


def key_of(name: str) -> tuple[str, frozenset[int]]:
    """A name's pieces put together, and the places in it where its parts meet."""
    parts = pieces(name)
    key = ""
    joints = set()
    for part in parts[:-1]:
        key += part.text
        joints.add(len(key))
    return key + parts[-1].text, frozenset(joints)


@cache
def load_lexicon() -> Lexicon:
    """The lexicon of the package.

    Raises:
        ConfigurationError: a file does not fit the schema, names an unknown source, or two files state one substance.
    """
    sources = set(read_words("sources.yaml", _Sources).root)
    senses: list[tuple[str, Sense]] = []
    names: set[str] = set()
    for path in sorted((FOLDER / "substances").glob("*.yaml")):
        file = read_words(path, _SubstanceFile)
        for substance in file.substances:
            unknown = set(substance.sources) - sources
            if unknown or substance.name in names:
                why = f"names the unknown source {sorted(unknown)}" if unknown else "is stated twice"
                raise ConfigurationError(f"{substance.name!r} in the lexicon {path} {why}; mend the file")
            names.add(substance.name)
            stated = substance.model_copy(update={"hazard": substance.hazard or file.hazard})
            senses.extend(_senses(stated, file.kind))
    return Lexicon([*senses, *_product_senses(senses)])


@cache
def load_contexts() -> Contexts:
    """The words of context.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("contexts.yaml", Contexts)


def _senses(substance: Substance, kind: str) -> Iterable[tuple[str, Sense]]:
    none: frozenset[int] = frozenset()
    for alias in [*([substance.name] if substance.name_is_alias else []), *substance.aliases]:
        yield alias, Sense(substance, kind, None, None, none)
    for form, aliases in substance.forms.items():
        for alias in aliases:
            yield alias, Sense(substance, kind, form, None, none)
    for uncertain in substance.uncertain:
        for alias in uncertain.names:
            yield alias, Sense(substance, kind, uncertain.form, uncertain, none)


def _product_senses(senses: Iterable[tuple[str, Sense]]) -> Iterable[tuple[str, Sense]]:
    """The names of products, each with the substance that is in it."""
    stated = {sense.substance.name: sense for _, sense in senses}
    for product in load_product_names():
        base = stated.get(product.substance)
        if base is None:
            raise ConfigurationError(f"a product has the unknown substance {product.substance!r}; mend its file")
        company = product.company
        uncertain = None
        if company is not None:
            uncertain = Uncertain(
                names=product.names,
                form=product.form,
                needs=company.needs,
                near=frozenset(company.near),
                unless=frozenset(company.unless),
            )
        for name in product.names:
            yield name, base._replace(form=product.form, uncertain=uncertain, product=True)
