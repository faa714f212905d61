"""Which links are followed: a layout's rules, and what no layout may follow.

Nightpost only reads. Links that would order, pay, write, sign in or out, report or change anything are never given out,
whatever a layout says.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from extractors.patterns import BoundedPattern

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


class LinkRules:
    """The rules of one layout: the patterns of paths that are followed, and of those that never are.

    Remembers which rules fit a path.
    """

    def __init__(self, follow: Sequence[BoundedPattern], never: Sequence[BoundedPattern]) -> None:
        self._follow = tuple(enumerate(follow))
        self._never = tuple(never)
        self.fitting = lru_cache(maxsize=_JUDGED_PATHS)(self._fitting)

    def _fitting(self, path: str) -> tuple[int, ...]:
        """The numbers of the rules that fit a path, in their order; none for what is not followed although one fits."""
        numbers = tuple(number for number, rule in self._follow if rule.search(path) is not None)
        if numbers and (self._is_never(path) or refused(path, expected=True)):
            return ()
        return numbers

    def may_follow(self, path: str) -> bool:
        """Whether a path that no rule fits may be followed from a page that no layout knows."""
        return not (self._is_never(path) or refused(path) or refused(path, expected=True))

    def leads_on(self, path: str) -> bool:
        """Whether a path may be the target of a wait, which often is where one signs in: that is only shown."""
        return not self._is_never(path) and (not refused(path) or _SIGN_IN.search(path) is not None)

    def _is_never(self, path: str) -> bool:
        no_page = _NOT_PAGES.search(path.partition("?")[0]) is not None
        return no_page or any(pattern.search(path) is not None for pattern in self._never)


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
