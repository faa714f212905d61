"""The casebook: leads, judgements and the audit log, in SQLite or PostgreSQL.

Invariant: a change and its audit entry are written in one transaction, and one writer at a time holds the log, so that
the chain never forks.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from desk.audit import FIRST_PREVIOUS, AuditEntry, AuditReport, digest_of, verify_chain
from desk.casebook_tables import SCHEMA_VERSION, AuditRow, Base, LeadRow, SchemaRow
from desk.judgement_rows import add_row, next_number, read_rows
from desk.lead import Disposition, Handling, Lead, LeadStatus
from linkage.identity import Identity
from linkage.judgements import Judgement, JudgementRow, Verdict, Withdrawal, in_order, standing
from nightpost.clock import Clock
from nightpost.errors import ConfigurationError, NightpostError, UnavailableError
from nightpost.workspace import Workspace

# Any number will do that no other program on the same PostgreSQL database uses for its advisory locks.
_WRITER_LOCK = 0x6E70_6361_7365  # "npcase"


# How often, and after how many seconds, the write-ahead log is asked for again while another opens the same empty file.
_SWITCHES, _PAUSE = 50, 0.1


class CasebookError(NightpostError):
    """The casebook does not hold what was asked for, or refuses what was handed to it."""


class Casebook:
    """Leads, judgements and the audit log at one SQLAlchemy URL (``sqlite:///FILE`` or ``postgresql+psycopg://...``)."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Open the casebook; make its tables when there are none, and those that an older version lacks.

        Raises:
            ConfigurationError: the URL is none that SQLAlchemy knows, or the tables are of a newer version.
            UnavailableError: the database cannot be reached or written.
        """
        self._clock = clock
        self._engine = _engine(url)
        try:
            with self._writing() as session:
                self._make_tables(session)
        except BaseException:
            self._engine.dispose()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def add_lead(
        self,
        identity: Identity,
        *,
        why: str,
        created_by: str,
        score_parts: Mapping[str, float] | None = None,
        authority: str | None = None,
        handling: Handling = "amber",
    ) -> Lead:
        """Make a lead of an identity as it stands now.

        Raises:
            CasebookError: there is no reason or no user, or a text holds what a database cannot keep.
        """
        _check_texts(reason=why, user=created_by)
        row = LeadRow(
            identity_id=identity.identity_id,
            identity=identity.model_dump(mode="json"),
            why=why.strip(),
            score_parts=dict(score_parts or {}),
            status="new",
            disposition=None,
            authority=authority,
            handling=handling,
            created_by=created_by.strip(),
            created_at=self._clock.now(),
        )
        with self._writing() as session:
            session.add(row)
            session.flush()
            lead = _lead(row)
            detail = {"identity": identity.identity_id, "handling": handling, "why": lead.why}
            self._append(session, lead.created_by, "lead.add", lead.lead_id, detail)
        return lead

    def decide(
        self, lead_id: str, *, actor: str, status: LeadStatus | None = None, disposition: Disposition | None = None
    ) -> Lead:
        """Set a lead's status or disposition; what it was before stays in the audit log.

        Raises:
            CasebookError: there is no such lead, or nothing was decided.
        """
        _check_texts(user=actor)
        decided = {
            name: value for name, value in (("status", status), ("disposition", disposition)) if value is not None
        }
        if not decided:
            raise CasebookError(f"nothing was decided about {lead_id}: name a status or a disposition")
        with self._writing() as session:
            row = _lead_row(session, lead_id)
            before = {name: getattr(row, name) for name in decided}
            for name, value in decided.items():
                setattr(row, name, value)
            session.flush()
            lead = _lead(row)
            self._append(session, actor, "lead.decide", lead.lead_id, {"before": before, "after": decided})
        return lead

    def leads(self) -> list[Lead]:
        """Every lead, in the order in which they were made."""
        with self._reading() as session:
            return [_lead(row) for row in session.scalars(select(LeadRow).order_by(LeadRow.number))]

    def lead(self, lead_id: str) -> Lead:
        """One lead.

        Raises:
            CasebookError: there is no such lead.
        """
        with self._reading() as session:
            return _lead(_lead_row(session, lead_id))

    def add_judgement(self, a: str, b: str, verdict: Verdict, *, user: str, reason: str) -> Judgement:
        """Judge two accounts, by id in any order; it takes the place of what was judged of them before.

        Raises:
            CasebookError: there is no reason or no user, or a text holds what a database cannot keep.
            JudgementError: the two are one account, or no account.
        """
        first, second = in_order(a, b)
        _check_texts(user=user, reason=reason)
        with self._writing() as session:
            judgement = Judgement(
                number=next_number(session),
                a=first,
                b=second,
                judgement=verdict,
                user=user.strip(),
                at=self._clock.now(),
                reason=reason.strip(),
            )
            self._judged(session, judgement, "judgement.add")
        return judgement

    def withdraw_judgement(self, number: int, *, user: str, reason: str) -> Withdrawal:
        """Undo a judgement, or a withdrawal, by a new row.

        Raises:
            CasebookError: there is none of that number, it was withdrawn already, there is no reason or no user, or a
                text holds what a database cannot keep.
        """
        _check_texts(user=user, reason=reason)
        with self._writing() as session:
            rows = read_rows(session)
            if all(row.number != number for row in rows):
                raise CasebookError(f"there is no judgement {number}; list them with: nightpost link judgements")
            if all(row.number != number for row in standing(rows)):
                raise CasebookError(f"judgement {number} was withdrawn already; see: nightpost link judgements")
            withdrawal = Withdrawal(
                number=next_number(session),
                withdraws=number,
                user=user.strip(),
                at=self._clock.now(),
                reason=reason.strip(),
            )
            self._judged(session, withdrawal, "judgement.withdraw")
        return withdrawal

    def judgements(self) -> list[JudgementRow]:
        """Every judgement and withdrawal, oldest first; `linkage.judgements` says what is in force."""
        with self._reading() as session:
            return read_rows(session)

    def record(self, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> AuditEntry:
        """Write an act into the audit log that changes nothing here, such as an export.

        Raises:
            CasebookError: there is no user, or a text holds what a database cannot keep.
        """
        _check_texts(user=actor, action=action, subject=subject)
        with self._writing() as session:
            return self._append(session, actor, action, subject, dict(detail or {}))

    def audit(self) -> list[AuditEntry]:
        """The audit log, oldest first."""
        with self._reading() as session:
            return [_entry(row) for row in session.scalars(select(AuditRow).order_by(AuditRow.number))]

    def verify_audit(self) -> AuditReport:
        """Whether the audit log is as it was written."""
        return verify_chain(self.audit())

    def _judged(self, session: Session, row: JudgementRow, action: str) -> None:
        add_row(session, row)
        detail = row.model_dump(mode="json", exclude={"number", "user", "at"})
        self._append(session, row.user, action, f"judgement-{row.number}", detail)

    def _append(self, session: Session, actor: str, action: str, subject: str, detail: dict[str, Any]) -> AuditEntry:
        last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
        entry = AuditEntry(
            number=last.number + 1 if last else 1,
            at=self._clock.now(),
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            previous=last.digest if last else FIRST_PREVIOUS,
        )
        entry = entry.model_copy(update={"digest": digest_of(entry)})
        session.add(AuditRow(**entry.model_dump()))
        session.flush()
        return entry

    def _make_tables(self, session: Session) -> None:
        Base.metadata.create_all(session.connection())
        version = session.scalar(select(func.max(SchemaRow.version)))
        if version is None:
            session.add(SchemaRow(version=SCHEMA_VERSION))
        elif version > SCHEMA_VERSION:
            raise ConfigurationError(
                f"the casebook has tables of version {version}, this Nightpost reads version {SCHEMA_VERSION}; "
                "use the Nightpost that wrote it"
            )
        elif version < SCHEMA_VERSION:
            # Every version so far has only added tables, which were made above.
            session.add(SchemaRow(version=SCHEMA_VERSION))
            self._append(
                session, "nightpost", "casebook.upgrade", "casebook", {"before": version, "after": SCHEMA_VERSION}
            )

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with _translated(self._engine), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A transaction that no other writer can come between."""
        engine = self._engine.execution_options(writing=True)
        with _translated(self._engine), Session(engine, expire_on_commit=False) as session, session.begin():
            if self._engine.dialect.name == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
            yield session


def open_casebook(workspace: Workspace, clock: Clock) -> Casebook:
    """The casebook that a workspace's settings name.

    Raises:
        ConfigurationError: the setting names none.
        UnavailableError: it cannot be reached.
    """
    return Casebook(workspace.database_url(workspace.settings.casebook), clock)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        known = parsed.get_backend_name() in {"sqlite", "postgresql"}
        engine = create_engine(parsed) if known else None
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise ConfigurationError(f"setting 'casebook' cannot be used: {error}; give an SQLAlchemy URL") from error
    if engine is None:
        raise ConfigurationError(
            f"setting 'casebook' names {parsed.get_backend_name()}; give sqlite:///FILE or postgresql+psycopg://..."
        )
    if engine.dialect.name == "sqlite":
        _let_us_begin(engine)
    return engine


def _write_ahead(connection: SqliteConnection) -> None:
    """Use the write-ahead log; where another opens an empty file at the same time, SQLite refuses without waiting."""
    for patience in range(_SWITCHES, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except SqliteError as error:
            if not patience or error.sqlite_errorcode != SQLITE_BUSY:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _let_us_begin(engine: Engine) -> None:
    """Take transactions into our own hands: Python's driver would begin them late and never for reading.

    From SQLAlchemy's manual, "Serializable isolation / Savepoints / Transactional DDL" of the SQLite dialect. A writer
    begins with the lock, as one that took it later could fail after having read.
    """

    def connected(connection: SqliteConnection, record: object) -> None:  # noqa: ARG001 - the hook's signature
        connection.isolation_level = None
        _write_ahead(connection)

    def begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    """The database's errors as ours, without its statements and parameters."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise UnavailableError(
            f"the casebook at {where} cannot be used: {reason}; see that it runs and may be written"
        ) from error
    except SQLAlchemyError as error:
        raise CasebookError(f"the casebook at {where} failed: {' '.join(str(error).split())}; report this") from error


def _check_texts(**texts: str) -> None:
    for name, value in texts.items():
        if not value.strip():
            raise CasebookError(f"no {name} was given; say one")
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise CasebookError(f"the {name} holds characters that no database keeps; write it again")


def _lead_row(session: Session, lead_id: str) -> LeadRow:
    digits = lead_id.removeprefix("lead-")
    # Ten digits or more are beyond the numbers that the database counts with.
    row = session.get(LeadRow, int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
    if row is None:
        raise CasebookError(f"there is no lead {lead_id!r}; list them with: nightpost lead list")
    return row


def _lead(row: LeadRow) -> Lead:
    return Lead.model_validate(
        {
            "lead_id": f"lead-{row.number}",
            "identity": row.identity,
            "why": row.why,
            "score_parts": row.score_parts,
            "status": row.status,
            "disposition": row.disposition,
            "authority": row.authority,
            "handling": row.handling,
            "created_by": row.created_by,
            "created_at": row.created_at,
        }
    )


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        detail=row.detail,
        previous=row.previous,
        digest=row.digest,
    )
