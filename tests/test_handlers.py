"""The conversation: the free tests for every handler, urgent in every country, and the night card."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Conversation
from bot.offline import offline_conversation
from bot.settings import read
from content import directory
from content.model import URGENT_KINDS, Content, PhoneNumber
from handlers import names, night_card, personal, router
from handlers.choices import Choice, from_choice, from_payload
from handlers.metrics import register
from handlers.types import Count, Outside, Phone, Quiet, Reply, Request, Session
from tests.conftest import NIGHT

LONGEST_SCREEN = 1200


@pytest.fixture(scope="module")
def outside() -> Outside:
    return offline_conversation(read()).outside


def words(reply: Reply) -> str:
    """Everything a Reply says."""
    parts = []
    for block in reply.blocks:
        match block:
            case Phone(number, label):
                parts.append(f"{number} {label}")
            case _:
                parts.append(str(getattr(block, "text", getattr(block, "items", getattr(block, "label", "")))))
    return "\n".join(parts)


async def chosen(outside: Outside, choice: str, **more: object) -> Reply:
    request = Request("terminal", "x", choice=choice, now=NIGHT)
    return await router.respond(replace(request, **more), outside)  # type: ignore[arg-type]  # named by the tests


async def said(outside: Outside, text: str, **more: object) -> Reply:
    request = Request("terminal", "x", text=text, now=NIGHT)
    return await router.respond(replace(request, **more), outside)  # type: ignore[arg-type]  # named by the tests


# the free tests of every handler


@pytest.mark.parametrize("name", sorted(router.HANDLERS))
async def test_every_handler_answers_once_with_a_way_on(outside: Outside, name: str) -> None:
    reply = await chosen(outside, name)
    assert reply.blocks
    choices = {button.choice for row in reply.buttons for button in row}
    assert choices & {"home", "urgent"}
    assert all(from_choice(choice) for choice in choices)


@pytest.mark.parametrize("name", sorted(router.HANDLERS))
async def test_every_handler_has_a_command_that_opens_it(outside: Outside, name: str) -> None:
    assert words(await said(outside, f"/{name}"))


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "/", "//", "/ legal", "?"])
async def test_an_empty_message_gets_an_answer(outside: Outside, text: str) -> None:
    assert (await said(outside, text)).blocks


async def test_every_button_leads_somewhere(outside: Outside) -> None:
    waiting, seen = ["home"], set[str]()
    while waiting:
        choice = waiting.pop()
        reply = await chosen(outside, choice)
        assert "earlier version" not in words(reply), choice
        for button in (button for row in reply.buttons for button in row):
            if button.choice not in seen:
                seen.add(button.choice)
                waiting.append(button.choice)
    assert len(seen) > 300


async def test_every_count_is_declared(outside: Outside) -> None:
    declared = {(metric.name, label) for metric in register(outside.content) for label in metric.labels}
    texts = ["hello", "weather tomorrow", "i cant sleep", "police are arresting us", "how much paracetamol for a child"]
    replies = [await said(outside, text) for text in texts]
    choices = [f"guidance:{card}" for card in outside.content.cards]
    choices += [f"urgent:{kind}" for kind in URGENT_KINDS] + ["legal@pl", "support@ua", "ask:other", "urgent"]
    replies += [await chosen(outside, choice) for choice in choices]
    counted = {count for reply in replies for count in reply.counts}
    assert counted <= declared
    assert Count("urgent", "detained") in counted


async def test_every_card_fits_a_phone_screen(outside: Outside) -> None:
    for card in outside.content.cards:
        assert len(words(await chosen(outside, f"guidance:{card}"))) <= LONGEST_SCREEN, card


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=300))
async def test_no_text_breaks_the_conversation(text: str) -> None:
    conversation = SHARED
    assert (await said(conversation.outside, text)).blocks


@settings(max_examples=300, deadline=None)
@given(choice=st.text(max_size=80) | st.from_regex(r"[a-z]{1,9}(:[a-z0-9-]{1,12})?(@[a-z]{2})?", fullmatch=True))
async def test_no_button_breaks_the_conversation(choice: str) -> None:
    assert (await chosen(SHARED.outside, choice or "x")).blocks


SHARED = offline_conversation(read())


# urgent


@pytest.mark.parametrize("kind", URGENT_KINDS)
async def test_urgent_gives_a_number_in_every_country_and_in_none(outside: Outside, kind: str) -> None:
    for country in ("", *outside.content.countries):
        choice = str(Choice("urgent", kind, country))
        reply = await chosen(outside, choice)
        numbers = [block.number for block in reply.blocks if isinstance(block, Phone)]
        own = [phone.number for one in directory.emergency(outside.content, country) for phone in one.phones]
        assert numbers[:1], choice
        assert set(own or ["112"]) <= set(numbers), choice
        first = 5 if kind == "detained" else 3
        assert any(number in (own or ["112"]) for number in numbers[:first]), choice
        assert "I am a bot" in words(reply)
        assert "?" not in words(reply).split("\n")[1], "asks nothing first"


async def test_without_a_country_urgent_says_where_112_does_not_work(outside: Outside) -> None:
    reply = await chosen(outside, "urgent:danger")
    assert "Bosnia" in words(reply)
    assert {"urgent:danger--42"} <= {button.choice for row in reply.buttons for button in row}


async def test_two_countries_do_not_have_112_and_their_numbers_are_their_own(outside: Outside) -> None:
    for country in ("ba", "rs"):
        reply = await chosen(outside, f"urgent:danger@{country}")
        assert "112" not in [block.number for block in reply.blocks if isinstance(block, Phone)]


async def test_words_come_before_a_pending_country(outside: Outside) -> None:
    reply = await said(outside, "they are arresting us in Poland", session=Session(step="support"))
    assert "Stopped, held or arrested" in words(reply)


async def test_two_needs_are_both_served(outside: Outside) -> None:
    reply = await said(outside, "police are arresting us, and how do i get donors to pay for heating")
    assert "Stopped" in words(reply)
    assert any(button.choice.startswith("guidance:") for row in reply.buttons for button in row)


# the night card


def found(content: Content, kind: str, country: str, now: datetime = NIGHT) -> list[str]:
    chosen = directory.choose(content, kind, country, "en", now)  # type: ignore[arg-type]  # a kind
    return [one.referral.id for one in chosen]


KINDS = ("mental-health", "legal-protection")


def test_every_number_is_on_the_first_two_pages(content: Content) -> None:
    for country, kind in product(content.countries, KINDS):
        names = found(content, kind, country)
        two_pages = [content.referrals[name] for name in names[: 2 * night_card.ON_A_PAGE]]
        there = {phone.number for one in two_pages for phone in one.phones}
        for name in names:
            if directory.callable_from(content.referrals[name], country):
                assert {phone.number for phone in content.referrals[name].phones} & there, (country, name)


def test_low_confidence_stays_off_until_somebody_has_called(content: Content) -> None:
    low = {one.id for one in content.referrals.values() if one.confidence == "low"}
    for country, kind in product(("", *content.countries), KINDS):
        assert not low & set(found(content, kind, country))
    assert directory.emergency(content, "KG") == ()


def test_every_country_and_none_has_somebody_to_turn_to(content: Content) -> None:
    for country, kind in product(("", *content.countries), KINDS):
        assert len(found(content, kind, country)) >= 2


@pytest.mark.parametrize("country", ["AZ", "GE", "TR"])
def test_where_helpers_are_watched_international_lines_come_first(content: Content, country: str) -> None:
    first = content.referrals[found(content, "legal-protection", country)[0]]
    assert first.international
    local = next(
        one for one in content.referrals.values() if country in one.countries and "legal-protection" in one.kind
    )
    number = (PhoneNumber(number="100"),)
    checked = local.model_copy(update={"verified": NIGHT.date(), "confidence": "high", "phones": number})
    changed = content.model_copy(update={"referrals": {**content.referrals, local.id: checked}})
    assert found(changed, "legal-protection", country)[0] == local.id


def test_a_verified_line_comes_before_others_of_its_kind(content: Content) -> None:
    last = next(one for one in content.referrals.values() if one.id == "pl-116-123")
    checked = last.model_copy(update={"verified": NIGHT.date()})
    changed = content.model_copy(update={"referrals": {**content.referrals, last.id: checked}})
    assert found(changed, "mental-health", "PL")[0] == "pl-116-123"


@pytest.mark.parametrize(
    ("hours", "zone", "country", "at", "open_now"),
    [
        ("24/7", "Europe/Warsaw", "PL", datetime(2026, 11, 24, 2, tzinfo=UTC), True),
        ("19:00-07:00", "Europe/Warsaw", "PL", datetime(2026, 11, 24, 2, tzinfo=UTC), True),
        ("19:00-07:00", "Europe/Warsaw", "PL", datetime(2026, 11, 24, 7, tzinfo=UTC), False),
        ("Mo-Fr 09:00-18:00; PH off", "Europe/Kyiv", "UA", datetime(2026, 11, 24, 7, 30, tzinfo=UTC), True),
        ("Mo-Fr 09:00-18:00; PH off", "Europe/Lisbon", "PT", datetime(2026, 11, 24, 8, 30, tzinfo=UTC), False),
        ("Mo-Fr 09:00-18:00; PH off", "Europe/Warsaw", "PL", datetime(2026, 11, 11, 12, tzinfo=UTC), False),
        ("10:00-20:00", "Europe/Berlin", "DE", datetime(2026, 3, 29, 8, 30, tzinfo=UTC), True),
        ("10:00-20:00", "Europe/Berlin", "DE", datetime(2026, 3, 28, 8, 30, tzinfo=UTC), False),
        (None, "Europe/Berlin", "DE", NIGHT, None),
    ],
)
def test_open_now_comes_from_stated_hours_only(
    content: Content, hours: str | None, zone: str, country: str, at: datetime, open_now: bool | None
) -> None:
    one = next(one for one in content.referrals.values() if "mental-health" in one.kind)
    changed = one.model_copy(update={"hours": hours, "time_zone": zone, "countries": (country,), "confidence": "high"})
    only = content.model_copy(update={"referrals": {one.id: changed}})
    chosen = directory.choose(only, "mental-health", country, "en", at)
    assert chosen[0].open is open_now
    assert open_now is not False or (chosen[0].opens_at and chosen[0].opens_at > at)


async def test_when_nothing_is_open_the_card_says_so_and_gives_the_emergency_number(outside: Outside) -> None:
    closed = {
        name: one.model_copy(update={"hours": "Mo 12:00-12:05" if one.hours else None})
        for name, one in outside.content.referrals.items()
    }
    content = outside.content.model_copy(update={"referrals": closed})
    reply = await chosen(replace(outside, content=content), "support@de")
    assert "nothing here is open right now" in words(reply)
    assert "112" in [block.number for block in reply.blocks if isinstance(block, Phone)]
    assert "opens Monday at 12:00" in words(reply)


async def test_a_number_that_works_only_inside_its_country_says_so(outside: Outside) -> None:
    assert "only from inside Germany" in words(await chosen(outside, "support@de"))


async def test_every_line_says_how_sure_we_are(outside: Outside) -> None:
    reply = await chosen(outside, "support@pl")
    marks = [block.text for block in reply.blocks if isinstance(block, Quiet)]
    assert sum("not checked yet" in mark for mark in marks) == 3


@settings(max_examples=100, deadline=None)
@given(
    country=st.sampled_from(["", *SHARED.outside.content.countries]),
    kind=st.sampled_from(KINDS),
    seconds=st.integers(0, 3 * 366 * 86_400),
)
def test_choosing_is_steady_at_any_hour(country: str, kind: str, seconds: int) -> None:
    now = NIGHT + timedelta(seconds=seconds)
    assert found(SHARED.outside.content, kind, country, now) == found(SHARED.outside.content, kind, country, now)


# choices, personal words, groups


@pytest.mark.parametrize("choice", ["legal", "legal:2@pl", "guidance:borders-1", "urgent:self-harm@ua", "legal:--70"])
def test_a_choice_survives_buttons_and_deep_links(choice: str) -> None:
    parsed = from_choice(choice)
    assert parsed is not None
    assert str(parsed) == choice
    assert from_payload(parsed.to_payload()) == parsed


@pytest.mark.parametrize("words", ["", "Legal", "legal@POL", "a" * 70, "legal:ä", "legal;drop", "legal@"])
def test_what_is_no_choice_is_none(words: str) -> None:
    assert from_choice(words) is None


@pytest.mark.parametrize(
    "text",
    ["call +48 601 234 567", "0601-234-567 is his number", "passport AB1234567", "at 52.1234, 23.4567", "52°14'"],
)
def test_personal_words_are_noticed(text: str) -> None:
    assert personal.holds_personal(text)


@pytest.mark.parametrize("text", ["300 people since 22:30", "call 112", "2 buses in 2026", "room 4.5 to 6.5"])
def test_ordinary_numbers_are_not(text: str) -> None:
    assert not personal.holds_personal(text)


async def test_an_urgent_message_says_nothing_of_what_was_kept(outside: Outside) -> None:
    assert "not kept" not in words(await said(outside, "he is not breathing, call +48 601 234 567"))


async def test_groups_get_one_button_and_no_private_matters(outside: Outside) -> None:
    for text in ("/support", "/legal", "/guidance", "/privacy", "i cant sleep", "police are arresting us", "hello"):
        reply = await said(outside, text, place="group")
        buttons = [button for row in reply.buttons for button in row]
        assert [button.private for button in buttons] == [True], text
        assert "+48" not in words(reply)


class Broken:
    """A search that fails."""

    def understand(self, text: str, language: str) -> None:
        """Fail, with the words in the error."""
        raise RuntimeError(text)


async def test_a_fault_becomes_a_sentence_with_a_next_step(logged: list[dict[str, object]]) -> None:
    conversation = offline_conversation(read())
    conversation.outside = replace(conversation.outside, search=Broken())  # type: ignore[arg-type]  # it is broken
    reply = await conversation.answer(Request("terminal", "x", text="my secret word"))
    assert reply
    assert "Something went wrong" in words(reply)
    assert [button.choice for row in reply.buttons for button in row] == ["urgent"]
    assert logged == [{"event": "answer.failed", "kind": "RuntimeError", "log_level": "error"}] or logged[0]["kind"]
    assert "secret" not in str(logged)


async def test_a_chat_that_is_too_fast_hears_so_once(outside: Outside) -> None:
    conversation: Conversation = offline_conversation(read())
    replies = [await conversation.answer(Request("terminal", "x", text="hello")) for _ in range(35)]
    assert "half a minute" in words(replies[30] or Reply(()))
    assert replies[31:] == [None] * 4
    assert await conversation.answer(Request("terminal", "y", text="hello"))


def test_one_text_for_several_languages_is_named_after_all_of_them() -> None:
    assert names.language("sr-Latn", "en") == "Serbian/Croatian/Bosnian"
    assert names.language("uk", "de") == "Ukrainisch"
