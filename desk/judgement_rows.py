"""Judgements as rows of the casebook."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import casebook_tables
from linkage.judgements import Judgement, JudgementRow, Withdrawal


def add_row(session: Session, row: JudgementRow) -> None:
    """Put a judgement or a withdrawal into the casebook."""
    session.add(casebook_tables.JudgementRow(**row.model_dump()))
    session.flush()


def next_number(session: Session) -> int:
    """The number of the next row. The casebook lets one writer at a time ask for it."""
    return (session.scalar(select(func.max(casebook_tables.JudgementRow.number))) or 0) + 1


def read_rows(session: Session) -> list[JudgementRow]:
    """Every judgement and withdrawal, oldest first."""
    table = casebook_tables.JudgementRow
    return [_row(row) for row in session.scalars(select(table).order_by(table.number))]


def _row(row: casebook_tables.JudgementRow) -> JudgementRow:
    said = {"number": row.number, "user": row.user, "at": row.at, "reason": row.reason}
    if row.withdraws is not None:
        return Withdrawal.model_validate({**said, "withdraws": row.withdraws})
    return Judgement.model_validate({**said, "a": row.a, "b": row.b, "judgement": row.judgement})
