"""Who gets into the dashboard, for how long, and who does not."""

import asyncio
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import keyboard_of
from bot.dashboard.auth import LINK_SECONDS, MOST_LINKS, SESSION_SECONDS, Doors
from bot.dashboard.miniapp import SECONDS, Proofs
from handlers.types import Request
from storage import coordinators
from storage.coordinators import SERVER
from tests.dashboards import LINE, confirmed, deployed, mini_app_data
from tests.journeys.at_desk import joined
from tests.journeys.running import beside, free_port, telegram_settings
from tests.standins.telegram import TOKEN, TelegramServer
from tests.test_bot_process import ROOT

PUBLIC = "https://beside.example.org"


def test_a_link_works_once_and_for_ten_minutes() -> None:
    now = [0.0]
    doors = Doors(lambda: now[0])
    link = doors.link(7)
    assert doors.is_good(link)
    assert doors.spend(link) == 7
    assert doors.spend(link) is None
    late = doors.link(7)
    now[0] = LINK_SECONDS
    assert not doors.is_good(late)
    assert doors.spend(late) is None


def test_an_older_link_ends_when_there_are_too_many() -> None:
    doors = Doors()
    links = [doors.link(7) for _ in range(MOST_LINKS + 1)]
    assert [doors.is_good(link) for link in links] == [False] + MOST_LINKS * [True]
    assert doors.is_good(doors.link(8))


def test_a_session_ends_after_hours_by_itself_by_hand_and_with_the_rights() -> None:
    now = [0.0]
    doors = Doors(lambda: now[0])
    one, other, third = doors.begin(7), doors.begin(7), doors.begin(8)
    doors.end(one)
    assert [doors.who(cookie) for cookie in (one, other, third)] == [None, 7, 8]
    doors.shut(7)
    assert [doors.who(cookie) for cookie in (other, third)] == [None, 8]
    now[0] = SESSION_SECONDS
    assert doors.who(third) is None


@given(st.text(max_size=200))
def test_no_cookie_of_ones_own_is_a_session(cookie: str) -> None:
    doors = Doors()
    good = doors.begin(7)
    name = good.partition(".")[0]
    for forged in (cookie, f"{name}.{cookie}", f"{cookie}.{good.partition('.')[2]}", name):
        assert doors.who(forged) is None
    assert Doors().who(good) is None


