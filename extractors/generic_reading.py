"""Reading a page of a market that has no layout: its kind by the trained classifier, its records by learning from it.

One page tells less than many: what varies from page to page is not to be seen on one. `extractors.induction` on a
folder of pages reads better, and a layout that a person has checked reads best.
"""

from datetime import datetime
from typing import Any

from extractors.induction.addresses import Addresses
from extractors.induction.habits import market_conventions
from extractors.induction.induce import learn_records, stated
from extractors.induction.links import link_rules
from extractors.induction.samples import Classifier, Sample, SavedPage, parse_samples
from extractors.layout import Layout, load_layout
from extractors.page_kinds import classify
from extractors.reading import Reading, kind_by_status, read_page

# Below this the classifier's guess is no better than the server's status.
_SURE = 0.4


def read_unknown(
    body: bytes,
    *,
    url: str,
    fetched_at: datetime | None,
    charset: str | None = None,
    status: int | None = None,
    market: str = "unknown",
    guess_kind: Classifier = classify,
) -> Reading:
    """Read one page without a layout.

    Args:
        body: the payload, content codings undone.
        url: where it was fetched, or the path of a saved file.
        fetched_at: when, which relative dates count from.
        charset: what the HTTP header declared.
        status: the HTTP status, if known: it decides where the classifier is unsure.
        market: the ``market`` of its records.
        guess_kind: what tells the kind of a page; the trained classifier, unless said.

    Returns:
        What the page says; ``kind_confidence`` tells how sure its kind is. What cannot be used is a problem.
    """
    web_url = url if url.startswith(("http://", "https://")) else None
    samples, _ = parse_samples([SavedPage(url, body, web_url, fetched_at, charset)], guess_kind)
    if not samples:
        layout = load_layout("generic")
        return read_page(body, url=url, fetched_at=fetched_at, layout=layout, charset=charset, status=status)
    sample = samples[0]
    told = kind_by_status(status)
    if told != "other" and sample.confidence < _SURE:
        sample.kind = told
    layout = _own_layout(sample, market)
    reading = read_page(body, url=url, fetched_at=fetched_at, layout=layout, charset=charset, status=status)
    return reading.model_copy(update={"kind_confidence": round(sample.confidence, 3)})


def _own_layout(sample: Sample, market: str) -> Layout:
    """A layout that holds for this one page."""
    addresses = Addresses(anchor.path for anchor in sample.view.anchors)
    conventions = market_conventions([sample])
    found = learn_records([sample], addresses, conventions)
    page: dict[str, Any] = {"kind": sample.kind, "when": [{"xpath": "/*"}]}
    page["records"] = [one.record for one in found.values()]
    return Layout.model_validate(
        {
            "name": "learned", "market": market, **stated(conventions), "pages": [page],
            "links": {"follow": link_rules([sample], addresses, found)},
        }
    )  # fmt: skip
