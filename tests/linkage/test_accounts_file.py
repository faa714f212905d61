"""Accounts read from JSON lines."""

import json
import re
from collections.abc import Iterable, Iterator

from hypothesis import given
from hypothesis import strategies as st

from extractors.records import Mention
from linkage.accounts_file import read_accounts


def read_wickr(texts: Iterable[tuple[str, str]]) -> Iterator[list[Mention]]:
    """Stands for the text pipeline: finds ``wickr: NAME``."""
    return (_wickr(text, source) for text, source in texts)


def _wickr(text: str, source: str) -> list[Mention]:
    return [
        Mention(
            type="wickr", text=found[0], start=found.start(), end=found.end(), value=found[1].lower(), source=source,
            extractor="contacts", version="1", confidence=0.9,
        )
        for found in re.finditer(r"wickr: (\w+)", text)
    ]  # fmt: skip


def line(**fields: object) -> str:
    return json.dumps({"id": "alpha/a", "market": "alpha", **fields})


def test_every_text_of_an_account_is_read_and_names_its_place() -> None:
    read = read_accounts(
        [
            line(
                handle="A",
                description="my wickr: Leaf",
                pgp_keys=["aaaa " * 10],
                listings=[{"title": "hash"}, {"title": "weed", "description": "wickr: other", "price_usd": 10}],
            )
        ],
        read_wickr,
    )
    (account,) = read.accounts
    assert account.handle == "A"
    assert [(one.kind, one.value, [seen.field for seen in one.sightings]) for one in account.clues] == [
        ("contact", "wickr:leaf", ["description"]),
        ("contact", "wickr:other", ["listings[1].description"]),
        ("pgp_key", "A" * 40, ["pgp_keys[0]"]),
    ]
    assert read.faults == []


def test_bad_lines_are_reported_by_number_and_the_rest_is_read() -> None:
    read = read_accounts(["{", line(), "", "[]", line(), line(id="b", market=None), line(id="c"), "\udcff"], read_wickr)
    assert [one.id for one in read.accounts] == ["alpha/a", "c"]
    assert [one.line for one in read.faults] == [1, 4, 5, 6, 8]
    assert "line 2" in read.faults[2].why
    assert str(read.faults[4]).startswith("line 8: ")
    assert read.faults[3].why.startswith("market")


@given(st.lists(st.text(st.characters(exclude_characters="\n\r"))))
def test_any_line_is_an_account_or_a_problem(lines: list[str]) -> None:
    read = read_accounts(lines, read_wickr)
    assert len(read.accounts) + len(read.faults) == sum(bool(one.strip()) for one in lines)
