"""What the figures say by themselves: told once, and only when it is beyond the noise."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.charts import Charts
from bot.figures import Figures, margin
from bot.noticing import Noticing
from bot.offline import offline_conversation
from bot.settings import read
from bot.telling import Telling
from handlers.types import Attachment, Reply
from storage import coordinators
from storage.crypto import Keys
from storage.database import Database

KEYS = Keys(b"n" * 32)
MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


class Heard:
    """A channel that keeps what coordinators are told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def deliver(self, address: str, reply: Reply, attachment: Attachment | None, *, silent: bool) -> str:
        self.told.append((address, " ".join(getattr(block, "text", "") for block in reply.blocks)))
        return "1"

    async def correct(self, address: str, message: str, reply: Reply, attachment: Attachment | None) -> str:
        return message

    async def take_back(self, address: str, message: str) -> None:
        raise AssertionError("nothing is taken back here")


def fill(file: Path, today: date, borders: int, yesterday: int) -> None:
    """Four quiet weeks, and yesterday."""
    with sqlite3.connect(file) as connection:
        for back in range(1, 57):
            day = (today - timedelta(days=back)).isoformat()
            connection.execute("INSERT INTO days VALUES (?, 10, 1)", (day,))
            rows = [(day, "theme", "borders", yesterday if back == 1 else borders), (day, "theme", "debate", 5)]
            connection.executemany("INSERT INTO counts VALUES (?, ?, ?, ?)", rows)
    connection.close()


async def noticed(tmp_path: Path, yesterday: int, now: datetime = MONDAY) -> list[tuple[str, str]]:
    file = tmp_path / "beside.sqlite3"
    database, heard = Database(file), Heard()
    await database.migrate()
    fill(file, now.date(), 20, yesterday)
    for chat in ("1", "2"):
        await coordinators.add(database, KEYS, "telegram", chat, "en", 0)
    wanting = next(one for one in await coordinators.everyone(database, KEYS) if one.address == "1")
    await coordinators.change(database, wanting.id, digest=True)
    outside = offline_conversation(read()).outside
    telling = Telling(database, lambda: KEYS, {"telegram": heard}, lambda: outside)
    figures = Figures(database, Charts(), now.date)
    noticing = Noticing(database, figures, telling, lambda: outside, "Europe/Warsaw", lambda: now)
    await noticing.look()
    await noticing.look()
    await database.close()
    return heard.told


async def test_a_surge_is_told_to_everyone_once(tmp_path: Path) -> None:
    told = await noticed(tmp_path, 140, MONDAY + timedelta(days=1))
    assert [address for address, _ in told] == ["1", "2"] or [address for address, _ in told] == ["2", "1"]
    assert all("Watching the border" in line and "140" in line and "about 20" in line for _, line in told)


@pytest.mark.parametrize("yesterday", [60, 20, -40])
async def test_what_the_noise_can_do_is_no_surge(tmp_path: Path, yesterday: int) -> None:
    assert await noticed(tmp_path, yesterday, MONDAY + timedelta(days=1)) == []


async def test_the_digest_comes_on_monday_morning_to_those_who_want_it(tmp_path: Path) -> None:
    ((address, line),) = await noticed(tmp_path, 20)
    assert address == "1"
    assert "Your week" in line
    assert "Watching the border" in line


async def test_before_nine_where_they_live_there_is_no_digest(tmp_path: Path) -> None:
    assert await noticed(tmp_path, 20, MONDAY.replace(hour=7, minute=59)) == []


def test_a_weeks_margin_is_what_the_page_says() -> None:
    assert margin(7) == 74
