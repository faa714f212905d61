"""An identity of two accounts, as linkage makes it."""

from linkage.account import Account, Clue, Sighting
from linkage.backend import open_backend
from linkage.identity import Identity
from linkage.linking import link_accounts
from linkage.model import load_model

FINGERPRINT = "A1" * 20


def greenleaf() -> Identity:
    """Two accounts on two markets that show one PGP key, each on its own vendor page."""
    accounts = [
        Account(
            id=f"{market}/{handle.casefold()}",
            market=market,
            handle=handle,
            clues=(
                Clue(
                    kind="pgp_key",
                    value=FINGERPRINT,
                    sightings=(
                        Sighting(
                            record=f"vendor:{market}/{handle.casefold()}", field="pgp_keys", capture_id=capture_id * 64
                        ),
                    ),
                ),
            ),
        )
        for market, handle, capture_id in (("alpha", "GreenLeaf", "a"), ("beta", "=GreenLeaf\x1b[2J", "b"))
    ]
    with open_backend("duckdb") as backend:
        (identity,) = link_accounts(accounts, backend, load_model()).identities
    return identity
