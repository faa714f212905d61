"""Countries and destinations as people write them, to ISO 3166-1 alpha-2 codes, ``EU`` and ``WW``.

The official names and their translations are pycountry's (ISO 3166-1 with Debian's iso-codes); what vendors write
besides, the regions and the words of exclusion are data, in ``country_names.yaml``.
"""

import gettext
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pycountry
import yaml
from pydantic import BaseModel, ConfigDict

WORLD = "WW"
EUROPE = "EU"

_NAMES_FILE = Path(__file__).parent / "country_names.yaml"
_TOKEN = re.compile(r"[^\W_]+(?:['\u2019.&][^\W_]+)*\.?|[,;/|\n•·()\[\]+&:!]|(?<!\w)-(?!\w)")
_WORD_START = re.compile(r"\w")
# Two regional indicators are the flag of a code; a globe is the world.
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_GLOBE = re.compile("[\U0001f30d-\U0001f310\U0001f5fa]")
_INDICATOR_A = 0x1F1E6
_PARTS = re.compile(r"[,;/|()\n]")
_LONGEST_NAME = 8


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where parcels go: alpha-2 codes, ``EU`` or ``WW``, each once, in the order of the text.

    Attributes:
        to: places that are served.
        excluded: places that are named as not served.
        unread: words that are neither a place nor a word between places, as written.
    """

    to: tuple[str, ...]
    excluded: tuple[str, ...]
    unread: tuple[str, ...] = ()


class _Region(BaseModel):
    model_config = ConfigDict(extra="forbid")
    names: list[str]
    countries: list[str]


class _Exclusions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    before: list[str]
    after: list[str]


class _NamesFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    languages: list[str]
    field_languages: list[str]
    world: list[str]
    world_alone: list[str]
    europe: list[str]
    countries: dict[str, list[str]]
    fields_only: dict[str, list[str]]
    nationalities: dict[str, list[str]]
    cities: dict[str, list[str]]
    absent: list[str]
    regions: list[_Region]
    between: list[str]
    exclusions: _Exclusions


@dataclass(frozen=True, slots=True)
class _Names:
    """The tables, by folded name. Codes are apart: "to", "in", "and" are words before they are codes.

    ``names`` are the places of running text; ``places`` those, and what is a place in a field only.
    """

    names: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    world_alone: frozenset[str]
    absent: frozenset[str]
    regions: frozenset[str]
    codes: dict[str, str]
    before: frozenset[str]
    after: frozenset[str]
    between: frozenset[str]
    nationalities: dict[str, tuple[str, ...]]
    cities: dict[str, tuple[str, ...]]


def country_code(text: str) -> str | None:
    """The code of one country, of the European Union (``EU``) or of the world (``WW``), or None.

    Args:
        text: one name or code and nothing else. ISO codes of two and three letters count in upper case only.
    """
    names = _names()
    stripped = text.strip(" \t\r\n.,:;()[]")
    code = names.codes.get(stripped.replace(".", ""))
    if code:
        return code
    key = fold_name(stripped)
    return None if key in names.regions else names.places.get(key, (None,))[0]


def country_name(code: str) -> str | None:
    """The English name of a country by its alpha-2 code, of ``EU`` or ``WW``; None when there is none."""
    regions = {WORLD: "worldwide", EUROPE: "European Union"}
    country = pycountry.countries.get(alpha_2=code) if len(code) == 2 else None
    return regions.get(code) or (str(country.name) if country else None)


def region_countries(text: str) -> tuple[str, ...]:
    """The codes of the countries of a region such as "Scandinavia"; of a country its own; empty when unknown."""
    one = country_code(text)
    return (one,) if one else _names().places.get(fold_name(text), ())


def place_names() -> dict[str, tuple[str, ...]]:
    """Every name of a place in running text, folded by `fold_name`, with its codes; no ISO codes."""
    return dict(_names().names)


def nationality_names() -> dict[str, tuple[str, ...]]:
    """Words for what is of a country ("Dutch"), folded, with its code."""
    return dict(_names().nationalities)


def city_names() -> dict[str, tuple[str, ...]]:
    """Cities and states that vendors send from, folded, with the code of their country."""
    return dict(_names().cities)


@lru_cache(maxsize=4096)
def parse_destinations(text: str) -> Destinations:
    """Read a field such as "Worldwide except USA, Canada" or "UK & Ireland".

    Args:
        text: what a page or a vendor states as destinations or origins; lists by comma, slash, line or "and".
    """
    if _names().world_alone.intersection((fold_name(text), text.strip())):
        return Destinations((WORLD,), ())
    return _DestinationReader(_without_pictures(text)).read()


@lru_cache(maxsize=4096)
def states_no_place(text: str) -> bool:
    """Whether a field says that it states no place: "N/A", "-", "Undeclared", "Digital goods"."""
    absent = _names().absent
    if fold_name(text) in absent:
        return True
    parts = (fold_name(part) for part in _PARTS.split(_without_pictures(text).replace("*", WORLD)))
    return all(not part or part in absent for part in parts)


def _without_pictures(text: str) -> str:
    """A text with flags and globes as codes."""
    if text.isascii():
        return text
    return _GLOBE.sub(f" , {WORLD} , ", _FLAG.sub(_flagged_code, text))


def _flagged_code(flag: re.Match[str]) -> str:
    return f" , {''.join(chr(ord(letter) - _INDICATOR_A + ord('A')) for letter in flag[0])} , "


def fold_name(text: str) -> str:
    """A name for comparison: lower case, no accents, no dots or apostrophes, hyphens as spaces, one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    letters = re.sub(r"(?<=\b\w)\.(?=\w\b|\s|$)", "", letters)
    return " ".join(re.sub(r"[^\w\s]|_", " ", letters).split())


