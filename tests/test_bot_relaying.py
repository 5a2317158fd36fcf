"""Asking a person, over Telegram and the web: nobody learns a name, nothing stays, urgent words come first."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.holding import MINUTES, Holding
from storage import audit, relays
from tests.journeys.running import beside, telegram_settings
from tests.standins.telegram import Chat, Shown, TelegramServer
from tests.test_privacy import everything_in
from tests.volunteering import Town, town, until

MARK = "Zyxwvut"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def place(telegram: TelegramServer, tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, telegram) as there:
        yield there


async def asked(chat: Chat, words: str) -> Shown:
    """Ask a person, all the way."""
    await chat.say("/person")
    shown = await chat.reply()
    assert "nobody may see this tonight" in shown.text
    await chat.say(words)
    shown = await chat.reply()
    assert f"exactly this:\n{words}" in shown.text
    await shown.tap("Send it")
    return await chat.reply()


async def desk(place: Town, telegram: TelegramServer) -> Chat:
    """The coordinators' group."""
    group = telegram.group(place.team[0].user)

    async def known() -> bool:
        await group.say("/desk")
        return "come here from now on" in (await group.reply()).text

    await until(known)
    for lead in place.team:
        assert "A coordinator chose the group" in (await lead.reply()).text
    assert [one.what for one in await audit.noted(place.here.database)] == ["desk-set"]
    return group


async def test_a_question_is_answered_by_reply_and_neither_learns_who(
    place: Town, telegram: TelegramServer, tmp_path: Path
) -> None:
    group, chat = await desk(place, telegram), telegram.user(MARK).private()
    assert "Sent as question 1" in (await asked(chat, "Who brings the soup tonight?")).text
    copy = await group.reply()
    assert "Question 1 · in English" in copy.text
    assert "They: Who brings the soup tonight?" in copy.text
    assert MARK not in copy.text
    assert str(chat.user.id) not in copy.text
    assert not [call for call in telegram.calls if call.method in ("forwardMessage", "copyMessage")]
    await group.answer(copy, "Yes, until six.")
    shown = await chat.reply()
    assert "A coordinator answers question 1" in shown.text
    assert "Yes, until six." in shown.text
    assert "Coordinator 0" not in shown.text
    assert str(place.team[0].user.id) not in shown.text
    said = [await group.reply(), await group.reply()]
    assert any("Answer: Yes, until six." in one.text for one in said)
    assert any("Passed on" in one.text for one in said)
    await shown.tap("Write back")
    await chat.reply()
    await chat.say("Thank you! How many beds?")
    await (await chat.reply()).tap("Send it")
    await chat.reply()
    again = await group.reply()
    assert "They: Thank you! How many beds?" in again.text
    assert again.message_id != copy.message_id
    await shown.tap("Close the question")
    assert "are deleted" in (await chat.reply()).text
    assert again.message_id not in group.messages
    assert copy.message_id not in group.messages
    assert b"beds" not in everything_in(tmp_path)


async def test_without_a_group_each_coordinator_has_a_copy_and_any_may_answer(
    place: Town, telegram: TelegramServer
) -> None:
    chat = telegram.user().private()
    await asked(chat, "Who has the key?")
    copies = [await lead.reply() for lead in place.team]
    await place.team[1].answer(copies[1], "I do.")
    assert "I do." in (await chat.reply()).text
    assert "Answer: I do." in (await place.team[0].reply()).text


async def test_whoever_is_no_coordinator_cannot_answer_nor_make_a_desk(place: Town, telegram: TelegramServer) -> None:
    group, chat, other = await desk(place, telegram), telegram.user().private(), telegram.user("Troll")
    await asked(chat, "Who has the key?")
    copy = await group.reply()
    await group.answer(copy, "Send me your name", other)
    assert "Only coordinators can answer" in (await group.reply()).text
    await copy.tap("Close and delete", other)
    assert "is closed" in (await group.reply()).text
    assert chat.quiet()
    elsewhere = telegram.group(other)
    await elsewhere.say("/desk")
    assert "I do not know that command" in (await elsewhere.reply()).text


