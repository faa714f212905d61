"""Generated listings to fill a store with: endless, the same for the same seed, in the words of the real titles.

The titles come from a chain of words trained on the titles of the research data: in the long run a chain gives each
word and each pair of neighbours as often as they occur there, and titles of the same mean length. Descriptions come
from a chain trained on the lines of the labelled descriptions, with the title's own words before it. What ingest would
read in the texts (substance, class, grams) is looked up in the lexicon word by word, which is enough here and fast.
"""

import bisect
import itertools
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from evaluation.research import filed_titles
from evaluation.texts import labelled_texts
from extractors.lexicon import load_lexicon
from extractors.records import Capture, Listing, Money
from index.analysis import tokens
from index.derive import Derived
from index.documents import Document
from index.merge import OWN_PAGE, State
from index.rates import Rates
from index.search_documents import listing_document
from index.texts import remember

__all__ = ["GeneratedListings", "Likeness", "likeness"]

START = datetime(2015, 1, 1, tzinfo=UTC)
_DAYS = 1_500
_VENDORS = 30_000
_MARKETS = ("alphabay", "empire", "cryptonia", "dream", "hansa", "valhalla", "white-house", "tochka")
# Where real listings of those years came from, roughly, and where they went to.
_ORIGINS = ("US", "GB", "DE", "NL", "AU", "CA", "FR", "CN", "IN", "BE", "ES", "PL", "SE", "CH", "IT", "AT")
_DESTINATIONS = (["WW"], ["US"], ["EU"], ["AU"], ["EU", "US"], ["WW"], ["GB"], ["DE", "AT", "CH"])
_PAYMENTS = (["btc"], ["btc", "xmr"], ["btc"], ["xmr"], ["btc", "ltc"])
_CURRENCIES = ("USD", "USD", "USD", "USD", "EUR", "BTC")
_GRAMS = (0.5, 1.0, 2.0, 3.5, 5.0, 7.0, 10.0, 14.0, 28.0, 50.0, 100.0, 250.0, 500.0, 1000.0)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST_TITLE_WORDS = 40
_DESCRIPTION_LINES = range(3, 10)


class _Chain:
    """Words that follow each other as in the lines it was trained on."""

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self._following: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            for word, following in itertools.pairwise(("", *line, "")):
                self._following[word].append(following)

    def line(self, chance: random.Random) -> list[str]:
        words: list[str] = []
        word = ""
        while len(words) < _LONGEST_TITLE_WORDS:
            following = self._following[word]
            word = following[int(chance.random() * len(following))]
            if not word:
                break
            words.append(word)
        return words