class _DestinationReader:
    """One pass over the tokens of a text: the longest name at each place, and words that turn the meaning."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text.replace("\r", "\n"))
        # Where all is in capitals, "TO" and "IN" are words; elsewhere capitals make a code.
        self._shouted = text.isupper()
        self._names = _names()
        self._to: dict[str, None] = {}
        self._of_regions: set[str] = set()
        self._excluded: dict[str, None] = {}
        self._unread: list[str] = []
        self._excluding = False
        self._segment: list[str] = []

    def read(self) -> Destinations:
        place = 0
        while place < len(self._tokens):
            place += self._step(place)
        # "World Wide, Asia, Africa" is the world: its parts would only hide what the page states.
        world = WORLD in self._to
        to = tuple(code for code in self._to if code not in self._excluded and not (world and code in self._of_regions))
        return Destinations(to, tuple(self._excluded), tuple(self._unread))

    def _step(self, place: int) -> int:
        """Read what begins at a token; returns how many tokens it took."""
        token = self._tokens[place]
        if not _WORD_START.match(token):
            self._separate(token)
            return 1
        alone = self._stands_alone(place)
        code = self._names.codes.get(token.replace(".", ""))
        if code is None and alone and token.casefold() not in self._names.before:
            code = self._names.codes.get(token.upper())
        if code and (alone or self._between_places(place)):
            self._take((code,))
            return 1
        for length in range(min(_LONGEST_NAME, len(self._tokens) - place), 0, -1):
            words = self._tokens[place : place + length]
            if not _WORD_START.match(words[-1]) or any(not _WORD_START.match(word) and word != "," for word in words):
                continue
            # Only the names of the standard hold a comma ("Korea, Republic of"): elsewhere it separates.
            key = fold_name(" ".join(words))
            if "," in words and f"{key}," not in self._names.places:
                continue
            if key in self._names.places:
                self._take(self._names.places[key], is_region=key in self._names.regions)
                return length
            if key in self._names.before and (key not in self._names.after or self._more_places(place + length)):
                self._excluding = True
                return length
            if key in self._names.after:
                self._exclude_segment()
                return length
        if fold_name(token) not in self._names.between:
            self._unread.append(token)
        return 1

    def _separate(self, token: str) -> None:
        if token in {"(", "[", "\n", ";"}:
            self._segment = []
        if token in {")", "]", "\n", ";"}:
            self._excluding = False

    def _take(self, codes: Iterable[str], *, is_region: bool = False) -> None:
        target = self._excluded if self._excluding else self._to
        for code in codes:
            if is_region and code not in target:
                self._of_regions.add(code)
            elif not is_region:
                self._of_regions.discard(code)
            target.setdefault(code)
            self._segment.append(code)

    def _exclude_segment(self) -> None:
        for code in self._segment:
            self._to.pop(code, None)
            self._excluded.setdefault(code)

    def _more_places(self, place: int) -> bool:
        return place < len(self._tokens) and bool(_WORD_START.match(self._tokens[place]))

    def _stands_alone(self, place: int) -> bool:
        """Whether a token is all there is between two separators."""
        before = place == 0 or not _WORD_START.match(self._tokens[place - 1])
        after = place + 1 == len(self._tokens) or not _WORD_START.match(self._tokens[place + 1])
        return before and after

    def _between_places(self, place: int) -> bool:
        """Whether a two-letter code is spoken as one: "DE and AT", "except US"; not "WE SHIP TO"."""
        token = self._tokens[place]
        if not token.isupper() or (self._shouted and fold_name(token) in self._names.between):
            return False
        neighbours = self._tokens[max(0, place - 1) : place] + self._tokens[place + 1 : place + 2]
        known = self._names.between | self._names.before | self._names.after
        return all(not _WORD_START.match(word) or fold_name(word) in known for word in neighbours)


@cache
def _names() -> _Names:
    file = _NamesFile.model_validate(yaml.load(_NAMES_FILE.read_text("utf-8"), Loader=yaml.CSafeLoader))
    codes = {WORLD: WORLD, EUROPE: EUROPE}
    codes |= {code: country.alpha_2 for country in pycountry.countries for code in (country.alpha_2, country.alpha_3)}
    names = _official_names(file.languages)
    names |= _coded({**file.countries, WORLD: file.world, EUROPE: file.europe})
    names |= {fold_name(name): tuple(region.countries) for region in file.regions for name in region.names}
    nationalities = _coded(file.nationalities)
    in_fields = _coded(file.fields_only) | nationalities
    return _Names(
        names=names,
        # Where a name is a word of two languages, that of the languages read everywhere counts.
        places=_official_names(file.field_languages) | in_fields | names,
        world_alone=frozenset(name if name == "*" else fold_name(name) for name in file.world_alone),
        absent=frozenset(map(fold_name, file.absent)),
        regions=frozenset(fold_name(name) for region in file.regions for name in region.names),
        codes=codes,
        before=frozenset(map(fold_name, file.exclusions.before)),
        after=frozenset(map(fold_name, file.exclusions.after)),
        between=frozenset(map(fold_name, file.between)),
        nationalities=nationalities,
        cities=_coded(file.cities),
    )


def _coded(spellings: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Folded names, each with its code."""
    return {fold_name(name): (code,) for code, names in spellings.items() for name in names}


def _official_names(languages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The names of ISO 3166-1 in English and these languages; one with a comma also as a key that ends in one."""
    translations = [gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[name]) for name in languages]
    places: dict[str, tuple[str, ...]] = {}
    for country in pycountry.countries:
        official = [getattr(country, name, None) for name in ("name", "common_name", "official_name")]
        for name in filter(None, official):
            for form in (name, *(translation.gettext(name) for translation in translations)):
                key = fold_name(form)
                places.setdefault(key, (country.alpha_2,))
                if "," in form:
                    places.setdefault(f"{key},", (country.alpha_2,))
    return places
