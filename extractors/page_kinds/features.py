"""A page as numbers, general over markets and languages: what its zones are about, what it holds, how its parts repeat.

Every feature has a fixed name; what a page does not have is absent (0). Counts are on a log scale, and what matters as
"none, one, or many" is also there as such.
"""

import math
from collections import Counter
from urllib.parse import unquote_plus

from lxml import etree

from extractors.page_kinds.concepts import code_concepts, fold, text_concepts
from extractors.page_kinds.rows import ROW_KINDS
from extractors.page_kinds.survey import Survey, survey, target_of

# Concepts whose links are counted by their different targets.
_TARGETS = ("listing", "listings", "vendor", "buyer", "category", "paging", "feedback", "messages", "pgp", "store")
# Concepts that say what a small page is.
_NOTICES = (
    "wait",
    "ddos",
    "captcha",
    "banned",
    "maintenance",
    "not_found",
    "error",
    "server",
    "login",
    "register",
    "two_factor",
    "password",
)
_OWN_ZONES = ("title", "first heading", "heading", "label", "text", "link", "button", "field")
_REPEATED = ("heading", "label", "path", "class", "link", "button", "field", "action", "text", "image", "menu path")
_FEW, _MANY = 3, 8
_TOLD = ((60, "no"), (150, "short"), (400, "some"), (math.inf, "long"))
_TINY, _SMALL = 300, 1200
_LINKED_OFTEN = 4
_MAX_LINKS = 3000
_MAX_HEADINGS = 60
_AROUND = "|-:()[]\"',.\u2019"
_HANDLE_LENGTHS = range(3, 33)
_MAX_CODE = 120
_STEPPED = (
    "money", "date", "masked", "stars", "<img>", "<form>", "input:password", "input:text", "<textarea>", "<select>",
    "post_form", "number", "percent", "page numbers",
)  # fmt: skip


def features(root: etree._Element, *, url: str = "") -> dict[str, float]:
    """The features of a page by name; ``url`` counts only when it is an address in the web."""
    found = survey(root)
    result: dict[str, float] = {}
    _concepts(found, result)
    _counts(found, result)
    _sizes(found, result)
    _rows(found, result)
    _links(found, result)
    _one_or_many(found, result)
    _paged(found, result)
    if url.startswith(("http://", "https://")):
        for concept in code_concepts(target_of(url)[:_MAX_CODE]):
            result[f"url={concept}"] = 1.0
    return result


def _concepts(found: Survey, result: dict[str, float]) -> None:
    """What is said once or twice is about the page; what is said again and again is about its rows."""
    for (zone, concept), count in found.concepts.items():
        if zone in _REPEATED and count >= _FEW:
            result[f"{zone}*{concept}"] = 1.0
            if count >= _MANY:
                result[f"{zone}**{concept}"] = 1.0
        else:
            result[f"{zone}={concept}"] = 1.0


def _counts(found: Survey, result: dict[str, float]) -> None:
    for name, count in found.counts.items():
        if count and name not in {"title", "heading"}:
            result[f"n {name}"] = math.log2(1 + count)
    for name in _STEPPED:
        result |= _steps(f"n {name}", found.counts[name])


def _sizes(found: Survey, result: dict[str, float]) -> None:
    counts = found.counts
    characters = max(1, counts["characters"])
    own = counts["characters"] - counts["menu_characters"]
    in_rows = {kind: _in_rows(found, kind) for kind in ("offer", "dated", "starred")}
    rest = max(0, own - max(counts["link_characters"], *in_rows.values()) - counts["pgp_characters"])
    result["share menu"] = counts["menu_characters"] / characters
    for name, part in (
        ("links", counts["link_characters"]),
        ("key", counts["pgp_characters"]),
        ("longest", counts["longest"]),
        *in_rows.items(),
    ):
        result[f"share {name}"] = min(1.0, part / max(1, own))
    # A profile tells something of its own; a page of a key or of reviews has nothing longer than a notice.
    told = next(name for most, name in _TOLD if counts["longest"] <= most)
    if counts["public key"]:
        result[f"key, {told} text"] = 1.0
    if max(found.rows.get("dated", 0), found.rows.get("starred", 0)) >= _FEW:
        result[f"reviews, {told} text"] = 1.0
    result["own characters"] = math.log2(1 + own)
    result["other characters"] = math.log2(1 + rest)
    result["no text"] = float(counts["characters"] == 0)
    result["small"] = float(own < _SMALL)
    result["tiny"] = float(own < _TINY)
    result["tiny page"] = float(counts["characters"] < _TINY)
    if own < _SMALL:
        for concept in _NOTICES:
            said = sum(found.concepts[zone, concept] > 0 for zone in _OWN_ZONES)
            if said:
                result[f"small and {concept}"] = math.log2(1 + said)


