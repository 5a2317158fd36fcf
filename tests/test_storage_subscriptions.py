"""Proposed groups in the database: they wait a week for a coordinator, and nothing of them stays."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.groups import waiting
from storage import coordinators, subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.migrations.run import downgrade, upgrade
from storage.subscriptions import DAY, Subscription, Wishes
from storage.tables import PROPOSED_DAYS

KEYS = Keys(b"s" * 32)
NOW = 1_795_000_000
WEEK = PROPOSED_DAYS * DAY
WISHES = Wishes("en", ("safety", "shifts"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "beside.sqlite3")
    await opened.migrate()
    yield opened
    await opened.close()


async def groups(database: Database, *, confirmed: bool) -> list[Subscription]:
    return await subscriptions.of_place(database, KEYS, "group", confirmed=confirmed)


async def test_a_group_that_nobody_confirms_is_deleted_after_a_week_and_nothing_of_it_stays(
    database: Database, tmp_path: Path
) -> None:
    await subscriptions.put(database, KEYS, "telegram", "-1", WISHES, place="group", proposed_at=NOW)
    await subscriptions.purge(database, NOW + WEEK)
    assert len(await groups(database, confirmed=False)) == 1
    await subscriptions.purge(database, NOW + WEEK + 1)
    assert await groups(database, confirmed=False) == []
    with sqlite3.connect(tmp_path / "beside.sqlite3") as connection:
        for table in ("subscriptions", "subscription_topics", "audit"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    connection.close()


async def test_what_is_confirmed_stays_and_asking_again_makes_it_wait_no_longer(database: Database) -> None:
    who = await coordinators.add(database, KEYS, "telegram", "1", "en", NOW)
    assert who
    row = await subscriptions.put(database, KEYS, "telegram", "-1", WISHES, place="group", proposed_at=NOW)
    await subscriptions.put(database, KEYS, "telegram", "-2", WISHES, place="group", proposed_at=NOW)
    await subscriptions.put(database, KEYS, "telegram", "-2", WISHES, place="group", proposed_at=NOW + DAY)
    await subscriptions.put(database, KEYS, "telegram", "3", WISHES, place="private")
    assert await subscriptions.decide(database, KEYS, row, who, NOW, yes=True)
    await subscriptions.purge(database, NOW + WEEK + 1)
    assert [one.address for one in await groups(database, confirmed=True)] == ["-1"]
    assert await groups(database, confirmed=False) == []
    assert await subscriptions.find(database, KEYS, "telegram", "3")


class Slow:
    """A channel that does not say what its groups are called, or only after a while."""

    async def leads(self, chat: str, person: str) -> bool:
        return True

    async def called(self, chat: str) -> str:
        await asyncio.sleep(30 if chat == "-1" else 0)
        return "Night shift"


async def test_nobody_waits_for_the_name_of_a_group(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.groups.SECONDS", 0.05)
    for address in ("-1", "-2/7"):
        await subscriptions.put(database, KEYS, "telegram", address, WISHES, place="group", proposed_at=NOW)
    await subscriptions.put(database, KEYS, "signal", "-3", WISHES, place="group", proposed_at=NOW)
    assert sorted(one.title for one in await waiting(database, KEYS, {"telegram": Slow()})) == ["", "", "Night shift"]


async def test_a_group_that_waited_before_this_was_kept_waits_from_now(tmp_path: Path) -> None:
    file = tmp_path / "beside.sqlite3"
    database = Database(file)
    await database.migrate()
    await subscriptions.put(database, KEYS, "telegram", "-1", WISHES, place="group", proposed_at=1)
    await subscriptions.put(database, KEYS, "telegram", "2", WISHES, place="private")
    await database.close()
    before = int(time.time())
    await asyncio.to_thread(downgrade, file, "0003")
    await asyncio.to_thread(upgrade, file)
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT confirmed, proposed_at FROM subscriptions ORDER BY confirmed").fetchall()
    connection.close()
    assert [confirmed for confirmed, _ in found] == [0, 1]
    assert before <= found[0][1] <= time.time()
    assert found[1][1] == 0
