"""How well markets that nobody has seen are read: ``python -m training.learning [MARKET...]``.

For each market: its kinds are told by a model that was trained without it; its layout is learned from its pages, and
from three pages of each kind; and, as the baseline, each page is read alone. Prints recall and precision of exact
values (``recall/precision``).
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from functools import partial

from extractors.generic_reading import read_unknown
from extractors.induction.induce import NothingLearnedError, induce
from extractors.induction.samples import Classifier, SavedPage
from extractors.layout import Layout
from extractors.page_kinds import classify
from extractors.reading import Reading, read_page
from replica.facades import facade_names
from replica.facades.conventions import conventions
from training.evaluation import folds
from training.examples import REAL_MARKETS
from training.fitting import SKETCHES, fit
from training.learning_cases import FETCHED, FIELDS, HOST, Score, Tally, TruePage, facade_market, real_market, score
from training.page_kinds import all_examples, samples_of

_FEW = 3
# Of so many pages of each of these kinds, each is read alone.
_ALONE = 10
_READ_ALONE = ("listing", "vendor", "pgp", "listing_index")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.learning", description=__doc__)
    parser.add_argument("markets", nargs="*", help="markets or facades; all, unless said")
    wanted = parser.parse_args(arguments).markets
    samples = samples_of(all_examples())
    ways: dict[str, dict[str, list[Score]]] = {}
    for left_out in folds({sample.market: None for sample in samples if not sample.market.startswith(SKETCHES)}):
        chosen = [market for market in left_out if not wanted or market in wanted]
        chosen = [market for market in chosen if market in REAL_MARKETS or market in facade_names()]
        if not chosen:
            continue
        guess = partial(classify, model=fit([sample for sample in samples if sample.market not in left_out]))
        for market in chosen:
            pages = real_market(market) if market in REAL_MARKETS else facade_market(market)
            for way, result in _measured(pages, guess):
                print(_line(market, way, result), flush=True)
                ways.setdefault(way, {}).setdefault(_group(market), []).append(result)
    for way, groups in ways.items():
        for group, results in groups.items():
            print(_line(f"all {group}", way, _together(results)))
    return 0


def _group(market: str) -> str:
    if market in REAL_MARKETS:
        return "real"
    return "held out" if conventions(market).held_out else "development"


def _measured(pages: list[TruePage], guess: Classifier) -> Iterable[tuple[str, Score]]:
    for way, taught in (("learned", pages), ("learned from few", _few(pages))):
        try:
            layout = induce([_saved(page) for page in taught], name="learned", guess_kind=guess).layout
        except NothingLearnedError:
            continue
        yield way, score(pages, partial(_read, layout=layout))
    alone = [page for kind in _READ_ALONE for page in [one for one in pages if one.kind == kind][:_ALONE]]
    yield "each page alone", score(alone, partial(_read_alone, guess=guess))


def _read(page: TruePage, *, layout: Layout) -> Reading:
    return read_page(page.body, url=page.url or HOST, fetched_at=FETCHED, layout=layout, with_links=False)


def _read_alone(page: TruePage, *, guess: Classifier) -> Reading:
    return read_unknown(page.body, url=page.url or HOST, fetched_at=FETCHED, guess_kind=guess)


def _few(pages: list[TruePage]) -> list[TruePage]:
    by_kind: dict[str, list[TruePage]] = {}
    for page in pages:
        by_kind.setdefault(page.kind, []).append(page)
    return [page for same in by_kind.values() for page in same[:: max(1, len(same) // _FEW)][:_FEW]]


def _saved(page: TruePage) -> SavedPage:
    return SavedPage(page.name, page.body, page.url, FETCHED)


def _together(results: Sequence[Score]) -> Score:
    """Several markets as one, each value counted once."""
    total = Score()
    for result in results:
        total.kinds_right += result.kinds_right
        total.pages += result.pages
        for name, tally in result.tallies.items():
            into = total.tallies.setdefault(name, Tally())
            into.found += tally.found
            into.missed += tally.missed
            into.wrong += tally.wrong
    return total


def _line(market: str, way: str, result: Score) -> str:
    shown = []
    for group, names in FIELDS.items():
        cells = []
        for name in names:
            tally = result.tallies.get(f"{group}.{name}", Tally())
            if tally.recall is not None:
                precision = "-" if tally.precision is None else f"{tally.precision:.2f}"
                cells.append(f"{name} {tally.recall:.2f}/{precision}")
        if cells:
            shown.append(f"{group}: " + " ".join(cells))
    return f"{market:16} {way:17} kinds {result.kinds_right}/{result.pages}  " + "  ".join(shown)


if __name__ == "__main__":
    sys.exit(main())
