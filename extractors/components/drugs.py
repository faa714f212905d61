"""Substances: names from the lexicon, doubtful ones only in the right company, each with its role."""

from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractors.drugs.company import NameCompany
from extractors.drugs.roles import DrugRoles, load_drug_roles
from extractors.findings import Finding, add, open_pieces, prose
from extractors.lexicon import Contexts, Lexicon, Match, Sense, load_contexts, load_lexicon
from extractors.words import Piece

NAME = "nightpost_drugs"

_MOST_PARTS = 6
_CERTAIN = 0.95
IN_CONTEXT = 0.75


@Language.factory(NAME, default_config={"judged": True})
def create(nlp: Language, name: str, judged: bool) -> "Drugs":  # noqa: ARG001 - spaCy calls factories so
    """The component, for ``nlp.add_pipe``.

    Args:
        nlp: the pipeline.
        name: of the component there.
        judged: whether context decides about doubtful names and roles; without, every name counts (for comparison).
    """
    return Drugs(load_lexicon(), load_contexts(), load_drug_roles(), judged=judged)


class Drugs:
    """Finds ``drug``: value is the substance; ``data`` has class, schedule, form, hazard, how it is sold, and its role.

    The role is one of `extractors.drugs.roles`; in any other role than ``offered`` a substance is mentioned and is no
    fact. A known name at the end of an unknown chemical name is a substance of its own, with ``derived_from``.
    """

    def __init__(self, lexicon: Lexicon, contexts: Contexts, roles: DrugRoles, *, judged: bool) -> None:
        self._lexicon = lexicon
        self._contexts = contexts
        self._roles = roles
        self._judged = judged

    def __call__(self, doc: Doc) -> Doc:
        """Put the substances of a text on its Doc."""
        text = prose(doc)
        words = open_pieces(doc)
        matches = self._lexicon.matches(text, words)
        if not matches:
            return doc
        senses = [(match, sense) for match, sense in self._senses(text, words, matches) if sense is not None]
        names = [(match.first, match.last) for match, _ in senses]
        roles = self._roles.roles(text, words, names) if self._judged else ["offered"] * len(names)
        return add(
            doc,
            [self._finding(text, words, *one, role) for one, role in zip(senses, roles, strict=True)],
        )

    def _senses(
        self, text: str, words: Sequence[Piece], matches: Sequence[Match]
    ) -> Iterator[tuple[Match, Sense | None]]:
        """What each name means here; None where it means no substance."""
        company = NameCompany(text, words, matches, self._contexts)
        for match in matches:
            admitted = (sense for sense in match.senses if not self._judged or company.admits(match, sense))
            sense = next(admitted, None)
            # A longer name beside a known one of its class is most likely that one's chemical name.
            if sense is not None and self._start_of_name(text, words, match) != match.first:
                sense = None if company.names_kin(match, sense) else sense
            yield match, sense

    def _finding(self, text: str, words: Sequence[Piece], match: Match, sense: Sense, role: str) -> Finding:
        substance = sense.substance
        first = self._start_of_name(text, words, match)
        start, end = words[first].start, words[match.last - 1].end
        known = first == match.first
        data = {
            "class": sense.kind,
            "schedule": substance.schedule if known else None,
            "form": sense.form,
            "sold_as": substance.sold_as,
            "hazard": substance.hazard,
            "adjunct": substance.adjunct or None,
            "derived_from": None if known else substance.name,
            "role": role,
        }
        return Finding(
            type="drug",
            start=start,
            end=end,
            value=substance.name if known else text[start:end].lower(),
            extractor=NAME,
            confidence=_CERTAIN if sense.uncertain is None and known else IN_CONTEXT,
            data={key: value for key, value in data.items() if value is not None},
        )

    def _start_of_name(self, text: str, words: Sequence[Piece], match: Match) -> int:
        """Where the name begins when it ends the name of a substance that is in no list ("7-MeO-DMT")."""
        first = match.first
        if first == 0 or words[first - 1].text not in self._contexts.name_parts:
            return first
        while (
            first
            and match.first - first < _MOST_PARTS
            and text[words[first - 1].end : words[first].start] in {"-", ""}
            and (words[first - 1].text in self._contexts.name_parts or words[first - 1].text.isdigit())
        ):
            first -= 1
        return first
