"""A small market to search: documents as ingest makes them, written by hand."""

from datetime import UTC, datetime

from index.analysis import prepare
from index.documents import Document, Kind
from index.fields import normal_values


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def document(
    kind: Kind,
    id: str,  # noqa: A002
    *,
    title: str = "",
    text: str = "",
    name: str = "",
    numbers: dict[str, float] | None = None,
    dates: dict[str, str] | None = None,
    **keywords: str | list[str],
) -> Document:
    """A document whose body tells its id; keyword values are normalised as ingest does."""
    lists = {field: [value] if isinstance(value, str) else value for field, value in keywords.items()}
    return Document(
        kind=kind,
        id=id,
        body={"id": id, "title": title},
        words={"title": prepare([title]), "text": prepare([text]), "name": prepare([name])},
        keywords={
            field.removesuffix("_"): normal_values(field.removesuffix("_"), values) for field, values in lists.items()
        },
        numbers={field: [value] for field, value in (numbers or {}).items()},
        dates={field: [moment(value)] for field, value in (dates or {}).items()},
        state={"seen": id},
    )


def seen(first: str, last: str) -> dict[str, str]:
    return {"first_seen": first, "last_seen": last}


MARKET = [
    document(
        "listing", "empire/1", title="10g MDMA 84% Blue Dolphin", text="Stealth shipping from Germany. No AU!",
        vendor="Dr_Green", market="empire", substance="mdma", class_="stimulant", schedule="I", ships_from="DE",
        ships_to=["EU", "US"], category=["Drugs", "Ecstasy"], payment=["btc", "xmr"], currency="usd",
        numbers={"price": 45.0, "cost": 45.0, "grams": 10.0, "stock": 3},
        dates=seen("2019-01-05", "2019-06-01"),
    ),
    document(
        "listing", "empire/2", title="2C-B pills 20mg", text="Pressed by us. Tracked \u2013 no refunds. 5-MeO-DMT soon",
        vendor="Dr_Green", market="empire", substance="2c-b", ships_from="DE", ships_to="WW",
        category=["Drugs", "Psychedelics"], payment="btc", currency="usd",
        numbers={"price": 9.5, "cost": 9.5, "stock": 100}, dates=seen("2019-03-01", "2019-03-01"),
    ),
    document(
        "listing", "cryptonia/a-7", title="\u0421\u043e\u0441\u0430in\u0435 uncut 3,5 g",
        text="Blue, not a dolphin. Not 2C-E.",
        vendor="alice", market="cryptonia", substance="cocaine", class_="stimulant", schedule="II", ships_from="NL",
        ships_to="EU", category=["Stimulants"], payment="xmr", currency="btc",
        numbers={"cost": 0.0123, "grams": 3.5}, dates=seen("2020-02-01", "2020-02-03"),
    ),
    document(
        "vendor", "empire/dr_green", name="Dr_Green dr@proton.me", text="Straße nach Übersee. mdma since 2015",
        vendor="Dr_Green", market="empire", contact=["email:dr@proton.me", "dr@proton.me"],
        pgp=["0123456789ABCDEF0123456789ABCDEF01234567", "89ABCDEF01234567", "01234567"],
        address="1BoatSLRHtKNngkdXEeobR76b53LETtpyT", dates=seen("2019-01-05", "2019-06-01"),
        numbers={"rating": 0.98, "sold": 1500},
    ),
    document(
        "vendor", "cryptonia/alice", name="alice", text="Blue skies", vendor="alice", market="cryptonia",
        dates=seen("2020-02-01", "2020-02-03"), numbers={"rating": 0.9},
    ),
    document(
        "review", "empire/r1", text="mdma was great, dr_green ships fast", vendor="Dr_Green", market="empire",
        dates={"posted": "2019-05-31T23:59:59.999", **seen("2019-06-01", "2019-06-01")},
    ),
]  # fmt: skip
