"""Accounts made by hand for the linkage tests."""

from linkage.account import Account, Clue, ClueKind, Sighting


def key(letter: str) -> str:
    """A fingerprint: one hexadecimal digit, forty times."""
    return letter * 40


def clue(kind: ClueKind, value: str, *, primary: str | None = None, names: tuple[str, ...] = ()) -> Clue:
    return Clue(kind=kind, value=value, primary=primary, names=names)


def account(name: str, *clues: Clue, quoted: bool = False) -> Account:
    """An account ``market/handle`` with clues seen on its own page; a key in the field for it unless it is quoted."""
    market, handle = name.split("/")

    def seen(clue: Clue) -> Clue:
        field = "pgp_keys" if clue.kind == "pgp_key" and not quoted else "description"
        sighting = Sighting(record=f"vendor:{name}", field=field, capture_id=f"capture of {name}")
        return clue.model_copy(update={"sightings": (sighting,)})

    return Account(id=name, market=market, handle=handle, clues=tuple(map(seen, clues)))


def bystanders(market: str, count: int, *clues: Clue) -> list[Account]:
    """Accounts that make a market as large as markets are, each with the same clues."""
    return [account(f"{market}/bystander{number:03}", *clues) for number in range(count)]
