"""Places: where a listing is sent from and to, as `extractors.countries` reads them."""

from extractors.countries import parse_destinations, states_no_place
from extractors.transforms.conventions import Conventions, UnreadableError


def read_places(text: str, conventions: Conventions) -> list[str] | None:  # noqa: ARG001 - every transform is asked alike
    """The codes of the places that a text serves or comes from: "UK & Ireland" is GB, IE; "Undeclared" states none.

    Raises:
        UnreadableError: no place that is known is in the text.
    """
    if states_no_place(text):
        return None
    places = parse_destinations(text)
    if not places.to and not places.excluded:
        raise UnreadableError(f"no place in {text[:60]!r}")
    return list(places.to)


def read_excluded_places(text: str, conventions: Conventions) -> list[str] | None:  # noqa: ARG001 - as above
    """The codes of the places that a text excepts: "Worldwide except USA" is US."""
    return list(parse_destinations(text).excluded)
