"""The examples of docs/search.md, and documents of which each example finds some."""

import shlex
from pathlib import Path

from index.documents import Document
from tests.index.example import MARKET, document, seen

_TEXT = (Path(__file__).parents[1] / "docs" / "search.md").read_text(encoding="utf-8")
_PROGRAM = "nightpost "

# The example market has what most queries ask for; this is the rest.
DOCUMENTED: list[Document] = [
    *MARKET,
    document(
        "listing", "empire/1042", title="Ketamine and fentanyl, Xanax bars", text="alice@example.org", listing="1042",
        vendor="Dr_Green", market="empire", substance="fentanyl", class_="opioid", goods="drug", ships_excluded="AU",
        category=["cannabis", "benzos"], escrow="finalize_early", carrier="usps", currency="BTC",
        contact=["email:alice@example.org", "alice@example.org"], account="empire/dr_green", capture="c1",
        url="http://marketplace.onion/listing/1042",
        address="bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", pgp="0123456789ABCDEF",
        numbers={"cost": 0.005, "grams": 28.0, "price_per_gram": 50.0, "views": 2000, "stock": 250, "price": 1400.0},
        dates={**seen("2020-02-28", "2020-02-29"), "valid_from": "2019-04-01"},
    ),
    document("listing", "empire/1043", title="ketamine", dates={**seen("2019-06-02", "2020-02-28"),
             "valid_from": "2019-06-02"}),
    document("version", "listing:empire/1042@c0", title="fentanyl", record="listing:empire/1042", listing="1042",
             dates={**seen("2019-01-01", "2019-05-03"), "valid_from": "2019-01-01", "valid_to": "2019-05-03"}),
    document("vendor", "empire/late", vendor="late", market="empire", dates={"registered": "2018-07-01"}),
    document("mention", "listing:empire/1042#text", type="crypto_address", value="bc1q", record="listing:empire/1042"),
    document("mention", "listing:empire/1#title:0", type="drug", value="mdma", record="listing:empire/1"),
    document("observation", "listing:empire/1042#price@c1", record="listing:empire/1042", field="price"),
    document("capture", "c1", capture="c1", page="listing", site="empire", status="404", run="run-1"),
]  # fmt: skip


def queries() -> list[str]:
    """The queries: in the tables, the code in the last column of rows that begin with code."""
    return [example for example in _examples() if not example.startswith(_PROGRAM)]


def commands() -> list[list[str]]:
    """The arguments of the commands in the same places."""
    return [shlex.split(example.removeprefix(_PROGRAM)) for example in _examples() if example.startswith(_PROGRAM)]


def is_documented(code: str) -> bool:
    """Whether something is there as code."""
    return f"`{code}`" in _TEXT


def _examples() -> list[str]:
    cells = [line.rstrip(" |").rpartition(" | ")[2].strip() for line in _TEXT.splitlines() if line.startswith("| `")]
    return [cell.strip("`").strip() for cell in cells]
