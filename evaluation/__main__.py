"""``python -m evaluation`` (``make eval``): how well texts are read, against labels made by reading.

The labels fall into two halves: the watched one, whose errors ``--errors`` shows, and the other,
which is only counted. ``--ablation`` measures the lexicon alone, with the rules of context, and with the trained model.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from spacy.language import Language

from evaluation.categories import check_categories
from evaluation.labels import Label, labels
from evaluation.research import RESEARCH, filed_titles
from evaluation.scoring import DESCRIPTION_FIELDS, TITLE_FIELDS, agreement, errors, scores
from evaluation.texts import labelled_texts
from extractors.facts import Facts, facts
from extractors.pipeline import build_pipeline, read_text
from nightpost.errors import NightpostError

FIELDS = {"titles": TITLE_FIELDS, "descriptions": DESCRIPTION_FIELDS}


def read_all(nlp: Language, texts: Iterable[tuple[Label, str]]) -> list[tuple[Label, str, Facts]]:
    """Each labelled text with the facts that a pipeline reads in it."""
    return [(label, text, facts(read_text(nlp, text, source="evaluation"), text)) for label, text in texts]


def table(read: Sequence[tuple[Label, str, Facts]], fields: Sequence[str]) -> str:
    """Precision, recall and F1 of each field: of the watched half, of the other, and of all."""
    halves = [[one for one in read if one[0].is_watched], [one for one in read if not one[0].is_watched], read]
    found = [scores(((label, given) for label, _, given in half), fields) for half in halves]
    lines = [f"{'':15} {'watched':^23} {'not watched':^23} {'all':^23} stated"]
    for name in fields:
        cells = [f"{one[name].precision:.3f} {one[name].recall:.3f} {one[name].f1:.3f}" for one in found]
        lines.append(f"{name:15} {'   '.join(f'{cell:20}' for cell in cells)} {found[-1][name].stated:5}")
    return "\n".join(lines)


def show_errors(read: Sequence[tuple[Label, str, Facts]], fields: Sequence[str]) -> None:
    """Print what was read wrongly in the watched half."""
    for label, text, given in read:
        wrong = errors(label, given, fields) if label.is_watched else []
        if wrong:
            print(f"{label.id} {text[:160]!r}")
            print("".join(f"    {line}\n" for line in wrong), end="")


def show_agreement() -> None:
    """Print on how many texts the readers agreed."""
    for kind, fields in FIELDS.items():
        counts = agreement(labels(kind), fields)
        said = ", ".join(f"{name} {same} of {both}" for name, (same, both) in counts.items())
        print(f"{kind}: two readers agreed, of the texts in which either stated something: {said}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=RESEARCH, help="the folder of the research data")
    parser.add_argument("--errors", action="store_true", help="show what is read wrongly in the watched half")
    parser.add_argument("--ablation", action="store_true", help="measure with less of the pipeline too")
    parser.add_argument("--categories", action="store_true", help="look for what the categories of all titles name")
    parser.add_argument("--misses", type=int, default=0, help="with --categories: show so many frequent misses")
    given = parser.parse_args(arguments)
    try:
        texts = {kind: labelled_texts(kind, given.data) for kind in FIELDS}
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    show_agreement()
    pipelines = {"everything": build_pipeline()}
    if given.ablation:
        pipelines = {
            "the lexicon alone": build_pipeline(judged=False, statistical=False),
            "with rules of context": build_pipeline(statistical=False),
            "with the trained model": pipelines["everything"],
        }
    for name, nlp in pipelines.items():
        if given.categories:
            check = check_categories(nlp, filed_titles(given.data))
            print(f"\n{name}: what categories name\n{check.report(given.misses)}")
        for kind, fields in FIELDS.items():
            read = read_all(nlp, texts[kind])
            print(f"\n{name}: {len(read)} {kind}; precision, recall, F1\n{table(read, fields)}")
            if given.errors:
                show_errors(read, fields)
    return 0


if __name__ == "__main__":
    sys.exit(main())
