"""Where a crawl goes on: the shapes of the links that lead to listings, vendors, next pages and categories."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from extractors.induction.addresses import Addresses, pattern_of, words_of
from extractors.induction.record_specs import Found
from extractors.induction.samples import Sample
from extractors.induction.units import local_path
from extractors.induction.words import cue_words
from extractors.link_rules import refused
from extractors.records import PageKind

_PRIORITIES: Mapping[PageKind, int] = {
    "category_index": 90, "listing_index": 80, "vendor": 55, "listing": 50, "pgp": 45, "reviews": 30,
}  # fmt: skip
_PAGE_TEXT = re.compile(
    r"^(?:\d{1,4}|[<>«»\u2039\u203a→←]+|next\b.*|last|older|weiter|nächste|siguiente|suivant|далее|следующая|volgende)$",
    re.IGNORECASE,
)
_MOST_RULES = 24


def link_rules(
    samples: Sequence[Sample], addresses: Addresses, found: Mapping[PageKind, Found]
) -> list[dict[str, Any]]:
    """Rules for the links that are worth following, in a layout's words.

    Args:
        samples: the market's pages.
        addresses: all its addresses.
        found: the records that were learned: rows lead to listings.
    """
    kinds: dict[str, PageKind] = {one.rows.shape: "listing" for one in found.values() if one.rows is not None}
    told: dict[str, Counter[PageKind]] = {}
    for sample in samples:
        if sample.page.url and sample.kind in _PRIORITIES:
            shape = addresses.shape(local_path(sample.page.url))
            told.setdefault(shape, Counter())[sample.kind] += 1
    kinds |= {shape: counts.most_common(1)[0][0] for shape, counts in told.items() if shape not in kinds}
    pages: Counter[str] = Counter()
    for sample in samples:
        for anchor in sample.view.anchors:
            shape = addresses.shape(anchor.path)
            if shape in kinds or not ("#" in shape or "*" in shape):
                continue
            if _PAGE_TEXT.match(anchor.text) and sample.kind in {"listing_index", "category_index"}:
                pages[shape] += 1
            elif any(map(str.isalpha, anchor.text)) and not cue_words().category_paths.isdisjoint(words_of(shape)):
                kinds.setdefault(shape, "listing_index")
    kinds |= {shape: "listing_index" for shape, count in pages.items() if count >= 2 and shape not in kinds}
    led = [(shape, kind) for shape, kind in kinds.items() if kind in _PRIORITIES]
    led.sort(key=lambda pair: (-_PRIORITIES[pair[1]], -len(pair[0])))
    # One after the other, as a page may have thousands of shapes and the question is dear.
    followed = ((shape, kind) for shape, kind in led if not refused(_example(shape), expected=True))
    return [
        {"path": pattern_of(shape), "kind": kind, "priority": _PRIORITIES[kind] + (5 if shape in pages else 0)}
        for shape, kind in islice(followed, _MOST_RULES)
    ]


def _example(shape: str) -> str:
    return shape.replace("*", "x").replace("#", "1")
