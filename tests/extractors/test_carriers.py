"""Posts and couriers, their services, and words that are none."""

import pytest

from extractors.components.carriers import load_carriers
from tests.extractors.reading_text import facts_of, mentions


@pytest.mark.parametrize(
    ("text", "carriers"),
    [
        ("sent by USPS Priority or Royal Mail", ["usps", "royal mail"]),
        ("Wir versenden mit der Deutschen Post", ["deutsche post"]),
        ("We ship with UPS, FedEx and USPS", ["ups", "fedex", "usps"]),
        ("Versand an Packstation möglich", ["dhl"]),
        ("envoi en Chronopost ou Colissimo", ["la poste"]),
        ("Enviamos por Correos o SEUR", ["correos", "seur"]),
        ("Poste Italiane raccomandata", ["poste italiane"]),
        ("PostNL aangetekend, in België bpost", ["postnl", "bpost"]),
        ("Отправка Почтой России или СДЭК", ["russian post", "cdek"]),
        ("EMS shipping from China", ["ems"]),
        ("1st Class Signed For or Tracked 24", ["royal mail"]),
        ("Sent by Hermes or DPD", ["hermes", "dpd"]),
        ("Swiss Post A-Post, An Post parcel", ["swiss post", "an post"]),
    ],
)
def test_carriers(text: str, carriers: list[str]) -> None:
    assert facts_of(text).carriers == carriers


@pytest.mark.parametrize(
    ("text", "carriers"),
    [
        ("Free Express Post, ships from Australia", ["australia post"]),
        ("Express Post to your door", []),
        ("1st class post from the UK", ["royal mail"]),
        ("first class mail within the US", ["usps"]),
        ("first class quality from the UK", []),
        ("Free Priority Mail", ["usps"]),
        ("Ships from Germany, priority mail", []),
        ("Priority Mail by Deutsche Post", ["deutsche post"]),
    ],
)
def test_a_service_names_its_carrier_where_it_can_only_be_that_one(text: str, carriers: list[str]) -> None:
    assert facts_of(text).carriers == carriers


@pytest.mark.parametrize(
    "text",
    [
        "the dhlx ups and downs",
        "push ups and pick ups, parcels sent daily",
        "XTC pills red UPS 200mg",
        "Hermes Birkin bag replica free shipping",
        "HERMES watch free shipping",
        "Bases de datos de correos de Colombia",
        "TNT explosive 1kg",
        "Fake USPS employee ID",
        "400 USPS tracking label stickers",
        "first 5 PPL free shipping",
        "collect BTC, shipping free",
        "leave an post office box",
    ],
)
def test_words_that_look_like_carriers(text: str) -> None:
    assert facts_of(text).carriers == []


@pytest.mark.parametrize(
    ("text", "carriers"),
    [
        ("no USPS", []),
        ("no DHL, UPS or GLS please", []),
        ("We don't use DHL, only Deutsche Post", ["deutsche post"]),
        ("DHL is not possible", []),
        ("kein DHL", []),
        ("pas de Chronopost", []),
        ("not only USPS but also FedEx", ["usps", "fedex"]),
        ("No drama here. USPS only", ["usps"]),
    ],
)
def test_a_carrier_that_is_not_used_is_no_fact(text: str, carriers: list[str]) -> None:
    assert facts_of(text).carriers == carriers


@pytest.mark.parametrize(
    ("text", "span", "service"),
    [
        ("by Royal Mail Special Delivery today", "Royal Mail Special Delivery", "special delivery"),
        ("DHL Express to you", "DHL Express", "express"),
        ("via USPS (Priority)", "USPS (Priority", "priority"),
        ("mit Colissimo", "Colissimo", "colissimo"),
    ],
)
def test_the_service_is_in_the_data(text: str, span: str, service: str) -> None:
    (found,) = mentions(text, "carrier")
    assert (found.text, found.data) == (span, {"service": service})


def test_every_carrier_can_be_named_and_none_is_named_twice() -> None:
    carriers = load_carriers().carriers
    names = [name.lower() for carrier in carriers.values() for name in carrier.names]
    assert len(names) == len(set(names))
    for name, carrier in carriers.items():
        assert name == name.lower()
        assert carrier.names or carrier.cased or carrier.doubtful, name
        for spelling in carrier.names:
            assert facts_of(f"parcels sent by {spelling} today").carriers == [name], spelling