async def test_looking_at_a_link_does_not_spend_it(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.browser() as browser:
        link = f"/dashboard/in/{here.app.dashboard.doors.link(await here.hire('A'))}"
        for _ in range(2):
            assert "Sign in" in (await browser.get(link)).text
        token = link.rpartition("/")[2]
        assert "Overview" in (await browser.post("/dashboard/in", data={"token": token})).text
        again = await browser.get(link)
        assert again.status_code == 403
        assert "This link is over" in again.text
        assert (await browser.post("/dashboard/in", data={"token": token})).status_code == 403


@pytest.mark.parametrize(
    ("address", "public_url", "secure"),
    [(PUBLIC, PUBLIC, True), ("http://localhost:8000", PUBLIC, False), ("http://localhost:8000", None, False)],
)
async def test_the_cookie_is_for_this_server_and_no_script(
    tmp_path: Path, address: str, public_url: str | None, secure: bool
) -> None:
    async with deployed(tmp_path, address, public_url=public_url) as here, here.browser() as browser:
        browser.follow_redirects = False
        answer = await browser.post("/dashboard/in", data={"token": here.app.dashboard.doors.link(SERVER)})
        cookie = answer.headers["set-cookie"]
        for part in ("HttpOnly", "SameSite=lax", "Path=/dashboard", f"Max-Age={SESSION_SECONDS}"):
            assert part in cookie
        assert ("Secure" in cookie) == secure
        assert answer.headers["location"] == "/dashboard"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_another_site_can_send_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as browser:
        token = here.app.dashboard.doors.link(SERVER)
        forms = {
            "/dashboard/in": {"token": token},
            "/dashboard/out": {},
            "/dashboard/app": {"data": "x"},
            "/dashboard/referrals": {"do": "confirm", "id": LINE, "reach": "+48785931935"},
            "/dashboard/referral": {"do": "propose", "id": LINE},
            "/dashboard/phrases": {"do": "teach", "phrase": "a", "label": "smalltalk", "language": "en"},
        }
        for path, form in forms.items():
            answer = await browser.post(path, data=form, headers=headers)
            assert (answer.status_code, "came from another page" in answer.text) == (403, True)
        assert here.app.dashboard.doors.is_good(token)
        assert await here.noted() == []


async def test_rights_end_at_once(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here:
        anna, boris = await here.hire("A"), await here.hire("B")
        async with here.signed_in(anna) as one, here.signed_in(boris) as other:
            assert await coordinators.suspend(here.database, anna, int(time.time()) + 3600, boris, int(time.time()))
            await coordinators.remove(here.database, boris)
            for browser in (one, other):
                page = await browser.get("/dashboard/people")
                assert (page.status_code, "You are not signed in" in page.text) == (403, True)
                for path in ("/dashboard/chart.svg", "/dashboard/overview.csv"):
                    assert (await browser.get(path)).status_code == 403
                assert (await browser.post("/dashboard/referrals", data={"do": "confirm"})).status_code == 403
            assert await coordinators.suspend(here.database, anna, 0, anna, int(time.time())) is False
            assert (await one.get("/dashboard")).status_code == 403
            link = here.app.dashboard.doors.link(boris)
            assert (await other.post("/dashboard/in", data={"token": link})).status_code == 403


async def test_signing_out_ends_the_session_and_not_only_the_cookie(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(await here.hire("A")) as browser:
        cookie = dict(browser.cookies)
        assert "You are signed out" in (await browser.post("/dashboard/out")).text
        async with here.browser() as thief:
            thief.cookies.update(cookie)
            assert (await thief.get("/dashboard")).status_code == 403


async def test_what_the_server_does_is_told(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(SERVER) as browser:
        await confirmed(browser)
        assert await here.noted() == ["referral-confirmed", "dashboard-opened"]
        audit = (await browser.get("/dashboard/audit")).text
        assert "the dashboard was opened" in audit
        assert "the server" in audit


async def test_the_headers_are_strict_and_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    async with deployed(tmp_path) as here, here.signed_in(SERVER) as browser:
        for path in ("", "/needs", "/referrals", "/phrases?try=help", "/report", "/in/x", "/nowhere"):
            answer = await browser.get(f"/dashboard{path}")
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; style-src 'sha256-")
            assert "unsafe" not in policy
            assert "http" not in policy
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-frame-options"] == "DENY"
            assert "<script" not in answer.text
            assert " style=" not in answer.text
            assert re.findall(r'(?:src|srcset|action)="?(https?:[^" >]+)', answer.text) == []


def test_what_telegram_signed_is_believed_once_and_for_five_minutes() -> None:
    now = [1_000_000.0]
    proofs = Proofs(TOKEN, lambda: now[0])
    data = mini_app_data(TOKEN, 42, now[0])
    assert proofs.person(data) == "42"
    assert proofs.person(data) == "", "used before"
    assert proofs.person(mini_app_data(TOKEN, 42, now[0] - SECONDS - 1)) == "", "too old"
    assert proofs.person(mini_app_data(TOKEN, 42, now[0] + 3600)) == "", "from the future"
    assert proofs.person(mini_app_data("1:other", 42, now[0])) == "", "another bot's"
    assert proofs.person(mini_app_data(TOKEN, 42, now[0], start="x").replace("42", "43")) == "", "changed"
    assert proofs.person(mini_app_data(TOKEN, 42, now[0], signature="x")) == "42", "new fields are signed too"


@given(st.text(max_size=400))
def test_nothing_else_is_believed(data: str) -> None:
    assert Proofs(TOKEN).person(data) == ""


async def test_a_coordinator_gets_in_inside_telegram_and_nobody_else(tmp_path: Path) -> None:
    async with (
        TelegramServer() as telegram,
        deployed(tmp_path, PUBLIC, **telegram_settings(telegram, PUBLIC)) as here,
        here.browser() as browser,
    ):
        await here.hire("42")
        assert "tgWebAppData" in (await browser.get("/dashboard/app")).text
        stranger = await browser.post("/dashboard/app", data={"data": mini_app_data(TOKEN, 43, time.time())})
        assert stranger.status_code == 403
        assert "Overview" in await signed_in_by_telegram(browser, 42)
        request = Request("telegram", "42", text="/dashboard")
        reply = await here.app.conversation.answer(request)
        assert reply
        inside, link, *_ = (row[0] for row in keyboard_of(reply.blocks, reply.buttons, "BesideBot")["inline_keyboard"])
        assert inside["web_app"] == {"url": f"{PUBLIC}/dashboard/app"}
        assert link["url"].startswith(f"{PUBLIC}/dashboard/in/")


async def signed_in_by_telegram(browser: httpx.AsyncClient, person: int) -> str:
    """The page that a Mini App leads to; who the coordinators are is read every few seconds."""
    for number in range(100):
        data = mini_app_data(TOKEN, person, time.time(), start_param=str(number))
        answer = await browser.post("/dashboard/app", data={"data": data})
        if answer.status_code == 200:
            break
        await asyncio.sleep(0.1)
    return answer.text


async def test_the_bot_gives_the_link_where_there_is_a_public_address(tmp_path: Path) -> None:
    port = free_port()
    async with TelegramServer() as telegram, beside(tmp_path / "one", **telegram_settings(telegram)):
        [anna] = await joined(telegram, tmp_path / "one", "Anna")
        shown = await anna.say("/dashboard", "on the server only")
        assert "Open in the browser" not in shown.buttons
    async with TelegramServer() as telegram:
        public = f"http://127.0.0.1:{port}"
        async with beside(tmp_path / "two", port, **telegram_settings(telegram, public)):
            [anna] = await joined(telegram, tmp_path / "two", "Anna")
            shown = await anna.say("/dashboard", "works once, for 10 minutes")
            link = shown.button("Open in the browser")["url"]
            async with httpx.AsyncClient() as browser:
                assert link.startswith(f"{public}/dashboard/in/")
                assert "Sign in" in (await browser.get(link)).text
            stranger = telegram.user("Vera").private()
            await stranger.say("/dashboard")
            assert "dashboard" not in (await stranger.reply()).text.casefold()


def test_whoever_starts_beside_sees_the_way_in(tmp_path: Path) -> None:
    port = free_port()
    environment = {"PYTHONPATH": str(ROOT), "BESIDE_PORT": str(port), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            lines = [process.stdout.readline() for _ in range(2)]
            found = re.search(rf"http://localhost:{port}/dashboard/in/\S+", lines[1])
            assert found, lines
            retrying = httpx.HTTPTransport(retries=8)  # it waits longer each time, half a minute in all
            with httpx.Client(transport=retrying) as browser:
                assert "Sign in" in browser.get(found[0]).text
        finally:
            process.terminate()
            process.communicate(timeout=20)
