"""The casebook keeps leads and a log of every act, in SQLite and in PostgreSQL alike."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.audit import AuditEntry, digest_of, verify_chain
from desk.casebook import Casebook, CasebookError
from nightpost.clock import FixedClock, SystemClock
from nightpost.errors import ConfigurationError, UnavailableError
from tests.desk.casebook_url import execute, url, write_version_1
from tests.desk.identities import greenleaf

__all__ = ["url"]  # a fixture


@pytest.fixture
def casebook(url: str, clock: FixedClock) -> Iterator[Casebook]:
    with Casebook(url, clock) as opened:
        yield opened


def test_a_lead_reads_back_as_it_was_made_also_after_opening_again(
    casebook: Casebook, url: str, clock: FixedClock
) -> None:
    made = casebook.add_lead(
        greenleaf(),
        why="fentanyl on two markets",
        created_by="ana",
        score_parts={"markets": 2, "hazard": 5.5},
        authority="US-2026-17",
        handling="red",
    )
    assert made.lead_id == "lead-1"
    assert made.score == 7.5
    assert made.created_at == clock.now()
    assert made.identity == greenleaf()
    assert (made.status, made.disposition, made.authority, made.handling) == ("new", None, "US-2026-17", "red")
    assert casebook.leads() == [made]
    with Casebook(url, clock) as again:
        assert again.lead("lead-1") == again.lead("1") == made


def test_decisions_change_the_lead_and_stay_in_the_log(casebook: Casebook, clock: FixedClock) -> None:
    casebook.add_lead(greenleaf(), why="key", created_by="ana")
    clock.at += timedelta(hours=1)
    decided = casebook.decide("lead-1", actor="ben", status="closed", disposition="refuted")
    assert (decided.status, decided.disposition) == ("closed", "refuted")
    assert casebook.lead("lead-1") == decided
    casebook.record("cy", "lead.export", "lead-1", {"format": "csv"})
    log = casebook.audit()
    assert [(one.number, one.actor, one.action, one.subject) for one in log] == [
        (1, "ana", "lead.add", "lead-1"),
        (2, "ben", "lead.decide", "lead-1"),
        (3, "cy", "lead.export", "lead-1"),
    ]
    assert log[1].detail == {
        "before": {"status": "new", "disposition": None},
        "after": {"status": "closed", "disposition": "refuted"},
    }
    assert log[1].at == clock.now()
    report = casebook.verify_audit()
    assert (report.ok, report.entries, report.last_digest) == (True, 3, log[2].digest)


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE audit SET actor = 'eve' WHERE number = 2", "entry 2 was changed"),
        ("UPDATE audit SET detail = '{\"n\": 9}' WHERE number = 2", "entry 2 was changed"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE number = 3", "entry 3 was changed"),
        ("DELETE FROM audit WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit WHERE number = 1", "entry 1 is missing"),
        ("UPDATE audit SET number = number + 10", "entry 1 is missing"),
    ],
)
def test_tampering_with_the_log_is_found_at_its_place(casebook: Casebook, url: str, tampering: str, fault: str) -> None:
    for number in range(4):
        casebook.record("ana", "look", f"vendor {number}", {"n": number})
    execute(url, tampering)
    report = casebook.verify_audit()
    assert not report.ok
    assert report.fault is not None
    assert report.fault.startswith(fault)


def test_writers_at_one_time_make_one_chain(casebook: Casebook, url: str) -> None:
    start = threading.Barrier(4)

    def write(name: str) -> None:
        with Casebook(url, SystemClock()) as own:
            start.wait(timeout=30)
            for number in range(10):
                own.record(name, "look", f"vendor {number}")

    writers = [threading.Thread(target=write, args=(f"user {number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    report = casebook.verify_audit()
    assert (report.ok, report.entries) == (True, 40)


def test_several_open_an_empty_casebook_at_one_time(url: str, clock: FixedClock) -> None:
    start = threading.Barrier(4)
    opened: list[int] = []

    def open_it() -> None:
        start.wait(timeout=30)
        with Casebook(url, clock) as own:
            opened.append(len(own.leads()))

    openers = [threading.Thread(target=open_it) for _ in range(4)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join()
    assert opened == [0, 0, 0, 0]


@pytest.mark.parametrize("lead_id", ["lead-2", "2", "", "lead-", "x", "lead-1; DROP TABLE lead", "9" * 30, "²"])
def test_a_lead_that_is_not_there_is_said_so(casebook: Casebook, lead_id: str) -> None:
    casebook.add_lead(greenleaf(), why="key", created_by="ana")
    with pytest.raises(CasebookError, match="there is no lead"):
        casebook.lead(lead_id)


@pytest.mark.parametrize(("why", "user"), [(" ", "ana"), ("key", ""), ("nul \x00", "ana"), ("half \ud800", "ana")])
def test_a_lead_needs_a_reason_and_a_user(casebook: Casebook, why: str, user: str) -> None:
    with pytest.raises(CasebookError):
        casebook.add_lead(greenleaf(), why=why, created_by=user)
    assert casebook.leads() == []
    assert casebook.audit() == []


def test_nothing_decided_is_refused(casebook: Casebook) -> None:
    casebook.add_lead(greenleaf(), why="key", created_by="ana")
    with pytest.raises(CasebookError, match="nothing was decided"):
        casebook.decide("lead-1", actor="ana")
    assert len(casebook.audit()) == 1


def test_what_a_vendor_wrote_is_kept_whatever_it_is(casebook: Casebook) -> None:
    hostile = greenleaf().model_copy(
        update={
            "accounts": tuple(
                one.model_copy(update={"handle": "nul \x00 '; DROP TABLE lead; -- \u202e"})
                for one in greenleaf().accounts
            )
        }
    )
    made = casebook.add_lead(hostile, why="key", created_by="ana")
    assert casebook.lead(made.lead_id).identity == hostile


def test_a_casebook_of_version_1_is_brought_up_to_date_without_loss(url: str, clock: FixedClock) -> None:
    write_version_1(url)
    clock.at += timedelta(days=1)
    for _ in range(2):  # the second time it is up to date already
        with Casebook(url, clock) as casebook:
            (lead,) = casebook.leads()
            assert lead.identity.identity_id == greenleaf().identity_id
            assert lead.identity.accounts == greenleaf().accounts
            assert (lead.why, lead.authority, lead.handling) == ("fentanyl on two markets", "US-2026-17", "red")
            assert lead.created_at == clock.now() - timedelta(days=1)
            log = casebook.audit()
            assert [(one.actor, one.action) for one in log] == [
                ("ana", "lead.add"),
                ("cy", "lead.export"),
                ("nightpost", "casebook.upgrade"),
            ]
            assert log[2].detail == {"before": 1, "after": 2}
            assert casebook.verify_audit().ok
            assert casebook.judgements() == []
    with Casebook(url, clock) as casebook:
        assert casebook.add_lead(greenleaf(), why="key", created_by="ben").lead_id == "lead-2"
        assert casebook.add_judgement("a/x", "b/x", "same", user="ben", reason="key").number == 1


def test_a_casebook_of_a_newer_version_is_refused(casebook: Casebook, url: str, clock: FixedClock) -> None:
    casebook.close()
    execute(url, "UPDATE casebook_schema SET version = 999")
    with pytest.raises(ConfigurationError, match="version 999"):
        Casebook(url, clock)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("no url", ConfigurationError),
        ("mysql://localhost/x", ConfigurationError),
        ("sqlite:////nowhere/at/all.sqlite", UnavailableError),
        ("postgresql+psycopg://ana:secret@127.0.0.1:1/x", UnavailableError),
        ("postgresql+nothing://127.0.0.1/x", ConfigurationError),
    ],
)
def test_a_casebook_that_cannot_be_opened_is_said_so_without_the_password(
    wrong: str, error: type[Exception], clock: FixedClock
) -> None:
    with pytest.raises(error) as raised:
        Casebook(wrong, clock)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_account_alone_can_be_a_lead(casebook: Casebook) -> None:
    account = greenleaf().accounts[0]
    identity = greenleaf().model_copy(update={"accounts": (account,), "links": ()})
    assert casebook.add_lead(identity, why="sales", created_by="ana").identity.links == ()


details = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(), max_size=3
)


@given(st.lists(details, min_size=1, max_size=6), st.data())
def test_any_change_of_any_entry_breaks_the_chain(written: list[dict[str, object]], data: st.DataObject) -> None:
    chain: list[AuditEntry] = []
    for number, detail in enumerate(written, start=1):
        entry = AuditEntry(
            number=number, at=datetime(2026, 1, 1, tzinfo=UTC), actor="ana", action="look", subject="x", detail=detail,
            previous=chain[-1].digest if chain else "0" * 64,
        )  # fmt: skip
        chain.append(entry.model_copy(update={"digest": digest_of(entry)}))
    assert verify_chain(chain).ok
    place = data.draw(st.integers(0, len(chain) - 1))
    changed = chain[place].model_copy(update={"actor": "eve"})
    report = verify_chain([*chain[:place], changed, *chain[place + 1 :]])
    assert report.fault == f"entry {place + 1} was changed after it was written"
    # Who makes the digest right again breaks the link of the next entry; of the last one, its kept digest tells.
    forged = changed.model_copy(update={"digest": digest_of(changed)})
    report = verify_chain([*chain[:place], forged, *chain[place + 1 :]])
    assert not report.ok or (place == len(chain) - 1 and report.last_digest != chain[-1].digest)
