"""What a search found, for a person or for a program."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from desk.highlighting import marked
from desk.terminal import cell, messages, output, print_json
from index.conditions import Condition
from index.documents import Body, Document, Kind
from index.highlight import Fragment, highlighted
from index.search import Results, Statistics
from index.suggestions import Suggestion

_TITLE_WIDTH, _TEXT_WIDTH = 70, 90
# Excerpts of so many texts of a hit are shown, the titles of listings apart.
_MOST_TEXTS = 2
_BAR_WIDTH = 40


def print_lines(results: Results, condition: Condition, suggestions: Sequence[Suggestion]) -> None:
    """One JSON object a line: the hits, with where what was sought stands in their texts; the counts; suggestions."""
    for hit in results.hits:
        marks = {
            path: [asdict(fragment) for fragment in fragments]
            for path, fragments in highlighted(hit.document, condition).items()
        }
        named = {"kind": hit.document.kind, "id": hit.document.id, "score": hit.score}
        print_json({**named, **hit.document.body, "kind": hit.document.kind, "highlights": marks})
    for name, counts in results.facets.items():
        print_json({"facet": name, "counts": [{"value": value, "count": count} for value, count in counts]})
    for name, statistics in results.statistics.items():
        print_json({"statistics": name, **asdict(statistics)})
    for name, buckets in results.histograms.items():
        print_json(
            {"histogram": name, "counts": [{"from": f"{day:%Y-%m-%d}", "count": count} for day, count in buckets]}
        )
    for suggestion in suggestions:
        print_json({"suggestion": suggestion.text, "instead_of": suggestion.value, "count": suggestion.count})


def print_tables(results: Results, condition: Condition, suggestions: Sequence[Suggestion]) -> None:
    """Tables of the hits and the counts; on standard error how many there are, and what may have been meant."""
    if results.hits:
        table = Table("kind", "id", "what", "by", "price", "from", "to", "seen last")
        for hit in results.hits:
            fragments = highlighted(hit.document, condition, width=_TEXT_WIDTH)
            row = hit_row(hit.document.kind, hit.document.id, hit.document.body)
            row[2] = _what(hit.document, row[2], fragments)
            table.add_row(*row)
        output().print(table)
    for name, counts in results.facets.items():
        facet = Table(name, "count")
        for value, count in counts:
            facet.add_row(cell(value), cell(count))
        output().print(facet)
    if results.statistics:
        output().print(_statistics(results.statistics.items()))
    for name, buckets in results.histograms.items():
        most = max((count for _, count in buckets), default=1)
        histogram = Table(name, "count", "")
        for day, count in buckets:
            histogram.add_row(f"{day:%Y-%m-%d}", cell(count), "█" * max(1, round(_BAR_WIDTH * count / most)))
        output().print(histogram)
    messages().print(f"{results.total} found, {len(results.hits)} shown", markup=False)
    for suggestion in suggestions:
        said = f"nothing has {suggestion.value!r}; did you mean {suggestion.text} ({suggestion.count})?"
        messages().print(cell(said, len(said)))


def hit_row(kind: Kind, name: str, body: Body) -> list[Text]:
    """A hit as a line of the table: what there is of a listing, vendor, review, mention, capture or identity."""
    price = body.get("price") or body.get("amount")
    what = body.get("title") or body.get("handle") or body.get("text") or body.get("url") or body.get("value")
    return [
        cell(kind),
        cell(name, 40),
        cell(what, _TITLE_WIDTH),
        cell(body.get("vendor") or body.get("type"), 24),
        cell(f"{price['amount']:g} {price['currency']}" if isinstance(price, dict) else None),
        cell(body.get("ships_from"), 16),
        cell(body.get("ships_to"), 24),
        cell(str(body.get("last_seen_at") or body.get("posted_at") or body.get("fetched_at") or "")[:10]),
    ]


def _what(document: Document, plain: Text, fragments: dict[str, list[Fragment]]) -> Text:
    """What a hit is, and below it the excerpts that it was found by, marked."""
    named = next((name for name in ("title", "handle", "text") if document.body.get(name)), None)
    shown = dict(fragments)
    first = marked(shown.pop(named), width=_TITLE_WIDTH) if named in shown else plain
    lines = [first]
    for path, found in list(shown.items())[:_MOST_TEXTS]:
        lines.append(Text.assemble((f"{path}: ", "dim"), marked(found[:1], width=_TEXT_WIDTH)))
    return Text("\n").join(lines)


def _statistics(statistics: Iterable[tuple[str, Statistics]]) -> Table:
    table = Table("number", "count", "least", "lower quartile", "median", "upper quartile", "most", "mean")
    for name, one in statistics:
        values = (one.minimum, one.lower_quartile, one.median, one.upper_quartile, one.maximum, one.mean)
        table.add_row(name, cell(one.count), *(cell(None if value is None else f"{value:.6g}") for value in values))
    return table
