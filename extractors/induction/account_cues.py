"""Where the name of an account stands: links that carry it in their address, headings, texts that links repeat."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from lxml import etree

from extractors.induction.fields import Wanted
from extractors.induction.label_cues import Cue, name_in
from extractors.induction.labels import field_of_label
from extractors.induction.looks import heading_weight, is_linked, named
from extractors.induction.selectors import link_selectors, quoted, text_selectors
from extractors.induction.trial import Spec, Trial, is_like
from extractors.induction.units import Anchor, path_word
from extractors.induction.words import cue_words, greeting_pattern

_COUNTED = re.compile(r"^\d[\d.,]*\s+\w+$|^\w+\s+\(?\d+\)?$")
_SPLIT = re.compile(r"[\s|:/()\[\]]+")
_LONGEST_HEADING = 80
_BRACKETED = re.compile(r"[(\[]\s*(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?[KkMm]\+?|\d+\+?)\s*[)\]]")
_BRACKETS = 0.5
# A heading on a page about an account is its name, more likely than not, when nothing else speaks against it.
_HEADING_ALONE = 0.75


def account_links(trial: Trial, field: str, wanted: Wanted) -> Iterator[Cue]:
    """Links whose text is a part of their address: ``<a href="/user/bob">bob (12)</a>``."""
    view = trial.view
    before = _texts_before(trial)
    for anchor in view.anchors:
        name, pattern = name_in(anchor.text)
        if not name or name.casefold() in cue_words().link_words or not is_like(name, wanted):
            continue
        place = next((at for at, part in enumerate(anchor.components) if part.casefold() == name.casefold()), None)
        paths = [path_word(part) for part in anchor.components[: place if place is not None else 3]]
        leads_to_account = any(part in cue_words().account_paths for part in paths)
        prefix = None if place is not None else _prefix_of(name, anchor)
        leads_to_account = leads_to_account or prefix is not None
        if place is None and not leads_to_account:
            continue
        if name.isdigit() or field_of_label(name) or _COUNTED.match(anchor.text):
            continue
        if name.split()[0].casefold() in cue_words().link_words and place is None:
            continue
        score = (0.5 if place is not None or prefix is not None else 0.17) + (0.25 if leads_to_account else 0.0)
        if any(part in cue_words().category_paths or part in cue_words().listing_paths for part in paths):
            score -= 0.0 if leads_to_account else 0.3
        if greeting_pattern().search(before.get(anchor.element, "")):
            score -= 0.5
        if anchor.element in view.chrome:
            score -= 0.3
        score += named(anchor.element, trial.node, field)
        if score <= 0.05:
            continue
        upto = place if place is not None else len(anchor.components) - 1
        match = {"match": pattern} if pattern else {}
        made = link_selectors(anchor, upto, trial.node) if prefix is None else [{"css": f"a[href*={quoted(prefix)}]"}]
        specs = tuple({**spec, **match} for spec in made)
        yield Cue(field, name, specs, min(score, 0.9), "a link whose text is in its own address", "link")


def _prefix_of(name: str, anchor: Anchor) -> str | None:
    """What stands before a name in one word of an address: "/vendor-" of "/vendor-bob.html"."""
    for part in anchor.components:
        found = re.fullmatch(rf"([a-z]+)([-_]){re.escape(name)}(?:\.[a-z]+)?", part, re.IGNORECASE)
        if found and found[1].casefold() in cue_words().account_paths:
            return f"/{found[1]}{found[2]}"
    return None


def _texts_before(trial: Trial) -> dict[etree._Element, str]:
    """The text that stands before each link."""
    found: dict[etree._Element, str] = {}
    last = ""
    for unit in trial.view.units:
        link = unit.parent if unit.parent.tag == "a" else next(unit.parent.iterancestors("a"), None)
        if link is not None and link not in found:
            found[link] = last
        last = unit.text
    return found


def handle_texts(trial: Trial, wanted: Wanted) -> Iterator[Cue]:
    """The name on an account's own page: a heading, or a text that the page's links carry in their addresses."""
    view = trial.view
    accounts = _accounts_in_addresses(trial)
    everything = Counter(part.casefold() for anchor in view.anchors for part in set(anchor.components))
    for unit in view.units:
        if len(unit.text) > _LONGEST_HEADING or field_of_label(unit.text, kind="listing"):
            continue
        weight = heading_weight(unit, trial.node)
        own = " ".join(match.rest for match in field_of_label(unit.text, kind="vendor")[:1] if match.rest) or unit.text
        name = name_in(own)[0]
        for word in dict.fromkeys(part.strip(" :,'\"()[]") for part in (name, *_SPLIT.split(own))):
            if len(word) < 2 or not is_like(word, wanted) or word.casefold() in cue_words().link_words:
                continue
            count = accounts[word.casefold()]
            if count:
                score = max(weight, 0.15) + 0.25 + min(0.25, 0.06 * count)
            elif weight and everything[word.casefold()]:
                score = weight + min(0.3, 0.1 * everything[word.casefold()])
            elif weight >= 0.28 and word == name and not field_of_label(word):
                score = weight * _HEADING_ALONE
            else:
                continue
            score += 0.15 if len(word) > 3 and word in trial.title else 0.0
            score -= 0.15 if is_linked(unit.parent) else 0.0
            score *= 0.4 if unit.parent in view.chrome else 1.0
            match = pattern_around(unit.text, word)
            specs = tuple({**spec, **match} for spec in text_selectors(unit, trial.node))
            yield Cue("handle", word, specs, min(score, 0.9), "a heading, or a text that links repeat", "heading")


def sales_beside_handle(trial: Trial, handles: Iterable[Cue], wanted: Wanted) -> Iterator[Cue]:
    """The number in brackets behind an account's name, which markets mean as its sales: "bob (1.2K+)"."""
    names = {cue.value.casefold() for cue in handles if isinstance(cue.value, str)}
    before = ""
    for unit in trial.view.units:
        found = _BRACKETED.search(unit.text)
        name = unit.text[: found.start()].strip() if found else ""
        if found and (name.casefold() in names or (not name and before.casefold() in names)):
            value = trial.transformed(found[1], wanted)
            specs = tuple({**spec, "match": _BRACKETED.pattern} for spec in text_selectors(unit, trial.node))
            if value is not None and specs:
                yield Cue("sales", value, specs, _BRACKETS, "a number in brackets behind the name", "brackets")
        before = unit.text


def _accounts_in_addresses(trial: Trial) -> Counter[str]:
    """The names that stand in the page's addresses where an account's name stands, and how often."""
    words = cue_words().account_paths | cue_words().contact_paths
    found: Counter[str] = Counter()
    for anchor in trial.view.anchors:
        for before, part in pairwise(anchor.components):
            if path_word(before) in words and not part.isdigit():
                found[part.casefold()] += 1
    return found


def pattern_around(text: str, word: str) -> Spec:
    """What takes a word out of a text by what stands beside it."""
    if text == word:
        return {}
    at = text.find(word)
    before, after = text[:at], text[at + len(word) :]
    inside = r"(\S+)" if " " not in word else r"(.+?)"
    pattern = "^" + (r"\s*".join(re.escape(part) for part in before.split()) + r"\s*" if before.strip() else "")
    pattern += inside
    if after.strip():
        first = after.strip()[0]
        pattern += rf"\s*{re.escape(first)}" if not first.isalnum() else r"(?:\s|$)"
        if inside == r"(\S+)" and not after[0].isspace():
            pattern = pattern.replace(r"(\S+)", rf"([^\s{re.escape(first)}]+)")
    else:
        pattern += "$"
    return {"match": pattern}
