"""What vendors write about themselves: profiles and terms, with the traps that are in real ones."""

import random
from collections.abc import Sequence
from datetime import datetime

from replica.world.addresses import CryptoAddress
from replica.world.catalogue import writing
from replica.world.contacts import write_contact
from replica.world.model import Contact, Market


def profile_text(
    text: random.Random,
    own: random.Random,
    *,
    handle: str,
    start: datetime,
    contacts: Sequence[Contact],
    addresses: Sequence[CryptoAddress],
    market: Market,
) -> str:
    """A profile: paragraphs separated by an empty line.

    ``text`` decides the words (the seller's stream when his accounts share their text), ``own`` how this account spells
    its contacts and whether it quotes the market's own key, which identifies nobody.
    """
    pieces = writing()
    opening = text.choice(pieces.profiles).format(handle=handle, year=start.year - text.randint(1, 7))
    ornament = text.choice(("", "~ ~ ~ ~\n", "★★★★★★★★\n", "=====================\n"))
    sentences = text.sample(pieces.about, text.randint(3, 6))
    paragraphs = [opening, ornament + "\n".join(sentences)]
    if contacts:
        lines = [text.choice(pieces.contact), *(write_contact(own, contact) for contact in contacts)]
        paragraphs.append("\n".join(lines))
    paragraphs.extend(
        text.choice(pieces.address).format(coin=address.chain.upper(), address=address.address) for address in addresses
    )
    if own.random() < 0.08:
        paragraphs.append(f"{pieces.market_key_note}\n{market.key.armored}")
    return "\n\n".join(paragraphs)


def terms_text(text: random.Random, own: random.Random, market: Market) -> str:
    """Terms: one rule a line; some name a placeholder for a contact, some the market's escrow address."""
    pieces = writing()
    rules = text.sample(pieces.terms, text.randint(3, 6))
    if own.random() < 0.15:
        rules.append(pieces.placeholder)
    if own.random() < 0.25:
        rules.append(pieces.escrow_note.format(address=market.escrow_address.address))
    return "\n".join(rules)
