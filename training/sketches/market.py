"""One sketched market: its words, codes, addresses and habits, drawn once and kept on all of its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import yaml

from extractors.page_kinds.concepts import code_words, text_phrases
from extractors.records import PageKind
from replica.world.streams import stream

_WORDING = Path(__file__).with_name("wording.yaml")
_LETTERS = "abcdefghiklmnoprstuvwz"
# How often a market has a word or a code of its own where others have one that is known.
_UNKNOWN_WORD, _UNKNOWN_CODE = 0.12, 0.25
_CURRENCIES = ("USD {}", "${}", "€{}", "{} EUR", "{} USD", "£{}", "{} BTC", "{} XMR", "{} €", "BTC {}")
_DATES = (
    "{y}-{m:02}-{d:02}", "{d:02}.{m:02}.{y}", "{m:02}/{d:02}/{y}", "{d} {name} {y}", "{name} {d}, {y}", "{d} days ago",
    "{d:02}/{m:02}/{y}",
)  # fmt: skip
_MONTHS = ("January", "Mar", "May", "June", "Sep", "October", "Dez", "juin", "marzo")
_MENU = (
    "home", "messages", "orders", "wallet", "account", "ticket", "logout", "help", "forum", "favorite", "cart",
    "listings",
)  # fmt: skip
_MENU_TAGS = (
    "<nav>{}</nav>", "<div class=menu>{}</div>", "<div id=header>{}</div>", "<div>{}</div>",
    "<table><tr><td>{}</td></tr></table>",
)  # fmt: skip
_Item = TypeVar("_Item")


@cache
def wording() -> dict[str, Any]:
    """The sentences of `wording.yaml`."""
    found: dict[str, Any] = yaml.safe_load(_WORDING.read_text("utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Sketched:
    """A page as drawn: its kind, its title, what is inside of its body, its path, and what its head holds besides."""

    kind: PageKind
    title: str
    body: str
    path: str = "/"
    head: str = ""


class Sketch:
    """What is the same on all pages of one sketched market.

    Attributes:
        draw: what everything is drawn from; the pages are drawn in a fixed order.
        name: the market's; base: its address.
        box: the tag that parts are in; heading: that of headings.
        pairs, rows: how labels with values are built, and rows.
        chrome_size, menu, menu_tag: what stands around every page.
        motto: what some markets say in the title of every page.
    """

    def __init__(self, seed: int) -> None:
        self.draw = stream(seed, "sketch")
        self.name = self.word().capitalize() + self.one("", " Market", " Bazaar", " Shop")
        self.base = f"http://{self.word(16)}.onion"
        self.box = self.one("div", "div", "section")
        self.heading = self.one("h1", "h2", "h3", "h2", "b", "div")
        self.pairs = self.one("table", "table", "div", "ul", "dl", "p")
        self.rows = self.one("table", "div", "div", "ul", "nested")
        self.chrome_size = self.one("none", "small", "usual", "usual", "big")
        self.menu = self.draw.sample(_MENU, self.draw.randint(3, 9))
        self.menu_tag = self.one(*_MENU_TAGS)
        self._colon = self.one("", ":", ":", " :")
        self._class_style = self.one("speaking", "speaking", "speaking", "speaking", "dumb", "none")
        self._href_style = self.one("path", "path", "query", "script", "dumb")
        self._prefix = self.one("", "/", f"http://{self.word(12)}.onion/")
        self._currency, self._date_style = self.one(*_CURRENCIES), self.one(*_DATES)
        self._phrases: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._habits: dict[str, bool] = {}
        said = self.one("home", "listings", "listing", "login", "ddos")
        self.motto = f" - {self.say(said)}" if self.chance(0.3) else ""

    def one(self, *items: _Item) -> _Item:
        """One of these."""
        return self.draw.choice(items)

    def chance(self, share: float) -> bool:
        """Whether something is so, this often."""
        return self.draw.random() < share

    def habit(self, name: str, share: float) -> bool:
        """Whether this market has a habit: on all of its pages or on none."""
        if name not in self._habits:
            self._habits[name] = self.chance(share)
        return self._habits[name]

    def say(self, concept: str) -> str:
        """How this market says this, the same on all its pages."""
        if concept not in self._phrases:
            known = [phrase for phrase in text_phrases(concept) if not phrase.isdigit()]
            phrase = self.word() if self.chance(_UNKNOWN_WORD) else self.one(*known)
            self._phrases[concept] = self.one(phrase.capitalize(), phrase.title(), phrase.upper(), phrase)
        return self._phrases[concept]

    def label(self, concept: str) -> str:
        """What stands before a value."""
        return self.say(concept) + self._colon

    def code(self, concept: str) -> str:
        """What this market calls this in addresses, fields and classes."""
        if concept not in self._codes:
            self._codes[concept] = self.word(5) if self.chance(_UNKNOWN_CODE) else self.one(*code_words(concept))
        return self._codes[concept]

    def css(self, concept: str) -> str:
        """A class attribute, with a space before it, or nothing."""
        if self._class_style == "none":
            return ""
        return f' class="{self.code(concept) if self._class_style == "speaking" else f"c{len(concept)}"}"'

    def href(self, concept: str, value: object = "") -> str:
        """An address of this market."""
        code = self.code(concept)
        if self._href_style == "query":
            return f"{self._prefix}index.php?{code}={value}" if value else f"{self._prefix}index.php?p={code}"
        if self._href_style == "script":
            return f"{self._prefix}{code}.php?id={value}" if value else f"{self._prefix}{code}.php"
        if self._href_style == "dumb":
            return f"{self._prefix}{code[:2]}/{value}"
        return f"{self._prefix}{code}/{value}" if value else f"{self._prefix}{code}"

    def link(self, concept: str, value: object = "", text: str | None = None) -> str:
        """A link; its text is what the market calls this, unless given."""
        return (
            f'<a href="{escape(self.href(concept, value))}">{escape(self.say(concept) if text is None else text)}</a>'
        )

    def links(self, concepts: Sequence[str], value: object = "", *, share: float = 1.0) -> str:
        """Links to some of these."""
        return " ".join(self.link(concept, value) for concept in concepts if self.chance(share))

    def word(self, length: int | None = None) -> str:
        """A word that nobody knows."""
        return "".join(self.draw.choice(_LETTERS) for _ in range(length or self.draw.randint(4, 9)))

    def handle(self) -> str:
        """The name of an account."""
        return self.word() + self.one("", "", str(self.draw.randint(1, 999)), "_" + self.word(4))

    def money(self) -> str:
        """A sum, sometimes with what it is in coins."""
        amount = self.one(
            f"{self.draw.uniform(1, 900):.2f}", f"{self.draw.random():.6f}", str(self.draw.randint(5, 3000))
        )
        coins = f" ({self.draw.uniform(0.001, 2):.5f} {self.one('BTC', 'XMR')})"
        return self._currency.format(amount) + (coins if self.chance(0.2) else "")

    def date(self) -> str:
        """A day."""
        year, month, day = self.draw.randint(2014, 2024), self.draw.randint(1, 12), self.draw.randint(2, 28)
        return self._date_style.format(y=year, m=month, d=day, name=self.one(*_MONTHS))

    def number(self, most: int = 5000) -> str:
        """A count."""
        return str(self.draw.randint(0, most))

    def score(self) -> str:
        """A percentage or a rating."""
        of_five = self.draw.uniform(3, 5)
        return self.one(f"{self.draw.uniform(60, 100):.1f}%", f"{of_five:.2f}", f"{of_five:.1f}/5", "★★★★★")

    def country(self) -> str:
        """A country."""
        place: str = self.one(*wording()["places"])
        return place

    def thing(self) -> str:
        """The title of a listing."""
        known: list[str] = wording()["things"]
        words = [
            self.one(*known, self.word(6), f"{self.draw.randint(1, 100)}g") for _ in range(self.draw.randint(2, 8))
        ]  # fmt: skip
        return " ".join(words).capitalize()

    def text(self, words: int) -> str:
        """A text of filler, with breaks; some say in passing what other pages are about."""
        filler: list[str] = wording()["filler"]
        parts = [self.one(*filler, *filler, self.word()) for _ in range(words)]
        if self.chance(0.5):
            for _ in range(words // 25):
                passing = self.one(*wording()["in passing"])
                parts[self.draw.randrange(words)] = self.one(*text_phrases(passing))
        lines = [" ".join(parts[start : start + 12]) for start in range(0, words, 12)]
        return self.one(" ", " ", " <br>", "</p><p>").join(lines)

    def key(self, kind: str = "PUBLIC KEY BLOCK") -> str:
        """An OpenPGP block of letters that mean nothing."""
        lines = ["".join(self.draw.choices("ABCDEFabcdef0123456789+/", k=64)) for _ in range(self.draw.randint(8, 45))]
        return f"-----BEGIN PGP {kind}-----\n\n" + "\n".join(lines) + f"\n=Ab1c\n-----END PGP {kind}-----"

    def title(self, *texts: str) -> str:
        """The title of a page: what it is about, or the name of the market, or both."""
        text, name = self.one(*texts, ""), self.name + self.motto
        if self.habit("one title", 0.2):
            return self.one(name, name.partition(" - ")[2] or name)
        return self.one(f"{name} - {text}", f"{text} | {name}", text or name, name)
