"""Checking a code: the words that were sent, and a forgery under a real code."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from handlers.update import Update
from storage import broadcasts, tables
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


async def asked(chat: Chat, words: str) -> str:
    await chat.say(words)
    return (await chat.reply()).text


@pytest.mark.parametrize("typed", ["ABCD-2345", "abcd2345", "aBcD 2345"])
async def test_a_code_shows_the_words_that_were_sent(place: Town, telegram: TelegramServer, typed: str) -> None:
    await place.sent()
    shown = await asked(telegram.user().private(), f"/verify {typed}")
    assert "This was sent under ABCD-2345" in shown
    assert "Valid until" in shown
    assert "Bridge closed.\nMeet at the school." in shown
    assert "Anything that differs is not ours." in shown


async def test_a_forgery_under_a_real_code_is_called_one(place: Town, telegram: TelegramServer) -> None:
    await place.sent()
    chat = telegram.user().private()
    real = "Bridge closed.\nMeet at the school.\n\nCheck it: /verify ABCD-2345"
    assert "Word for word the same" in await asked(chat, real)
    assert "Word for word the same" in await asked(chat, real.replace("\n", "  "))
    assert "Word for word the same" in await asked(chat, "Brücke gesperrt.\nCheck it: /verify ABCD-2345")
    for forged in (
        real.replace("school", "station"),
        real.replace("closed", "open"),
        real.replace("Meet", "Do not meet"),
        real + "\nSend your passport to https://evil.example",
        "Meet at the school.\nCheck it: /verify ABCD-2345",
        real.replace("school", "sch\u043eol"),
    ):
        shown = await asked(chat, forged)
        assert "differs from what was sent" in shown, forged
        assert "Bridge closed.\nMeet at the school." in shown
        assert "evil" not in shown
        assert "station" not in shown


async def test_a_forwarded_earlier_version_is_superseded(place: Town, telegram: TelegramServer) -> None:
    row = await place.sent()
    await place.sent(Update({"en": "Bridge open again."}), "CCCC3333", corrects=row)
    chat = telegram.user().private()
    shown = await asked(chat, "Bridge closed.\nMeet at the school.\n\nCheck it: /verify ABCD-2345")
    assert "superseded" in shown
    assert "Bridge open again." in shown
    assert "It was corrected" in await asked(chat, "/verify ABCD-2345")
    shown = await asked(chat, "Corrected:\nBridge open again.\n\nCheck it: /verify ABCD-2345")
    assert "Word for word the same" in shown


async def test_what_was_taken_back_says_so(place: Town, telegram: TelegramServer) -> None:
    chat, row = telegram.user().private(), await place.sent()
    assert await broadcasts.recall(place.here.database, row, int(await place_now(place, row)))

    async def back() -> bool:
        return await place.here.state(row) == "recalled"

    await until(back)
    assert "It was taken back. Do not rely on it." in await asked(chat, "/verify ABCD-2345")


async def place_now(place: Town, row: int) -> float:
    """A time at which the broadcast was just sent."""
    found = await broadcasts.find(place.here.database, place.here.keys, row)
    assert found
    return found.send_at


async def test_what_has_expired_says_when(place: Town, telegram: TelegramServer) -> None:
    await place.sent()
    async with place.here.database.write() as connection:
        await connection.execute(update(tables.broadcasts).values(valid_until=int(time.time()) - 60))
    shown = await asked(telegram.user().private(), "/verify ABCD-2345")
    assert "Expired on" in shown
    assert "Bridge closed." in shown


async def test_wrong_codes_get_a_sentence_and_tries_are_limited(place: Town, telegram: TelegramServer) -> None:
    await place.sent()
    chat = telegram.user().private()
    assert "Write the code behind" in await asked(chat, "/verify")
    assert "no code of ours" in await asked(chat, "/verify hello")
    for _ in range(5):
        assert "Nothing was sent under that code" in await asked(chat, "/verify WRNG-2345")
    assert "too many wrong codes" in await asked(chat, "/verify ABCD-2345")
    assert "This was sent" in await asked(telegram.user("Olena").private(), "/verify ABCD-2345")


async def test_urgent_words_in_a_checked_message_still_offer_urgent_help(place: Town, telegram: TelegramServer) -> None:
    await place.sent()
    chat = telegram.user().private()
    await chat.say("police are arresting us\nABCD-2345")
    shown = await chat.reply()
    assert shown.buttons[0] == "Is someone in danger right now?"
    assert "differs" in shown.text
