"""The measure itself: what counts as right, and what the labels are."""

import pytest

from evaluation.labels import Label, digest, labels
from evaluation.scoring import agreement, errors, scores
from extractors.facts import Account, Facts, Measured
from extractors.records import Contact


def label(**said: object) -> Label:
    """A label that says so."""
    return Label.model_validate({"id": "one", "text_sha256": "0", "goods": "drug", **said})


def test_values_are_counted_one_by_one() -> None:
    score = scores([(label(substances=["mdma", "lsd"]), Facts(substances=["mdma", "dmt", "2c-b"]))], ["substances"])
    assert (score["substances"].right, score["substances"].given, score["substances"].stated) == (1, 3, 2)
    assert score["substances"].precision == pytest.approx(1 / 3)
    assert score["substances"].recall == 0.5
    assert score["substances"].f1 == pytest.approx(0.4)


def test_what_nobody_says_is_right() -> None:
    assert scores([(label(), Facts())], ["total"])["total"].f1 == 1


@pytest.mark.parametrize(
    ("stated", "given", "right"),
    [
        (Measured(value=3.54, unit="g"), Measured(value=3.5, unit="g"), 1),
        (Measured(value=28.35, unit="g"), Measured(value=28, unit="g"), 1),
        (Measured(value=10, unit="items"), Measured(value=11, unit="items"), 0),
        (Measured(value=10, unit="items"), Measured(value=10, unit="g"), 0),
    ],
)
def test_amounts_of_the_same_size_are_the_same(stated: Measured, given: Measured, right: int) -> None:
    assert scores([(label(total=stated), Facts(total=given))], ["total"])["total"].right == right


def test_names_of_one_substance_and_of_one_market_are_the_same() -> None:
    said = label(substances=["ecstasy"], other_accounts=[{"market": "dream", "handle": digest("Seller")}])
    read = Facts(substances=["mdma"], other_accounts=[Account(market="dream-market", handle="seller")])
    assert errors(said, read, ["substances", "other_accounts"]) == []


def test_contacts_are_compared_by_digest() -> None:
    said = label(contacts=[{"type": "wickr", "digest": digest("greenleaf")}])
    assert errors(said, Facts(contacts=[Contact(type="wickr", value="GreenLeaf")]), ["contacts"]) == []
    assert errors(said, Facts(contacts=[Contact(type="email", value="greenleaf")]), ["contacts"]) != []


def test_readers_agree_where_the_second_said_nothing_else() -> None:
    same, other = label(substances=["mdma"]), label(substances=["mdma"], other_reader={"substances": []})
    assert agreement([same, other, label()], ["substances"]) == {"substances": (1, 2)}


@pytest.mark.parametrize(("kind", "least"), [("titles", 300), ("descriptions", 40)])
def test_the_labels_are_as_many_as_promised_and_hold_no_texts(kind: str, least: int) -> None:
    found = labels(kind)
    assert len(found) >= least
    assert len({one.id for one in found}) == len(found)
    assert 0.4 < sum(one.is_watched for one in found) / len(found) < 0.65
    assert all(len(contact.digest) == 16 for one in found for contact in one.contacts)
