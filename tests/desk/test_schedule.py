"""The schedule file and its cron expressions."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cron import CronError, cron_test
from desk.schedule import SCHEDULE_FILE, Schedule, ScheduleError
from nightpost.errors import ConfigurationError

SUNDAY = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "moment", "due"),
    [
        ("* * * * *", SUNDAY, True),
        ("30 2 * * *", SUNDAY, True),
        ("30 2 * * *", SUNDAY + timedelta(minutes=1), False),
        ("*/15 * * * *", SUNDAY, True),
        ("*/20 * * * *", SUNDAY, False),
        ("0,30 1-3 * * *", SUNDAY, True),
        ("* * * * 0", SUNDAY, True),
        ("* * * * 7", SUNDAY, True),
        ("* * * * 1-5", SUNDAY, False),
        ("* * 1 3 *", SUNDAY, True),
        ("* * 2 * *", SUNDAY, False),
        ("30 2 * * *", SUNDAY.astimezone(timezone(timedelta(hours=5))), True),
    ],
)
def test_an_expression_says_its_times_in_utc(expression: str, moment: datetime, due: bool) -> None:
    assert cron_test(expression)(moment) is due


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "has 0 fields"),
        ("* * * *", "has 4 fields"),
        ("0 * * * * *", "has 6 fields"),
        ("60 * * * *", "'60' is no minute"),
        ("* 24 * * *", "'24' is no hour"),
        ("* * 0 * *", "'0' is no day in"),
        ("* * * 13 *", "'13' is no month"),
        ("* * * * 8", "'8' is no day of week"),
        ("*/0 * * * *", "is no minute"),
        ("every day at two o'clock", "is no minute"),
        ("@daily", "has 1 fields"),
        ("-1 * * * *", "is no minute"),
    ],
)
def test_what_is_no_expression_is_refused_with_the_field(expression: str, why: str) -> None:
    with pytest.raises(CronError, match=why):
        cron_test(expression)


fields = st.text("0123456789*/,-", max_size=6)


@given(st.lists(fields, min_size=5, max_size=5))
def test_any_text_is_an_expression_or_a_clear_error(parts: list[str]) -> None:
    expression = " ".join(parts)
    try:
        fits = cron_test(expression)
    except CronError as error:
        refusal = str(error)
    else:
        refusal = "" if fits(SUNDAY) in {True, False} else "neither due nor not"
    assert "\n" not in refusal
    assert not refusal or repr(expression) in refusal


def test_entries_are_kept_by_site_replaced_and_removed(tmp_path: Path) -> None:
    schedule = Schedule(tmp_path)
    assert schedule.entries() == []
    schedule.add("zeta", "0 3 * * *")
    schedule.add("alpha", "*/10  * * * *")
    schedule.add("zeta", "0 4 * * *", enabled=False)
    assert [(one.site, one.cron, one.enabled) for one in Schedule(tmp_path).entries()] == [
        ("alpha", "*/10 * * * *", True),
        ("zeta", "0 4 * * *", False),
    ]
    assert [one.site for one in schedule.due(datetime(2026, 3, 1, 4, 0, tzinfo=UTC))] == ["alpha"]
    assert schedule.remove("alpha").cron == "*/10 * * * *"
    assert [one.site for one in schedule.entries()] == ["zeta"]
    with pytest.raises(ScheduleError, match="'alpha' is not scheduled"):
        schedule.remove("alpha")


@pytest.mark.parametrize(
    ("site", "cron"), [("a", "* * *"), ("../up", "* * * * *"), ("-x", "* * * * *"), ("", "* * * * *")]
)
def test_a_wrong_entry_is_refused_and_nothing_is_written(tmp_path: Path, site: str, cron: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot schedule"):
        Schedule(tmp_path).add(site, cron)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["crawl = 3", "[[crawl]]\nsite = 'a'", "[[crawl]]\nsite = 'a'\ncron = 'x'", "not toml", "[other]"]
)
def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / SCHEDULE_FILE
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=SCHEDULE_FILE):
        Schedule(tmp_path).add("a", "* * * * *")
    assert file.read_text() == text
