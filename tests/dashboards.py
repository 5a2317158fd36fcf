"""A whole Beside with coordinators who have browsers, and without a network: what they post is answered at once."""

import hmac
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.app import App
from bot.keeping import KeyRing
from storage import audit, coordinators
from storage.crypto import Keys
from storage.database import Database
from tests.journeys.running import settings_for

ADDRESS = "http://beside.test"
LINE = "pl-szpila-hfpc-antirepression-line"
NUMBER = "+48785931935"
REACH = re.compile(r'name="id" value="([^"]+)"><input type="hidden" name="reach" value="([^"]*)"')


@dataclass
class Deployed:
    """The running application, a second look into its database, and its coordinators' numbers."""

    app: App
    database: Database
    keys: Keys
    address: str = ADDRESS

    async def hire(self, chat: str, *, new: bool = False) -> int:
        """Make a coordinator; a new one may not approve yet."""
        until = int(time.time())
        number = await coordinators.add(self.database, self.keys, "telegram", chat, "en", until if new else 0)
        assert number is not None
        return number

    def browser(self) -> httpx.AsyncClient:
        """A browser that nobody is signed in with."""
        transport = httpx.ASGITransport(self.app.asgi())
        return httpx.AsyncClient(transport=transport, base_url=self.address, follow_redirects=True)

    @asynccontextmanager
    async def signed_in(self, who: int) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that a coordinator, or the server, is signed in with."""
        async with self.browser() as browser:
            answer = await browser.post("/dashboard/in", data={"token": self.app.dashboard.doors.link(who)})
            assert answer.status_code == 200, answer.text
            yield browser

    async def noted(self) -> list[str]:
        """What the audit list says."""
        return [one.what for one in await audit.noted(self.database)]


@asynccontextmanager
async def deployed(folder: Path, address: str = ADDRESS, **settings: Any) -> AsyncIterator[Deployed]:
    """Beside without coordinators, its database ready."""
    made = settings_for(folder, **settings)
    database = Database(made.database_file)
    await database.migrate()
    app = App(made)
    asgi = app.asgi()
    try:
        async with asgi.router.lifespan_context(asgi):
            yield Deployed(app, database, KeyRing(made)(), address)
    finally:
        await database.close()


async def confirmed(browser: httpx.AsyncClient, referral: str = LINE) -> httpx.Response:
    """Say that a referral works, as its page offers it."""
    page = await browser.get("/dashboard/referrals", params={"q": referral})
    offered = dict(REACH.findall(page.text))
    assert referral in offered, page.text
    form = {"do": "confirm", "id": referral, "reach": offered[referral]}
    return await browser.post("/dashboard/referrals", data=form)


def form_of(page: str) -> dict[str, str]:
    """The fields of the form for a referral, as they are filled in."""
    fields = dict(re.findall(r'<input (?:type="hidden" |id="\w+" )name="(\w+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea id="(\w+)"[^>]*>([^<]*)</textarea>', page))
    fields["kind"] = re.findall(r'<option value="([^"]+)" selected>', page)[0]
    return {name: value.replace("&#39;", "'").replace("&amp;", "&") for name, value in fields.items()}


async def proposed(browser: httpx.AsyncClient, referral: str = LINE, **changed: str) -> httpx.Response:
    """Propose a change to a referral, or a new one."""
    page = await browser.get("/dashboard/referral", params={"id": referral})
    return await browser.post("/dashboard/referral", data={**form_of(page.text), **changed, "do": "propose"})


def waiting(page: str) -> str:
    """The number of the proposal on a page."""
    found = re.search(r'name="proposal" value="(\d+)"', page)
    assert found, page
    return found[1]


def mini_app_data(token: str, person: int, made: float, **more: str) -> str:
    """What Telegram gives a Mini App, signed as its documentation says."""
    fields = {"auth_date": str(int(made)), "query_id": "AAE", "user": json.dumps({"id": person}), **more}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return urlencode({**fields, "hash": hmac.digest(key, lines.encode(), "sha256").hex()})
