"""Referrals and phrases on the dashboard: one confirms, two change, everything can be undone and is live at once."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from content.model import Content
from content.overlay import Changed, Changes, Confirmed, Taught, laid_over, reach_of
from storage import coordinators, overlay
from storage.coordinators import SERVER
from storage.crypto import Keys
from storage.database import Database
from tests.conftest import NIGHT
from tests.dashboards import LINE, NUMBER, Deployed, confirmed, deployed, proposed, waiting

KEYS = Keys(b"o" * 32)
OTHER = "+48221234567"
TODAY = NIGHT.date()
CHECKED = re.compile(r"(?<!not )checked \d")


@pytest.fixture
def settings() -> dict[str, Any]:
    """What the deployment is told."""
    return {}


@pytest.fixture
async def here(tmp_path: Path, settings: dict[str, Any]) -> AsyncIterator[Deployed]:
    async with deployed(tmp_path, **settings) as running:
        yield running


async def chat(browser: httpx.AsyncClient) -> str:
    """Legal protection in Poland, as a volunteer sees it on the chat page."""
    return (await browser.post("/", data={"choice": "legal@pl"})).text


async def acted(browser: httpx.AsyncClient, do: str, **form: str) -> str:
    """Send something from the page of referrals; the page that follows."""
    answer = await browser.post("/dashboard/referrals", data={"do": do, **form})
    return answer.text


def change_of(page: str) -> str:
    """The number of the change that a page offers to undo."""
    found = re.search(r'name="change" value="(\d+)"', page)
    assert found, page
    return found[1]


async def test_one_coordinator_confirms_and_every_chat_says_so(here: Deployed) -> None:
    async with here.signed_in(await here.hire("A")) as browser:
        assert CHECKED.findall(await chat(browser)) == []
        answer = await confirmed(browser)
        assert "Marked as checked today" in answer.text
        assert len(CHECKED.findall(await chat(browser))) == 1
        page = await browser.get("/dashboard/referrals", params={"q": LINE})
        assert "Checked today" in page.text
        await acted(browser, "undo", change=change_of(page.text))
        assert CHECKED.findall(await chat(browser)) == []
        assert await here.noted() == ["referral-undone", "referral-confirmed"]


async def test_what_was_not_on_the_screen_is_not_confirmed(here: Deployed) -> None:
    async with here.signed_in(await here.hire("A")) as browser:
        for form in ({"id": LINE, "reach": OTHER}, {"id": LINE}, {"id": "nobody", "reach": NUMBER}):
            assert "nothing was marked" in await acted(browser, "confirm", **form)
        assert await here.noted() == []


async def test_changing_a_number_takes_two_and_shows_old_and_new(here: Deployed) -> None:
    anna, boris, clara = await here.hire("A"), await here.hire("B"), await here.hire("C", new=True)
    async with here.signed_in(anna) as one, here.signed_in(boris) as other, here.signed_in(clara) as new:
        await confirmed(one)
        assert "are asked" in (await proposed(one, phones=OTHER)).text
        assert NUMBER in await chat(one)
        page = (await other.get("/dashboard/referrals?q=nothing")).text
        assert f"<del>{NUMBER}</del>" in page
        assert f"<ins>{OTHER}</ins>" in page
        assert "wait for a second coordinator: 1" in (await other.get("/dashboard")).text
        for browser in (one, new):
            assert "You may not decide this" in await acted(browser, "agree", proposal=waiting(page))
        assert "It is live now" in await acted(other, "agree", proposal=waiting(page))
        after = await chat(one)
        assert OTHER in after
        assert NUMBER not in after
        assert "You may not decide this" in await acted(other, "agree", proposal=waiting(page)), "only once"
        shown = (await one.get("/dashboard/referrals", params={"q": OTHER})).text
        assert "not checked yet" in shown, "the old check was for the old number"
        changes = re.findall(r'name="change" value="(\d+)"', shown)
        assert "holds again" in await acted(one, "undo", change=changes[-1])
        assert NUMBER in await chat(one)
        assert "Checked today" in (await one.get("/dashboard/referrals", params={"q": LINE})).text


async def test_the_author_or_another_may_take_a_proposal_off_the_list(here: Deployed) -> None:
    async with here.signed_in(await here.hire("A")) as one, here.signed_in(await here.hire("B")) as other:
        for browser in (one, other):
            await proposed(one, phones=OTHER)
            page = (await browser.get("/dashboard/referrals")).text
            assert "off the list" in await acted(browser, "withdraw", proposal=waiting(page))
            assert 'name="proposal"' not in (await browser.get("/dashboard/referrals")).text


async def test_the_server_counts_as_one_of_two(here: Deployed) -> None:
    async with here.signed_in(SERVER) as server, here.signed_in(await here.hire("A")) as anna:
        await proposed(server, phones=OTHER)
        page = (await server.get("/dashboard/referrals")).text
        assert "Another coordinator has to agree" in page
        assert "You may not decide this" in await acted(server, "agree", proposal=waiting(page))
        assert "It is live now" in await acted(anna, "agree", proposal=waiting(page))


@pytest.mark.parametrize("settings", [{"languages": ("en", "uk")}])
async def test_a_local_referral_is_added_for_every_language(here: Deployed) -> None:
    async with here.signed_in(await here.hire("A")) as one, here.signed_in(await here.hire("B")) as other:
        fields = {
            "name": "Lawyers of Białystok",
            "countries": "pl",
            "kind": "legal-protection",
            "phones": "+48 85 123-45-67\n116123",
            "hours": "weekdays after six",
            "for_whom": "Volunteers with police questions.",
            "source": "https://example.org/lawyers",
        }
        await proposed(one, "", **fields)
        page = (await other.get("/dashboard/referrals")).text
        assert "New: Lawyers of Białystok" in page
        await acted(other, "agree", proposal=waiting(page))
        shown = (await one.get("/dashboard/referrals", params={"q": "białystok"})).text
        assert "+48851234567" in shown
        content = here.app.conversation.outside.content
        [local] = [name for name in content.referrals if name.startswith("local-pl-")]
        assert content.referrals[local].time_zone == "Europe/Warsaw"
        for language in content.languages.values():
            assert language.referrals[local].for_whom == "Volunteers with police questions."
            assert language.referrals[local].hours == "weekdays after six"
        pages = [(await one.post("/", data={"choice": f"legal:{number}@pl"})).text for number in range(1, 6)]
        assert any("Lawyers of Białystok" in page for page in pages)
        fields |= {"hours": "Mo-Fr 18:00-20:00"}
        assert "are asked" in (await proposed(one, local, **fields)).text


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("phones", "call me", "One a line"),
        ("countries", "Poland", "Two letters each"),
        ("countries", "QQ", "Two letters each"),
        ("website", "example.org", "Begins with https://"),
        ("email", "nobody", "Like help@example.org"),
        ("name", "", "What it is called"),
        ("source", "", "The page that says so"),
        ("for_whom", "", "Who may call"),
        ("kind", "party", "What people need it for"),
    ],
)
async def test_what_cannot_be_kept_is_said_beside_its_field(here: Deployed, field: str, value: str, hint: str) -> None:
    async with here.signed_in(await here.hire("A")) as browser:
        typed = {"name": "A <name>", field: value} if field != "name" else {"name": value}
        answer = await proposed(browser, **typed)
        assert answer.status_code == 422
        assert f"This cannot be kept as it is: {hint}" in answer.text
        assert field == "name" or "A &lt;name&gt;" in answer.text, "nothing that was typed is lost"
        assert 'name="proposal"' not in (await browser.get("/dashboard/referrals")).text


async def test_a_phrase_is_taught_understood_and_forgotten(here: Deployed) -> None:
    phrase = "quux frobnicates blorb"
    async with here.signed_in(await here.hire("A")) as browser:
        form = {"do": "teach", "phrase": phrase, "label": "borders-2", "language": "en"}
        assert "Taught." in (await browser.post("/dashboard/phrases", data=form)).text
        assert "Nothing was changed" in (await browser.post("/dashboard/phrases", data=form)).text
        title = here.app.conversation.outside.content.languages["en"].cards["borders-2"].title
        page = await learnt(browser, phrase)
        assert re.search(rf"<ol><li>{re.escape(title)}", page), page
        gone = await browser.post("/dashboard/phrases", data={"do": "undo", "change": change_of(page)})
        assert "Nothing yet." in gone.text
        assert await here.noted() == ["phrase-forgotten", "phrase-taught"]


async def learnt(browser: httpx.AsyncClient, phrase: str) -> str:
    """The page once everything is learnt: until then it says so, and looks again by itself."""
    for _ in range(300):
        page = (await browser.get("/dashboard/phrases", params={"try": phrase})).text
        if "I am learning" not in page:
            return page
        assert 'http-equiv="refresh"' in page
        await asyncio.sleep(0.1)
    raise AssertionError("never learnt")


@pytest.mark.parametrize(
    "wrong",
    [{"phrase": ""}, {"phrase": "x" * 201}, {"label": "urgent-danger"}, {"label": "nothing"}, {"language": "xx"}],
)
async def test_not_everything_can_be_taught(here: Deployed, wrong: dict[str, str]) -> None:
    async with here.signed_in(await here.hire("A")) as browser:
        form = {"do": "teach", "phrase": "hello", "label": "smalltalk", "language": "en", **wrong}
        assert "could not be taught" in (await browser.post("/dashboard/phrases", data=form)).text


# what is stored, and how it is laid over the content


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "beside.sqlite3")
    await opened.migrate()
    yield opened
    await opened.close()


async def test_one_earlier_state_is_kept_and_only_the_newest_is_undone(database: Database) -> None:
    for body in ("one", "two", "three"):
        assert await overlay.put(database, KEYS, "referral", "a", body, SERVER, 0)
    assert await overlay.put(database, KEYS, "referral", "b", "other", SERVER, 0)
    older, newer, _ = await overlay.rows(database)
    assert [overlay.opened(KEYS, row) for row in (older, newer)] == ["two", "three"]
    assert not await overlay.undo(database, older.id, SERVER, 0)
    assert await overlay.undo(database, newer.id, SERVER, 0)
    assert not await overlay.undo(database, newer.id, SERVER, 0)
    assert [row.subject for row in await overlay.rows(database)] == ["a", "b"]


async def test_rights_are_checked_where_it_is_stored(database: Database) -> None:
    anna = await coordinators.add(database, KEYS, "telegram", "A", "en", 0) or 0
    boris = await coordinators.add(database, KEYS, "telegram", "B", "en", 0) or 0
    assert await overlay.put(database, KEYS, "confirmed", "a", "one", anna, 0)
    [row] = await overlay.rows(database)
    proposal = await coordinators.propose(database, KEYS, "referral", "a", "new", anna, 100)
    await coordinators.suspend(database, boris, 50, anna, 0)
    for nobody in (boris, 4711):
        assert not await overlay.put(database, KEYS, "confirmed", "a", "two", nobody, 10)
        assert not await overlay.undo(database, row.id, nobody, 10)
        assert await overlay.agree(database, KEYS, proposal, "referral", nobody, 10) is None
    assert await overlay.agree(database, KEYS, proposal, "remove", boris, 60) is None, "another kind of proposal"
    removal = await coordinators.propose(database, KEYS, "remove", str(anna), "", boris, 100)
    assert not await overlay.refuse(database, removal, "referral", anna, 60), "nor is a removal taken off the list"
    assert await overlay.agree(database, KEYS, proposal, "referral", anna, 60) is None
    assert await overlay.agree(database, KEYS, proposal, "referral", boris, 101) is None, "over"
    assert await overlay.agree(database, KEYS, proposal, "referral", boris, 60)
    clara = await coordinators.add(database, KEYS, "telegram", "C", "en", 60) or 0
    changed = (await overlay.rows(database))[-1]
    assert not await overlay.undo(database, changed.id, clara, 61), "new here: what two agreed on is not hers to undo"
    assert await overlay.undo(database, row.id, clara, 61)
    assert await overlay.undo(database, changed.id, anna, 61)


def test_a_check_is_worth_nothing_for_another_number(content: Content) -> None:
    shipped = content.referrals[LINE]
    check = Confirmed(day=TODAY, reach=reach_of(shipped))
    assert laid_over(content, Changes({LINE: check})).referrals[LINE].verified == TODAY
    other = shipped.model_copy(update={"phones": ()})
    changed = laid_over(content, Changes({LINE: check}, (Changed(referral=other),)))
    assert changed.referrals[LINE].verified is None
    assert changed.referrals[LINE].phones == ()


def test_what_no_longer_fits_the_content_is_left_out(content: Content) -> None:
    unknown = content.referrals[LINE].model_copy(update={"id": "gone-long-ago"})
    taught = {
        "a": Taught(language="en", label="gone", phrase="x"),
        "b": Taught(language="xx", label="debate-1", phrase="y"),
    }
    changes = Changes({"gone": Confirmed(day=TODAY, reach="1")}, (Changed(referral=unknown),), taught)
    assert laid_over(content, changes) == content
