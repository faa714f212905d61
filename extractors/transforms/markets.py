"""Names of other markets, as a page shows where else a vendor sells."""

from extractors.market_names import market_name
from extractors.transforms.conventions import Conventions


def read_market(text: str, conventions: Conventions) -> str | None:  # noqa: ARG001 - every transform is asked alike
    """The market's name as records use it: "Wall Street Market" is wall-street."""
    return market_name(text)
