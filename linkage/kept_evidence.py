"""Evidence that was named before: between accounts that are as they were, only its weights may have changed."""

from collections.abc import Collection, Iterable

from linkage.evidence import Explainer, evidence_kind
from linkage.identity import Evidence, EvidenceKind, Identity
from linkage.linking import Corpus

# What a link says beside what the comparisons found.
_ADDED = frozenset({"judgement", "chain", "attribution"})


class KeptEvidence(Explainer):
    """Names the evidence between accounts; what was named before is not looked for again.

    Args:
        corpus: the accounts.
        former: the identities of the run before.
        unchanged: the ids of accounts that show the same as then, in the same places.
    """

    def __init__(self, corpus: Corpus, former: Iterable[Identity], unchanged: Collection[str]) -> None:
        super().__init__(corpus.accounts.__getitem__, corpus.discounted, corpus.counted_texts, corpus.likeness.space)
        self._known: dict[tuple[str, str], dict[EvidenceKind, list[Evidence]]] = {}
        for link in (link for identity in former for link in identity.links):
            if link.a in unchanged and link.b in unchanged:
                of_pair = self._known.setdefault((link.a, link.b), {})
                for one in link.evidence:
                    if one.kind not in _ADDED:
                        of_pair.setdefault(one.kind, []).append(one)

    def named(self, a: str, b: str, kind: str, label: str) -> list[Evidence]:
        """What two accounts show of one kind; the weights are those of then."""
        known = self._known.get((a, b), {}).get(evidence_kind(kind, label))
        return known or super().named(a, b, kind, label)
