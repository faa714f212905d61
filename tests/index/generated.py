"""Generated documents and queries: many unlike ones, the same for the same seed."""

import random
from typing import get_args

from extractors.lexicon import load_lexicon
from index.documents import Document, Kind
from index.fields import FIELDS
from index.search import Interval
from tests.index.example import document

SUBSTANCES = ("mdma", "cocaine", "2c-b", "cannabis", "heroin", "fentanyl", "ketamine", "lsd")
CLASSES = ("stimulant", "opioid", "psychedelic")
COUNTRIES = ("DE", "NL", "US", "GB", "WW", "AU", "CA", "FR")
MARKETS = ("empire", "white-house", "cryptonia")
CARRIERS = ("usps", "dhl", "royal-mail")
COINS = ("btc", "xmr", "ltc")
CATEGORIES = ("Drugs", "Ecstasy", "Stimulants", "Fraud & Co", 'Say "hi"', "a*b\\c?d", "Digital Goods")
FACETS = ("kind", "market", "substance", "class", "ships_from", "ships_to", "carrier", "payment", "category", "vendor")
KINDS: tuple[Kind, ...] = ("listing", "listing", "listing", "listing", "vendor", "review", "mention", "version")
# Words with signs, accents, other scripts, and such as look alike.
ODD = ("84%", "caf\u00e9", "Stra\u00dfe", "don't", "x", "3,5", "g", "\u5927\u9ebb", "dr_green", "alice@x.org",
       "5-MeO-DMT", "\u0421\u043e\u0441\u0430ine", "\U0001f48a", "10g", "\u00bd")  # fmt: skip