def _in_rows(found: Survey, kind: str) -> int:
    """How many characters stand in rows of a kind; one or two such parts are no rows."""
    return found.rows.get(f"{kind}:characters", 0) if found.rows.get(kind, 0) >= _FEW else 0


def _rows(found: Survey, result: dict[str, float]) -> None:
    for name in (*ROW_KINDS, "menu counted link"):
        result |= _steps(f"rows {name}", found.rows.get(name, 0))
    for name in ("offer", "dated", "starred"):
        result[f"rows {name}"] = math.log2(1 + found.rows.get(name, 0))
    if found.rows.get("offer", 0) >= _FEW:
        result[f"offers lead {'on' if found.rows['offer:targets'] >= _FEW else 'back'}"] = 1.0


def _links(found: Survey, result: dict[str, float]) -> None:
    targets = {target_of(href) for href in found.links[:_MAX_LINKS]}
    own: Counter[str] = Counter()
    for target in targets:
        own.update(code_concepts(target[:_MAX_CODE]))
    for concept in _TARGETS:
        result[f"targets {concept}"] = math.log2(1 + own[concept])
        result |= _steps(f"targets {concept}", own[concept])
    families = Counter(map(_family, targets))
    result["largest family"] = math.log2(1 + max(families.values(), default=0))
    menu_families = Counter(map(_family, {target_of(href) for href in found.menu_links[:_MAX_LINKS]}))
    result["largest menu family"] = math.log2(1 + max(menu_families.values(), default=0))


def _one_or_many(found: Survey, result: dict[str, float]) -> None:
    """Whether the page is about one account: what a heading says stands in several addresses, as a handle does."""
    places: Counter[str] = Counter()
    for target in {target_of(href) for href in found.links[:_MAX_LINKS]}:
        places.update({piece for piece in _pieces(target) if len(piece) in _HANDLE_LENGTHS and not piece.isdigit()})
    best = 0
    for heading in found.headings[:_MAX_HEADINGS]:
        for word in {fold(word.strip(_AROUND)).removesuffix("'s") for word in heading.split()}:
            if len(word) in _HANDLE_LENGTHS and not text_concepts(word) and not code_concepts(word):
                best = max(best, places[word])
    result |= _steps("heading in addresses", best)
    # An account is linked again and again: its feedback, its key, its shop, a message to it.
    repeated = sum(1 for piece, count in places.items() if count >= _LINKED_OFTEN and not code_concepts(piece))
    result |= _steps("repeated in addresses", repeated)


def _paged(found: Survey, result: dict[str, float]) -> None:
    """Whether rows of offers come with pages to turn, as an index has, or without, as a front page."""
    paging = any(found.concepts[zone, "paging"] for zone in ("path", "bar path", "menu path", "link", "bar", "class"))
    rows = found.rows.get("offer", 0) >= _FEW
    result[f"offers {rows} paged {paging or found.counts['page numbers'] >= _FEW}"] = 1.0


def _steps(name: str, count: int) -> dict[str, float]:
    if not count:
        return {f"{name} none": 1.0}
    if count < _FEW:
        return {f"{name} few": 1.0}
    return {f"{name} many": 1.0} if count >= _MANY else {}


def _family(target: str) -> str:
    """What addresses of one kind have in common: all but values, and all but the last piece."""
    path, _, query = target.partition("?")
    if query:
        return f"{path}?{'&'.join(sorted(pair.partition('=')[0] for pair in query.split('&')))}"
    return f"{path.rpartition('/')[0]}/"


def _pieces(target: str) -> list[str]:
    """The pieces between slashes and the values of the query, as they would be written in a heading."""
    path, _, query = target.partition("?")
    values = [pair.partition("=")[2] for pair in query.split("&")] if query else []
    return [fold(unquote_plus(piece)) for piece in (*path.split("/"), *values) if piece]
