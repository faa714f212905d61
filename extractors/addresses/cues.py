"""What the words around an address say of it: its chain, the token, a test network, and whether it is only shown."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.addresses.address import Address
from extractors.lexicon_files import read_words

__all__ = [
    "CueWords", "Role", "Surroundings", "chain_of", "is_test_network", "load_cues", "named_chain", "named_token",
    "only_labels", "role_of", "surroundings",
]  # fmt: skip

Role = Literal["warned", "example"]

# A label stands on the line of its address or heads it; both are short.
_REACH = 160
_HEADING = 60
_AFTER = 60
_LETTER = re.compile(r"[^\W\d_]")
# The end of a sentence: after a word, a number or an amount, but not after "e.g.".
_SENTENCE = re.compile(r"(?:[^\W\d_]{3}[)\"']?|\d ?[^\W\d_]{0,3})[.!?;]{1,8}\s")
# Between two names that belong together: "BTC / LTC", "USDT on TRC20", "Litecoin (LTC)".
_JOINT = re.compile(r"\W{0,4}(?:or|and|oder|und|ou|et|y|on|via|over|network|token)?\W{0,4}")
_TOKEN_CHAINS = frozenset({"ETH", "TRX", "BNB", "SOL", "BTC", "BCH"})


class CueWords(BaseModel):
    """``cues.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: dict[str, str]
    chains: dict[str, list[str]]
    tokens: dict[str, list[str]]
    testnets: list[str]
    warned: list[str]
    warned_after: list[str]
    not_warned: list[str]
    own: list[str]
    example: list[str]
    refusals: list[str]
    verbs: list[str]
    pointers: list[str]
    url_places: frozenset[str]


@cache
def load_cues() -> CueWords:
    """The words of the package."""
    return read_words(Path(__file__).with_name("cues.yaml"), CueWords)


class Surroundings(NamedTuple):
    """The words that an address stands among, in lower case.

    Attributes:
        before: what its sentence says before it, on its line.
        heading: the line above, when nothing but a label stands before the address.
        after: what follows on its line.
    """

    before: str
    heading: str
    after: str


def surroundings(text: str, start: int, end: int, floor: int) -> Surroundings:
    """The words around ``text[start:end]``; nothing before ``floor``, where the address before this one ends."""
    begin = max(floor, start - _REACH)
    above, _, line = text[begin:start].lower().rpartition("\n")
    heading = ""
    if only_labels(line):
        lines = [one.strip() for one in above.split("\n")]
        # What is left of the line of the address before is no heading of this one.
        rest = lines[1:] if begin == floor > 0 else lines
        heading = next((one for one in reversed(rest) if _LETTER.search(one)), "")
        if len(heading) > _HEADING and not heading.endswith(":"):
            heading = ""
    after = text[end : end + _AFTER].partition("\n")[0].lower()
    return Surroundings(_last_sentence(line), _last_sentence(heading), after)


def _last_sentence(text: str) -> str:
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    return text[ends[-1] :] if ends else text


def named_chain(around: Surroundings, possible: Iterable[str]) -> str | None:
    """The one of the possible chains that the words next to an address name, when they name one of them only."""
    choices = set(possible)
    for words in (around.before, around.heading):
        named = _last_group(words) & choices
        if named:
            return named.pop() if len(named) == 1 else None
    match = _cues().chain_after.match(around.after)
    chain = chain_of(match.group(1)) if match else None
    return chain if chain in choices else None


def chain_of(name: str) -> str | None:
    """The chain or token of a name, such as a URI's scheme."""
    return _cues().chains.get(" ".join(name.split()))


def only_labels(words: str) -> bool:
    """Whether a text says nothing but names of chains and words for an address."""
    return not _LETTER.search(_cues().label.sub("", words.lower()))


def named_token(around: Surroundings, chain: str) -> str | None:
    """The token that the words next to an address name, where its chain carries tokens."""
    if chain not in _TOKEN_CHAINS:
        return None
    group = _last_group(around.before) or _last_group(around.heading)
    # "BTC, USDT: 1…" offers two payments, "USDT (TRC20): T…" one.
    if chain == "BTC" and "BTC" in group:
        return None
    return next((token for token in load_cues().tokens if token in group), None)


