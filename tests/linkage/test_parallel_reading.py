"""Accounts read by several processes are those that one reads, in the same order."""

import json
from functools import partial

from extractors.pipeline import build_pipeline, read_texts
from linkage.accounts_file import collect, read_accounts
from linkage.parallel_reading import read_in_parallel

LINES = [
    json.dumps(
        {
            "id": f"alpha/{number % 240}",
            "market": "alpha",
            "handle": f"seller{number}",
            "description": "wickr: greenleaf7, on Dream Market as GreenLeaf7",
            "listings": [
                {"title": f"{number % 9 + 1}g cocaine from Germany", "price_usd": "soon" if number == 17 else number}
            ],
        }
    )
    for number in range(250)
]


def test_many_processes_read_what_one_does() -> None:
    lines = [*LINES[:100], "", "{", *LINES[100:]]
    one = collect(read_in_parallel(lines))
    assert one == read_accounts(lines, partial(read_texts, build_pipeline()))
    assert collect(read_in_parallel(lines, jobs=2)) == one
    assert [fault.line for fault in one.faults] == [18, 102, *range(243, 253)]
    assert len(one.accounts) == 240
    assert one.accounts[3].offers[0].substances == ("cocaine",)
    assert [claim.name for claim in one.accounts[3].claims] == ["dream-market/greenleaf7"]


def test_queries_too() -> None:
    (read,) = read_in_parallel(['{"id": "q", "text": "2g heroin"}'], queries=True)
    assert read.account is not None
    assert [(one.title, one.substances) for one in read.account.offers] == [("2g heroin", ("heroin",))]
