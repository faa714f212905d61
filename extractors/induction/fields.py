"""The fields that induction looks for: how each is read, and what it must be like."""

from dataclasses import dataclass
from typing import Literal

from extractors.records import RecordKind
from extractors.transforms.registry import TransformName

Nature = Literal["name", "phrase", "prose", "value"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field that is looked for.

    Attributes:
        transform: how its text becomes a value.
        nature: a name (few words), a phrase (a title), prose (a description), or a value that its transform checks.
        varies: whether it differs from one record to the next; one that never does is the template's, not the record's.
        least: how sure one must be to write it into a layout.
    """

    transform: TransformName
    nature: Nature = "value"
    varies: bool = False
    least: float = 0.45


LISTING: dict[str, Wanted] = {
    "title": Wanted("text", "phrase", varies=True, least=0.3),
    "vendor": Wanted("text", "name", varies=True, least=0.35),
    "price": Wanted("money", varies=True, least=0.3),
    "ships_from": Wanted("places"),
    "ships_to": Wanted("places"),
    "ships_excluded": Wanted("excluded_places"),
    "category": Wanted("text", "phrase"),
    "escrow": Wanted("escrow"),
    "payment": Wanted("coins"),
    "stock": Wanted("count"),
    "sold": Wanted("count"),
    "views": Wanted("count"),
    "min_order": Wanted("number"),
    "unit": Wanted("text", "name", least=0.6),
    "posted_at": Wanted("date"),
    "description": Wanted("lines", "prose", varies=True, least=0.35),
}

VENDOR: dict[str, Wanted] = {
    "handle": Wanted("text", "name", varies=True, least=0.35),
    "registered_at": Wanted("date"),
    "last_seen_at": Wanted("date"),
    "sales": Wanted("count"),
    "level": Wanted("text", "name", least=0.6),
    "trust_level": Wanted("text", "name", least=0.6),
    "ships_from": Wanted("places"),
    "ships_to": Wanted("places"),
    "finalize_early": Wanted("yes_no", least=0.6),
    "description": Wanted("lines", "prose", varies=True, least=0.35),
    "terms": Wanted("lines", "prose", varies=True),
    "pgp_keys": Wanted("keys", "prose", varies=True, least=0.3),
    "positive": Wanted("count", least=0.55),
    "neutral": Wanted("count", least=0.55),
    "negative": Wanted("count", least=0.55),
    "disputes_won": Wanted("count", least=0.55),
    "disputes_lost": Wanted("count", least=0.55),
}

WANTED: dict[RecordKind, dict[str, Wanted]] = {"listing": LISTING, "vendor": VENDOR}