def _last_group(words: str) -> set[str | None]:
    """The chains and tokens that are named last, together."""
    found = list(_cues().chain.finditer(words))
    group: set[str | None] = set()
    following = None
    for match in reversed(found):
        if following is not None and not _JOINT.fullmatch(words, match.end(), following):
            break
        group.add(chain_of(match.group()))
        following = match.start()
    return group


def is_test_network(around: Surroundings) -> bool:
    """Whether the words say that the address is one of a test network."""
    return any(_cues().testnet.search(words) for words in (around.before, around.heading, around.after[:20]))


def role_of(around: Surroundings, address: Address) -> Role | None:
    """Whether the words say that the address is somebody else's, or an example; None when it is the writer's."""
    if _cues().warned_after.match(around.after):
        return "warned"
    for words in (around.before, around.heading):
        refusal = _cues().refusal.search(words)
        if refusal:
            coins = {chain_of(match.group()) for match in _cues().chain.finditer(refusal.group())}
            if not coins or coins & {address.chain, *address.also}:
                return "warned"
        roles = [match.lastgroup for match in _cues().role.finditer(words)]
        if roles:
            return "warned" if roles[-1] == "warned" else "example" if roles[-1] == "example" else None
    return "example" if _cues().example_after.match(around.after) else None


class _Patterns(NamedTuple):
    chains: dict[str, str]
    chain: re.Pattern[str]
    chain_after: re.Pattern[str]
    label: re.Pattern[str]
    testnet: re.Pattern[str]
    role: re.Pattern[str]
    refusal: re.Pattern[str]
    warned_after: re.Pattern[str]
    example_after: re.Pattern[str]


@cache
def _cues() -> _Patterns:
    words = load_cues()
    chains = {word: chain for chain, names in {**words.chains, **words.tokens}.items() for word in names}
    chain = _any_of(chains)
    roles = {
        **dict.fromkeys([*words.not_warned, *words.own], "own"),
        **dict.fromkeys(words.warned, "warned"),
        **dict.fromkeys(words.example, "example"),
    }
    longest_first = sorted(roles, key=len, reverse=True)
    # A group's name may stand once: the phrases of a role are told apart by what follows them in the text.
    role = "|".join(
        f"(?P<{name}>(?<!\\w)(?:{'|'.join(_escaped(one) for one in longest_first if roles[one] == name)})(?!\\w))"
        for name in ("own", "warned", "example")
    )
    pointers = rf"(?:\s(?:{_any_of(words.pointers)}|{chain})){{0,5}}\W{{0,4}}$"
    lead = r"[\W_]{1,6}(?:(?:is|was|are|belongs|to|of|by|a|an|the|this|known)\W{1,3}){0,5}"
    return _Patterns(
        chains=chains,
        chain=re.compile(chain),
        chain_after=re.compile(rf"\s{{0,3}}[(\[<\u2013-]\s{{0,2}}({chain})(?!\s{{0,2}}[:=])"),
        label=re.compile(rf"{chain}|{_any_of(('address', 'addresses', 'wallet', 'addy'))}"),
        testnet=re.compile(_any_of(words.testnets)),
        role=re.compile(role),
        refusal=re.compile(
            rf"(?:{_any_of(words.refusals)})\s(?:{_any_of(words.verbs)})(?:(?:\s\w{{1,12}}){{0,3}}\sto)?{pointers}"
        ),
        warned_after=re.compile(rf"{lead}{_any_of(words.warned_after)}"),
        example_after=re.compile(rf"{lead}{_any_of(words.example)}"),
    )


def _escaped(phrase: str) -> str:
    return re.escape(phrase).replace(r"\ ", r"\s")


def _any_of(phrases: Iterable[str]) -> str:
    choices = "|".join(_escaped(one) for one in sorted(phrases, key=len, reverse=True))
    return rf"(?<!\w)(?:{choices})(?!\w)"
