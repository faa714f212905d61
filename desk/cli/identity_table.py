"""Identities as a table: for the commands that show who is the same seller."""

from collections.abc import Iterable

from rich.table import Table

from desk.terminal import cell
from linkage.identity import Identity


def identity_table(identities: Iterable[Identity]) -> Table:
    """Identities with their accounts and the evidence of each link."""
    table = Table("identity", "accounts", "evidence", "probability")
    for identity in identities:
        accounts = [account.id for account in identity.accounts]
        for place, found in enumerate(identity.links):
            shown = "; ".join(f"{one.kind} {one.value}" for one in found.evidence)
            table.add_row(
                cell(identity.identity_id if not place else ""),
                cell(accounts if not place else "", 80),
                cell(shown, 120),
                cell(f"{found.probability:.6f}"),
            )
    return table
