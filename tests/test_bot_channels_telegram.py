"""Telegram over real HTTP: order, faults, groups, and what is never said."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram import Telegram
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.traces import Traces
from bot.offline import offline_conversation
from bot.pace import Pace
from bot.settings import read
from content.model import Content
from handlers.types import Request
from tests.journeys.running import beside, free_port, telegram_settings
from tests.standins.telegram import TOKEN, Chat, TelegramServer

Logged = list[dict[str, object]]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@asynccontextmanager
async def polling(telegram: TelegramServer, content: Content) -> AsyncIterator[None]:
    """The channel over the shipped conversation, asking for updates."""
    conversation = offline_conversation(read())
    channel = Telegram(
        TOKEN,
        conversation,
        lambda: content,
        api_url=telegram.url,
        public_url=None,
        secret="not used here",
        pace=Pace(),
    )
    running = asyncio.create_task(channel.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def chat(telegram: TelegramServer, content: Content) -> AsyncIterator[Chat]:
    async with polling(telegram, content):
        yield telegram.user().private()
        assert telegram.violations == []


async def until(true: Any) -> None:
    """Wait, bounded, until something is so."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the server has no event for everything
            await asyncio.sleep(0.01)


async def test_a_tap_is_acknowledged_and_edits_the_message_in_place(telegram: TelegramServer, chat: Chat) -> None:
    await chat.say("/start")
    first = await chat.reply()
    await first.tap("Guidance")
    second = await chat.reply()
    assert second.message_id == first.message_id
    await until(lambda: telegram.answered == telegram.queries)


async def test_an_update_is_confirmed_only_when_it_was_answered(telegram: TelegramServer, chat: Chat) -> None:
    held = telegram.hang("sendMessage")
    await chat.say("/start")
    await until(lambda: any(call.method == "sendMessage" for call in telegram.calls) or telegram.waiting)
    await asyncio.sleep(0.1)
    assert telegram.waiting == 1
    held.set()
    await chat.reply()
    await until(lambda: telegram.waiting == 0)


async def test_one_slow_chat_holds_no_other(telegram: TelegramServer, chat: Chat) -> None:
    held = telegram.hang("sendMessage")
    await chat.say("hello")
    await asyncio.sleep(0.05)
    other = telegram.user("Olena").private()
    await other.say("/privacy")
    assert "Privacy" in (await other.reply()).text
    assert chat.quiet()
    held.set()
    await chat.reply()


async def test_answers_keep_the_order_of_a_chat(chat: Chat) -> None:
    for words in ("/privacy", "/guidance", "/language", "/urgent"):
        await chat.say(words)
    titles = [(await chat.reply()).text.split("\n")[0] for _ in range(4)]
    assert titles == ["Privacy", "Guidance", "Language", "Urgent help"]


@pytest.mark.parametrize("fault", ["error", "proxy", "reset", "flood"])
async def test_a_passing_fault_costs_no_answer(telegram: TelegramServer, chat: Chat, fault: str) -> None:
    match fault:
        case "error":
            telegram.fail("sendMessage", 500, times=2)
        case "proxy":
            telegram.break_down("sendMessage", times=2)
        case "reset":
            telegram.reset("sendMessage")
        case _:
            telegram.fail("sendMessage", 429, description="Too Many Requests", retry_after=1)
    begun = time.monotonic()
    await chat.say("/privacy")
    assert "Privacy" in (await chat.reply()).text
    assert fault != "flood" or time.monotonic() - begun >= 1


async def test_a_blocked_bot_says_nothing_and_goes_on(telegram: TelegramServer, chat: Chat, logged: Logged) -> None:
    chat.user.blocked = True
    await chat.say("/start")
    await until(lambda: telegram.waiting == 0)
    other = telegram.user().private()
    await other.say("/start")
    await other.reply()
    assert logged == []


async def test_a_group_that_became_a_supergroup_is_followed(telegram: TelegramServer, chat: Chat) -> None:
    old, new = telegram.group(chat.user), telegram.group(chat.user)
    old.moved_to = int(new.raw["id"])
    await old.say("/urgent")
    assert "112" in (await new.reply()).text


async def test_a_message_that_cannot_be_edited_any_more_is_sent_anew(chat: Chat) -> None:
    await chat.say("/start")
    first = await chat.reply()
    chat.messages.clear()
    await first.tap("Guidance")
    assert (await chat.reply()).message_id != first.message_id


async def test_tapping_twice_is_no_error(telegram: TelegramServer, chat: Chat, logged: Logged) -> None:
    await chat.say("/start")
    first = await chat.reply()
    await first.tap("Guidance")
    shown = await chat.reply()
    await chat.tap(shown, "guidance")
    await until(lambda: len(telegram.answered) == 2 and telegram.waiting == 0)
    telegram.violations.clear()  # the stand-in counts "not modified" as refused
    assert logged == []


