"""Real saved pages of two markets, served as onion services and crawled through Tor: what the listings say is right.

The research data is not part of the project, and its handles are personal data. What a second reader found on each page
by eye is therefore kept here as digests alone (`saved_listings.json`): a value that reads otherwise has another digest.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replica.stage import stage
from replica.world import World
from tests.servers.practice import CommandLine
from tests.servers.tor import require_tor

MARKETS = ("empire", "cryptonia")
FIELDS = ("title", "vendor", "price", "ships_from", "ships_to")
READ_BY_EYE = Path(__file__).parent / "saved_listings.json"

Json = dict[str, Any]


def digest(page: str, field: str, value: object) -> str:
    """What stands for a value in `saved_listings.json`: 16 hexadecimal digits, different for each page and field."""
    text = json.dumps([page, field, value], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.fixture(scope="module")
def line(new_workspace: Callable[[str], CommandLine], shared_data: Path) -> CommandLine:
    """A workspace with both markets' saved pages crawled through Tor and ingested."""
    require_tor()
    world = World.generate(seed=1, vendors=2, listings=2, markets=("orchard",))
    with stage(world, {name: shared_data / "pages" / name for name in MARKETS}) as playing:
        made = new_workspace("saved-pages")
        made = CommandLine(made.workspace, playing.environment())
        for name in MARKETS:
            made.add_site(name, playing.urls[name], name)
            made.run("crawl", name)
        made.run("ingest")
    return made


def listings_by_page(line: CommandLine) -> dict[str, Json]:
    """Each saved listing page, ``MARKET/listings/NAME``, with the record that rests on its capture."""
    captures = {
        found["capture_id"]: f"{found['site']}{found['url'].split('.onion', 1)[1]}"
        for found in line.json("search", "page:listing", "--kind", "capture", "--limit", "1000", "--json")
    }
    pages = {}
    for listing in line.json("search", "*", "--kind", "listing", "--limit", "10000", "--json"):
        for capture in listing["captures"]:
            if capture in captures:
                pages[captures[capture]] = listing
    return pages


def test_what_each_listing_states_is_what_a_second_reader_read(line: CommandLine) -> None:
    by_eye: dict[str, dict[str, str]] = json.loads(READ_BY_EYE.read_text(encoding="utf-8"))
    pages = listings_by_page(line)
    wrong = [
        f"{page} {field}"
        for page, digests in by_eye.items()
        for field in FIELDS
        if field in digests and (page not in pages or digest(page, field, pages[page][field]) != digests[field])
    ]
    assert len(by_eye) >= 29
    assert wrong == []


def test_no_saved_page_is_lost_and_every_vendor_page_is_a_vendor(line: CommandLine, shared_data: Path) -> None:
    captured = line.json("search", "*", "--kind", "capture", "--limit", "10000", "--json")
    found = {f"{one['site']}{one['url'].split('.onion', 1)[1]}": one["page_kind"] for one in captured}
    saved = {
        f"{market}/{file.relative_to(shared_data / 'pages' / market).as_posix()}"
        for market in MARKETS
        for file in (shared_data / "pages" / market).rglob("saved_*")
    }
    assert saved <= set(found)
    users = {page: kind for page, kind in found.items() if page in saved and "/users/" in page}
    assert len(users) == 28
    assert set(users.values()) <= {"vendor", "buyer"}
    assert sum(kind == "vendor" for kind in users.values()) >= 24