async def test_urgent_words_open_the_urgent_card_before_anything_is_sent(place: Town, telegram: TelegramServer) -> None:
    chat = telegram.user().private()
    await chat.say("/person")
    await chat.reply()
    await chat.say("he is not breathing")
    shown = await chat.reply()
    assert "112" in shown.text
    assert all(lead.quiet() for lead in place.team)
    await shown.tap("Ask a person, too")
    await (await chat.reply()).tap("Send it")
    assert "Sent as question" in (await chat.reply()).text


async def test_three_questions_are_open_at_most(place: Town, telegram: TelegramServer) -> None:
    chat = telegram.user().private()
    for number in range(3):
        assert f"Sent as question {number + 1}" in (await asked(chat, f"Where do we keep kettle {number}?")).text
    assert "Three of your questions are open" in (await asked(chat, "Where do we keep the spare kettle?")).text


async def test_two_answers_at_once_are_both_kept(place: Town, telegram: TelegramServer) -> None:
    chat = telegram.user().private()
    await asked(chat, "Who has the key?")
    copies = [await lead.reply() for lead in place.team]
    for lead, copy in zip(place.team, copies, strict=True):
        await lead.answer(copy, f"Ask {lead.user.id % 10}.")
    assert {(await chat.reply()).text.splitlines()[-1] for _ in place.team} == {
        f"Ask {lead.user.id % 10}." for lead in place.team
    }
    (kept,) = await relays.of_chat(place.here.database, place.here.keys, "telegram", str(chat.user.id))
    assert kept.body.count("coordinator") == 2


async def test_after_47_hours_the_question_and_its_copies_are_gone(telegram: TelegramServer, tmp_path: Path) -> None:
    chat = telegram.user().private()
    async with town(tmp_path, telegram) as place:
        await asked(chat, "Who has the key?")
        copies = [await lead.reply() for lead in place.team]
    with sqlite3.connect(tmp_path / "beside.sqlite3") as connection:
        connection.execute("UPDATE relays SET opened_at = opened_at - 47 * 3600")
    connection.close()
    async with beside(tmp_path, **telegram_settings(telegram)):
        assert "had no end after 47 hours" in (await chat.reply()).text
        for lead, copy in zip(place.team, copies, strict=True):
            assert copy.message_id not in lead.messages
    with sqlite3.connect(tmp_path / "beside.sqlite3") as connection:
        for table in ("relays", "relay_copies"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    connection.close()


async def test_a_sentence_is_shared_exactly_as_shown_and_with_nothing_else(
    place: Town, telegram: TelegramServer, tmp_path: Path
) -> None:
    chat = telegram.user(MARK).private()
    sentence = "what is the weather tomorrow"
    await chat.say(sentence)
    shown = await chat.reply()
    assert "Ask a person" in shown.buttons
    await shown.tap("Let the coordinators know")
    shown = await chat.reply()
    assert f"exactly this, and nothing about you:\n\n{sentence}" in shown.text
    assert all(lead.quiet() for lead in place.team)
    await shown.tap("Send it without my name")
    assert "Sent, without your name" in (await chat.reply()).text
    for lead in place.team:
        assert (await lead.reply()).text == f"Somebody wrote this, and I had no good answer:\n{sentence}"
    assert sentence.encode() not in everything_in(tmp_path)
    await chat.tap(shown, "share:send")
    assert "no longer have that sentence" in (await chat.reply()).text


async def test_who_asked_and_blocks_the_bot_leaves_nothing(place: Town, telegram: TelegramServer) -> None:
    chat = telegram.user().private()
    await asked(chat, "Who has the key?")
    await chat.member("member", "kicked")

    async def gone() -> bool:
        found = await relays.of_chat(place.here.database, place.here.keys, "telegram", str(chat.user.id))
        return not found and not any(lead.messages for lead in place.team)

    await until(gone)


def test_words_that_wait_are_forgotten_after_minutes() -> None:
    now = 0.0
    holding = Holding(lambda: now)
    holding.put("web", "a", "share", "words")
    assert holding.get("web", "a", "share") == "words"
    assert holding.get("web", "b", "share") == ""
    now = MINUTES * 60 + 1
    assert holding.get("web", "a", "share") == ""
    holding.forget_idle()
    assert holding._kept == {}
