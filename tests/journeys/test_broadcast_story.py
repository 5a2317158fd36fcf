"""The story of an update, over Telegram: two coordinators write, approve, correct and take back; volunteers read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import onserver
from bot.rekeying import replace_key
from tests.broadcasts import Deployment
from tests.journeys.at_desk import Person, invited, joined, person, written
from tests.journeys.running import beside, settings_for, telegram_settings
from tests.standins.telegram import TelegramServer

WORDS = "The bridge at the mill is closed. Take the ferry."


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Deployment]:
    opened = Deployment(tmp_path)
    yield opened
    await opened.database.close()


async def volunteers(here: Deployment, telegram: TelegramServer, many: int) -> list[Person]:
    """Some who asked for updates."""
    people = [person(telegram, f"V{number}") for number in range(many)]
    await here.subscribe(*(one.chat.user.id for one in people))
    return people


async def test_two_coordinators_write_approve_correct_and_take_back(
    telegram: TelegramServer, tmp_path: Path, here: Deployment
) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        anna, boris = await joined(telegram, tmp_path, "Anna", "Boris")
        readers = await volunteers(here, telegram, 3)
        await writes_step_by_step(anna)
        await asks_and_another_looks(anna, boris)
        assert all(one.chat.quiet() for one in readers), "nothing goes out before a second one approves"
        await boris.tap("Approve", "Approved. It goes out now.")
        await anna.sees("Another coordinator has approved this update")
        for reader in readers:
            got = await reader.sees(WORDS)
            assert "Check it: /verify" in got.text
            assert got.buttons == ["Seen"]
        await corrects_and_the_message_changes(boris, anna, readers)
        await takes_back(anna, boris, readers)
        await anna.say("/desk", "Desk")
        await anna.tap("Coordinators", "You are")
        audit = await anna.tap("What was done", "Never who")
        for line in ("a coordinator joined", "an update was approved", "an update was taken back"):
            assert line in audit.text


async def writes_step_by_step(anna: Person) -> None:
    """Each step shows what readers will see, how many they are, how long it takes and what it costs."""
    await anna.say("/broadcast", "An update")
    await anna.tap("New update", "Write the update in English")
    step = await anna.say(WORDS, "Send a picture")
    for shown in ("What they will see:", WORDS, "Recipients: 3 (English 3).", "Time: about 1 s.", "Costs nothing."):
        assert shown in step.text
    await anna.tap("Next", "Tap a language")
    await anna.tap("Next", "What is it about?")
    assert "Recipients: 3" in (await anna.tap("Safety", "Only people")).text
    await anna.tap("People", "Recipients: 3")
    await anna.tap("Next", "How should it arrive?")
    await anna.tap("Normal", "Until when is it true?")
    await anna.tap("24 hours", "Now, or type a time")
    await anna.tap("As soon as approved", "Should readers")
    ready = await anna.tap("Yes, ask", "Ready?")
    assert "Topic: Safety" in ready.text
    assert "For: People" in ready.text
    await anna.tap("Show me how it arrives", "/verify ····-····")


async def asks_and_another_looks(anna: Person, boris: Person) -> None:
    """It needs a second one, who sees the same."""
    await anna.say("/desk", "Desk")
    await anna.tap("The bridge", "Ready?")
    await anna.tap("Ask for approval", "The others are asked")
    await boris.sees("An update waits for a second coordinator")
    look = await boris.tap("Look at it", "Would you send this?")
    assert WORDS in look.text
    assert "Recipients: 3" in look.text


async def corrects_and_the_message_changes(boris: Person, anna: Person, readers: list[Person]) -> None:
    """A mistake: one corrects, the other approves, and the same message changes where it stands."""
    await boris.say("/desk", "Desk")
    await boris.tap("The bridge", "It can be corrected or taken back until")
    await boris.tap("Correct it", "Write the corrected text in English")
    better = WORDS.replace("ferry", "other bridge")
    await boris.say(better, "Tap a language")
    await boris.tap("Next", "Ready?")
    await boris.tap("Ask for approval", "The others are asked")
    await anna.sees("A correction waits")
    await anna.tap("Look at it", "Would you send this correction?")
    await anna.tap("Approve", "Approved. It goes out now.")
    for reader in readers:
        first = reader.seen
        got = await reader.sees("Corrected:")
        assert better in got.text
        assert first
        assert got.message_id == first.message_id


async def takes_back(anna: Person, boris: Person, readers: list[Person]) -> None:
    """One coordinator is enough; the other is told."""
    await anna.say("/desk", "Desk")
    await anna.tap("The bridge", "It can be corrected or taken back until")
    await anna.tap("Take it back", "I delete this wherever it arrived")
    await anna.tap("Yes, take it back", "I am taking it back")
    await boris.sees("A coordinator is taking this update back")
    async with asyncio.timeout(5):
        while any(one.chat.messages for one in readers):  # noqa: ASYNC110 - the stand-in does not announce it
            await asyncio.sleep(0.02)


async def test_pressing_twice_sends_once(telegram: TelegramServer, tmp_path: Path, here: Deployment) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        anna, boris = await joined(telegram, tmp_path, "Anna", "Boris")
        (reader,) = await volunteers(here, telegram, 1)
        await written(anna, WORDS)
        await anna.tap("Ask for approval", "The others are asked")
        await boris.sees("An update waits")
        look = await boris.tap("Look at it", "Would you send this?")
        await boris.tap("Approve", "It goes out now")
        await look.tap("Approve")
        await boris.sees("nothing was changed")
        await reader.sees(WORDS)
        await boris.say("/desk", "Desk")
        assert len(reader.chat.messages) == 1


async def test_a_picture_goes_out_with_its_words(telegram: TelegramServer, tmp_path: Path, here: Deployment) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        anna, boris = await joined(telegram, tmp_path, "Anna", "Boris")
        (reader,) = await volunteers(here, telegram, 1)
        photo = {"file_id": "the-map", "file_unique_id": "m", "width": 1, "height": 1}
        await written(anna, WORDS, picture={"photo": [photo]})
        await anna.tap("Ask for approval", "The others are asked")
        await boris.sees("An update waits")
        await boris.tap("Look at it", "Would you send this?")
        await boris.tap("Approve", "It goes out now")
        await reader.sees(WORDS)
        sent = [call.parameters for call in telegram.calls if call.method == "sendPhoto"]
        assert [one["photo"] for one in sent if one["chat_id"] == reader.chat.user.id] == ["the-map"]


async def test_a_draft_outlives_a_restart(telegram: TelegramServer, tmp_path: Path) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        (anna,) = await joined(telegram, tmp_path, "Anna")
        await anna.say("/broadcast", "An update")
        await anna.tap("New update", "Write the update")
        await anna.say(WORDS, "Send a picture")
    async with beside(tmp_path, **telegram_settings(telegram)):
        for _ in range(50):  # who the coordinators are is read while the first messages are answered
            if "An update" in (await anna.say("/broadcast")).text:
                break
            await asyncio.sleep(0.1)
        await anna.tap("Go on: The bridge", "Send a picture")
        assert anna.seen
        assert WORDS in anna.seen.text


async def test_alone_it_can_be_undone_for_thirty_seconds(
    telegram: TelegramServer, tmp_path: Path, here: Deployment
) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        (anna,) = await joined(telegram, tmp_path, "Anna")
        (reader,) = await volunteers(here, telegram, 1)
        ready = await written(anna, WORDS)
        assert "Ask for approval" not in ready.buttons
        await anna.tap("Send in 30 seconds", "It goes out in 30 seconds")
        await anna.tap("Undo", "Nothing went out. It is a draft again.")
        assert await here.team_ids()
        assert reader.chat.quiet()
        await anna.tap("Change it", "Ready?")


async def test_a_rehearsal_goes_through_every_step_and_reaches_coordinators_only(
    telegram: TelegramServer, tmp_path: Path, here: Deployment
) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        anna, boris = await joined(telegram, tmp_path, "Anna", "Boris")
        (reader,) = await volunteers(here, telegram, 1)
        await anna.say("/broadcast", "An update")
        await anna.tap("Rehearsal", "Write the update")
        step = await anna.say(WORDS, "Send a picture")
        assert "Recipients: 2 coordinators, and nobody else." in step.text
        for step_name in ("Tap a language", "What is it about", "Only people", "How should", "Until when"):
            await anna.tap("Next", step_name)
        await anna.tap("3 hours", "Now, or type")
        await anna.tap("Next", "Should readers")
        await anna.tap("Next", "Ready?")
        await anna.tap("Rehearse now", "The rehearsal is on its way")
        for one in (anna, boris):
            assert "A rehearsal, which only coordinators get:" in (await one.sees("/verify")).text
        assert reader.chat.quiet()


async def test_the_server_switches_solo_mode_and_removes_and_all_are_told(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        anna, boris = await joined(telegram, tmp_path, "Anna", "Boris")
        settings = settings_for(tmp_path)
        await onserver.solo(settings, "on")
        await anna.sees("Done on the server: solo mode was switched on.")
        await boris.sees("Done on the server: solo mode was switched on.")
        ready = await written(anna, WORDS)
        assert "Send in 30 seconds" in ready.buttons
        await boris.say("/desk", "Desk")
        sign = (await boris.tap("Coordinators", "You are")).text.partition("You are ")[2][:3]
        assert sign in await onserver.coordinators_list(settings)
        await onserver.remove(settings, sign)
        await anna.sees("Done on the server: a coordinator was removed.")
        await boris.say("/desk", "I do not know that command")
        with pytest.raises(onserver.OnServerError, match="beside coordinators"):
            await onserver.remove(settings, sign)


async def test_a_new_key_while_it_runs_interrupts_nobody(
    telegram: TelegramServer, tmp_path: Path, here: Deployment
) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        anna, boris = await joined(telegram, tmp_path, "Anna", "Boris")
        (reader,) = await volunteers(here, telegram, 1)
        await written(anna, WORDS)
        said = await replace_key(settings_for(tmp_path), 0.2)
        assert "There is a new key" in said
        await anna.sees("Done on the server: the key was changed")
        await anna.say("/desk", "Desk")
        await anna.tap("The bridge", "Ready?")
        await anna.tap("Ask for approval", "The others are asked")
        await boris.sees("An update waits")
        await boris.tap("Look at it", "Would you send this?")
        await boris.tap("Approve", "It goes out now")
        await reader.sees(WORDS)


async def test_whoever_is_none_meets_commands_that_do_not_exist(telegram: TelegramServer, tmp_path: Path) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        (anna,) = await joined(telegram, tmp_path, "Anna")
        stranger = person(telegram, "Stranger")
        unknown = await stranger.say("/nonsense")
        for command in ("/desk", "/broadcast"):
            answer = await stranger.say(command)
            assert (answer.text, answer.buttons) == (unknown.text, unknown.buttons)
        await anna.say("/desk", "Desk")
        for choice in ("desk", "team:invite", "write:new", "approve:1-1-yes", "recall:1-yes", "nonsense"):
            await stranger.chat.tap(await stranger.say("/start"), choice)
            answer = await stranger.sees()
            assert "earlier version of me" in answer.text
        group = telegram.group(stranger.chat.user)
        await group.say("/desk@BesideTestBot")
        assert "I do not know that command" in (await group.reply()).text


async def test_five_wrong_codes_in_an_hour_and_even_a_right_one_waits(telegram: TelegramServer, tmp_path: Path) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        good = await invited(tmp_path, telegram)
        eve = person(telegram, "Eve")
        assert "like /join ABCD-2345" in (await eve.say("/join")).text
        for typed in ("ABCD-2345", "0", "ABCD 2346", "x" * 300, "ABCD2347"):
            assert "That code is not good" in (await eve.say(f"/join {typed}")).text
        assert "Try again in 60 min" in (await eve.say(f"/join {good}")).text
        other = person(telegram, "Other")
        await other.say(f"/join {good}", "You are a coordinator now")
        await other.say(f"/join {good}", "You are a coordinator already")
        late = person(telegram, "Late")
        assert "used already" in (await late.say(f"/join {good}")).text


async def test_a_third_waits_a_day_and_removing_takes_two(
    telegram: TelegramServer, tmp_path: Path, here: Deployment
) -> None:
    async with beside(tmp_path, **telegram_settings(telegram)):
        anna, boris, clara = await joined(telegram, tmp_path, "Anna", "Boris", "Clara")
        sign = await sign_of(clara)
        await written(anna, WORDS)
        await anna.tap("Ask for approval", "The others are asked")
        await clara.sees("An update waits")
        await clara.tap("Look at it", "Would you send this?")
        await clara.tap("Approve", "You are new: you may approve from")

        # one may suspend for a day, and what waits on the suspended one's phone does nothing any more
        await anna.say("/desk", "Desk")
        await anna.tap("Coordinators", "You are")
        await anna.tap(sign, "Any coordinator may suspend")
        await anna.tap("Suspend", f"{sign} may do nothing here for 24 hours.")
        await boris.sees(f"{sign} may do nothing here")
        await clara.say("/desk", "I do not know that command")
        await anna.tap(sign, "suspended until")
        await anna.tap("Let act again", f"{sign} may act as a coordinator again.")
        await clara.say("/desk", "Desk")

        # removing: Anna proposes, Boris agrees
        await anna.tap(sign, "Any coordinator may suspend")
        await anna.tap("Propose to remove", "The others are asked to agree")
        await boris.sees(f"A coordinator wants to remove {sign}")
        await boris.tap("Remove", "Their rights end at once")
        await boris.tap("Yes, remove", f"{sign} is no longer a coordinator.")
        await anna.sees(f"{sign} is no longer a coordinator.")
        await clara.say("/broadcast", "I do not know that command")


async def sign_of(one: Person) -> str:
    """How the others see somebody."""
    await one.say("/desk", "Desk")
    return (await one.tap("Coordinators", "You are")).text.partition("You are ")[2][:3]
