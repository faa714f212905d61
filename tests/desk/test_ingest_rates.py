"""``nightpost ingest`` with the workspace's ``rates.csv``."""

import json
from pathlib import Path

from archive.keys import load_or_create_key
from archive.site_archive import SiteArchive
from nightpost.clock import FixedClock
from nightpost.exchange import Exchange
from nightpost.settings import ArchiveSettings
from tests.desk.conftest import Run
from tests.desk.tea_house import HOST, offer, save_layout

AUTHORITY = ("--authority", "TEST-1", "--holder", "tests", "--expires", "2099-12-31")
ONION = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"


def test_a_tea_in_euros_is_found_by_its_price_in_dollars(run: Run, workspace: Path, clock: FixedClock) -> None:
    save_layout(workspace / "layouts")
    assert run("site", "add", "tea", "--url", ONION, "--layout", "tea-house", *AUTHORITY)[0] == 0
    with SiteArchive(
        workspace / "archive",
        "tea",
        key=load_or_create_key(workspace / "keys"),
        software="tests",
        operator="tests",
        authority="TEST-1",
        limits=ArchiveSettings(),
        clock=clock,
    ) as archive:
        archive.record(
            Exchange(
                site="tea",
                run_id="run-1",
                url=f"{HOST}/offer?id=1",
                fetched_at=clock.now(),
                request=b"",
                response=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + offer(1, "20g Sencha", price="EUR 10"),
            )
        )
    rates = workspace / "rates.csv"
    rates.write_text("date,currency,usd\n2026-02-27,EUR,1.20\n2026-02-27,EUR,1.21\n", encoding="utf-8")
    status, _, errors = run("ingest", "--jobs", 1)
    assert (status, errors.count("\n")) == (1, 1)
    assert f"{rates} line 3: there is a rate of EUR on 2026-02-27 already; mend the line" in errors

    rates.write_text("date,currency,usd\n2026-02-27,EUR,1.20\n", encoding="utf-8")
    assert run("ingest", "--jobs", 1)[0] == 0
    status, output, _ = run("search", "price:12 price_per_gram:0.6", "--json")
    (found,) = map(json.loads, output.splitlines())
    assert (found["id"], found["price"]) == ("tea-house/1", {"amount": 10.0, "currency": "EUR"})
    assert found["usd"] == {"rate": 1.2, "day": "2026-02-27", "source": "rates.csv"}
