"""One sketched market: its words, classes, addresses and chrome, drawn once and kept on all of its pages."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from extractors.page_kinds.concepts import code_words, text_phrases
from training.examples import Example

_WORDING = Path(__file__).with_name("wording.yaml")
_LETTERS = "abcdefghiklmnoprstuvwz"
# How often a market has a word of its own where others have one that is known, and classes that say nothing.
_UNKNOWN_WORD, _UNKNOWN_CODE = 0.12, 0.25


@cache
def wording() -> dict[str, Any]:
    """The sentences of `wording.yaml`."""
    found: dict[str, Any] = yaml.safe_load(_WORDING.read_text("utf-8"))
    return found


class Sketch:
    """What is the same on all pages of one sketched market.

    Attributes:
        draw: what everything is drawn from; the pages are drawn in a fixed order.
        name: the market's.
        boxes: the tag that its parts are in. row_tag: that of its rows.
    """

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.name = self.word().capitalize() + self.draw.choice(["", " Market", " Bazaar", " Shop"])
        self.boxes = self.draw.choice(["div", "div", "section", "td"])
        self.build = self.draw.choice(["table", "table", "div", "ul", "dl", "p"])
        self.row_build = self.draw.choice(["table", "div", "div", "ul", "nested"])
        self.class_style = self.draw.choice(["speaking", "speaking", "speaking", "speaking", "dumb", "none"])
        self.href_style = self.draw.choice(["path", "path", "query", "script", "dumb"])
        self.currency = self.draw.choice(["USD {}", "${}", "€{}", "{} EUR", "{} USD", "£{}", "{} BTC", "{} XMR", "{} €", "BTC {}"])
        self.date_style = self.draw.choice(["{y}-{m:02}-{d:02}", "{d:02}.{m:02}.{y}", "{m:02}/{d:02}/{y}", "{d} {name} {y}", "{name} {d}, {y}", "{d} days ago", "{d:02}/{m:02}/{y}"])
        self.heading = self.draw.choice(["h1", "h2", "h3", "h2", "b", "div"])
        self.prefix = self.draw.choice(["", "/", "http://" + self.word(12) + ".onion/"])
        self.colon = self.draw.choice(["", ":", ":", " :"])
        self.base = f"http://{self.word(16)}.onion"
        self._phrases: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._fixed: dict[str, bool] = {}
        # Some markets say "Welcome" or "Products" in the title of every page.
        self.motto = f" - {self.say(self.draw.choice(['home', 'listings', 'listing', 'login', 'ddos']))}" if self.chance(0.2) else ""

    def chance(self, share: float) -> bool:
        """Whether something is so, this often."""
        return self.draw.random() < share

    def fixed(self, habit: str, share: float) -> bool:
        """Whether this market has a habit: on all of its pages or on none."""
        if habit not in self._fixed:
            self._fixed[habit] = self.chance(share)
        return self._fixed[habit]

    def word(self, length: int | None = None) -> str:
        """A word that nobody knows."""
        return "".join(self.draw.choice(_LETTERS) for _ in range(length or self.draw.randint(4, 9)))

    def handle(self) -> str:
        """The name of an account."""
        return self.word() + self.draw.choice(["", "", str(self.draw.randint(1, 999)), "_" + self.word(4)])

    def say(self, concept: str) -> str:
        """How this market says this, the same on all its pages."""
        if concept not in self._phrases:
            known = [phrase for phrase in text_phrases(concept) if not phrase.isdigit()]
            phrase = self.word() if self.chance(_UNKNOWN_WORD) else self.draw.choice(known)
            self._phrases[concept] = self.draw.choice([phrase.capitalize(), phrase.title(), phrase.upper(), phrase])
        return self._phrases[concept]

    def code(self, concept: str) -> str:
        """What this market calls this in addresses, fields and classes."""
        if concept not in self._codes:
            unknown = self.chance(_UNKNOWN_CODE)
            self._codes[concept] = self.word(5) if unknown else self.draw.choice(code_words(concept))
        return self._codes[concept]

    def css(self, concept: str, part: str = "") -> str:
        """A class attribute, with a space before it, or nothing."""
        if self.class_style == "none":
            return ""
        if self.class_style == "dumb":
            return f' class="{self.draw.choice("abc")}{len(concept)}"'
        return f' class="{self.code(concept)}{"-" + part if part else ""}"'

    def href(self, concept: str, value: object = "") -> str:
        """An address of this market."""
        code = self.code(concept)
        if self.href_style == "query":
            return f"{self.prefix}index.php?{code}={value}" if value else f"{self.prefix}index.php?p={code}"
        if self.href_style == "script":
            return f"{self.prefix}{code}.php" + (f"?id={value}" if value else "")
        if self.href_style == "dumb":
            return f"{self.prefix}{code[:2]}/{value or ''}"
        return f"{self.prefix}{code}/{value}" if value else f"{self.prefix}{code}"

    def link(self, concept: str, value: object = "", text: str | None = None) -> str:
        """A link; its text is what the market calls this, unless given."""
        return f'<a href="{escape(self.href(concept, value))}">{escape(self.say(concept) if text is None else text)}</a>'

    def money(self) -> str:
        """A sum."""
        amount = self.draw.choice([f"{self.draw.uniform(1, 900):.2f}", f"{self.draw.uniform(0.0005, 0.3):.6f}", str(self.draw.randint(5, 3000))])
        text = self.currency.format(amount)
        return text if self.chance(0.8) else f"{text} ({self.draw.uniform(0.001, 2):.5f} {self.draw.choice(['BTC', 'XMR'])})"

    def date(self) -> str:
        """A day."""
        return self.date_style.format(
            y=self.draw.randint(2014, 2024), m=self.draw.randint(1, 12), d=self.draw.randint(2, 28),
            name=self.draw.choice(["January", "Mar", "May", "June", "Sep", "October", "Dez", "juin", "marzo"]),
        )  # fmt: skip

    def thing(self) -> str:
        """The title of a listing."""
        words = [self.draw.choice([*wording()["things"], self.word(6), str(self.draw.randint(1, 100)) + "g"]) for _ in range(self.draw.randint(2, 8))]
        return " ".join(words).capitalize()

    def text(self, words: int) -> str:
        """A text of filler, with breaks."""
        filler = wording()["filler"]
        parts = [self.draw.choice([*filler, *filler, self.word()]) for _ in range(words)]
        if self.chance(0.5):
            for _ in range(words // 25):
                parts[self.draw.randrange(words)] = self.draw.choice([*text_phrases(self.draw.choice(["shipping", "feedback", "terms", "price", "vendor", "pgp", "wait", "disputes", "not_found", "messages"]))])
        return self.draw.choice([" ", " ", " <br>", "</p><p>"]).join(
            " ".join(parts[start : start + 12]) for start in range(0, words, 12)
        )  # fmt: skip

    def key(self, kind: str = "PUBLIC KEY BLOCK") -> str:
        """An OpenPGP block of letters that mean nothing."""
        lines = ["".join(self.draw.choice("ABCDEFabcdef0123456789+/") for _ in range(64)) for _ in range(self.draw.randint(8, 45))]
        return f"-----BEGIN PGP {kind}-----\n\n" + "\n".join(lines) + f"\n=Ab1c\n-----END PGP {kind}-----"


@dataclass(frozen=True, slots=True)
class Sketched:
    """A page as drawn: its kind, its title, what is inside of its body, its path."""

    kind: str
    title: str
    body: str
    path: str = ""
    head: str = ""


PageMaker = Callable[[Sketch], Sketched]


def sketch_market(seed: int) -> Iterator[Example]:
    """The pages of one sketched market."""
    from training.sketches.kinds import MAKERS

    sketch = Sketch(seed)
    for kind, maker, share in MAKERS:
        if sketch.chance(share):
            page = maker(sketch)
            assert page.kind == kind
            html = (
                f"<!DOCTYPE html><html><head><title>{escape(page.title)}</title>{page.head}</head><body>{page.body}</body></html>"
            )
            yield Example(f"sketch-{seed}", kind, html.encode(), sketch.base + page.path)
