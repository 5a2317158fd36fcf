"""The database: private, purged for real, and never holding an exact figure."""

import asyncio
import sqlite3
from collections import Counter as Tally
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.counter import CAP, Counter
from content.model import Content
from handlers.metrics import MOST_LABELS, Metric, register
from handlers.types import Count
from storage import crypto, noise, statistics
from storage.database import Database
from storage.migrations import HEAD
from storage.migrations.run import configuration, downgrade, upgrade
from storage.tables import metadata

TODAY = date(2026, 11, 24)
THEME = Metric("theme", "themes", ("borders", "debate"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "data" / "beside.sqlite3")
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
def drawn_as_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise that is nothing, so that sums can be looked at."""

    async def draw(many: int, scale: float) -> list[int]:
        return [0] * many

    monkeypatch.setattr(noise, "draw", draw)


async def test_the_file_is_private_and_deletes_for_real(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "data" / "beside.sqlite3"
    assert oct(file.stat().st_mode)[-3:] == "600"
    async with database.read() as connection:
        told = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "secure_delete", "foreign_keys", "synchronous")
        ]
    assert told == ["wal", 1, 1, 1]


def test_there_is_one_newest_step_and_the_code_names_it(tmp_path: Path) -> None:
    steps = ScriptDirectory.from_config(configuration(tmp_path / "x"))
    assert steps.get_heads() == [HEAD]
    assert len(steps.get_bases()) == 1


async def test_migrations_make_what_the_code_expects_and_go_back(tmp_path: Path) -> None:
    file = tmp_path / "steps.sqlite3"
    await asyncio.to_thread(upgrade, file)
    with sqlite3.connect(file) as connection:
        made = {
            table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        connection.execute("INSERT INTO counts VALUES ('2026-11-24', 'theme', 'borders', 3)")
    connection.close()
    assert {name: {column.name for column in table.columns} for name, table in metadata.tables.items()} == {
        name: columns for name, columns in made.items() if name != "alembic_version"
    }
    await asyncio.to_thread(downgrade, file, "base")
    await asyncio.to_thread(upgrade, file)


async def test_a_day_keeps_its_first_draw(database: Database) -> None:
    await statistics.begin_day(database, TODAY, {("theme", "borders"): 7}, 10.0)
    await statistics.begin_day(database, TODAY, {("theme", "borders"): -9}, 10.0)
    assert await figures(database) == {("theme", "borders"): 7}


async def figures(database: Database) -> dict[tuple[str, str], int]:
    rows = await statistics.closed_days(database, TODAY, TODAY + timedelta(days=1))
    return {(metric, label): figure for _, metric, label, figure in rows}


async def test_counting_never_makes_a_row(database: Database) -> None:
    await statistics.begin_day(database, TODAY, {("theme", "borders"): 0}, 10.0)
    await statistics.add(database, TODAY, {("theme", "borders"): 2, ("theme", "unheard-of"): 5})
    assert await figures(database) == {("theme", "borders"): 2}


async def test_an_open_day_is_not_shown_and_old_days_go(database: Database, tmp_path: Path) -> None:
    await statistics.begin_day(database, TODAY, {("theme", "borders"): 0}, 10.0)
    assert await statistics.closed_days(database, TODAY, TODAY) == []
    await statistics.purge(database, TODAY + timedelta(days=1))
    assert await figures(database) == {}
    assert (tmp_path / "data" / "beside.sqlite3-wal").stat().st_size == 0


async def test_noise_comes_from_a_child_and_spreads_as_it_should() -> None:
    drawn = await noise.draw(4000, 10.0)
    spread = sum(abs(one) for one in drawn) / len(drawn)
    assert 9 < spread < 11  # the mean distance from zero is about the scale; 4,000 draws miss by 10 % once in 10^9
    assert abs(sum(drawn) / len(drawn)) < 2


async def test_no_exact_figure_reaches_the_disk(database: Database, content: Content) -> None:
    counter = Counter(database, lambda: register(content), lambda: TODAY)
    counter.add("web", "somebody", [Count("theme", "borders")])
    await counter.draw()
    await counter.flush()
    found = await figures(database)
    assert len(found) == sum(len(metric.labels) for metric in register(content))
    assert Tally(found.values())[0] < len(found) / 2


async def test_nothing_is_written_before_the_noise(database: Database, drawn_as_zero: None) -> None:
    counter = Counter(database, lambda: (THEME,), lambda: TODAY)
    counter.add("web", "a", [Count("theme", "borders")])
    await counter.flush()
    assert await figures(database) == {}
    await counter.draw()
    await counter.flush()
    assert await figures(database) == {("theme", "borders"): 1, ("theme", "debate"): 0}


async def test_one_chat_adds_only_so_much_to_a_day(database: Database, drawn_as_zero: None) -> None:
    counter = Counter(database, lambda: (THEME,), lambda: TODAY)
    await counter.draw()
    for _ in range(100):
        counter.add("web", "a", [Count("theme", "borders")])
    counter.add("web", "b", [Count("theme", "borders")])
    await counter.flush()
    assert (await figures(database))["theme", "borders"] == CAP + 1


async def test_what_is_not_declared_is_not_counted(database: Database, drawn_as_zero: None) -> None:
    counter = Counter(database, lambda: (THEME,), lambda: TODAY)
    await counter.draw()
    counter.add("web", "a", [Count("theme", "somebody's name"), Count("person", "borders")])
    await counter.flush()
    assert set((await figures(database)).values()) == {0}


async def test_a_locked_database_loses_no_count(database: Database, drawn_as_zero: None, tmp_path: Path) -> None:
    counter = Counter(database, lambda: (THEME,), lambda: TODAY)
    await counter.draw()
    counter.add("web", "a", [Count("theme", "borders")])
    other = sqlite3.connect(tmp_path / "data" / "beside.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError):
        await counter.flush()
    counter.add("web", "a", [Count("theme", "borders")])
    other.execute("ROLLBACK")
    other.close()
    await counter.flush()
    assert (await figures(database))["theme", "borders"] == 2


def test_every_metric_is_declared_once_with_a_closed_list(content: Content) -> None:
    metrics = register(content)
    assert len({metric.name for metric in metrics}) == len(metrics)
    for metric in metrics:
        assert 0 < len(set(metric.labels)) == len(metric.labels) <= MOST_LABELS


def test_one_key_for_each_purpose_and_the_file_is_private(tmp_path: Path) -> None:
    secret = crypto.load_or_create(tmp_path / "data" / "key")
    assert crypto.load_or_create(tmp_path / "data" / "key") == secret
    assert oct((tmp_path / "data" / "key").stat().st_mode)[-3:] == "600"
    keys = {secret, crypto.derive(secret, "web-session"), crypto.derive(secret, "telegram-webhook")}
    assert len(keys) == 3
