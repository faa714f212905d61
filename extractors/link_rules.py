"""Which links are followed: a layout's rules, and what no layout may follow.

Nightpost only reads. Links that would order, pay, write, sign in or out, report or change anything are never given out,
whatever a layout says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Where one signs in or up. Only as a whole segment: "login_page" names a page.
_SIGNING = frozenset(["login", "logon", "signin", "register", "signup", "registration", "password"])
# Words of a path's segment, or of a query's, that do something. Compared with whole words of "addFavorite_listing".
_DOING = frozenset(
    [
        "logout", "logoff", "signout", "registration",
        "order", "orders", "buy", "purchase", "pay", "payment", "checkout", "cart", "basket",
        "wallet", "deposit", "deposits", "withdraw", "withdrawal", "balance", "escrow", "finalize", "release",
        "dispute", "disputes", "message", "messages", "msg", "newmsg", "inbox", "compose", "send", "reply",
        "conversation", "conversations", "chat", "ticket", "tickets", "newticket", "support", "contact",
        "favorite", "favorites", "favourite", "favourites", "favorit", "bookmark", "bookmarks", "watchlist",
        "subscribe", "unsubscribe", "follow", "unfollow", "block", "unblock", "blocklist", "report",
        "markalert", "vote", "rate", "add", "delete", "remove", "edit", "update", "create", "new", "upload",
        "settings", "preferences", "account", "myinfo", "myprofile", "mylistings", "autoshop", "notifications",
        "affiliate", "referral", "invite", "setqueue",
    ]
)  # fmt: skip
# Verbs that are run together with one of the words above.
_VERBS = ("add", "send", "new", "place", "create", "write", "post", "delete", "remove", "edit", "open", "make", "my")
# What such words are done to.
_OBJECTS = frozenset(["page", "listing", "vendor", "product", "user", "item", "seller", "to", "u"])
# What a query calls the thing that is to be done; other keys hold names and numbers.
_ACTION_KEYS = frozenset(["action", "act", "do", "cmd", "command", "op", "mode", "method", "task"])
_EXTENSION = re.compile(r"\.(?:php\d?|html?|aspx?|jsp|cgi|pl)$", re.IGNORECASE)
_PAIRS = re.compile(r"[&;]")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|css|js|woff2?|ttf|mp[34]|webm|avi|pdf|zip|gz|rar|7z|exe|apk)$", re.IGNORECASE
)
_SIGN_IN = re.compile(r"/(?:login|signin)/?(?:\?[^/]*)?$", re.IGNORECASE)
# A market's navigation stands on each of its pages: most paths are judged once.
_JUDGED_PATHS = 20_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a path.

    Attributes:
        rules: numbers of the layout's rules that fit it, in their order.
        refused: it is not followed, not even from a page that no layout knows.
        refused_by_rule: it is not followed although a rule fits.
        leads_on: it may be the target of a wait.
    """

    rules: tuple[int, ...]
    refused: bool
    refused_by_rule: bool
    leads_on: bool


class LinkRules:
    """The rules of one layout: the patterns of paths that are followed, and of those that never are.

    Remembers its verdicts.
    """

    def __init__(self, follow: Sequence[re.Pattern[str]], never: Sequence[re.Pattern[str]]) -> None:
        self._follow = tuple(follow)
        self._never = tuple(never)
        self.judge = lru_cache(maxsize=_JUDGED_PATHS)(self._judge)

    def _judge(self, path: str) -> Verdict:
        no_page = _NOT_PAGES.search(path.partition("?")[0]) is not None
        no_page = no_page or any(pattern.search(path) for pattern in self._never)
        if no_page:
            return Verdict((), refused=True, refused_by_rule=True, leads_on=False)
        does_something = refused(path)
        return Verdict(
            rules=tuple(number for number, rule in enumerate(self._follow) if rule.search(path)),
            refused=does_something,
            refused_by_rule=refused(path, expected=True),
            # A wait often leads to where one signs in: that page is only shown, not posted to.
            leads_on=not does_something or _SIGN_IN.search(path) is not None,
        )


def refused(path: str, *, expected: bool = False) -> bool:
    """Whether a path with its query belongs to something that does more than show a page.

    Args:
        path: from the first slash on.
        expected: a layout's rule fits it. Then a name that only begins with such a word is a name, as of the vendor
            "NewLife" at ``/user/NewLife``; without a rule it is taken for an endpoint.
    """
    way, _, query = path.partition("?")
    segments = [segment for segment in way.split("/") if segment]
    if any(_does_something(segment, named=expected and place > 0) for place, segment in enumerate(segments)):
        return True
    for pair in _PAIRS.split(query):
        key, _, value = pair.partition("=")
        if _does_something(key, named=False) or (value and _does_something(value, named=key not in _ACTION_KEYS)):
            return True
    return False


@lru_cache(maxsize=8192)
def _does_something(segment: str, *, named: bool) -> bool:
    """Whether a segment is an endpoint; where a name may stand (``named``), only when it cannot well be one."""
    stem = _EXTENSION.sub("", segment)
    words = [word.lower() for word in _WORD.findall(stem)]
    if not words or (len(words) > 2 and "-" in stem):
        # Many words with hyphens are a title: "payment-card-reviews", "new-batch-of-tea".
        return False
    if stem.lower() in _SIGNING or stem.lower() in _DOING or _is_run_together(words[0]):
        return True
    # An endpoint's verb stands first, what it is done to second: "addFavorite_listing", "reportPage".
    first_does = words[0] in _DOING or words[0] in _VERBS
    if named:
        return first_does and len(words) > 1 and (words[1] in _DOING or words[1] in _OBJECTS)
    return words[0] in _DOING


def _is_run_together(word: str) -> bool:
    """Whether a word is a verb and what it is done to: "sendmessage", "addtocart"."""
    return any(word.startswith(verb) and word.removeprefix(verb).removeprefix("to") in _DOING for verb in _VERBS)
