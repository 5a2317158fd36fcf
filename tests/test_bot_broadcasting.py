"""Broadcasts over real HTTP: everyone once, whatever goes wrong; corrected, taken back, stopped."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.broadcasting import REJECTED_IN_A_ROW
from bot.pace import PER_SECOND
from handlers.types import Attachment
from handlers.update import Update
from storage import broadcasts, subscriptions
from storage.subscriptions import Wishes
from tests.broadcasts import Deployment
from tests.journeys.running import beside, telegram_settings, where_it_is
from tests.standins.telegram import Chat, TelegramServer

WORDS = Update({"en": "Bridge closed.\nMeet at the school."})


@asynccontextmanager
async def sending(
    folder: Path, telegram: TelegramServer, many: int, update: Update = WORDS
) -> AsyncIterator[tuple[Deployment, list[Chat], int]]:
    """Two coordinators, some subscribers, and an approved broadcast, with Beside running."""
    here = Deployment(folder)
    people = [telegram.user(f"P{number}").private() for number in range(many)]
    team = await here.team(*(telegram.user("C").private().user.id for _ in range(2)))
    await here.subscribe(*(chat.user.id for chat in people))
    row = await here.approved(team[0], team[1], update)
    try:
        async with beside(folder, paid_broadcasts=True, **telegram_settings(telegram)):
            yield here, people, row
    finally:
        await here.database.close()


async def until(here: Deployment, row: int, state: str) -> None:
    """Wait, bounded, for a state."""
    async with asyncio.timeout(20):
        while await here.state(row) != state:  # noqa: ASYNC110 - the row is changed by another connection
            await asyncio.sleep(0.05)


def counted(people: list[Chat]) -> list[int]:
    """How many messages each person has."""
    return [len(chat.messages) for chat in people]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
        assert server.violations == []


async def test_everyone_gets_it_once_with_its_code(telegram: TelegramServer, tmp_path: Path) -> None:
    async with sending(tmp_path, telegram, 30, Update(WORDS.texts, acknowledge=True)) as (here, people, row):
        await until(here, row, "sent")
        assert counted(people) == [1] * 30
        shown = await people[0].reply()
        assert shown.text == "Bridge closed.\nMeet at the school.\n\nCheck it: /verify ABCD-2345"
        assert shown.buttons == ["Seen"]
        assert await here.report(row) == {"sent": 30}
        assert {
            call.parameters.get("allow_paid_broadcast") for call in telegram.calls if call.method == "sendMessage"
        } == {True}


async def test_at_night_only_an_alert_wakes_who_keeps_quiet_hours(telegram: TelegramServer, tmp_path: Path) -> None:
    here = Deployment(tmp_path)
    sleeper, awake = telegram.user("Sleeper").private(), telegram.user("Awake").private()
    first, second = await here.team(*(telegram.user("C").private().user.id for _ in range(2)))
    await subscriptions.put(
        here.database, here.keys, "telegram", str(sleeper.user.id), Wishes("en", ()), place="private"
    )
    await here.subscribe(awake.user.id)
    await here.approved(first, second, WORDS)
    async with beside(tmp_path, paid_broadcasts=True, **telegram_settings(telegram), time_zone=where_it_is(23)) as _:
        assert "Bridge closed" in (await awake.reply()).text
        alert = await here.approved(first, second, replace(WORDS, urgency="alert"), "EFGH2345")
        await until(here, alert, "sent")
        assert ["EFGH-2345" in one.text for one in sleeper.messages.values()] == [True]
    await here.database.close()


async def test_errors_resets_and_flood_waits_miss_nobody_and_double_nobody(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    telegram.fail("sendMessage", 500, times=3)
    telegram.break_down("sendMessage", times=2)
    telegram.fail("sendMessage", 429, times=1, description="Too Many Requests", retry_after=1)
    async with sending(tmp_path, telegram, 40) as (here, people, row):
        await until(here, row, "sent")
        assert counted(people) == [1] * 40
        assert await here.report(row) == {"sent": 40}


async def test_who_has_blocked_the_bot_is_forgotten(telegram: TelegramServer, tmp_path: Path) -> None:
    async with sending(tmp_path, telegram, 5) as (here, people, row):
        people[2].user.blocked = True
        await until(here, row, "sent")
        if not people[2].messages:
            assert await here.report(row) == {"sent": 4, "gone": 1}
            gone = await subscriptions.find(here.database, here.keys, "telegram", str(people[2].user.id))
            assert gone is None


async def test_a_group_that_moved_is_followed(telegram: TelegramServer, tmp_path: Path) -> None:
    here = Deployment(tmp_path)
    group, after = telegram.group(telegram.user()), telegram.group(telegram.user())
    group.moved_to = after.raw["id"]
    team = await here.team(*(telegram.user("C").private().user.id for _ in range(2)))
    await here.subscribe(group.raw["id"], place="group")
    row = await here.approved(team[0], team[1], WORDS)
    async with beside(tmp_path, paid_broadcasts=True, **telegram_settings(telegram)):
        await until(here, row, "sent")
    assert len(after.messages) == 1
    assert await subscriptions.find(here.database, here.keys, "telegram", str(after.raw["id"])) is not None
    await here.database.close()


async def test_a_correction_edits_what_was_sent_and_says_so(telegram: TelegramServer, tmp_path: Path) -> None:
    async with sending(tmp_path, telegram, 6) as (here, people, row):
        await until(here, row, "sent")
        for chat in people:
            await chat.reply()
        sent = await broadcasts.find(here.database, here.keys, row)
        assert sent is not None
        other = next(one for one in await here.team_ids() if one != sent.author)
        await asyncio.sleep(1.1)  # a chat gets one message a second
        await here.approved(sent.author, other, Update({"en": "Bridge open."}), "WXYZ2345", corrects=row)
        for chat in people:
            assert (await chat.reply()).text == "Corrected:\nBridge open.\n\nCheck it: /verify ABCD-2345"
        await until(here, row, "sent")
        assert counted(people) == [1] * 6
        assert await here.report(row) == {"sent": 6, "corrected": 6}


async def test_taking_back_deletes_it(telegram: TelegramServer, tmp_path: Path) -> None:
    async with sending(tmp_path, telegram, 6) as (here, people, row):
        await until(here, row, "sent")
        await asyncio.sleep(1.1)
        assert await broadcasts.recall(here.database, row, 0)
        await until(here, row, "recalled")
        assert counted(people) == [0] * 6
        assert (await here.report(row))["taken-back"] == 6


async def test_refusals_in_a_row_pause_it_and_tell_the_coordinators(telegram: TelegramServer, tmp_path: Path) -> None:
    telegram.fail("sendMessage", 400, times=REJECTED_IN_A_ROW, description="Bad Request: message is too long")
    async with sending(tmp_path, telegram, REJECTED_IN_A_ROW + 10) as (here, people, row):
        await until(here, row, "paused")
        assert sum(counted(people)) <= 10
        async with asyncio.timeout(5):
            while not any("I paused" in str(one.parameters.get("text")) for one in telegram.calls):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_its_author_sees_how_far_it_is_and_can_pause_and_stop_it(tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        here = Deployment(tmp_path)
        author, other = telegram.user("A").private(), telegram.user("B").private()
        people = [telegram.user().private() for _ in range(150)]
        team = await here.team(author.user.id, other.user.id)
        await here.subscribe(*(chat.user.id for chat in people))
        row = await here.approved(team[0], team[1], WORDS)
        async with beside(tmp_path, **telegram_settings(telegram)):
            shown = await author.reply()
            while "Reached" not in shown.text:
                shown = await author.reply()
            assert "Going out" in shown.text
            assert shown.buttons[:2] == ["Pause", "Stop"]
            await shown.tap("Pause")
            while "Paused" not in (shown := await author.reply()).text:
                pass
            before = sum(counted(people))
            await asyncio.sleep(1.5)
            assert sum(counted(people)) <= before + 14
            await shown.tap("Stop")
            shown = await author.reply()
            assert "for good" in shown.text
            await shown.tap("Yes, stop it")
            while "Stopped" not in (shown := await author.reply()).text:
                pass
            assert await here.state(row) == "stopped"
        assert telegram.violations == []
        await here.database.close()


async def test_what_is_stopped_stays_stopped(telegram: TelegramServer, tmp_path: Path) -> None:
    async with TelegramServer(delay=0.2) as slow, sending(tmp_path, slow, 900) as (here, people, row):
        while not sum(counted(people)):  # noqa: ASYNC110 - the first messages are on their way
            await asyncio.sleep(0.02)
        assert await broadcasts.stop(here.database, row)
        assert await settled(people) < 900
        assert await here.state(row) == "stopped"


async def settled(people: list[Chat]) -> int:
    """How many messages there are once no more come: what was in flight lands first."""
    before = -1
    async with asyncio.timeout(20):
        while before != (now := sum(counted(people))):
            before = now
            await asyncio.sleep(1.0)
    return before


async def test_while_another_holds_the_database_nothing_is_lost_and_coordinators_are_told(tmp_path: Path) -> None:
    async with TelegramServer() as telegram, sending(tmp_path, telegram, 40) as (here, people, row):
        file = next(tmp_path.glob("*.sqlite3"))
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(20):
            while not any("cannot write to my disk" in str(one.parameters.get("text")) for one in telegram.calls):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        holder.execute("ROLLBACK")
        holder.close()
        await until(here, row, "sent")
        assert counted(people) == [1] * 40
        assert await here.report(row) == {"sent": 40}


async def test_a_picture_goes_out_by_its_reference(telegram: TelegramServer, tmp_path: Path) -> None:
    picture = Update({"en": "The new map."}, attachment=Attachment("photo", "file-id-1"))
    async with sending(tmp_path, telegram, 2, picture) as (here, people, row):
        await until(here, row, "sent")
        assert (await people[0].reply()).text.startswith("The new map.")
        sent = [call for call in telegram.calls if call.method == "sendPhoto"]
        assert {call.parameters["photo"] for call in sent} == {"file-id-1"}


async def test_at_the_free_rate_there_is_no_flood_wait_and_a_reply_goes_between(tmp_path: Path) -> None:
    async with TelegramServer(limit=30) as telegram:
        here = Deployment(tmp_path)
        people = [telegram.user().private() for _ in range(70)]
        team = await here.team(*(telegram.user("C").private().user.id for _ in range(2)))
        await here.subscribe(*(chat.user.id for chat in people))
        row = await here.approved(team[0], team[1], WORDS)
        asking = telegram.user().private()
        async with beside(tmp_path, **telegram_settings(telegram)):
            await asyncio.sleep(1)
            for _ in range(5):
                await asking.say("/urgent")
                assert "112" in (await asking.reply()).text
            await until(here, row, "sent")
        assert counted(people) == [1] * 70
        assert telegram.floods == 0
        assert not any("allow_paid_broadcast" in call.parameters for call in telegram.calls)
        assert PER_SECOND < 30
        await here.database.close()
