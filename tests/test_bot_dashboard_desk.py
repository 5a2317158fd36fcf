"""The desk on the dashboard: nothing that the chat would refuse is done here, and nothing but the desk is served."""

import asyncio
import html
import re
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.body import BodyError
from bot.dashboard.asking import SERVED
from bot.dashboard.forms import LONGEST_NAME, Upload, parts
from bot.dashboard.talk import MOST, Talk
from handlers.types import Paragraph, Reply
from storage import broadcasts, coordinators, subscriptions
from storage.coordinators import SERVER
from storage.subscriptions import Wishes
from tests.dashboards import Deployed, deployed

UPDATES, PEOPLE = "/dashboard/updates", "/dashboard/people"
PRESSED = re.compile(r'<button name=choice value="([^"]+)"[^>]*>([^<]*)</button>')
DAY = 24 * 3600


def buttons(page: httpx.Response) -> dict[str, str]:
    """Label → choice of everything that can be pressed."""
    return {html.unescape(label): choice for choice, label in PRESSED.findall(page.text)}


def choice_of(page: httpx.Response, label: str) -> str:
    """The choice behind a button with these words."""
    found = [choice for shown, choice in buttons(page).items() if label in shown]
    assert found, (label, buttons(page))
    return found[0]


def view_of(page: httpx.Response) -> str:
    """The number under which a page is remembered."""
    return parse_qs(urlsplit(str(page.url)).query).get("view", [""])[0]


async def press(browser: httpx.AsyncClient, choice: str, page: str = UPDATES) -> httpx.Response:
    """Press a button."""
    return await browser.post(page, data={"do": "choose", "choice": choice})


async def say(browser: httpx.AsyncClient, words: str, page: httpx.Response) -> httpx.Response:
    """Write into the field of a page."""
    return await browser.post(UPDATES, params={"view": view_of(page)}, data={"do": "write", "words": words})


async def drafted(browser: httpx.AsyncClient, words: str = "The bridge is closed.") -> str:
    """The number of a draft that can go out."""
    page = await say(browser, words, await press(browser, "write:new"))
    number = choice_of(page, "Next").split(":")[1].split("-")[0]
    await press(browser, f"write:{number}-valid-24")
    return number


async def submitted(browser: httpx.AsyncClient) -> tuple[str, str]:
    """A draft that waits: its number, and what approves it."""
    number = await drafted(browser)
    ask = choice_of(await press(browser, f"write:{number}-check"), "Ask for approval")
    assert "The others are asked" in (await press(browser, ask)).text
    return number, f"{ask.replace('submit', 'approve')}-yes"


async def state(here: Deployed, number: str) -> str:
    """What an update is doing."""
    found = await broadcasts.find(here.database, here.keys, int(number))
    return found.state if found else "gone"