class _Skewed:
    """A choice in which the first are taken most: the n-th with a weight of 1/n (Zipf's law)."""

    def __init__(self, items: Sequence[str]) -> None:
        self._items = items
        self._sums = list(itertools.accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def take(self, chance: random.Random) -> str:
        return self._items[bisect.bisect(self._sums, chance.random() * self._sums[-1])]


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the words of a title say."""

    substances: list[str]
    classes: list[str]


class GeneratedListings:
    """Makes listings.

    Args:
        data: the folder of the research data.
        seed: another seed gives other listings.

    Raises:
        ConfigurationError: the research data is not there.
    """

    def __init__(self, data: Path, seed: int = 6) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - texts to measure with, not a key
        filed = [one for one in filed_titles(data) if one.title_id.startswith("alphabay-2017:")]
        self.real_titles = [one.title for one in filed]
        self._titles = _Chain(title.split() for title in self.real_titles)
        prose = [text for _, text in labelled_texts("descriptions", data)]
        self._lines = _Chain(line.split() for text in prose for line in text.splitlines() if line.strip())
        self._categories = _Skewed([name for name, _ in Counter(one.category for one in filed).most_common()])
        self._vendors = _Skewed(self._handles())
        self._markets, self._origins = _Skewed(_MARKETS), _Skewed(_ORIGINS)
        self._named: dict[str, tuple[str, str]] = {}
        lexicon = load_lexicon()
        for name, substance, _sold_as in lexicon.certain_names():
            self._named[name.lower()] = (substance, lexicon.classes[substance])

    def _handles(self) -> list[str]:
        words = sorted({word.lower() for title in self.real_titles for word in title.split() if word.isalpha()})
        chosen = (self._chance.choice(words) + self._chance.choice(words) for _ in itertools.count())
        return list(itertools.islice(dict.fromkeys(itertools.islice(chosen, 2 * _VENDORS)), _VENDORS))

    def title(self) -> str:
        """One title."""
        words: list[str] = []
        while not words:
            words = self._titles.line(self._chance)
        return " ".join(words)

    def documents(self) -> Iterator[Document]:
        """Listings without end, each with an id of its own."""
        return map(self._document, itertools.count(1))

    def _document(self, number: int) -> Document:
        chance = self._chance
        title = self.title()
        market = self._markets.take(chance)
        category = self._categories.take(chance)
        currency = chance.choice(_CURRENCIES)
        amount = chance.lognormvariate(3.5, 1.3)
        listing = Listing(
            market=market,
            listing_id=str(number),
            url=f"http://{market}.onion/listing.php?id={number}",
            title=title,
            description=self._description(title),
            vendor=self._vendors.take(chance),
            category=[category.split(" - ")[0], category],
            price=Money(amount=Decimal(f"{amount / 1000:.6f}" if currency == "BTC" else f"{amount:.2f}"),
                        currency=currency),
            ships_from=[self._origins.take(chance)],
            ships_to=chance.choice(_DESTINATIONS),
            payment=chance.choice(_PAYMENTS),
            escrow=chance.choice(("escrow", "escrow", "finalize_early", None)),
            stock=chance.choice((None, 5, 10, 50, 100, 999)),
            sold=int(chance.expovariate(0.03)),
            views=int(chance.expovariate(0.002)),
        )  # fmt: skip
        first = START + timedelta(milliseconds=int(chance.random() * _DAYS * 86_400_000))
        seen = [first]
        if number % 2:
            seen.append(first + timedelta(milliseconds=int(chance.expovariate(1 / 30) * 86_400_000)))
        captures = [self._capture(listing, at) for at in seen]
        state = State.begin(listing, captures[0])
        for capture in captures:
            state.fold(capture, [(listing, OWN_PAGE)])
        derived = self._derived(title)
        remember(state, derived)
        return listing_document(state, derived, Rates())

    def _description(self, title: str) -> str:
        lines = (" ".join(self._lines.line(self._chance)) for _ in range(self._chance.choice(_DESCRIPTION_LINES)))
        return "\n".join([title, *lines])

    def _capture(self, listing: Listing, at: datetime) -> Capture:
        url = str(listing.url)
        return Capture(
            capture_id=sha256(f"{url}@{at.isoformat()}".encode()).hexdigest(),
            site=listing.market,
            url=url,
            fetched_at=at,
            status=200,
            payload_digest="sha256:" + "0" * 64,
            warc_file="generated.warc.gz",
            offset=0,
            length=1,
            run_id="generated",
        )

    def _derived(self, title: str) -> Derived:
        named = [found for word in title.lower().split() if (found := self._named.get(word.strip("*!.,()[]~-|")))]
        keywords: dict[str, list[str]] = {"goods": ["drug" if named else "other"]}
        numbers: dict[str, list[float]] = {}
        if named:
            keywords["substance"], keywords["class"] = [named[0][0]], [named[0][1]]
            numbers["grams"] = [self._chance.choice(_GRAMS)]
        if self._chance.random() < 0.02:
            keywords["address"] = ["1" + "".join(self._chance.choices(_BASE58, k=33))]
        if self._chance.random() < 0.05:
            keywords["carrier"] = [self._chance.choice(("usps", "dhl", "ups", "royal_mail", "auspost"))]
        return Derived({}, keywords, numbers)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the real titles generated ones are: a figure of the real ones beside that of the generated ones."""

    characters: tuple[float, float]
    words: tuple[float, float]
    shares: list[tuple[int, float, float]]

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"characters a title: real {self.characters[0]:.1f}, generated {self.characters[1]:.1f}"
        yield f"tokens a title:     real {self.words[0]:.2f}, generated {self.words[1]:.2f}"
        for rank, real, generated in self.shares:
            yield f"share of the {rank:>5,} most frequent tokens: real {real:.1%}, generated {generated:.1%}"


def likeness(real: Sequence[str], generated: Sequence[str]) -> Likeness:
    """Compare titles: their length, and how much of all text the most frequent tokens make up."""
    found = [[tokens(title) for title in titles] for titles in (real, generated)]
    counts = [Counter(token for title in titles for token in title) for titles in found]
    ranked = [[count for _, count in one.most_common()] for one in counts]
    return Likeness(
        (statistics.mean(map(len, real)), statistics.mean(map(len, generated))),
        (statistics.mean(map(len, found[0])), statistics.mean(map(len, found[1]))),
        [
            (rank, sum(ranked[0][:rank]) / sum(ranked[0]), sum(ranked[1][:rank]) / sum(ranked[1]))
            for rank in (1, 10, 100, 1_000, 5_000)
        ],
    )
