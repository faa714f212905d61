"""The links within an identity: each pair of its accounts, with the evidence between them or how it is connected."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from linkage.evidence import Explainer, Reached
from linkage.identity import Evidence, Link
from linkage.judgements import Judgement
from linkage.model import LinkageModel
from linkage.scoring import NO_DATA

MOST_ACCOUNTS = 60
"""In a larger identity only what is linked directly is named: its pairs grow with the square."""


class ScoredLinks:
    """The scored pairs, to be found by their accounts.

    Args:
        pairs: as `linkage.scoring.Scored` holds them.
        model: by which they were scored.
    """

    def __init__(self, pairs: pa.Table, model: LinkageModel) -> None:
        self._model = model
        names = zip(pairs.column("a").to_pylist(), pairs.column("b").to_pylist(), strict=True)
        self._rows = {pair: row for row, pair in enumerate(names)}
        self._match_weights = pairs.column("match_weight").to_numpy()
        self._weights = {
            comparison.kind: pairs.column(f"{comparison.kind}_weight").to_numpy() for comparison in model.comparisons
        }
        self._levels = {kind: _numbered(pairs.column(f"{kind}_level")) for kind in self._weights}

    def weight(self, a: str, b: str) -> float | None:
        """The match weight of two accounts, a before b; None when they were not compared, or weigh too little."""
        row = self._rows.get((a, b))
        return None if row is None else float(self._match_weights[row])

    def reached(self, a: str, b: str) -> dict[str, Reached]:
        """The levels that a compared pair reaches, by kind, without those for which there is no data."""
        row = self._rows[a, b]
        found = {}
        for kind, weights in self._weights.items():
            numbers, labels = self._levels[kind]
            label = labels[numbers[row]]
            if label != NO_DATA:
                found[kind] = Reached(label, float(weights[row]))
        return found

    def link(self, a: str, b: str, explain: Explainer, judged: Judgement | None = None) -> Link | None:
        """The link between two accounts that were compared or judged, a before b; None for others."""
        weight = self.weight(a, b)
        if weight is None and judged is None:
            return None
        evidence = () if weight is None else explain.evidence(a, b, self.reached(a, b))
        probability = 0.0 if weight is None else self._model.calibration.probability(weight)
        if judged is not None and judged.judgement != "unsure":
            probability = float(judged.judgement == "same")
        return Link(
            a=a,
            b=b,
            probability=probability,
            match_weight=round(weight if weight is not None else 0.0, 2),
            evidence=((judgement_evidence(judged),) if judged is not None else ()) + evidence,
        )

    def within(
        self, accounts: Sequence[str], judgements: Collection[Judgement], explain: Explainer, least: float
    ) -> Iterator[Link]:
        """A link for each pair of an identity's accounts.

        Args:
            accounts: of the identity, in order.
            judgements: those in force within.
            explain: names the evidence.
            least: pairs of at least this match weight are linked directly, others by way of further accounts.
        """
        verdicts = {one.pair: one for one in judgements}
        direct: dict[tuple[str, str], Link] = {}
        for pair in combinations(accounts, 2):
            judged = verdicts.get(pair)
            weight = self.weight(*pair)
            # A pair that is judged unsure is as if it had never been compared (`linkage.clusters`).
            if judged.judgement == "same" if judged is not None else weight is not None and weight >= least:
                link = self.link(*pair, explain, judged)
                assert link is not None
                direct[pair] = link
        yield from direct.values()
        all_pairs = len(accounts) * (len(accounts) - 1) // 2
        if len(direct) < all_pairs and len(accounts) <= MOST_ACCOUNTS:
            yield from self._indirect(accounts, direct, verdicts, explain)

    def _indirect(
        self,
        accounts: Sequence[str],
        direct: Mapping[tuple[str, str], Link],
        verdicts: Mapping[tuple[str, str], Judgement],
        explain: Explainer,
    ) -> Iterator[Link]:
        """The pairs that are connected by way of others: as likely as every step of the likeliest way."""
        place = {account: at for at, account in enumerate(accounts)}
        # Sparse: in a dense matrix a step that is all but certain, a length of nearly 0, would be taken for none.
        ends = [[place[pair[side]] for pair in direct] for side in (0, 1)]
        lengths = [max(-np.log(max(link.probability, 1e-12)), 1e-12) for link in direct.values()]
        graph = csr_array((np.array(lengths), ends), shape=(len(accounts), len(accounts)))
        found, before = dijkstra(graph, directed=False, return_predecessors=True)
        for a, b in combinations(accounts, 2):
            if (a, b) in direct or not np.isfinite(found[place[a], place[b]]):
                continue
            way = [place[b]]
            while way[-1] != place[a]:
                way.append(int(before[place[a], way[-1]]))
            probability = float(np.exp(-found[place[a], place[b]]))
            weight = self.weight(a, b)
            evidence = () if weight is None else explain.evidence(a, b, self.reached(a, b))
            by_way = Evidence(
                kind="chain",
                value=" - ".join(accounts[at] for at in reversed(way)),
                weight=0.0,
                words="linked by way of other accounts; as likely as all steps together",
            )
            if weight is None:
                weight = self._model.calibration.weight(min(max(probability, 1e-9), 1 - 1e-9))
            judged = tuple(judgement_evidence(verdicts[pair]) for pair in [(a, b)] if pair in verdicts)
            yield Link(
                a=a,
                b=b,
                probability=probability,
                match_weight=round(weight, 2),
                evidence=(by_way, *judged, *evidence),
            )


def _numbered(levels: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """The labels of levels by number: the number for each pair, and the labels."""
    coded = levels.dictionary_encode().combine_chunks()
    return coded.indices.to_numpy(zero_copy_only=False), coded.dictionary.to_pylist()


def judgement_evidence(judged: Judgement) -> Evidence:
    """A judgement as evidence: it has no weight, it decides."""
    return Evidence(
        kind="judgement",
        value=judged.judgement,
        weight=0.0,
        words=f"{judged.user}, {judged.at:%Y-%m-%d %H:%M} UTC: {judged.reason}",
    )