class Generator:
    """Documents and queries over one vocabulary: names of substances, misspelt now and then, and `ODD`."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        names = sorted({name for name, _, _ in load_lexicon().certain_names()})
        self._words = [*ODD, *self._chance.sample(names, 600)]
        self._words += [self._misspelt(word) for word in self._words[len(ODD) :]]
        # A few words are in most titles, most words in a few.
        self._weights = [1 / (place + 3) for place in range(len(self._words))]
        self.vendors = [f"{self._chance.choice(names)}{end}" for end in ("", "_UK", " Shop", "2", "-official") * 40]

    def documents(self, count: int) -> list[Document]:
        """So many documents of several kinds."""
        return [self._document(number) for number in range(count)]

    def query(self, depth: int = 3) -> str:
        """A query that parses: most are nested, and of every sort of condition."""
        chance = self._chance
        if depth and chance.random() < 0.55:
            parts = [self.query(depth - 1) for _ in range(chance.randint(2, 3))]
            joined = f" {chance.choice(['AND', 'OR', 'AND', ''])} ".join(parts)
            return f"({joined})" if chance.random() < 0.8 else f"NOT ({joined})"
        return chance.choice([self._word, self._value, self._value, self._span])()

    def day(self) -> str:
        """A day between the first and the last of all documents."""
        chance = self._chance
        return f"{chance.choice((2018, 2019, 2020))}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"

    def interval(self) -> Interval:
        """Any interval."""
        known: tuple[Interval, ...] = get_args(Interval)
        return self._chance.choice(known)

    def _word(self) -> str:
        chance = self._chance
        word, other = self._text(1), self._text(1)
        plain = next(
            one for one in iter(lambda: self._text(1), None) if one.isascii() and one.isalpha() and len(one) > 3
        )
        return chance.choice(
            [
                f'"{word}"',
                f'"{word} {other}"',
                f'{chance.choice(["title", "text", "name"])}:"{word}"',
                f"{plain[: chance.randint(2, 4)]}*",
                f"{plain[:2]}*{plain[-1]}",
                f"{plain[:2]}?{plain[3:]}",
                f"{plain[:3]}*{plain[4:]}*",
                f"{plain}~",
                f"title:{self._misspelt(plain)}~1",
                f"{self._misspelt(plain)}~2",
            ]
        )

    def _value(self) -> str:
        chance = self._chance
        vendor = chance.choice(self.vendors)
        return chance.choice(
            [
                f'vendor:"{vendor}"',
                f"vendor:{vendor.split()[0][:3].lower()}*" if vendor[:3].isalnum() else "has:vendor",
                f"vendor:{vendor[:2]}*{vendor[-1]}" if vendor.replace("_", "").isalnum() else "vendor:dr*",
                f"vendor:{vendor}~" if vendor.isalnum() and len(vendor) > 2 else "vendor:dr_gren~",
                f"substance:({' '.join(chance.sample(SUBSTANCES, 2))})",
                f"class:{chance.choice(CLASSES)}",
                f"ships_to:{chance.choice([*COUNTRIES, 'benelux', 'germany'])}",
                f"ships_from:{chance.choice(COUNTRIES)}",
                f"kind:{chance.choice(['listing', 'vendor', 'v*'])}",
                f"kind:(listing {chance.choice(['review', 'mention'])})",
                f"market:{chance.choice(['empire', 'White_House', 'cryp*'])}",
                f"payment:({chance.choice(COINS)} AND {chance.choice(COINS)})",
                f"carrier:{chance.choice(CARRIERS)}",
                'category:"fraud & co"',
                r"category:a\*b\\*",
                f"has:{chance.choice([*FIELDS])}",
                "*",
            ]
        )

    def _span(self) -> str:
        chance = self._chance
        low, high = sorted((chance.randint(0, 100), chance.randint(0, 100)))
        first, last = sorted((self.day(), self.day()))
        opening, closing = chance.choice("[{"), chance.choice("]}")
        return chance.choice(
            [
                f"price:{opening}{low} TO {high}{closing}",
                f"grams:>{low}",
                f"grams:<={high}",
                f"stock:{low}",
                f"first_seen:{opening}{first} TO {last}{closing}",
                f"last_seen:<{last}",
                f"last_seen:>=now-{chance.randint(1, 400)}d",
                f"seen:{first[:7]}",
                f"seen:[{first} TO {last}]",
                f"valid_from:>{first}",
                f"valid_to:{opening}* TO {last}{closing}",
            ]
        )

    def _text(self, count: int) -> str:
        return " ".join(self._chance.choices(self._words, self._weights, k=count))

    def _misspelt(self, word: str) -> str:
        place = self._chance.randrange(len(word))
        edit = self._chance.choice(("drop", "double", "change", "swap"))
        before, letter, after = word[:place], word[place], word[place + 1 :]
        match edit:
            case "drop" if len(word) > 3:
                return before + after
            case "double":
                return before + letter + letter + after
            case "swap" if after:
                return before + after[0] + letter + after[1:]
            case _:
                return before + self._chance.choice("aeiou") + after

    def _document(self, number: int) -> Document:
        chance = self._chance
        kind = chance.choice(KINDS)
        vendor = chance.choice(self.vendors[: max(1, int(chance.paretovariate(0.6))) + 1])
        first, last = sorted((self.day(), self.day()))
        record = f"{chance.choice(('listing', 'vendor'))}:m/{number}"
        dates = {"first_seen": f"{first}T{chance.randint(10, 23)}:00:00.123", "last_seen": f"{last}T23:59:59.999"}
        if kind in {"listing", "vendor", "version"}:
            dates["valid_from"] = first
        if kind == "version":
            dates["valid_to"] = last
        return document(
            kind,
            f"{chance.choice('mn')}/{number:05d}",
            title=self._text(chance.randint(0, 6)) if kind in {"listing", "version"} else "",
            text=self._text(chance.randint(0, 30)),
            name=vendor if kind == "vendor" else "",
            numbers={
                field: round(chance.uniform(0, 100), chance.choice([0, 2]))
                for field in ("price", "grams", "stock")
                if chance.random() < 0.6
            },
            dates=dates,
            vendor=vendor,
            market=chance.choice(MARKETS),
            substance=chance.sample(SUBSTANCES, chance.randint(0, 2)),
            class_=chance.sample(CLASSES, chance.randint(0, 1)),
            ships_from=chance.sample(COUNTRIES, chance.randint(0, 1)),
            ships_to=chance.sample(COUNTRIES, chance.randint(0, 3)),
            payment=chance.sample(COINS, chance.randint(0, 3)),
            carrier=chance.sample(CARRIERS, chance.randint(0, 1)),
            category=chance.sample(CATEGORIES, chance.randint(0, 3)),
            record=record if kind == "version" else [],
        )
