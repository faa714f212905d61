"""The places that a text says parcels come from and go to, put together from its mentions."""

from collections import Counter
from collections.abc import Iterable, Sequence

from extractors.countries import WORLD
from extractors.records import Mention

__all__ = ["destinations"]

# Scandinavia, Benelux and the Nordics say something beside the world; Asia does not.
_LARGEST_NAMED = 6


def destinations(mentions: Sequence[Mention]) -> list[str]:
    """The codes of the places that are served, in order, each once.

    What is excluded is not served. Where the world is served, a large region says no more ("Worldwide. Asia: 7 days").

    Args:
        mentions: of one text; those of other types are passed over.
    """
    excluded = {one.value for one in mentions if one.type == "ship_excluded"}
    served = [one for one in mentions if one.type == "ship_to" and one.value not in excluded]
    if any(one.value == WORLD for one in served):
        sizes = Counter((one.start, one.end) for one in served)
        served = [one for one in served if sizes[one.start, one.end] <= _LARGEST_NAMED]
    return _once(one.value for one in served)


def _once(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
