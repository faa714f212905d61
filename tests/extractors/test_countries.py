import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.countries import (
    Destinations,
    city_names,
    country_code,
    nationality_names,
    parse_destinations,
    place_names,
    region_countries,
    states_no_place,
)

CODES = {country.alpha_2 for country in pycountry.countries} | {"EU", "WW"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"), ("usa", "US"), ("U.S.A.", "US"), ("U.S.", "US"), ("United States", "US"), ("NL", "NL"),
        ("Holland", "NL"), ("the Netherlands", "NL"), ("Deutschland", "DE"), ("Allemagne", "DE"), ("Alemania", "DE"),
        ("Germania", "DE"), ("Duitsland", "DE"), ("Германия", "DE"), ("Россия", "RU"), ("Großbritannien", "GB"),
        ("États-Unis", "US"), ("Estados Unidos", "US"), ("Stati Uniti", "US"), ("Verenigde Staten", "US"),
        ("Pays-Bas", "NL"), ("Países Bajos", "NL"), ("Spain", "ES"), ("España", "ES"), ("Latvia", "LV"),
        ("Korea, Republic of", "KR"), ("South Korea", "KR"), ("Bosnia and Herzegovina", "BA"), ("DEU", "DE"),
        ("EU", "EU"), ("Europe", "EU"), ("European Union", "EU"), ("WW", "WW"), ("Worldwide", "WW"),
        ("World Wide", "WW"), ("world-wide", "WW"), ("Weltweit", "WW"), ("Весь мир", "WW"), (" Germany: ", "DE"),
    ],
)  # fmt: skip
def test_one_country(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    "text", ["", "in", "to", "and", "us", "aus", "Torland", "Scandinavia", "Germany, France", "XX"]
)
def test_what_is_not_one_country(text: str) -> None:
    assert country_code(text) is None


@pytest.mark.parametrize(
    ("text", "to", "excluded"),
    [
        ("World Wide except US, Canada", ("WW",), ("US", "CA")),
        ("Worldwide Except, Australia, New Zealand", ("WW",), ("AU", "NZ")),
        ("Worldwide (USA excluded)", ("WW",), ("US",)),
        ("Weltweit außer USA und Kanada", ("WW",), ("US", "CA")),
        ("Monde entier sauf la France", ("WW",), ("FR",)),
        ("весь мир кроме России", ("WW",), ("RU",)),
        ("EU, no UK", ("EU",), ("GB",)),
        ("UK & Ireland", ("GB", "IE"), ()),
        ("EU, Norway/Switzerland", ("EU", "NO", "CH"), ()),
        ("DE, AT, CH", ("DE", "AT", "CH"), ()),
        ("DE and AT", ("DE", "AT"), ()),
        ("us", ("US",), ()),
        ("aus Deutschland", ("DE",), ()),
        ("WE SHIP TO US AND CA", ("US", "CA"), ()),
        ("Australia only", ("AU",), ()),
        ("Bosnia and Herzegovina, Korea, Republic of, France", ("BA", "KR", "FR"), ()),
        ("Scandinavia", ("DK", "NO", "SE"), ()),
        ("World Wide, United States, Asia, Africa", ("WW", "US"), ()),
        ("Germany\nFrance", ("DE", "FR"), ()),
        ("Germany, Germany", ("DE",), ()),
        ("", (), ()),
        ("Torland", (), ()),
    ],
)
def test_destinations(text: str, to: tuple[str, ...], excluded: tuple[str, ...]) -> None:
    read = parse_destinations(text)
    assert (read.to, read.excluded) == (to, excluded)


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("\U0001f1e9\U0001f1ea", ("DE",)), ("\U0001f1e9\U0001f1ea Germany", ("DE",)), ("\U0001f30d", ("WW",)),
        ("\U0001f1ea\U0001f1fa", ("EU",)), ("United States (US)", ("US",)), ("U.K.", ("GB",)), ("NLD", ("NL",)),
        ("Dutch", ("NL",)), ("Niemcy", ("DE",)), ("Stany Zjednoczone", ("US",)), ("Alemanha", ("DE",)),
        ("Reino Unido", ("GB",)), ("Paesi Bassi", ("NL",)), ("из России", ("RU",)), ("Москва", ("RU",)),
        ("Bosnia & Herzegovina", ("BA",)), ("UE", ("EU",)), ("EU countries", ("EU",)), ("All", ("WW",)), ("*", ("WW",)),
        ("Все страны", ("WW",)), ("Cały świat", ("WW",)), ("Mundo inteiro", ("WW",)), ("all of Europe", ("EU",)),  # noqa: RUF001 - Russian
        ("Eastern Europe", ("BY", "BG", "CZ", "HU", "PL", "MD", "RO", "RU", "SK", "UA")),
        ("North America", ("US", "CA", "MX")),
    ],
)  # fmt: skip
def test_places_in_many_writings(text: str, to: tuple[str, ...]) -> None:
    assert parse_destinations(text) == Destinations(to, ())


