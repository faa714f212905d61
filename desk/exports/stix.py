"""A lead as a STIX 2.1 bundle.

The seller is a ``threat-actor``; each account a ``user-account``; each key, address and contact an observable that a
``relationship`` ties to its account. What one capture shows of one record is one ``note``; what was observed in one
capture is one ``observed-data``. Both name the capture as their external reference, with its WARC file, offset and
SHA-256. A ``report`` holds it all. Every id is derived from the content, so the same lead gives the same bytes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

import stix2

from archive.capture import Capture
from desk.exports.statements import Statement
from desk.exports.stix_types import extension_definitions, object_id, observable_of, producer, tlp_marking
from desk.lead import Lead
from desk.terminal import visible

# One object of a bundle; the stix2 library has no types.
StixObject = Any


def write_stix(lead: Lead, statements: list[Statement], out: TextIO) -> None:
    """Write the bundle as JSON, ASCII, one object after the other in a fixed order."""
    bundle = stix_bundle(lead, statements)
    json.dump(json.loads(bundle.serialize()), out, indent=1, sort_keys=True, ensure_ascii=True)
    out.write("\n")


def stix_bundle(lead: Lead, statements: list[Statement]) -> stix2.Bundle:
    """The lead as a bundle; `statements` must not be empty."""
    return _BundleOfLead(lead, statements).bundle()


class _BundleOfLead:
    """Makes the objects of one lead, which share its marking, its author, its time and the root of their ids."""

    def __init__(self, lead: Lead, statements: list[Statement]) -> None:
        self._lead = lead
        self._statements = statements
        # A lead's number is unique in its casebook alone; with its time and maker it is unique between agencies too.
        self._root = (lead.lead_id, lead.created_at.isoformat(), lead.created_by, lead.identity.identity_id)
        self._author = producer()
        self._marking = tlp_marking(lead.handling)
        self._accounts = {
            one.id: stix2.UserAccount(
                user_id=visible(one.id),
                account_login=visible(one.handle or one.id),
                account_type=visible(one.market),
                object_marking_refs=[self._marking.id],
            )
            for one in lead.identity.accounts
        }
        self._observables: dict[str, StixObject] = {}

    def bundle(self) -> stix2.Bundle:
        actor = self._actor()
        content = [actor, *self._accounts.values()]
        content += [self._held(actor, account) for account in self._accounts.values()]
        shown = list(self._shown())
        content += [*self._observables.values(), *shown, *self._notes(), *self._observations()]
        objects = [
            self._author,
            self._marking,
            *extension_definitions(self._author.id),
            *content,
            self._report([one.id for one in content]),
        ]
        return stix2.Bundle(id=object_id("bundle", *self._root), objects=objects, allow_custom=True)

    def _common(self, kind: str, *parts: str) -> dict[str, Any]:
        """What every domain object and relationship of this lead begins with."""
        return {
            "id": object_id(kind, *self._root, *parts),
            "created": self._lead.created_at,
            "modified": self._lead.created_at,
            "created_by_ref": self._author.id,
            "object_marking_refs": [self._marking.id],
        }

    def _actor(self) -> StixObject:
        accounts = self._lead.identity.accounts
        handles = list(dict.fromkeys(visible(one.handle or one.id) for one in accounts))
        links = self._lead.identity.links
        certainty = {"confidence": round(100 * min(link.probability for link in links))} if links else {}
        return stix2.ThreatActor(
            **self._common("threat-actor"),
            name=f"Seller of {', '.join(visible(one.id) for one in accounts)}",
            description=visible(self._lead.why),
            threat_actor_types=["criminal"],
            aliases=handles,
            external_references=_references(self._evidence_captures()),
            **certainty,
        )

    def _evidence_captures(self) -> list[Capture]:
        """The captures that show the evidence of the links; of an account alone, all captures."""
        wanted = set(self._lead.identity.captures)
        shown = [one.capture for one in self._statements]
        return [capture for capture in shown if capture.capture_id in wanted] or shown

    def _held(self, actor: StixObject, account: StixObject) -> StixObject:
        """That the account is held to be the seller's, by the evidence of its links."""
        account_id = next(key for key, one in self._accounts.items() if one.id == account.id)
        reasons = [
            f"{link.a} and {link.b}: {evidence.kind} {evidence.value} (weight {evidence.weight:g} bits)"
            for link in self._lead.identity.links
            if account_id in {link.a, link.b}
            for evidence in link.evidence
        ]
        described = {"description": visible("; ".join(reasons))} if reasons else {}
        return stix2.Relationship(
            **self._common("relationship", "held", account_id),
            relationship_type="related-to",
            source_ref=actor.id,
            target_ref=account.id,
            external_references=_references(self._captures_about(account_id)),
            **described,
        )

    def _captures_about(self, account_id: str) -> list[Capture]:
        """Where the account's clues are to be seen, or where else it is."""
        about = [one for one in self._statements if one.account == account_id]
        clues = [one.capture for one in about if one.clue is not None]
        return clues or [one.capture for one in about] or self._evidence_captures()

    def _shown(self) -> Iterator[StixObject]:
        """A relationship for each key, address or contact and the account that shows it."""
        captures: dict[tuple[str, str, str], list[Capture]] = defaultdict(list)
        for one in self._statements:
            if one.clue is not None:
                captures[one.account, one.clue.kind, one.clue.value].append(one.capture)
        for (account_id, kind, value), seen in captures.items():
            yield stix2.Relationship(
                **self._common("relationship", "shows", account_id, kind, value),
                relationship_type="related-to",
                source_ref=self._accounts[account_id].id,
                target_ref=self._observable(kind, value).id,
                description=f"the account shows this {kind}",
                external_references=_references(seen),
            )

    def _observable(self, kind: str, value: str) -> StixObject:
        observable = observable_of(kind, visible(value), self._marking.id)
        return self._observables.setdefault(observable.id, observable)

    def _notes(self) -> Iterator[StixObject]:
        """What one capture shows of one record, a line a statement."""
        notes: dict[tuple[str, str, str], list[Statement]] = defaultdict(list)
        for one in self._statements:
            notes[one.account, one.subject, one.capture.capture_id].append(one)
        for (account_id, subject, capture_id), stated in notes.items():
            yield stix2.Note(
                **self._common("note", account_id, subject, capture_id),
                abstract=visible(subject),
                content="\n".join(visible(f"{one.field}: {one.value}") for one in stated),
                object_refs=[self._accounts[account_id].id],
                external_references=_references([stated[0].capture]),
            )

    def _observations(self) -> Iterator[StixObject]:
        """The accounts, keys, addresses and contacts that were observed in one capture."""
        seen: dict[str, list[Statement]] = defaultdict(list)
        for one in self._statements:
            seen[one.capture.capture_id].append(one)
        for capture_id, stated in seen.items():
            capture = stated[0].capture
            observed = [self._accounts[one.account].id for one in stated]
            observed += [self._observable(one.clue.kind, one.clue.value).id for one in stated if one.clue is not None]
            yield stix2.ObservedData(
                **self._common("observed-data", capture_id),
                first_observed=capture.fetched_at,
                last_observed=capture.fetched_at,
                number_observed=1,
                object_refs=list(dict.fromkeys(observed)),
                external_references=_references([capture]),
            )

    def _report(self, content: list[str]) -> StixObject:
        lead = self._lead
        authority = f" Collected under {lead.authority}." if lead.authority else ""
        return stix2.Report(
            **self._common("report"),
            name=f"{lead.lead_id}: {len(lead.identity.accounts)} accounts of one seller"
            if lead.identity.links
            else f"{lead.lead_id}: one account",
            description=visible(f"{lead.why} (score {lead.score:g}, {lead.status}).{authority}"),
            report_types=["threat-actor"],
            published=lead.created_at,
            object_refs=content,
            external_references=_references(one.capture for one in self._statements),
        )


def _references(captures: Iterable[Capture]) -> list[stix2.ExternalReference]:
    """Each capture once, as an external reference with the digest of its payload."""
    unique = {capture.capture_id: capture for capture in captures}
    return [
        stix2.ExternalReference(
            source_name="nightpost capture",
            external_id=capture.capture_id,
            url=capture.url,
            hashes={"SHA-256": capture.payload_digest.removeprefix("sha256:")},
            description=(
                f"fetched {capture.fetched_at.isoformat()}; WARC file {visible(capture.warc_file)}, "
                f"offset {capture.offset}, length {capture.length}; payload {capture.payload_digest}"
            ),
        )
        for capture in unique.values()
    ]
