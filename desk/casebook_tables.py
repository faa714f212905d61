"""The casebook's tables. One definition serves SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Integer, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 2
"""Raised with every change of a table: 2 added the judgements.

A casebook of an older version is brought up to this one, and the audit log says so (`desk.casebook`); one of a newer
version is refused.
"""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: SQLite keeps no time zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """In: in UTC, whatever its zone was."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Out: with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


class SchemaRow(Base):
    """A row for each version that the tables were of, the greatest being the present one."""

    __tablename__ = "casebook_schema"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class LeadRow(Base):
    """A lead; see `desk.lead.Lead`."""

    __tablename__ = "lead"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    identity_id: Mapped[str] = mapped_column(String(64), index=True)
    identity: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text)
    score_parts: Mapped[dict[str, float]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(20))
    disposition: Mapped[str | None] = mapped_column(String(20))
    authority: Mapped[str | None] = mapped_column(Text)
    handling: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class JudgementRow(Base):
    """A judgement, or one that undoes another; see `linkage.judgements`. Rows are only added.

    Either ``withdraws`` is there, or the accounts and the judgement are.
    """

    __tablename__ = "judgement"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user: Mapped[str] = mapped_column("by_user", Text)
    reason: Mapped[str] = mapped_column(Text)
    # An account's id holds what a vendor wrote: as JSON, whatever it is.
    a: Mapped[str | None] = mapped_column(JSON(none_as_null=True))
    b: Mapped[str | None] = mapped_column(JSON(none_as_null=True))
    judgement: Mapped[str | None] = mapped_column(String(20))
    withdraws: Mapped[int | None] = mapped_column(Integer)


class AuditRow(Base):
    """One act, chained to the one before; see `desk.audit`."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
