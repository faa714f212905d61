"""Saved pages changed by a script, as markets change them: a class renamed, a label translated, a column added."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from extractors.layout import BUILT_IN
from extractors.reading import Reading

# One page of each kind, and of each build of one: none of them is cut, each holds what its kind can.
PAGES = {
    "empire": (
        "listings/saved_empire_listing_4",
        "listings/saved_empire_listing_0",
        "search_results/saved_empire_search_result_0",
        "users/saved_empire_user_0",
        "pgp/saved_empire_pgp_0",
        "feedback/saved_empire_feedback_0",
        "saved_empire_category_index_0",
    ),
    "cryptonia": (
        "listings/saved_cryptonia_listing_4",
        "listings/saved_cryptonia_listing_5",
        "search_results/saved_cryptonia_search_result_in_category_0",
        "users/saved_cryptonia_user_profile_2",
        "saved_cryptonia_category_index_0",
    ),
    "white-house": ("page10.html",),
}
_CLASSES = (r"@class(?:=|, )'([\w -]+?)'", r"(?<=[\w\"' >])\.([A-Za-z][\w-]+)(?=[\"' >:{}]|$)")
_LABELS = (
    r"beside: \"?([A-Z][\w ]+?)\"?[,}\n]",
    r"(?:label|p|b)='([A-Z][^']+)'",
    r"(?:starts-with|contains)\(\., '([A-Z][^']+)'\)",
)


def classes(market: str) -> set[str]:
    """The classes that a layout's selectors name."""
    return {name.strip() for name in _named(market, _CLASSES)}


def labels(market: str) -> set[str]:
    """The labels that a layout looks beside."""
    return {name.strip() for name in _named(market, _LABELS)}


def changes(html: str, market: str) -> Iterator[tuple[str, str]]:
    """What was changed, and the page with that one change; a change that changes nothing is left out."""
    changed = [
        *((f"class {name}", _renamed(html, name)) for name in sorted(classes(market))),
        *(
            (f"label {name}", re.sub(rf"(?<=[>\s]){re.escape(name)}", "Etikett", html))
            for name in sorted(labels(market))
        ),
        ("column added", re.sub(r"<tr\b([^>]*)>", r"<tr\1><td>neu</td>", html)),
    ]
    yield from ((what, page) for what, page in changed if page != html)


def without_classes(html: str) -> str:
    """The page with every class renamed: spelt backwards."""
    return re.sub(r'class="([^"]*)"', lambda found: f'class="{found[1][::-1]}"', html)


def stated(reading: Reading) -> Counter[tuple[str, str]]:
    """How many records of a kind state a field."""
    return Counter(
        (record.kind, name)
        for record in reading.records
        for name, value in record.model_dump().items()
        if value not in (None, [])
    )


def _named(market: str, patterns: tuple[str, ...]) -> set[str]:
    text = (Path(BUILT_IN) / f"{market}.yaml").read_text("utf-8")
    return {name for pattern in patterns for name in re.findall(pattern, text, re.MULTILINE)}


def _renamed(html: str, name: str) -> str:
    return re.sub(rf'(class="[^"]*?)(?<![\w-]){re.escape(name)}(?![\w-])', r"\1xq7", html)
