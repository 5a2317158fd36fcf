"""Getting updates over Telegram: one tap in, one tap out, groups that a coordinator confirms, chats that end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers.update import Audience, Update
from storage import broadcasts, subscriptions
from storage.subscriptions import Subscription
from tests.standins.telegram import Chat, TelegramServer
from tests.volunteering import Town, town, until


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def place(telegram: TelegramServer, tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, telegram) as there:
        yield there


async def subscribed(place: Town, address: str) -> Subscription | None:
    return await subscriptions.find(place.here.database, place.here.keys, "telegram", address)


async def test_one_tap_to_subscribe_choices_and_one_tap_to_leave(place: Town, telegram: TelegramServer) -> None:
    chat = telegram.user().private()
    await chat.say("/updates")
    shown = await chat.reply()
    assert "One tap to leave" in shown.text
    await shown.tap("Send me updates")
    shown = await chat.reply()
    assert "You get updates now" in shown.text
    assert "Safety, Shifts, Legal, Wellbeing · English · all regions · quiet 22–07" in shown.text
    await shown.tap("Topics")
    await (await chat.reply()).tap("✓ Shifts")
    shown = await chat.reply()
    assert "○ Shifts" in shown.buttons
    await shown.tap("Back")
    await (await chat.reply()).tap("Region")
    await (await chat.reply()).tap("P")
    await (await chat.reply()).tap("Poland")
    shown = await chat.reply()
    assert "Safety, Legal, Wellbeing · English · Poland" in shown.text
    await shown.tap("Quiet hours")
    await (await chat.reply()).tap("quiet 21–08")
    await (await chat.reply()).tap("Alerts wait as well")
    assert "Alerts may wake me" in (await chat.reply()).buttons
    there = await subscribed(place, str(chat.user.id))
    assert there
    assert (there.wishes.region, there.wishes.quiet_from, there.wishes.quiet_to) == ("PL", 21, 8)
    assert not there.wishes.alerts
    await chat.say("/updates")
    await (await chat.reply()).tap("Stop updates")
    assert "are deleted" in (await chat.reply()).text
    assert await subscribed(place, str(chat.user.id)) is None


async def test_a_new_subscriber_gets_the_newest_valid_update_and_its_correction(
    place: Town, telegram: TelegramServer
) -> None:
    row = await place.sent()
    await place.sent(Update({"en": "For others."}, audience=Audience(topics=("elsewhere",))), "BBBB2222")
    chat = telegram.user().private()
    await chat.say("/updates")
    await (await chat.reply()).tap("Send me updates")
    shown = [await chat.reply(), await chat.reply()]
    update = next(one for one in shown if "Bridge closed" in one.text)
    assert any("The newest one that still counts" in one.text for one in shown)
    assert "ABCD-2345" in update.text
    await place.sent(Update({"en": "Bridge open again."}), "CCCC3333", corrects=row)
    corrected = await chat.reply()
    assert corrected.message_id == update.message_id
    assert corrected.text.startswith("Corrected:\nBridge open again.")


async def test_seen_is_counted_once_and_its_button_goes(place: Town, telegram: TelegramServer) -> None:
    chat = telegram.user().private()
    await place.here.subscribe(chat.user.id)
    row = await place.sent()
    shown = await chat.reply()
    await shown.tap("Seen")
    again = await chat.reply()
    assert again.buttons == []
    assert "Seen, thank you" in again.text
    await chat.tap(again, f"seen:{row}")

    async def tapped() -> bool:
        return telegram.answered == telegram.queries

    await until(tapped)
    await asyncio.sleep(0.3)
    assert await acknowledged(place, row) == 1


async def acknowledged(place: Town, row: int) -> int:
    """How many have said seen."""
    found = await broadcasts.find(place.here.database, place.here.keys, row)
    assert found
    return found.acknowledged


async def test_where_a_code_is_needed_a_coordinator_makes_one(telegram: TelegramServer, tmp_path: Path) -> None:
    async with town(tmp_path, telegram, join="invite") as place:
        chat, lead = telegram.user().private(), place.team[0]
        await chat.say("/updates")
        shown = await chat.reply()
        assert "/updates CODE" in shown.text
        assert "Send me updates" not in shown.buttons
        for _ in range(5):
            await chat.say("/updates WRNG-2345")
            assert "I do not know that code" in (await chat.reply()).text
        await chat.say("/updates WRNG-2345")
        assert "too many wrong codes" in (await chat.reply()).text
        await lead.say("/updates")
        await (await lead.reply()).tap("A code for volunteers")
        code = (await lead.reply()).text.split("/updates ")[1].split()[0]
        for name in ("Olena", "Petro"):
            other = telegram.user(name).private()
            await other.say(f"/updates {code.lower()}")
            assert "You get updates now" in (await other.reply()).text


async def proposed(place: Town, telegram: TelegramServer) -> Chat:
    """A group that somebody has just added the bot to."""
    group = telegram.group(telegram.user("Olena"))
    await group.member("left", "member")
    shown = await group.reply()
    assert "I am Beside" in shown.text
    assert "I asked the coordinators" in shown.text
    return group


async def test_a_group_goes_live_when_a_coordinator_says_yes(place: Town, telegram: TelegramServer) -> None:
    group = await proposed(place, telegram)
    first, second = [await chat.reply() for chat in place.team]
    assert "“Night shift”" in first.text
    waiting = await subscribed(place, str(group.raw["id"]))
    assert waiting
    assert not waiting.confirmed
    stranger = telegram.user("Stranger").private()
    await stranger.say("/start")
    await stranger.tap(await stranger.reply(), first.button("Yes, send updates there")["callback_data"])
    assert "earlier version" in (await stranger.reply()).text
    await first.tap("Yes, send updates there")
    assert "gets updates from now on" in (await place.team[0].reply()).text
    assert "A coordinator said yes" in (await group.reply()).text
    await second.tap("No")
    assert "decided already" in (await place.team[1].reply()).text
    await place.sent()
    assert "Bridge closed" in (await group.reply()).text


async def test_only_who_leads_a_group_changes_what_it_gets(place: Town, telegram: TelegramServer) -> None:
    group = await proposed(place, telegram)
    other = telegram.user("Troll")
    await group.say("/updates", other)
    shown = await group.reply()
    await shown.tap("Stop updates", other)
    assert "Only an administrator" in (await group.reply()).text
    assert await subscribed(place, str(group.raw["id"]))


async def test_a_forum_topic_can_be_chosen(place: Town, telegram: TelegramServer) -> None:
    group = telegram.group(telegram.user("Olena"), forum=True)
    topic: dict[str, Any] = {"message_thread_id": 77, "is_topic_message": True}
    await group.say("/updates", **topic)
    await (await group.reply()).tap("Propose this group")
    await group.reply()
    await (await place.team[0].reply()).tap("Yes, send updates there")
    assert (await group.reply()).raw["message_thread_id"] == 77
    await group.say("/updates")
    await (await group.reply()).tap("Send them into this topic")
    assert "into this topic from now on" in (await group.reply()).text
    assert await subscribed(place, str(group.raw["id"]))
    assert await subscribed(place, f"{group.raw['id']}/77") is None


async def test_a_chat_that_blocks_is_forgotten_and_a_group_that_moves_is_followed(
    place: Town, telegram: TelegramServer
) -> None:
    chat, group = telegram.user().private(), telegram.group(telegram.user("Olena"))
    await place.here.subscribe(chat.user.id)
    await place.here.subscribe(group.raw["id"], place="group")
    await chat.member("member", "kicked")
    new = group.raw["id"] - 5

    await group.send({"migrate_to_chat_id": new})

    async def settled() -> bool:
        gone = await subscribed(place, str(chat.user.id)) is None
        return gone and await subscribed(place, str(new)) is not None

    await until(settled)
    assert await subscribed(place, str(group.raw["id"])) is None