@pytest.mark.parametrize(
    "sent",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
        {"location": {"latitude": 52.1, "longitude": 23.5}},
        {"contact": {"phone_number": "+48600600600", "first_name": "Marek"}},
        {"dice": {"emoji": "🎲", "value": 4}},
        {
            "sticker": {
                "file_id": "a",
                "file_unique_id": "b",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
        {"document": {"file_id": "a", "file_unique_id": "b", "file_name": "list.pdf"}},
    ],
    ids=lambda sent: next(iter(sent)),
)
async def test_what_cannot_be_read_gets_a_sentence(chat: Chat, sent: dict[str, Any]) -> None:
    await chat.send(sent)
    assert "only read words" in (await chat.reply()).text


async def test_a_caption_is_read(chat: Chat) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await chat.send({"photo": photo, "caption": "they are arresting us"})
    assert "Stopped, held or arrested" in (await chat.reply()).text


@pytest.mark.parametrize(
    "update",
    [
        {
            "channel_post": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": -5, "type": "channel", "title": "x"},
                "text": "hi",
            }
        },
        {
            "message_reaction_count": {
                "chat": {"id": -5, "type": "channel"},
                "message_id": 1,
                "date": 1,
                "reactions": [],
            }
        },
        {"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["0"]}},
    ],
    ids=lambda update: next(iter(update)),
)
async def test_other_kinds_of_update_get_silence(
    telegram: TelegramServer, chat: Chat, update: dict[str, Any], logged: Logged
) -> None:
    telegram.strict = False
    await telegram.update(update)
    await until(lambda: telegram.waiting == 0)
    assert logged == []
    assert [call.method for call in telegram.calls if call.method.startswith("send")] == []


async def test_service_messages_and_edits_get_silence(telegram: TelegramServer, chat: Chat) -> None:
    await chat.send({"new_chat_title": "Night"})
    number = await chat.say("/privacy")
    await chat.reply()
    await chat.edit(number, "/guidance")
    await until(lambda: telegram.waiting == 0)
    assert chat.quiet()


STRANGE = ("🙂" * 3000, "\u202eשלום" * 50, "<b>&amp;</b>" * 200, "\u200b\u200b", "a" * 4096, "\u0000\u0007")


@pytest.mark.parametrize("text", STRANGE, ids=("emoji", "right-to-left", "html", "invisible", "long", "control"))
async def test_any_text_gets_an_answer(chat: Chat, text: str) -> None:
    await chat.say(text)
    assert (await chat.reply()).text


async def test_a_card_can_be_picked_in_any_chat(telegram: TelegramServer, chat: Chat) -> None:
    offered = await telegram.type_inline(chat.user, "an angry neighbour is shouting")
    assert "An angry neighbour" in [one["title"] for one in offered][:2]
    assert all(len(one["input_message_content"]["message_text"]) < 4096 for one in offered)
    assert offered[0]["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("https://t.me/BesideTestBot?start=")
    everything = await telegram.type_inline(chat.user, "")
    assert "Police stop you" in [one["title"] for one in everything]


async def test_a_group_hears_the_bot_only_when_it_is_addressed(telegram: TelegramServer, chat: Chat) -> None:
    group = telegram.group(chat.user)
    await group.say("police are arresting us")
    await group.say("/urgent@SomeOtherBot")
    await group.say("hello @SomebodyElse")
    await until(lambda: telegram.waiting == 0)
    assert group.quiet()
    await group.say("@BesideTestBot neighbours are angry about the shelter")
    shown = await group.reply()
    assert "Bring the neighbours in" in shown.text
    assert shown.buttons == ["Open in a private chat"]
    assert shown.button("Open in a private chat")["url"] == "https://t.me/BesideTestBot?start=guidance-communities-1"


async def test_urgent_words_in_a_group_bring_the_number_and_quote_nothing(telegram: TelegramServer, chat: Chat) -> None:
    group = telegram.group(chat.user)
    await group.say("@BesideTestBot Marek says he wants to kill himself")
    shown = await group.reply()
    assert "112" in shown.text
    assert "Marek" not in shown.text
    assert len(shown.text.splitlines()) < 6
    assert shown.button("Open in a private chat")["url"].endswith("?start=urgent-self-harm")


@pytest.mark.parametrize("command", ["support", "legal"])
async def test_support_and_legal_move_to_a_private_chat(telegram: TelegramServer, chat: Chat, command: str) -> None:
    group = telegram.group(chat.user)
    await group.say(f"/{command}@BesideTestBot")
    shown = await group.reply()
    assert "private chat" in shown.text
    assert shown.button("Open in a private chat")["url"].endswith(f"?start={command}")


async def test_a_command_is_answered_in_its_forum_topic(telegram: TelegramServer, chat: Chat) -> None:
    forum = telegram.group(chat.user, forum=True)
    await forum.say("/urgent", message_thread_id=77, is_topic_message=True)
    shown = await forum.reply()
    assert shown.raw["message_thread_id"] == 77


async def test_clearing_deletes_both_sides_and_says_how_to_delete_the_chat(chat: Chat) -> None:
    for words in ("/start", "police are arresting us", "hello"):
        await chat.say(words)
        await chat.reply()
    await chat.say("/clear")
    said = await chat.reply()
    assert "delete the chat itself" in said.text
    assert chat.ids == {said.message_id}


async def test_what_is_too_old_to_delete_does_not_keep_the_rest(chat: Chat) -> None:
    for words in ("/start", "police are arresting us", "hello"):
        await chat.say(words)
        await chat.reply()
    old = sorted(chat.ids)[:3]
    chat.too_old = old[-1]
    await chat.say("/clear")
    said = await chat.reply()
    assert "delete the chat itself" in said.text
    assert chat.ids == {*old, said.message_id}


async def test_where_nothing_can_be_deleted_that_is_said(chat: Chat) -> None:
    await chat.say("/start")
    await chat.reply()
    chat.too_old = 2**52
    await chat.say("/clear")
    assert "Nothing could be deleted" in (await chat.reply()).text


async def test_short_numbers_come_with_a_copy_button(chat: Chat) -> None:
    await chat.say("/start urgent-danger_ch")
    shown = await chat.reply()
    assert shown.markup[0][0]["copy_text"] == {"text": "117"}
    assert "\n☎ 144 –" in shown.text


async def test_buttons_of_an_old_message_work_after_a_restart(telegram: TelegramServer, content: Content) -> None:
    chat = telegram.user().private()
    async with polling(telegram, content):
        await chat.say("/start")
        old = await chat.reply()
    async with polling(telegram, content):
        await old.tap("Guidance")
        assert "Pick what is closest" in (await chat.reply()).text
        await chat.tap(old, "themes-of-long-ago:7")
        assert "earlier version" in (await chat.reply()).text


async def test_a_refused_token_is_one_clear_sentence(
    telegram: TelegramServer, content: Content, logged: Logged
) -> None:
    telegram.wrong_token = True
    async with polling(telegram, content):
        await until(lambda: logged)
    assert [line["event"] for line in logged] == ["token.refused: Telegram does not accept BESIDE_TELEGRAM_TOKEN"]


async def test_the_token_is_in_no_log_line(
    telegram: TelegramServer, chat: Chat, logged: Logged, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    telegram.break_down("sendMessage", times=9)
    telegram.break_down("getUpdates", times=1)
    await chat.say("/start")
    await until(lambda: any(line["event"] == "poll.failed" for line in logged))
    said = caplog.text + str(logged)
    assert TOKEN not in said
    assert TOKEN.partition(":")[2] not in said


async def test_the_bot_introduces_itself(telegram: TelegramServer, chat: Chat) -> None:
    await until(lambda: any(call.method == "setChatMenuButton" for call in telegram.calls))
    scopes = [call.parameters["scope"]["type"] for call in telegram.calls if call.method == "setMyCommands"]
    assert sorted(set(scopes)) == ["all_group_chats", "all_private_chats"]
    assert any(call.method == "setMyDescription" for call in telegram.calls)


async def test_the_webhook_refuses_a_wrong_secret_and_answers_a_repeated_update_once(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    async with beside(tmp_path, port, **telegram_settings(telegram, public)), aiohttp.ClientSession() as session:
        await until(lambda: telegram.webhook)
        async with session.post(f"{public}/telegram", json={}) as answer:
            assert answer.status == 403
        headers = {"X-Telegram-Bot-Api-Secret-Token": telegram.webhook["secret_token"]}
        async with session.post(f"{public}/telegram", data=b"{", headers=headers) as answer:
            assert answer.status == 400
        chat = telegram.user().private()
        message = {"message_id": 5, "from": chat.user.raw(), "chat": chat.raw, "date": 1, "text": "/privacy"}
        for _ in range(3):
            async with session.post(
                f"{public}/telegram", json={"update_id": 900, "message": message}, headers=headers
            ) as answer:
                assert answer.status == 200
        await chat.reply()
        assert chat.quiet()


async def test_lanes_are_forgotten_when_they_are_empty() -> None:
    lanes, done = Lanes(), []

    async def work() -> None:
        done.append(1)

    for chat in range(100):
        lanes.put(chat, work)
    await lanes.finish(1)
    assert len(done) == 100
    assert lanes._lanes == {}


def test_traces_are_bounded_and_forgotten_in_time() -> None:
    now = 0.0
    traces = Traces(lambda: now)
    traces.add(1, *range(1000, 1100))
    assert set(traces.take(1, 1100)) >= set(range(1060, 1100))
    assert traces.take(1, 0) == []
    traces.add(1, 5)
    now = 48 * 3600
    traces.add(2, 6)
    assert traces.take(1, 0) == []


async def test_a_shown_reply_never_breaks_telegrams_rules(
    telegram: TelegramServer, chat: Chat, content: Content
) -> None:
    conversation = offline_conversation(read())
    for country in ["", *content.countries]:
        for name in ("urgent", "urgent:danger", "urgent:detained", "urgent:self-harm", "support", "legal"):
            choice = f"{name}@{country.lower()}" if country else name
            assert await conversation.answer(Request("telegram", choice, choice=choice))
    for card in content.cards:
        somebody = telegram.user().private()
        await somebody.say(f"/start guidance-{card}")
        await somebody.reply()
