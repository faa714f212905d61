"""Links: where a crawl goes on from a page, what kind of page it expects there, and how soon.

Links to another host are never given out, nor those that `extractors.link_rules` refuses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field

from extractors.layout_schema import Layout, LinkSpec, LinksSpec
from extractors.problems import ProblemLog
from extractors.records import PageKind
from extractors.values import Scope

# More links than any real page has; a page that is made of links is not followed without end.
MAX_LINKS = 5000
_LONGEST_URL = 2048
# Links of a page that no layout knows are followed last: an index of saved pages, a notice before the market.
_UNKNOWN_PRIORITY = 10
_REFRESH_PRIORITY = 90

# Any scheme: what is not http or https is elsewhere too.
_ABSOLUTE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://)?(?P<host>[^/?#]*)")
_SPACE = re.compile(r"[\s\x00-\x1f]")
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]\s*(?:url\s*=\s*)?[\"']?(?P<url>[^\"'>\s]+)", re.IGNORECASE)


class Link(BaseModel):
    """A link to follow: absolute URL of the same host, the kind of page expected, and priority (100 first, 0 last)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    kind: PageKind
    priority: int = Field(ge=0, le=100)


@dataclass(frozen=True, slots=True)
class _Place:
    """The page that links stand on, and the rules that hold there.

    ``within`` are the elements of the parts that rules are bound to, by the rule's number.
    """

    url: str
    origin: str
    links: LinksSpec
    within: dict[int, set[etree._Element]]
    follows_all: bool


def page_links(root: etree._Element, *, url: str, kind: PageKind, layout: Layout, log: ProblemLog) -> list[Link]:
    """The links of a page, best first, each target once.

    Args:
        root: the page.
        url: the page's own URL; without a host (a file) there is nothing to follow.
        kind: what the page is; of an "other" page every link that is not refused is followed, last of all.
        layout: whose rules say what is followed.
        log: takes the problem of a page with too many links.
    """
    origin = _origin(url)
    if not origin:
        return []
    place = _Place(
        url=url,
        origin=origin,
        links=layout.links,
        within=_places_within(layout.links.follow, root),
        follows_all=kind == "other",
    )
    found: dict[str, Link] = {}
    examined = 0
    for element, href, is_refresh in _hrefs(root):
        examined += 1
        if examined > MAX_LINKS:
            log.add("too_many_links", f"only the first {MAX_LINKS} links were looked at")
            break
        target = _target(href, place)
        if target is None:
            continue
        link = _link(element, target, place, is_refresh=is_refresh)
        if link is not None and (target not in found or link.priority > found[target].priority):
            found[target] = link
    return sorted(found.values(), key=lambda link: -link.priority)


def _hrefs(root: etree._Element) -> Iterator[tuple[etree._Element, str, bool]]:
    for element in root.iter("a", "area", "meta"):
        if element.tag == "meta":
            if (element.get("http-equiv") or "").lower() == "refresh":
                refresh = _REFRESH.match(element.get("content") or "")
                if refresh:
                    yield element, refresh["url"], True
            continue
        href = element.get("href")
        if href:
            yield element, href, False


def _target(href: str, place: _Place) -> str | None:
    """The absolute URL of a link to a page of the same host, or None."""
    href = href.strip()
    if not href or len(href) > _LONGEST_URL or href[0] == "#":
        return None
    if href[0] == "/" and href[:2] != "//" and "/." not in href:
        target = place.origin + href
    elif href.startswith(place.origin + "/") and "/." not in href:
        target = href
    else:
        elsewhere = _ABSOLUTE.match(href)
        if elsewhere and f"{elsewhere['scheme']}://{elsewhere['host']}".lower() != place.origin.lower():
            return None
        try:
            target = urljoin(place.url, href)
        except ValueError:
            return None
        if _origin(target) != place.origin:
            return None
    target = target.partition("#")[0]
    if _SPACE.search(target):
        target = target.replace(" ", "%20")
        if _SPACE.search(target):
            return None
    return target


def _link(element: etree._Element, target: str, place: _Place, *, is_refresh: bool) -> Link | None:
    verdict = place.links.rules.judge(target[len(place.origin) :] or "/")
    if is_refresh:
        leads_on = verdict.leads_on and target != place.url
        return Link(url=target, kind="other", priority=_REFRESH_PRIORITY) if leads_on else None
    for number in verdict.rules:
        if number not in place.within or element in place.within[number]:
            rule = place.links.follow[number]
            return None if verdict.refused_by_rule else Link(url=target, kind=rule.kind, priority=rule.priority)
    if place.follows_all and not verdict.refused:
        return Link(url=target, kind="other", priority=_UNKNOWN_PRIORITY)
    return None


def _places_within(rules: tuple[LinkSpec, ...], root: etree._Element) -> dict[int, set[etree._Element]]:
    """For each rule that is bound to a part of the page, the elements of that part."""
    scope = Scope(root)
    return {
        number: {inside for part in scope.select(rule.within) if not isinstance(part, str) for inside in part.iter("a")}
        for number, rule in enumerate(rules)
        if rule.within is not None
    }


def _origin(url: str) -> str:
    """``scheme://host`` of an http URL, else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""
