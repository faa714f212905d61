"""How two accounts are compared: one comparison for each kind of evidence, each with levels in SQL.

The SQL is over two rows of the accounts as `linkage.scoring` prepares them, with the endings ``_l`` and ``_r``. There,
an empty list and a vector without text are null, so that a comparison is null (it weighs nothing) where a side has no
data.

The labels are stable: explanations and models name them. Levels are tried in the order written. Where values in common
are counted or looked up, which is dear, the weakest is tried first: most pairs are at it.
"""

from dataclasses import dataclass

from linkage.dialects import Dialect
from linkage.likeness import MEASURED

HANDOVER_DAYS = 120
"""An account opened so many days or fewer after another was last seen may be the same seller moving on."""

SIGNS_AN_EDIT = 6
"""A handle is near another when one edit, for each so many of its signs, makes it the other (optimal string alignment
distance; the Jaro-Winkler similarities of DuckDB and Spark differ from each other on one pair in nine)."""


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        label: its stable name.
        condition: when a pair is at it, as SQL; None: when it is at none before.
        strength: its place among the comparison's levels, 0 for what speaks least for one seller.
        frequency: the column by whose frequencies its weight is adjusted; None: no adjustment.
    """

    label: str
    condition: str | None
    strength: int
    frequency: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kind of evidence.

    Attributes:
        kind: its name.
        null: when a pair cannot be compared, as SQL.
        levels: in the order in which they are tried; the last has no condition.
        ordered: whether a stronger level must weigh at least as much.
        columns: what it reads.
    """

    kind: str
    null: str
    levels: tuple[Level, ...]
    columns: tuple[str, ...]
    ordered: bool = True

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, weakest first."""
        return tuple(level.label for level in sorted(self.levels, key=lambda level: level.strength))


def comparisons(dialect: Dialect) -> tuple[Comparison, ...]:
    """Every comparison, in the order of explanations."""
    return (
        _pgp_key(dialect),
        _counted(dialect, "crypto_address", "addresses", ()),
        _counted(dialect, "contact", "contacts", ()),
        _claim(dialect),
        _handle(),
        # A passage that is word for word the same has eight signatures in common (`linkage.passages.BANDS`).
        _counted(dialect, "passage", "passages", (9, 25)),
        _counted(dialect, "title_form", "title_forms", (3,)),
        *(_measured(dialect, kind, bands) for kind, bands in MEASURED.items()),
        _jaccard(dialect, "goods", (4, 2, 1)),
        _jaccard(dialect, "offers", (10, 4, 2)),
        _jaccard(dialect, "prices", (10, 4, 2)),
        _origin(dialect),
        _jaccard(dialect, "destinations", (2, 1)),
        _counted(dialect, "photo", "photos", ()),
        _handover(),
    )


def _ranked(kind: str, *weakest_last: tuple[str, str | None]) -> tuple[Level, ...]:
    """Levels tried from the strongest on."""
    most = len(weakest_last) - 1
    return tuple(Level(f"{kind}:{label}", condition, most - at) for at, (label, condition) in enumerate(weakest_last))


def _either_null(*columns: str) -> str:
    return " or ".join(f"{column}_{side} is null" for column in columns for side in "lr")


def _pgp_key(dialect: Dialect) -> Comparison:
    """Two accounts that both state keys, none in common, are told apart from those of which one only quotes keys."""
    levels = _ranked(
        "pgp_key",
        ("own shared", dialect.overlaps("own_keys_l", "own_keys_r")),
        ("shared", dialect.overlaps("keys_l", "keys_r")),
        ("user id shared", dialect.overlaps("key_names_l", "key_names_r")),
        ("not shared", "own_keys_l is null or own_keys_r is null"),
        ("own differ", None),
    )
    return Comparison("pgp_key", _either_null("keys"), levels, ("keys", "own_keys", "key_names"))


def _claim(dialect: Dialect) -> Comparison:
    one, other = dialect.contains("claims_l", "name_r"), dialect.contains("claims_r", "name_l")
    vouched = f"{dialect.contains('vouched_l', 'name_r')} or {dialect.contains('vouched_r', 'name_l')}"
    levels = _ranked(
        "claim",
        ("each other", f"{one} and {other}"),
        ("vouched", vouched),
        ("one the other", f"{one} or {other}"),
        ("both a third", dialect.overlaps("claims_l", "claims_r")),
        ("none", None),
    )
    return Comparison("claim", "claims_l is null and claims_r is null", levels, ("claims", "vouched", "name"))


def _handle() -> Comparison:
    """A level at which a name is the same weighs more when few bear the name."""
    near = (
        f"damerau_levenshtein(handle_spelling_l, handle_spelling_r) * {SIGNS_AN_EDIT}"
        " <= greatest(length(handle_spelling_l), length(handle_spelling_r))"
    )
    levels = (
        Level("handle:same", "handle_l = handle_r", 4, "handle"),
        Level("handle:look-alike", "handle_skeleton_l = handle_skeleton_r", 3, "handle_skeleton"),
        Level("handle:same root", "handle_root_l = handle_root_r", 2, "handle_root"),
        Level("handle:near", near, 1),
        Level("handle:other", None, 0),
    )
    columns = ("handle", "handle_skeleton", "handle_root", "handle_spelling")
    return Comparison("handle", _either_null("handle"), levels, columns)


def _counted(dialect: Dialect, kind: str, column: str, least: tuple[int, ...]) -> Comparison:
    """Levels by how many values are in common: none, then up to each number of ``least``, which rise."""
    shared = dialect.shared(f"{column}_l", f"{column}_r")
    bounds = (1, *least)
    levels = [Level(f"{kind}:none", f"{shared} = 0", 0)]
    for at, (number, above) in enumerate(zip(bounds, least, strict=False), start=1):
        levels.append(Level(f"{kind}:{_span(number, above)}", f"{shared} < {above}", at))
    most = f"{kind}:{bounds[-1]}+" if least else f"{kind}:shared"
    levels.append(Level(most, None, len(bounds)))
    return Comparison(kind, _either_null(column), tuple(levels), (column,))


def _span(least: int, above: int) -> str:
    return str(least) if above == least + 1 else f"{least}-{above - 1}"


def _measured(dialect: Dialect, kind: str, bands: tuple[float, ...]) -> Comparison:
    """Levels by the band of a measure that was taken outside (`linkage.likeness`).

    The account with the smaller number holds, for each other it may be compared with, the band by the other's number.
    """
    band = dialect.at(f"{kind}_with_l", "uid_r")
    labels = (f"{kind}<{bands[0]:g}", *(f"{kind}>={least:g}" for least in bands))
    conditions = (*(f"{band} = {at}" for at in range(len(bands))), None)
    levels = tuple(
        Level(label, condition, at) for at, (label, condition) in enumerate(zip(labels, conditions, strict=True))
    )
    return Comparison(kind, f"{band} is null", levels, (f"{kind}_with",))


def _jaccard(dialect: Dialect, column: str, parts: tuple[int, ...]) -> Comparison:
    """Levels by how much of all values is in common: none, less than one of the first of ``parts`` (falling), and on.

    With n and m values and s in common, s / (n + m - s) < 1 / k is (k + 1) s < n + m: whole numbers only. As s is at
    most the smaller of n and m, many pairs are told from their sizes alone.
    """
    left, right = f"{column}_l", f"{column}_r"
    shared, sizes = dialect.shared(left, right), f"{dialect.size(left)} + {dialect.size(right)}"
    smaller = f"least({dialect.size(left)}, {dialect.size(right)})"
    names = ("some", *("same" if part == 1 else f"1/{part}" for part in parts))
    levels = [Level(f"{column}:none", f"{shared} = 0", 0)]
    for at, (name, part) in enumerate(zip(names, (*parts, None), strict=True), start=1):
        less = f"{part + 1} * {smaller} < {sizes} or {part + 1} * {shared} < {sizes}" if part else None
        levels.append(Level(f"{column}>={name}" if "/" in name else f"{column}:{name}", less, at))
    return Comparison(column, _either_null(column), tuple(levels), (column,))


def _origin(dialect: Dialect) -> Comparison:
    shared = dialect.shared("origin_l", "origin_r")
    sizes = [dialect.size("origin_l"), dialect.size("origin_r")]
    levels = (
        Level("origin:disjoint", f"not {dialect.overlaps('origin_l', 'origin_r')}", 0),
        Level("origin:same", f"{sizes[0]} = {sizes[1]} and {shared} = {sizes[0]}", 2),
        Level("origin:overlap", None, 1),
    )
    return Comparison("origin", _either_null("origin"), levels, ("origin",))


def _handover() -> Comparison:
    """The time from the end of one account to the opening of the other; the days of one may be missing."""
    days = ("opened_r - closed_l", "opened_l - closed_r")
    gap = f"greatest({days[0]}, {days[1]})"
    unknown = f"(({days[0]}) is null or ({days[1]}) is null) and coalesce({gap} < 0, true)"
    levels = (
        Level("handover:moved on", f"{gap} between 0 and {HANDOVER_DAYS}", 2),
        Level("handover:at one time", f"{gap} < 0", 1),
        Level("handover:long after", None, 0),
    )
    return Comparison("handover", unknown, levels, ("opened", "closed"), ordered=False)