async def test_nobody_approves_what_they_wrote_and_a_new_coordinator_waits_a_day(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here:
        anna, boris, new = await here.hire("A"), await here.hire("B"), await here.hire("C", new=True)
        async with here.signed_in(anna) as one, here.signed_in(boris) as other, here.signed_in(new) as third:
            number, yes = await submitted(one)
            assert "another coordinator has to approve it" in (await press(one, yes)).text
            assert "You are new: you may approve from" in (await press(third, yes)).text
            assert await state(here, number) == "waiting"
            overview = await other.get("/dashboard")
            assert "Updates that wait for a second coordinator: 1." in overview.text
            assert "wait for a second coordinator: " not in (await one.get("/dashboard")).text
            assert "Approved." in (await press(other, yes)).text
            assert (await here.noted()).count("update-approved") == 1


async def test_words_typed_beside_another_button_are_kept_and_what_is_too_long_stays_to_be_mended(
    tmp_path: Path,
) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as one:
        first = await say(one, "Wait.", await press(one, "write:new"))
        page = await press(one, choice_of(first, "Back"))

        async def pressed(label: str, words: str) -> httpx.Response:
            form = {"do": "choose", "choice": choice_of(page, label), "words": words}
            return await one.post(UPDATES, params={"view": view_of(page)}, data=form)

        page = await pressed("Next", "Take the ferry.")
        assert "Send a picture or a file" in page.text
        assert "Take the ferry." in page.text
        page = await press(one, choice_of(page, "Back"))
        for label in ("Next", "Keep"):
            long = f"{label} " * 2000
            page = await (pressed(label, long) if label == "Next" else say(one, long, page))
            assert "your draft is kept as it was" in page.text.lower()
            assert long.strip() in page.text, "what was typed stands in the field"
        page = await pressed("Next", long.strip())
        assert "Send a picture or a file" in page.text, "pressed again it goes on"
        assert "Take the ferry." in page.text


async def test_pressing_twice_at_once_approves_once_and_a_stale_button_changes_nothing(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here:
        anna, boris = await here.hire("A"), await here.hire("B")
        async with here.signed_in(anna) as one, here.signed_in(boris) as other:
            number, yes = await submitted(one)
            page = await press(one, f"write:{number}-text")
            await say(one, "The bridge is open again.", page)
            await press(one, choice_of(await press(one, f"write:{number}-check"), "Ask for approval"))
            stale = await press(other, yes)
            assert "It was changed after you were asked" in stale.text
            assert await state(here, number) == "waiting"
            now = choice_of(stale, "Approve")
            answers = await asyncio.gather(press(other, now), press(other, now))
            assert sorted("Approved." in answer.text for answer in answers) == [False, True]
            assert (await here.noted()).count("update-approved") == 1
            assert "nothing was changed" in (await press(other, now)).text


async def test_rights_that_end_between_looking_and_pressing_end_the_page(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here:
        anna, boris = await here.hire("A"), await here.hire("B")
        async with here.signed_in(anna) as one, here.signed_in(boris) as other:
            number, yes = await submitted(one)
            assert "Would you send this?" in (await press(other, yes.removesuffix("-yes"))).text
            assert await coordinators.suspend(here.database, boris, int(time.time()) + DAY, anna, int(time.time()))
            refused = await press(other, yes)
            assert (refused.status_code, "You are not signed in" in refused.text) == (403, True)
            await coordinators.remove(here.database, anna)
            file = {"file": ("a.png", b"\x89PNG\r\n", "image/png")}
            for answer in (await press(one, yes), await one.post(UPDATES, data={"do": "upload"}, files=file)):
                assert answer.status_code == 403
            assert await state(here, number) == "gone", "what somebody had begun ends with their rights"


async def test_whoever_gives_up_is_told_and_signed_out(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as one:
        sure = await press(one, choice_of(await one.get(PEOPLE), "Stop being a coordinator"), PEOPLE)
        assert "Give up being a coordinator?" in sure.text
        left = await press(one, choice_of(sure, "Yes, give it up"), PEOPLE)
        assert "You are no longer a coordinator, and you are signed out." in left.text
        assert (await one.get("/dashboard")).status_code == 403
        assert await here.noted() == ["coordinator-left"]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_another_site_presses_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async with deployed(tmp_path) as here:
        anna, boris = await here.hire("A"), await here.hire("B")
        async with here.signed_in(anna) as one, here.signed_in(boris) as other:
            number, yes = await submitted(one)
            file = {"file": ("a.png", b"\x89PNG\r\n", "image/png")}
            sent = (
                await other.post(UPDATES, data={"do": "choose", "choice": yes}, headers=headers),
                await other.post(UPDATES, data={"do": "upload"}, files=file, headers=headers),
                await other.post(PEOPLE, data={"do": "choose", "choice": "team:leave-yes"}, headers=headers),
            )
            for answer in sent:
                assert (answer.status_code, "came from another page" in answer.text) == (403, True)
            assert await state(here, number) == "waiting"


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "urgent",
        "home",
        "stats",
        "digest:on",
        "person:ask",
        "join:abcd2345",
        "language:uk",
        "forget",
        "updates:leave",
        "review:write:new",
        "WRITE:new",
        "x" * 100,
    ],
)
async def test_only_the_desk_is_served(tmp_path: Path, choice: str) -> None:
    assert choice.partition(":")[0] not in SERVED
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as one:
        for page in (UPDATES, PEOPLE):
            answer = await one.post(page, data={"do": "choose", "choice": choice})
            assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
        assert await here.noted() == []


async def test_whoever_came_in_from_the_server_looks_and_decides_nothing(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here:
        anna, _ = await here.hire("A"), await here.hire("B")
        wishes, now = Wishes("en", ()), int(time.time())
        group = await subscriptions.put(
            here.database, here.keys, "telegram", "-1", wishes, place="group", proposed_at=now
        )
        async with here.signed_in(anna) as one, here.signed_in(SERVER) as server:
            number, yes = await submitted(one)
            for name in (UPDATES, PEOPLE):
                page = await server.get(name)
                assert "You came in from the server." in page.text
                assert buttons(page) == {}
                for choice in ("write:new", yes, f"group:yes-{group}", "team:invite", "desk"):
                    assert (await press(server, choice, name)).status_code == 404
            assert (await server.post(UPDATES, data={"do": "write", "words": "x"})).status_code == 404
            assert await state(here, number) == "waiting"
            assert await here.noted() == ["update-submitted", "dashboard-opened"]
            await press(one, f"group:no-{group}", PEOPLE)
            assert (await here.noted())[0] == "group-refused"
            assert await subscriptions.of_place(here.database, here.keys, "group", confirmed=False) == []


async def test_words_go_to_the_draft_of_their_own_window_and_to_nobody_elses(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here:
        anna, boris = await here.hire("A"), await here.hire("B")
        async with here.signed_in(anna) as one, here.signed_in(boris) as other:
            first, second = await press(one, "write:new"), await press(one, "write:new")
            assert "<textarea" in second.text
            assert "For the first." in (await say(one, "For the first.", first)).text
            assert "For the second." in (await say(one, "For the second.", second)).text
            written = (await one.get(UPDATES)).text
            assert ("For the first." in written, "For the second." in written) == (True, True)
            theirs = await other.get(UPDATES, params={"view": view_of(first)})
            assert "For the first." not in theirs.text
            assert (await say(other, "Mine now.", first)).status_code == 404
            assert (await say(one, "/broadcast", await press(one, "write:new"))).status_code == 200


async def test_what_is_typed_wrong_is_said_and_what_is_urgent_is_offered(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as one:
        number = await drafted(one)
        wrong = await say(one, "in a while", await press(one, f"write:{number}-valid"))
        assert "I cannot read that as a time." in wrong.text
        assert "The bridge is closed." in wrong.text
        page = await press(one, f"write:{number}-text")
        urgent = await say(one, "Police are arresting people at the mill, they are beating him", page)
        assert '<form method="post" action="/"' in urgent.text
        assert any(choice.startswith("urgent") for choice in re.findall(r'name="choice" value="([^"]+)"', urgent.text))


async def test_showing_how_it_arrives_says_where_to_look(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as one:
        number = await drafted(one)
        assert "Look into your chat with the bot" in (await press(one, f"write:{number}-show")).text
        assert "Look into your chat with the bot" not in (await press(one, "write:17-show")).text


async def test_alone_it_can_be_undone_on_the_page(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as one:
        number = await drafted(one)
        going = await press(one, choice_of(await press(one, f"write:{number}-check"), "Send in 30 seconds"))
        assert "It goes out in 30 seconds" in going.text
        assert "Nothing went out. It is a draft again." in (await press(one, choice_of(going, "Undo"))).text
        assert await state(here, number) == "draft"


async def test_without_a_channel_that_keeps_files_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as one:
        number = await drafted(one)
        page = await press(one, f"write:{number}-file")
        assert 'type="file"' in page.text
        file, at = {"file": ("a.png", b"\x89PNG\r\n", "image/png")}, {"view": view_of(page)}
        refused = await one.post(UPDATES, params=at, data={"do": "upload"}, files=file)
        assert "Telegram did not take this file." in refused.text
        assert (await one.post(UPDATES, data={"do": "upload"}, files=file)).status_code == 404


def test_only_the_newest_pages_are_remembered() -> None:
    talk = Talk()
    numbers = [talk.keep("desk", Reply((Paragraph(str(number)),))) for number in range(MOST + 2)]
    assert [talk.get(number) is None for number in numbers] == [True, True] + MOST * [False]
    assert talk.session(numbers[0]).step == ""


def encoded(fields: dict[str, str], name: str, data: bytes) -> bytes:
    """A form as browsers send it."""
    lines = b"".join(
        b'--edge\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (key.encode(), value.encode())
        for key, value in fields.items()
    )
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'
    return lines + b"--edge\r\n" + head.encode() + data + b"\r\n--edge--\r\n"


@given(st.binary(max_size=400), st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40))
def test_a_file_arrives_as_it_is(data: bytes, words: str) -> None:
    sent = parts(encoded({"do": "upload", "words": words}, "map.png", data), b"edge")
    assert dict(sent.fields) == {"do": "upload", "words": words.strip()}
    assert sent.file == (Upload("map.png", data) if data else None)


@given(st.binary(max_size=200))
def test_what_is_no_form_is_refused_and_nothing_breaks(posted: bytes) -> None:
    with pytest.raises(BodyError):
        parts(posted, b"an edge that nobody drew")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\fakepath\\map.png", "map.png"),
        ("../../etc/passwd", "passwd"),
        (f"{'a' * 300}.pdf", f"{'a' * (LONGEST_NAME - 4)}.pdf"),
        ("a\x00b\u202egnp.exe", "abgnp.exe"),
    ],
)
def test_a_files_name_is_a_name_and_no_path(given_name: str, kept: str) -> None:
    sent = parts(encoded({}, given_name, b"x"), b"edge")
    assert sent.file
    assert sent.file.name == kept
