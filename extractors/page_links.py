"""Links: where a crawl goes on from a page, what kind of page it expects there, and how soon.

Nightpost only reads. Links that would order, pay, write, sign in or out, report or change anything are never given out,
whatever a layout says; nor are links to another host.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field

from extractors.layout_schema import Layout, LinkSpec
from extractors.problems import ProblemLog
from extractors.records import PageKind
from extractors.values import Scope

# More links than any real page has; a page that is made of links is not followed without end.
MAX_LINKS = 5000
_LONGEST_URL = 2048
# Links of a page that no layout knows are followed last: an index of saved pages, a notice before the market.
_UNKNOWN_PRIORITY = 10
_REFRESH_PRIORITY = 90

# Words of a path's segment, or of a query's, that do something. Compared with whole words of "addFavorite_listing".
_DOING = frozenset(
    [
        "login", "logon", "signin", "logout", "logoff", "signout", "register", "signup", "registration",
        "password", "order", "orders", "buy", "purchase", "pay", "payment", "checkout", "cart", "basket",
        "wallet", "deposit", "deposits", "withdraw", "withdrawal", "balance", "escrow", "finalize", "release",
        "dispute", "disputes", "message", "messages", "msg", "newmsg", "inbox", "compose", "send", "reply",
        "conversation", "conversations", "chat", "ticket", "tickets", "newticket", "support", "contact",
        "favorite", "favorites", "favourite", "favourites", "favorit", "bookmark", "bookmarks", "watchlist",
        "subscribe", "unsubscribe", "follow", "unfollow", "block", "unblock", "blocklist", "report",
        "markalert", "vote", "rate", "add", "delete", "remove", "edit", "update", "create", "new", "upload",
        "settings", "preferences", "account", "myinfo", "myprofile", "mylistings", "autoshop", "notifications",
        "affiliate", "referral", "invite",
    ]
)  # fmt: skip
# Such a word alone makes an endpoint when it is a whole segment or begins one ("addToCart", "order.php?id=1").
_SEGMENT = re.compile(r"[/?&=;]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Any scheme: what is not http or https is elsewhere too.
_ABSOLUTE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://)?(?P<host>[^/?#]*)")
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|css|js|woff2?|ttf|mp[34]|webm|avi|pdf|zip|gz|rar|7z|exe|apk)$", re.IGNORECASE
)
_SIGN_IN = re.compile(r"/(?:login|signin)/?(?:\?[^/]*)?$", re.IGNORECASE)
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
    rules: tuple[LinkSpec, ...]
    never: tuple[re.Pattern[str], ...]
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
        rules=layout.links.follow,
        never=tuple(re.compile(pattern) for pattern in layout.links.never),
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


def refused(path: str) -> bool:
    """Whether a path with its query belongs to something that does more than show a page."""
    return any(_does_something(segment) for segment in _SEGMENT.split(path) if segment)


@lru_cache(maxsize=8192)
def _does_something(segment: str) -> bool:
    stem = segment.partition(".")[0]
    words = [word.lower() for word in _WORD.findall(stem)]
    if not words:
        return False
    # A name of several words is an endpoint by its verb, which stands first: "addFavorite_listing", "order-archive";
    # "saved_empire_login_page" is a title.
    return stem.lower() in _DOING or words[0] in _DOING


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
    elsewhere = _ABSOLUTE.match(href)
    if elsewhere and f"{elsewhere['scheme']}://{elsewhere['host']}".lower() != place.origin.lower():
        return None
    if href[0] == "/" and href[:2] != "//" and "/." not in href:
        target = place.origin + href
    else:
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
    path = target[len(place.origin) :] or "/"
    if _NOT_PAGES.search(path.partition("?")[0]) or any(pattern.search(path) for pattern in place.never):
        return None
    if is_refresh:
        # A wait sends the visitor on by itself, often to where one signs in: that page is only shown, not posted to.
        leads_on = target != place.url and (not refused(path) or _SIGN_IN.search(path))
        return Link(url=target, kind="other", priority=_REFRESH_PRIORITY) if leads_on else None
    if refused(path):
        return None
    for number, rule in enumerate(place.rules):
        if rule.pattern.search(path) and (number not in place.within or element in place.within[number]):
            return Link(url=target, kind=rule.kind, priority=rule.priority)
    return Link(url=target, kind="other", priority=_UNKNOWN_PRIORITY) if place.follows_all else None


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