@pytest.mark.parametrize(
    ("text", "excluded"),
    [("outside EU", ("EU",)), ("Tutto il mondo tranne Italia", ("IT",)), ("Weltweit, außer USA", ("US",)),
     ("Worldwide (excluding US, CA)", ("US", "CA")), ("Cały świat z wyjątkiem USA", ("US",)),
     ("Mundo inteiro exceto Brasil", ("BR",))],
)  # fmt: skip
def test_exclusions_in_many_languages(text: str, excluded: tuple[str, ...]) -> None:
    assert parse_destinations(text).excluded == excluded


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "N/A",
        "NA",
        "Undeclared",
        "Torland",
        "Digital goods",
        "Не указано",  # noqa: RUF001 - Russian
        "nicht angegeben",
        "Digital / Instant",
    ],
)
def test_no_place_is_stated(text: str) -> None:
    assert states_no_place(text)


@pytest.mark.parametrize("text", ["Germany", "the moon", "*", "\U0001f1e9\U0001f1ea", "Worldwide, Digital", "NO"])
def test_something_is_stated(text: str) -> None:
    assert not states_no_place(text)


def test_words_that_are_no_places_in_running_text() -> None:
    assert not {"dutch", "indie", "welt", "german", "digital"} & place_names().keys()


def test_nationalities_and_cities_are_no_names_of_places_but_known() -> None:
    assert nationality_names()["dutch"] == ("NL",)
    assert city_names()["amsterdam"] == ("NL",)
    assert not {"aussie", "amsterdam", "california"} & place_names().keys()
    assert {code for codes in (*nationality_names().values(), *city_names().values()) for code in codes} <= CODES


def test_a_city_is_no_country_of_a_field() -> None:
    assert parse_destinations("Amsterdam") == Destinations((), (), ("Amsterdam",))
    assert parse_destinations("Aussie").to == ("AU",)


def test_what_is_not_understood_is_told() -> None:
    assert parse_destinations("Germany and Torland") == Destinations(("DE",), (), ("Torland",))


def test_a_region_is_its_countries_and_a_country_itself() -> None:
    assert region_countries("Benelux") == ("BE", "NL", "LU")
    assert region_countries("Belgium") == ("BE",)
    assert region_countries("Atlantis") == ()


def test_every_name_leads_to_real_codes() -> None:
    names = place_names()
    assert len(names) > 1500
    assert {code for codes in names.values() for code in codes} <= CODES


def test_every_iso_country_is_known_by_its_own_name() -> None:
    unknown = [country.name for country in pycountry.countries if country_code(country.name) != country.alpha_2]
    assert unknown == []


@given(st.text(max_size=200))
def test_any_text_gives_known_codes_each_once(text: str) -> None:
    read = parse_destinations(text)
    assert set(read.to) | set(read.excluded) <= CODES
    assert len(set(read.to)) == len(read.to)
    assert not set(read.to) & set(read.excluded)


@given(
    st.lists(st.sampled_from(["Germany", "France", "UK", "NL", "Spain"]), unique=True),
    st.sampled_from([", ", " / ", "; ", "\n"]),
)
def test_a_list_keeps_its_order(names: list[str], separator: str) -> None:
    assert parse_destinations(separator.join(names)).to == tuple(country_code(name) for name in names)
