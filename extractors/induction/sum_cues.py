"""Where a price stands: sums of money, told from balances, rates, fees and the prices of other things."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise

from lxml import etree

from extractors.induction.fields import Wanted
from extractors.induction.label_cues import Cue
from extractors.induction.labels import other_label
from extractors.induction.looks import heading_weight_of, is_linked, is_small, named
from extractors.induction.selectors import not_struck_out, selectors, text_selectors
from extractors.induction.trial import Trial
from extractors.induction.units import Unit, ancestors, attribute_words, components, local_path, path_word
from extractors.induction.words import cue_words
from extractors.records import Money
from extractors.transforms.numbers import NUMBER

_MONEY = re.compile(
    rf"(?:[$€£¥฿₿₽]|\b[A-Za-z]{{3,5}}\b)[\s+]*{NUMBER}"
    rf"|{NUMBER}\s*(?:[$€£¥฿₿₽]|[A-Za-z]{{3,5}}\b|\u0440\u0443\u0431)"
)
_LONGEST_SUM = 80
_COINS = frozenset(["BTC", "XMR", "LTC", "ETH", "BCH", "DASH", "ZEC", "XBT"])
_OTHER_SUMS = re.compile(
    r"shipping|postage|versand|delivery|balance|deposit|wallet|rate|fee|refund|total|guthaben|kurs|saldo|envio|envío|доставка|баланс|"
    r"\bmin\b|\bmax\b|bond|commission|discount|save\b",
    re.IGNORECASE,
)
# Ways of reading a price that are also tried where it is not struck out.
_MOST_ON_SALE = 6
# A page states its price once, or twice; what is built alike and states several sums is a list of other things.
_ONE_OF = {1: 1.0, 2: 0.9, 3: 0.5}


def is_sum(text: str) -> bool:
    """Whether a text is a sum of money and nothing else."""
    return _MONEY.fullmatch(text) is not None


def sums(trial: Trial, wanted: Wanted) -> Iterator[Cue]:
    """Sums of money: the innermost elements whose text is one."""
    view = trial.view
    found: list[tuple[etree._Element, Unit | None, Money, int]] = []
    seen: set[etree._Element] = set()
    for unit in view.units:
        for element in (unit.parent, unit.parent.getparent()):
            if element is None or element in seen or element is trial.node.getparent():
                continue
            text = view.text(element) if element is not unit.parent or unit.alone else unit.text
            if not len(text) <= _LONGEST_SUM or not _MONEY.search(text):
                continue
            value = trial.transformed(text, wanted)
            if isinstance(value, Money) and value.amount > 0:
                seen.add(element)
                found.append((element, None if element is not unit.parent or unit.alone else unit, value, unit.order))
                break
    alike = Counter(_signature(element) for element, *_ in found)
    plain = [(value, order) for element, _, value, order in found if not is_small(element)]
    fiat_first = next((order for value, order in plain if value.currency not in _COINS), None)
    before = {second.order: first.text for first, second in pairwise(view.units)}
    on_sale = trial.node.find(".//del") is not None or trial.node.find(".//s") is not None
    for element, part, value, order in found:
        text = part.text if part else view.text(element)
        score = 0.4 + named(element, trial.node, "price")
        score += -0.12 if is_small(element) else 0.3 * heading_weight_of(element, trial.node)
        score += 0.06 if element.tag in {"b", "strong", "h1", "h2", "h3", "h4", "big"} else 0.0
        score += 0.08 if order == fiat_first else 0.0
        score -= 0.12 if value.currency in _COINS and fiat_first is not None else 0.0
        score -= 0.2 if _leads_elsewhere(element, trial.node) else 0.0
        score -= 0.3 if other_label(before.get(order, "")) == "money" or other_label(text) == "money" else 0.0
        score -= 0.2 if _OTHER_SUMS.search(text) or _OTHER_SUMS.search(attribute_words(element)) else 0.0
        score *= 0.35 if element in view.chrome else 1.0
        score *= _ONE_OF[min(alike[_signature(element)], 3)]
        score *= 0.3 if element.tag == "label" and element.find("input") is not None else 1.0
        made = list(text_selectors(part, trial.node) if part else selectors(element, trial.node))
        if on_sale:
            # The old price stands first, struck out.
            made += [spec for spec in map(not_struck_out, made[:_MOST_ON_SALE]) if spec is not None]
        yield Cue("price", value, tuple(made), max(0.05, min(score, 0.85)), "a sum of money", "sum")


def _leads_elsewhere(element: etree._Element, scope: etree._Element) -> bool:
    """Whether a sum stands in a small part of a page that links to a listing: the price of another one."""
    if scope.tag not in {"html", "body"}:
        return False
    if is_linked(element):
        return True
    for around in list(ancestors(element, scope))[:2]:
        links = [link.get("href") or "" for link in islice(around.iter("a"), 3)]
        if len(links) in {1, 2} and len(set(links)) == 1:
            parts = components(local_path(links[0]))[:-1]
            return any(path_word(part) in cue_words().listing_paths for part in parts)
    return False


def _signature(element: etree._Element) -> str:
    parent = element.getparent()
    around = f"{parent.tag}.{parent.get('class')}" if parent is not None else ""
    return f"{around}>{element.tag}.{element.get('class')}"
