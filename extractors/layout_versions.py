"""One layout laid over another, and the versions of a layout: what its file says from which date on.

Laying over: pages, and records on a page, are matched by kind and name, new ones stand first; fields are replaced one
by one; other mappings are merged; ``null`` removes; anything else replaces.

Versions: each is laid over what held before its date. Where a file extends one with versions, each state of the one is
laid over that state of the other which holds at the same time.
"""

from datetime import UTC, date, datetime
from typing import Any, TypeAlias

# What a layout's file comes to, oldest first, each with the time from which it holds; None: from the beginning.
History: TypeAlias = list[tuple[datetime | None, dict[str, Any]]]

_MATCHED_LISTS = frozenset(["pages", "records"])
_FIELDS = frozenset(["fields", "common", "totals"])
# What is the same of all versions of a file.
_NOT_OF_A_VERSION = ("name", "extends", "versions")


class VersionsError(ValueError):
    """The versions of a layout's file are not what they must be; the message names the place."""


def history_of(given: dict[str, Any], base: History) -> History:
    """What a file comes to at each time.

    Args:
        given: the file, without its ``extends``.
        base: the history of the layout that it extends, or nothing.

    Raises:
        VersionsError: its versions cannot be used.
    """
    rest = {key: value for key, value in given.items() if key != "versions"}
    if "from" in rest:
        raise VersionsError("from: this belongs into a version; what stands outside holds from the beginning")
    own: History = [(None, rest), *_versions(given.get("versions"))]
    below = [(start, {key: value for key, value in state.items() if key != "name"}) for start, state in base]
    # None sorts first: what holds from the beginning.
    starts = sorted({start for start, _ in (*own, *below)}, key=_order)
    return [(start, _state_at(start, own, below)) for start in starts]


def _state_at(start: datetime | None, own: History, below: History) -> dict[str, Any]:
    """What holds at a time: of the layout below the newest state, and over it all of this file up to then."""
    state: dict[str, Any] = {}
    for since, whole in below:
        if _order(since) <= _order(start):
            state = whole
    for since, over in own:
        if _order(since) <= _order(start):
            state = overlay(state, over)
    return state


def _order(start: datetime | None) -> datetime:
    return start or datetime.min.replace(tzinfo=UTC)


def _versions(given: object) -> History:
    if given is None:
        return []
    if not isinstance(given, list):
        raise VersionsError("versions: a list belongs here, one version an item")
    versions: History = []
    for place, version in enumerate(given):
        if not isinstance(version, dict):
            raise VersionsError(f"versions[{place}]: a version is a mapping with from and what changes")
        for key in _NOT_OF_A_VERSION:
            if key in version:
                raise VersionsError(f"versions[{place}].{key}: this is the same of all versions, and stands outside")
        start = _start(version.get("from"), place)
        if any(start == other for other, _ in versions):
            raise VersionsError(f"versions[{place}].from: another version holds from {start:%Y-%m-%d} on too")
        versions.append((start, {key: value for key, value in version.items() if key != "from"}))
    return sorted(versions, key=lambda version: _order(version[0]))


def _start(given: object, place: int) -> datetime:
    """The time from which a version holds: a date is its midnight, and a time without zone is UTC."""
    try:
        start = datetime.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        start = None
    if isinstance(start, date) and not isinstance(start, datetime):
        start = datetime(start.year, start.month, start.day, tzinfo=UTC)
    if not isinstance(start, datetime):
        raise VersionsError(f"versions[{place}].from: the date from which it holds belongs here, as 2020-03-01")
    return start if start.tzinfo else start.replace(tzinfo=UTC)


def overlay(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A layout's mapping with another laid over it; both stay as they are."""
    merged = dict(base)
    for key, value in over.items():
        below = base.get(key)
        if value is None:
            merged.pop(key, None)
        elif key in _MATCHED_LISTS and isinstance(value, list) and isinstance(below, list):
            merged[key] = _overlay_matched(below, value)
        elif key in _FIELDS and isinstance(value, dict) and isinstance(below, dict):
            # A field is replaced whole: half of one selector and half of another would select nothing.
            merged[key] = {name: spec for name, spec in {**below, **value}.items() if spec is not None}
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[key] = overlay(below, value)
        else:
            merged[key] = value
    return merged


def _overlay_matched(base: list[Any], over: list[Any]) -> list[Any]:
    """Lists of mappings, matched by kind and name; what is new stands first, as pages are tried in order."""
    merged = list(base)
    new = []
    for item in over:
        same = [place for place, other in enumerate(merged) if _identity(other) == _identity(item)]
        if same and isinstance(item, dict):
            merged[same[0]] = overlay(merged[same[0]], item)
        else:
            new.append(item)
    return new + merged


def _identity(item: object) -> object:
    return (item.get("kind"), item.get("name")) if isinstance(item, dict) else id(item)
