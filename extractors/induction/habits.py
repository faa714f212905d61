"""How a market writes dates and numbers, told from all its pages together."""

from collections.abc import Sequence

from extractors.induction.samples import Sample
from extractors.transforms.conventions import Conventions
from extractors.transforms.samples import date_order_of, decimal_of

_LONGEST = 60


def market_conventions(samples: Sequence[Sample]) -> Conventions:
    """The order of numeric dates and the mark before decimals; the usual ones where the pages do not decide."""
    texts = [unit.text for sample in samples for unit in sample.view.units if len(unit.text) <= _LONGEST]
    figures = [text for text in texts if any(map(str.isdigit, text))]
    return Conventions(date_order=date_order_of(figures) or "dmy", decimal=decimal_of(figures) or ".")
