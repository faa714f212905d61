"""The texts of folded records: read where they are new, remembered where they are not."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from index.derive import Derived, ReadTexts, digest, texts_of
from index.documents import Key
from index.fields import normal_values
from index.fold import Folded
from index.merge import State


@dataclass(frozen=True, slots=True)
class Readings:
    """What the texts of some records and their versions say.

    Attributes:
        new: the records whose mentions are to be written: their texts, or the vendor they are of, are new.
        failed: the states with a text that could not be read, each with the reason.
        derived: what was read now, by record and digest of its texts.
    """

    new: set[Key] = field(default_factory=set)
    failed: list[tuple[State, str]] = field(default_factory=list)
    derived: dict[tuple[Key, str], Derived] = field(default_factory=dict)

    def of(self, state: State) -> Derived:
        """What its texts say; without the mentions, if they were read before."""
        name = state.key, digest(texts_of(state.key, state.body))
        if name in self.derived:
            return self.derived[name]
        return Derived({}, state.memory["keywords"], state.memory["numbers"])


def read_new(folded: Iterable[Folded], read_texts: ReadTexts) -> Readings:
    """Read, all at once, the texts of some records and their versions that were not read before."""
    readings = Readings()
    wanted: dict[tuple[Key, str], tuple[State, dict[str, str]]] = {}
    for one in folded:
        unread = [change.before for change in one.changes if not _is_read(change.before)]
        if not _is_read(one.state) or one.state.memory["account"] != _account(one.state):
            readings.new.add(one.state.key)
            unread.append(one.state)
        for state in unread:
            texts = texts_of(state.key, state.body)
            wanted[state.key, digest(texts)] = state, texts
    results = read_texts([(state.key, texts) for state, texts in wanted.values()]) if wanted else []
    for (name, (state, _texts)), result in zip(wanted.items(), results, strict=True):
        if isinstance(result, str):
            readings.failed.append((state, result))
        readings.derived[name] = Derived() if isinstance(result, str) else result
    return readings


def remember(state: State, derived: Derived) -> None:
    """Keep in a state what was read in its texts now, so that they are not read again."""
    state.memory = {
        "texts": digest(texts_of(state.key, state.body)),
        "account": _account(state),
        "mentions": {name: len(found) for name, found in derived.mentions.items()},
        "keywords": derived.keywords,
        "numbers": derived.numbers,
    }


def _is_read(state: State) -> bool:
    return bool(state.memory) and state.memory["texts"] == digest(texts_of(state.key, state.body))


def _account(state: State) -> list[str]:
    return normal_values("vendor", [state.account])
