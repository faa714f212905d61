"""Records and captures of the identity of `tests.desk.identities`, made by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from archive.capture import Capture
from desk.exports.statements import SourcedRecord
from desk.lead import Lead
from extractors.records import Contact, Listing, Money, Price, Vendor
from linkage.account import Account, Clue, Sighting
from nightpost.errors import NightpostError
from tests.desk.identities import greenleaf

ONION = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
FORMULA = '=HYPERLINK("http://x","free")'


def lead() -> Lead:
    return Lead(
        lead_id="lead-7",
        identity=greenleaf(),
        why="ships fentanyl by letter post\x1b[31m",
        score_parts={"markets": 2, "hazard": 5},
        authority="US-2026-17",
        handling="amber+strict",
        created_by="ana",
        created_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )


def capture(capture_id: str) -> Capture:
    letter = capture_id[0]
    return Capture(
        capture_id=capture_id,
        site="alpha" if letter in "ac" else "beta",
        url=f"http://{ONION}/{letter}?q=1",
        fetched_at=datetime(2026, 2, 1, 10, 30, tzinfo=UTC),
        status=200,
        payload_digest="sha256:" + letter * 64,
        warc_file=f"alpha/{letter}.warc.gz",
        offset=100 * "abc".index(letter),
        length=77,
        run_id="run-1",
    )


class RecordsByHand:
    """A vendor a market, and one listing with hostile texts on the first."""

    def account(self, account_id: str) -> Account | None:
        if account_id != "alpha/greenleaf":
            return None
        seen = Sighting(record="listing:alpha/42", field="description", capture_id="c" * 64)
        return Account(
            id=account_id,
            market="alpha",
            handle="GreenLeaf",
            clues=(
                Clue(kind="crypto_address", value=ADDRESS, sightings=(seen,)),
                Clue(kind="contact", value="email:leaf@mail.onion", sightings=(seen,)),
                Clue(kind="contact", value="wickr:leaf", sightings=(seen, Sighting(record="x", field="y"))),
            ),
        )

    def records(self, account_id: str) -> Iterable[SourcedRecord]:
        market, handle = account_id.split("/", 1)
        letter = "a" if market == "alpha" else "b"
        vendor = Vendor(
            market=market,
            handle=handle,
            sales=12,
            finalize_early=False,
            contacts=[Contact(type="wickr", value="leaf")],
            ships_to=["US", "CA"],
            captures=[letter * 64],
        )
        yield SourcedRecord(vendor, dict.fromkeys(Vendor.model_fields, letter * 64))
        if market == "alpha":
            listing = Listing(
                market="alpha",
                listing_id="42",
                title=FORMULA,
                description="two\nlines \x1b]0;owned\x07 \u202e",
                vendor="GreenLeaf",
                price=Money(amount=Decimal("0.00001"), currency="BTC"),
                prices=[Price(amount=Decimal(10), currency="USD"), Price(amount=Decimal(9), currency="USD")],
                unit="-g",
                captures=["c" * 64],
            )
            stated = set(Listing.model_fields) - {"unit"}
            yield SourcedRecord(listing, dict.fromkeys(stated, "c" * 64))

    def capture(self, capture_id: str) -> Capture:
        if capture_id[0] not in "abc":
            raise NightpostError(f"there is no capture {capture_id}")
        return capture(capture_id)
