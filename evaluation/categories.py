"""Whether the substance that a category names is found in the titles that are filed under it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.language import Language

from evaluation.research import FiledTitle
from extractors.pipeline import read_text

__all__ = ["CategoryCheck", "check_categories"]

# Category of the titles -> the substances of which one must be found. Categories of mixed goods are not here.
CATEGORIES: dict[str, set[str]] = {
    "D&C > stims > cocaine": {"cocaine"},
    "D&C > stims > crack": {"cocaine"},
    "D&C > stims > meth": {"methamphetamine"},
    "D&C > stims > speed": {"amphetamine"},
    "D&C > opiods > heroin": {"heroin"},
    "D&C > ecstasy > MDMA": {"mdma"},
    "D&C > ecstasy > pills": {"mdma"},
    "D&C > ecstasy > mda": {"mda"},
    "D&C > psych > lsd": {"lsd"},
    "D&C > psych > dmt": {"dmt", "5-meo-dmt", "4-aco-dmt"},
    "D&C > psych > mushrooms": {"psilocybin", "4-aco-dmt"},
    "D&C > psych > 2cb": {"2c-b"},
    "D&C > psych > mescaline": {"mescaline"},
    "D&C > dissoc > ketamine": {"ketamine"},
    "D&C > dissoc > mxe": {"mxe", "deschloroketamine", "o-pce"},
    "D&C > cannabis > flowers": {"cannabis"},
    "D&C > cannabis > hash": {"cannabis"},
    "D&C > cannabis > concentrates": {"cannabis", "cbd"},
    "D&C > cannabis > edibles": {"cannabis", "cbd"},
    "D&C > cannabis > seeds": {"cannabis"},
    "D&C > cannabis > shake": {"cannabis"},
    "D&C > cannabis > preroll": {"cannabis"},
}
# Here the category names a class: one substance of it must be found.
CLASSES: dict[str, set[str]] = {
    "D&C > stims > adderall": {"stimulant"},
    "D&C > ecstasy > methylone": {"stimulant", "empathogen"},
    "D&C > opiods > fentanyl": {"opioid"},
    "D&C > opiods > pills": {"opioid"},
    "D&C > benzos > pills": {"benzodiazepine"},
    "D&C > benzos > powder": {"benzodiazepine"},
    "D&C > psych > nbome": {"psychedelic"},
    "D&C > cannabis > synthetic": {"synthetic cannabinoid"},
    "D&C > steroids > steriods": {"steroid"},
}
OTHER_GOODS = {"Guides & tutorials", "Counterfeit items", "Weapons", "Software & malware", "Jewels & gold"}
_NUMBERS = re.compile(r"[\W\d_]+")


@dataclass(slots=True)
class CategoryCheck:
    """Counts by category.

    Attributes:
        total: titles that are filed there.
        found: those in which what the category names is found.
        misfiled: misses in which another substance is named and read.
        misses: titles in which nothing is read, without numbers and marks, by category.
        other: titles of other goods, and in how many of them a drug is read.
    """

    total: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    misfiled: int = 0
    misses: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    other: int = 0
    drugs_in_other: int = 0

    def report(self, frequent: int = 0) -> str:
        """The counts as lines, with so many of the most frequent misses."""
        found, total = sum(self.found.values()), sum(self.total.values())
        lines = [
            f"{name:36} {self.found[name]:5} of {self.total[name]:5}  {self.found[name] / self.total[name]:.3f}"
            for name in (*CATEGORIES, *CLASSES)
            if self.total[name]
        ]
        lines.append(f"all of these {found} of {total} = {found / total:.3f}")
        lines.append(f"of the {total - found} misses {self.misfiled} name another substance, which is read")
        lines.append(f"titles of other goods in which a drug is read: {self.drugs_in_other} of {self.other}")
        missed = Counter({(name, text): n for name, texts in self.misses.items() for text, n in texts.items()})
        lines += [f"{count:4} {name}: {text!r}" for (name, text), count in missed.most_common(frequent)]
        return "\n".join(lines)


def check_categories(nlp: Language, titles: Iterable[FiledTitle]) -> CategoryCheck:
    """Read titles and compare with their categories."""
    check = CategoryCheck()
    for filed in titles:
        category = filed.category
        if category not in CATEGORIES and category not in CLASSES and category not in OTHER_GOODS:
            continue
        drugs = [one for one in read_text(nlp, filed.title, source="evaluation") if one.type == "drug"]
        if category in OTHER_GOODS:
            check.other += 1
            check.drugs_in_other += any(one.data["role"] == "offered" for one in drugs)
            continue
        check.total[category] += 1
        names, classes = {one.value for one in drugs}, {str(one.data["class"]) for one in drugs}
        if names & CATEGORIES.get(category, set()) or classes & CLASSES.get(category, set()):
            check.found[category] += 1
        elif names:
            check.misfiled += 1
        else:
            check.misses[category][_NUMBERS.sub(" ", filed.title).strip().lower()] += 1
    return check
