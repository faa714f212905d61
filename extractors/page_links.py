"""Links: where a crawl goes on from a page, what kind of page it expects there, and how soon.

Links to another host are never given out, nor those that `extractors.link_rules` refuses.
"""

import re
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from extractors.layout_schema import Layout, LinkSpec, PaginationSpec
from extractors.link_rules import LinkRules
from extractors.problems import ProblemLog
from extractors.records import PageKind
from extractors.scope import MAX_SELECTED, Scope
from extractors.urls import origin, plainly_resolved, resolved

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
    """A link to follow: absolute URL of the same host, the kind of page expected, and priority (100 first, 0 last).

    ``pagination``: it leads to another page of the same index.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    kind: PageKind
    priority: int = Field(ge=0, le=100)
    pagination: bool = False


@dataclass(slots=True)
class _Place:
    """The page that links stand on, and the rules that hold there.

    ``root`` is what the paths of the host begin with; ``within`` are the links of the parts that rules are bound to, by
    the rule's number, looked for when one is asked for.
    """

    whole: Scope
    url: str
    origin: str
    root: str
    kind: PageKind
    ordered: tuple[PaginationSpec | LinkSpec, ...]
    rules: LinkRules
    within: dict[int, frozenset[str]] = field(default_factory=dict)

    def applies(self, number: int, href: str) -> bool:
        """Whether a rule holds on this page, and for this link."""
        rule = self.ordered[number]
        if rule.kind is None and (self.kind == "other" or (rule.kinds and self.kind not in rule.kinds)):
            return False
        if rule.within is None:
            return True
        if number not in self.within:
            parts = self.whole.rows(rule.within, most=MAX_SELECTED, of="links")
            self.within[number] = frozenset(href for part in parts for href, _ in _hrefs(part))
        return href in self.within[number]


def page_links(whole: Scope, *, url: str, kind: PageKind, layout: Layout, log: ProblemLog) -> list[Link]:
    """The links of a page, best first, each target once.

    Args:
        whole: the page.
        url: the page's own URL; without a host (a file) there is nothing to follow.
        kind: what the page is; of an "other" page every link that is not refused is followed, last of all.
        layout: whose rules say what is followed.
        log: takes the problem of a page with too many links.

    Raises:
        EffortSpentError: the page has cost too much.
    """
    host = origin(url)
    if not host:
        return []
    place = _Place(whole, url, host, f"{host}/", kind, layout.links.ordered, layout.links.rules)
    found: dict[str, Link] = {}
    hrefs = _hrefs(whole)
    if len(hrefs) > MAX_LINKS:
        log.add("too_many_links", f"only the first {MAX_LINKS} links were looked at")
    for href, is_refresh in dict.fromkeys(hrefs[:MAX_LINKS]):
        target = _target(href, place)
        if target is None:
            continue
        link = _waited_for(target, place) if is_refresh else _link(href, target, place)
        if link is not None and (target not in found or link.priority > found[target].priority):
            found[target] = link
    return sorted(found.values(), key=lambda link: -link.priority)


def _hrefs(part: Scope) -> list[tuple[str, bool]]:
    """Where the links of a part lead, as they are written, each with whether the page itself forwards there."""
    hrefs = []
    for element in part.elements("a", "area", "meta"):
        href = element.get("href")
        if href is not None:
            hrefs.append((href, False))
        elif element.tag == "meta" and (element.get("http-equiv") or "").lower() == "refresh":
            refresh = _REFRESH.match(element.get("content") or "")
            if refresh:
                hrefs.append((refresh["url"], True))
    return hrefs


def _target(href: str, place: _Place) -> str | None:
    """The absolute URL of a link to a page of the same host, or None."""
    if len(href) > _LONGEST_URL:
        return None
    plain = plainly_resolved(place.url, href)
    return _taken_apart(href.strip(), place) if plain is None else plain


def _taken_apart(href: str, place: _Place) -> str | None:
    """The same of a link that is no plain path."""
    if not href or href[0] == "#":
        return None
    elsewhere = _ABSOLUTE.match(href) if ":" in href else None
    if elsewhere and f"{elsewhere['scheme']}://{elsewhere['host']}".lower() != place.origin.lower():
        return None
    try:
        target = resolved(place.url, href)
    except ValueError:
        return None
    if not target.startswith(place.root) and origin(target) != place.origin:
        return None
    if "#" in target:
        target = target.partition("#")[0]
    if _SPACE.search(target):
        target = target.replace(" ", "%20")
        if _SPACE.search(target):
            return None
    return target


def _link(href: str, target: str, place: _Place) -> Link | None:
    path = _path(target, place.origin)
    for number in place.rules.fitting(path):
        if place.applies(number, href):
            rule = place.ordered[number]
            if rule.kind is None:
                return Link(url=target, kind=place.kind, priority=rule.priority, pagination=True)
            return Link(url=target, kind=rule.kind, priority=rule.priority)
    if place.kind == "other" and place.rules.may_follow(path):
        return Link(url=target, kind="other", priority=_UNKNOWN_PRIORITY)
    return None


def _waited_for(target: str, place: _Place) -> Link | None:
    """The link to where a page forwards of itself."""
    if target == place.url or not place.rules.leads_on(_path(target, place.origin)):
        return None
    return Link(url=target, kind="other", priority=_REFRESH_PRIORITY)


def _path(target: str, origin: str) -> str:
    """The path and query of a target of this host."""
    return target[len(origin) :] or "/"
