"""Coordinators: every wrong input gets a sentence with the next step and keeps the draft; rights are what they are."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.render import text_of
from handlers import changes, codes, when
from handlers.coordinators import HANDLERS
from handlers.types import Attachment, Request
from handlers.update import Update, message
from storage import audit, broadcasts, coordinators, ledger
from storage.subscriptions import Audience
from tests.conftest import NIGHT
from tests.offices import KEYS, OUTSIDE, Office, office

WARSAW = ZoneInfo("Europe/Warsaw")
KEPT = "Your draft is kept as it was."
PHOTO = Attachment("photo", "file-id")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as made:
        yield made


# what is typed wrong


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("valid", "soon", "I cannot read that as a time. Write it like 18:30 or"),
        ("valid", "31.2. 10:00", "There is no such day or hour"),
        ("valid", "25:00", "There is no such day or hour"),
        ("valid", "2020-01-01", "That time has passed"),
        ("valid", "23.11. 10:00", "That time has passed"),
        ("valid", "2029-01-01 10:00", "That is too far away: 90 days at most"),
        ("time", "yesterday", "I cannot read that as a time"),
        ("time", "2020-01-01 10:00", "That time has passed"),
        ("time", "2026-12-24", "It would be over before it goes out"),
        ("topic", "football", "I do not know the topic “football”. Tap one of these:"),
        ("audience", "Atlantis", "I know no country or language called “Atlantis”"),
        ("urgency", "very loud", "Here I need a tap."),
        ("seen", "maybe", "Here I need a tap."),
        ("file", "no picture please", "Here I need a tap."),
        ("text", "x" * 3001, "That is too long: 3001 letters, and 3000 fit."),
        ("text", "   ", "There were no words in that."),
    ],
)
async def test_what_is_typed_wrong_is_said_and_the_draft_is_kept(
    here: Office, step: str, typed: str, said: str
) -> None:
    number = await here.draft("A")
    before = await broadcasts.find(here.database, KEYS, int(number))
    await here.tap("A", f"write:{number}-{step}")
    shown = await here.say("A", typed)
    assert said in shown.text
    assert KEPT in shown.text
    assert "The bridge is closed." in shown.text, "the draft is still shown"
    assert await broadcasts.find(here.database, KEYS, int(number)) == before
    good = {"valid": "18:30", "time": "18:30", "topic": "Legal", "audience": "Poland", "text": "Other words"}
    if step in good:
        assert KEPT not in (await here.say("A", good[step])).text, "the next try is taken"


async def test_a_picture_needs_a_short_text_and_a_voice_message_is_no_text(here: Office) -> None:
    number = await here.draft("A", "y" * 900)
    await here.tap("A", f"write:{number}-file")
    shown = await here.send(Request("telegram", "A", unreadable=True, attachment=PHOTO))
    assert "Below a picture or file only 800 letters fit; your text has 900." in shown.text
    await here.tap("A", f"write:{number}-text")
    assert "Here I can only take words." in (await here.send(Request("telegram", "A", unreadable=True))).text
    shown = await here.send(Request("telegram", "A", text="Short words", attachment=PHOTO))
    assert "with the picture" in shown.text
    await here.tap("A", f"write:{number}-file")
    assert "a picture or a file, nothing else" in (await here.send(Request("telegram", "A", unreadable=True))).text
    await here.tap("A", f"write:{number}-check")
    await here.tap("A", f"write:{number}-show")
    await here.telling.finish(5)
    assert here.post.sent[-1][2] == PHOTO


async def test_a_missing_translation_is_said_and_falls_back(tmp_path: Path) -> None:
    english = OUTSIDE.content.languages["en"]
    languages = {"en": english, "uk": english.model_copy(update={"code": "uk"})}
    content = OUTSIDE.content.model_copy(update={"languages": languages})
    async with office(tmp_path, replace(OUTSIDE, content=content)) as here:
        await here.subscribe("en", 2)
        await here.subscribe("uk", 3)
        number = await here.draft("A")
        shown = await here.tap("A", f"write:{number}-check")
        assert "Recipients: 5 (Ukrainian 3, English 2)." in shown.text
        assert "3 read Ukrainian, which is missing: they get it in English." in shown.text
        shown = await here.tap("A", f"write:{number}-languages-en-drop")
        assert "An update needs a text in at least one language." in shown.text


async def test_without_an_end_nothing_can_be_asked_for(here: Office) -> None:
    await here.tap("A", "write:new")
    number = (await here.say("A", "Words")).choice("Next").split(":")[1].split("-")[0]
    shown = await here.tap("A", f"write:{number}-check")
    assert "nothing goes out without it" in shown.text
    assert "Ask for approval" not in shown.choices
    for name in ("submit", "alone"):
        assert "nothing goes out without it" in (await here.tap("A", f"{name}:{number}-2")).text
    assert await here.state(number) == "draft"


async def test_urgent_words_open_the_urgent_card_except_as_the_text_itself(here: Office) -> None:
    number = await here.draft("A")
    await here.tap("A", f"write:{number}-topic")
    shown = await here.say("A", "police are arresting us")
    assert "emergency number" in shown.text
    assert KEPT not in shown.text
    await here.tap("A", f"write:{number}-text")
    shown = await here.say("A", "Police are arresting people at the bridge.")
    assert "Police are arresting people at the bridge." in shown.text
    assert shown.choices["Is someone in danger right now?"].startswith("urgent:")


async def test_a_number_or_place_in_the_text_is_asked_about(here: Office) -> None:
    await here.tap("A", "write:new")
    assert "Should everyone see it?" in (await here.say("A", "Call +48 600 100 200")).text


# buttons that came too late


async def test_a_button_of_what_is_no_draft_any_more_changes_nothing(here: Office) -> None:
    number, approve = await here.submitted("A")
    await here.tap("B", f"{approve}-yes")
    assert await here.state(number) == "approved"
    for choice in (f"write:{number}-text", f"write:{number}-urgency-alert", f"submit:{number}-3", f"{approve}-yes"):
        shown = await here.tap("A", choice)
        assert "nothing was changed" in shown.text
        assert "desk" in shown.choices.values()
    assert "nothing was changed" in (await here.tap("A", "write:99999-text")).text
    assert "Begin, or go on" in (await here.tap("A", f"write:{'9' * 40}-text")).text


async def test_words_for_a_draft_that_was_thrown_away_are_answered(here: Office) -> None:
    number = await here.draft("A")
    await here.tap("A", f"write:{number}-discard")
    await here.tap("A", f"write:{number}-discard-yes")
    assert await here.state(number) == "gone"
    await here.tap("A", "write:new")
    assert "nothing was changed" in (await here.tap("A", f"write:{number}-topic-legal")).text


async def test_another_ones_draft_is_nobodys_business(here: Office) -> None:
    number = await here.draft("A")
    for choice in (f"write:{number}-text", f"write:{number}-discard-yes", f"desk:{number}", f"undo:{number}"):
        shown = await here.tap("B", choice)
        assert "The bridge" not in shown.text
    assert await here.state(number) == "draft"


async def test_a_change_asks_again_and_the_old_button_shows_what_changed(here: Office) -> None:
    number, approve = await here.submitted("A")
    await here.tap("A", f"write:{number}-text")
    assert "the others have to be asked again" in (await here.say("A", "New words")).text
    assert "nothing was changed" in (await here.tap("B", f"{approve}-yes")).text
    check = await here.tap("A", f"write:{number}-check")
    await here.tap("A", check.choice("Ask for approval"))
    shown = await here.tap("B", f"{approve}-yes")
    assert "It was changed after you were asked" in shown.text
    assert "New words" in shown.text
    assert await here.state(number) == "waiting"
    await here.tap("B", shown.choice("Approve"))
    assert await here.state(number) == "approved"


# two, one, and a first day


async def test_an_author_cannot_approve_nor_can_a_new_one(here: Office) -> None:
    number, approve = await here.submitted("A")
    assert "another coordinator has to approve it" in (await here.tap("A", f"{approve}-yes")).text
    assert "You are new: you may approve from Wed 25 Nov" in (await here.tap("C", f"{approve}-yes")).text
    assert "Only an alert" in (await here.tap("A", approve.replace("approve", "alone"))).text
    assert await here.state(number) == "waiting"


async def test_an_alert_nobody_answers_goes_alone_after_fifteen_minutes_and_can_be_stopped(here: Office) -> None:
    number, approve = await here.submitted("A", urgency="alert")
    assert any("An alert waits" in one.text for one in await here.told("B"))
    alone = approve.replace("approve", "alone")
    here.later(here.at + timedelta(minutes=14))
    await here.watching.look()
    assert "in 1 min" in (await here.tap("A", alone)).text
    assert await here.told("A") == []
    here.later(here.at + timedelta(minutes=1))
    await here.watching.look()
    await here.watching.look()
    assert [one.choices["Send it alone"] for one in await here.told("A")] == [alone]
    assert "It goes out in 30 seconds" in (await here.tap("A", alone)).text
    assert await here.state(number) == "approved"
    assert any("Any of you can stop it" in one.text for one in await here.told("B"))
    assert "Nothing went out" in (await here.tap("B", f"undo:{number}")).text
    assert await here.state(number) == "draft"


async def test_somebody_suspended_in_the_middle_can_finish_nothing(here: Office) -> None:
    number, approve = await here.submitted("A")
    people = await coordinators.everyone(here.database, KEYS)
    ids = {one.address: one.id for one in people}
    now = int(here.at.timestamp())
    assert await coordinators.suspend(here.database, ids["B"], now + 3600, ids["A"], now), "by another process"
    shown = await here.tap("B", f"{approve}-yes")
    assert await here.state(number) == "waiting"
    assert "Approved" not in shown.text
    assert not await coordinators.suspend(here.database, ids["A"], now + 9, ids["B"], now), "nor suspend another"
    assert not await coordinators.suspend(here.database, ids["B"], 0, ids["B"], now), "nor give them back to themselves"
    await here.roles.refresh()
    assert "I do not know that command" in (await here.say("B", "/desk")).text
    here.later(here.at + timedelta(hours=2))
    assert "Tap an update" in (await here.say("B", "/desk")).text


async def test_a_suspended_one_is_told_that_and_nothing_else(here: Office) -> None:
    members = await here.desk.team.members(Request("telegram", "A"))
    people = {one.address: one.id for one in await coordinators.everyone(here.database, KEYS)}
    sign = next(one.sign for one in members if one.id == people["C"])
    await here.tap("A", f"team:suspend-{people['C']}")
    await here.submitted("A")
    assert [one.text for one in await here.told("C")] == [f"{sign} may do nothing here for 24 hours."]
    assert any("waits for a second" in one.text for one in await here.told("B"))
    assert "Nothing was changed" in (await here.tap("B", f"team:suspend-{people['C']}")).text
    assert "Nothing was changed" in (await here.tap("A", f"team:suspend-{people['A']}")).text


async def test_sent_back_it_is_a_draft_and_its_author_is_told(here: Office) -> None:
    number, approve = await here.submitted("A")
    await here.tap("B", f"{approve}-no")
    assert await here.state(number) == "draft"
    assert any("has sent this back" in one.text for one in await here.told("A"))


async def test_at_the_paid_rate_it_says_what_it_costs(tmp_path: Path) -> None:
    async with office(tmp_path, paid=True) as here:
        await here.subscribe("en", 25)
        number = await here.draft("A")
        assert "Costs about 3 Telegram Stars." in (await here.tap("A", f"write:{number}-check")).text


async def test_topics_and_regions_narrow_who_gets_it(here: Office) -> None:
    await here.subscribe("en", 2, "PL")
    await here.subscribe("en", 3, "UA")
    number = await here.draft("A")
    assert "Recipients: 2" in (await here.tap("A", f"write:{number}-audience-region-pl")).text
    assert "Recipients: 5" in (await here.tap("A", f"write:{number}-audience-region-ua")).text
    assert "Recipients: 2" in (await here.say("A", "Ukraine")).text, "typed, it is switched off again"
    assert "Recipients: nobody" in (await here.tap("A", f"write:{number}-topic-legal")).text


async def test_a_code_for_something_else_makes_no_coordinator(here: Office) -> None:
    now = int(here.at.timestamp())
    await coordinators.invite(here.database, KEYS, "subscriber", "ABCD2345", now + 3600)
    assert "That code is not good" in (await here.say("X", "/join ABCD-2345")).text
    await coordinators.invite(here.database, KEYS, "coordinator", "ABCD2346", now + 3600)
    shown = await here.send(Request("telegram", "X", text="/join abcd2346", place="group"))
    assert "private chat" in shown.text
    assert "in the chat on Telegram" in (await here.send(Request("web", "X", text="/join abcd2346"))).text
    assert "You are a coordinator now" in (await here.say("X", "/join abcd 2346")).text


async def test_leaving_ends_everything_at_once(here: Office) -> None:
    number = await here.draft("B")
    await here.tap("B", "team:leave")
    assert "You are no longer a coordinator" in (await here.tap("B", "team:leave-yes")).text
    assert await here.state(number) == "gone"
    assert "I do not know that command" in (await here.say("B", "/desk")).text
    assert any("has given up" in one.text for one in await here.told("A"))


async def test_the_audit_list_names_nobody_and_keeps_no_text(here: Office) -> None:
    _, approve = await here.submitted("A")
    await here.tap("B", f"{approve}-yes")
    lines = await audit.noted(here.database)
    assert [(line.what, line.role) for line in lines] == [
        ("update-approved", "coordinator"),
        ("update-submitted", "coordinator"),
    ]
    assert all(line.hour % 3600 == 0 for line in lines)
    assert "an update was approved (a coordinator)" in (await here.tap("A", "team:audit")).text


# what was sent


async def sent(here: Office) -> str:
    """The number of an update that went out."""
    number, approve = await here.submitted("A")
    await here.tap("B", f"{approve}-yes")
    assert await ledger.begin(here.database, int(number), Audience(), int(here.at.timestamp()))
    assert await broadcasts.finish(here.database, int(number))
    return number


async def test_correcting_and_taking_back_end_with_the_window(here: Office) -> None:
    number = await sent(here)
    shown = await here.tap("A", f"desk:{number}")
    assert "It can be corrected or taken back until Thu 26 Nov" in shown.text
    here.later(here.at + timedelta(hours=46))
    assert "corrected text" in (await here.tap("B", f"correct:{number}")).text
    here.later(here.at + timedelta(hours=2))
    for choice in (f"correct:{number}", f"recall:{number}", f"recall:{number}-yes"):
        assert "is over. Send a new update that says what is right." in (await here.tap("B", choice)).text
    assert await here.state(number) == "sent"


async def test_a_correction_changes_words_and_nothing_else(here: Office) -> None:
    number = await sent(here)
    await here.tap("B", f"correct:{number}")
    shown = await here.say("B", "The bridge is open.")
    correction = shown.choice("Next").split(":")[1].split("-")[0]
    assert "nothing was changed" in (await here.tap("B", f"write:{correction}-urgency-alert")).text
    again = await here.tap("B", f"correct:{number}")
    assert "The bridge is open." in again.text, "the draft that was begun, not a second one"
    check = await here.tap("B", f"write:{correction}-check")
    await here.tap("B", check.choice("Ask for approval"))
    assert "A correction waits" in (await here.told("A"))[-1].text
    assert await here.state(correction) == "waiting"
    assert await here.state(number) == "sent"


async def test_what_was_stopped_can_be_taken_back_and_not_corrected(here: Office) -> None:
    number, approve = await here.submitted("A")
    await here.tap("B", f"{approve}-yes")
    assert await ledger.begin(here.database, int(number), Audience(), int(here.at.timestamp()))
    assert await broadcasts.stop(here.database, int(number))
    shown = await here.tap("A", f"desk:{number}")
    assert "Take it back" in shown.choices
    assert "Correct it" not in shown.choices
    shown = await here.tap("A", f"correct:{number}")
    assert "nothing was changed" in shown.text
    assert "It was stopped." in shown.text
    assert "delete this wherever it arrived" in (await here.tap("A", f"recall:{number}")).text
    assert "I am taking it back" in (await here.tap("A", f"recall:{number}-yes")).text
    assert "nothing was changed" in (await here.tap("A", f"recall:{number}-yes")).text
    assert await here.state(number) == "recalling"


# whatever is tapped or typed


async def test_every_button_at_the_desk_leads_somewhere(here: Office) -> None:
    await here.subscribe("en", 1, "PL")
    await here.submitted("B")
    number = await here.draft("A")
    waiting, tapped = ["desk", "write", "team", f"write:{number}-text"], set[str]()
    ends = ("-yes", "discard-yes", "undo", "submit", "alone", "team:suspend", "follow", "write:new", "write:rehearsal")
    while waiting:
        choice = waiting.pop()
        shown = await here.tap("A", choice)
        for stale in ("earlier version", "Something went wrong", "no longer fits"):
            assert stale not in shown.text, choice
        assert shown.choices
        for one in shown.choices.values():
            ours = one.partition(":")[0] in HANDLERS and not any(end in one for end in ends)
            toggles = ("-audience-", "-topic-", "-urgency-", "-valid-", "-time-", "-seen-")
            if ours and one not in tapped and not (any(part in one for part in toggles) and len(tapped) > 60):
                tapped.add(one)
                waiting.append(one)
    assert len(tapped) > 25


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    choice=st.builds(
        "{}:{}".format, st.sampled_from(sorted(HANDLERS)), st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)
    ),
    text=st.text(max_size=40),
    step=st.sampled_from(["text", "valid", "time", "topic", "audience", "languages-en", "check", "nonsense"]),
)
async def test_nothing_a_coordinator_does_breaks_the_desk(here: Office, choice: str, text: str, step: str) -> None:
    assert "Something went wrong" not in (await here.tap("A", choice)).text
    number = await here.draft("A")
    await here.tap("A", f"write:{number}-{step}")
    assert "Something went wrong" not in (await here.say("A", text)).text


# times and codes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("18:30", "Tue 24 Nov, 18:30"),
        ("2:10", "Wed 25 Nov, 02:10"),
        ("3.12. 18:30", "Thu 3 Dec, 18:30"),
        ("3/12 18.30", "Thu 3 Dec, 18:30"),
        ("3.12.", "Thu 3 Dec, 23:59"),
        ("2026-12-03", "Thu 3 Dec, 23:59"),
        ("2026-12-03 08:00", "Thu 3 Dec, 08:00"),
        ("3.12.2026, 08:00", "Thu 3 Dec, 08:00"),
        ("5.1. 08:00", "Tue 5 Jan, 08:00"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, meant: str) -> None:
    assert when.said(when.read(typed, NIGHT, WARSAW), "en", WARSAW) == meant


@given(typed=st.text(max_size=20) | st.from_regex(r"\d{1,4}[-./:]\d{1,2}[-./:]?\d{0,4} ?\d{0,2}:?\d{0,2}"))
def test_whatever_is_typed_is_a_time_or_a_sentence(typed: str) -> None:
    try:
        assert when.read(typed, NIGHT, WARSAW) > NIGHT.timestamp()
    except when.WhenError as error:
        assert f"problem.{error.key}" in OUTSIDE.content.languages["en"].interface


def test_codes_are_read_in_any_case_and_never_hold_what_looks_alike() -> None:
    assert codes.read("abcd-2345") == codes.read(" ABCD 2345 ") == "ABCD2345"
    assert codes.spelled("ABCD2345") == "ABCD-2345"
    for wrong in ("ABCD-234O", "ABCD-2341", "ABCD", "", "ABCD23456"):
        assert codes.read(wrong) == ""


def test_the_longest_text_fits_a_message() -> None:
    text = "&" * changes.LONGEST_TEXT
    reply = message(Update({"en": text}), 1, "ABCD-2345", "en", OUTSIDE, corrected=True, rehearsal=True)
    assert text.replace("&", "&amp;") in text_of(reply.blocks)
