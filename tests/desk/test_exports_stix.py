"""A lead as STIX 2.1: valid, marked, the same every time, and every statement with its captures."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any, get_args

import pytest
import stix2validator

from desk.exports import export_lead
from desk.lead import Handling
from tests.desk.identities import greenleaf
from tests.desk.records_by_hand import ADDRESS, RecordsByHand, capture, lead

OF_CAPTURES = {"note", "observed-data", "relationship", "report", "threat-actor"}


def exported(folder: Path, handling: str = "amber+strict") -> dict[str, Any]:
    out = folder / "lead.json"
    export_lead(lead().model_copy(update={"handling": handling}), RecordsByHand(), "stix", out)
    bundle: dict[str, Any] = json.loads(out.read_text(encoding="ascii"))
    return bundle


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in bundle["objects"] if one["type"] == kind]


@pytest.mark.parametrize("handling", get_args(Handling))
def test_the_bundle_is_valid_stix_and_marked(tmp_path: Path, handling: str) -> None:
    bundle = exported(tmp_path, handling)
    results = stix2validator.validate_file(str(tmp_path / "lead.json"), stix2validator.ValidationOptions(version="2.1"))
    assert results.is_valid, [str(error) for error in results.object_results[0].errors]
    (marking,) = of_type(bundle, "marking-definition")
    (tlp,) = marking["extensions"].values()
    assert tlp["tlp_2_0"] == handling
    unmarked = {"identity", "marking-definition", "extension-definition"}
    for one in bundle["objects"]:
        assert one["type"] in unmarked or one["object_marking_refs"] == [marking["id"]], one["type"]


def test_every_statement_names_its_captures_with_their_digests(tmp_path: Path) -> None:
    bundle = exported(tmp_path)
    for one in bundle["objects"]:
        if one["type"] not in OF_CAPTURES:
            continue
        assert one["external_references"], one
        for reference in one["external_references"]:
            seen = capture(reference["external_id"])
            assert reference["url"] == seen.url
            assert reference["hashes"] == {"SHA-256": seen.payload_digest.removeprefix("sha256:")}
            assert f"{seen.warc_file}, offset {seen.offset}," in reference["description"]
    assert all(
        len(one["external_references"]) == 1 for one in of_type(bundle, "note") + of_type(bundle, "observed-data")
    )


def test_the_seller_the_accounts_and_what_they_show_are_there(tmp_path: Path) -> None:
    bundle = exported(tmp_path)
    by_id = {one["id"]: one for one in bundle["objects"]}
    (actor,) = of_type(bundle, "threat-actor")
    assert actor["aliases"] == ["GreenLeaf", r"=GreenLeaf\x1b[2J"]
    assert actor["confidence"] == round(100 * greenleaf().links[0].probability) > 95
    (key,) = of_type(bundle, "pgp-public-key")
    assert key["fingerprint"] == "A1" * 20
    assert [one["address"] for one in of_type(bundle, "cryptocurrency-address")] == [ADDRESS]
    assert [one["value"] for one in of_type(bundle, "email-addr")] == ["leaf@mail.onion"]
    shows = {
        (by_id[one["source_ref"]].get("account_login"), by_id[one["target_ref"]]["type"])
        for one in of_type(bundle, "relationship")
        if one["source_ref"] != actor["id"]
    }
    assert {("GreenLeaf", "pgp-public-key"), (r"=GreenLeaf\x1b[2J", "pgp-public-key")} <= shows
    assert ("GreenLeaf", "cryptocurrency-address") in shows
    held = [one for one in of_type(bundle, "relationship") if one["source_ref"] == actor["id"]]
    assert len(held) == 2
    assert all(": pgp_key " in one["description"] for one in held)
    notes = {one["abstract"]: one["content"] for one in of_type(bundle, "note")}
    assert "price.amount: 0.00001" in notes["listing:alpha/42"].split("\n")


def test_the_extension_that_defines_our_observables_goes_with_them(tmp_path: Path) -> None:
    bundle = exported(tmp_path)
    definitions = {one["id"]: json.loads(one["schema"]) for one in of_type(bundle, "extension-definition")}
    ours = of_type(bundle, "pgp-public-key") + of_type(bundle, "cryptocurrency-address")
    assert len(ours) == len(definitions) == 2
    for one in ours:
        ((extension, content),) = one["extensions"].items()
        assert content == {"extension_type": "new-sco"}
        properties = definitions[extension]["properties"]
        assert one["type"] == properties.pop("type")["const"]
        ((key, rule),) = properties.items()
        assert re.search(rule["pattern"], one[key])


def test_every_reference_leads_to_an_object_of_the_bundle(tmp_path: Path) -> None:
    bundle = exported(tmp_path)
    ids = [one["id"] for one in bundle["objects"]]
    assert len(ids) == len(set(ids))
    referred = {
        target
        for one in bundle["objects"]
        for name, value in one.items()
        if name.endswith(("_ref", "_refs"))
        for target in (value if isinstance(value, list) else [value])
    }
    assert referred <= set(ids)
    (report,) = of_type(bundle, "report")
    common = {"identity", "marking-definition", "extension-definition", "report"}
    assert set(report["object_refs"]) == {one["id"] for one in bundle["objects"] if one["type"] not in common}


def test_the_same_lead_gives_the_same_bytes_and_another_lead_other_ids(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    export_lead(lead(), RecordsByHand(), "stix", first)
    export_lead(lead(), RecordsByHand(), "stix", second)
    assert first.read_bytes() == second.read_bytes()
    export_lead(lead().model_copy(update={"created_by": "ben"}), RecordsByHand(), "stix", second)
    of_lead = ("report", "note", "observed-data", "relationship", "threat-actor", "bundle")
    ids = [
        {one["id"] for one in json.loads(file.read_text())["objects"] if one["type"] in of_lead}
        for file in (first, second)
    ]
    assert ids[0].isdisjoint(ids[1])


def test_nothing_a_vendor_wrote_acts_on_a_terminal(tmp_path: Path) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [text for inner in value.values() for text in texts(inner)]
        return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []

    for text in texts(exported(tmp_path)):
        assert {unicodedata.category(one) for one in text.replace("\n", "")} & {"Cc", "Cf"} == set(), text
