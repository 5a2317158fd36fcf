"""Around the desk: who is a coordinator, who is told, wrong codes, and the commands on the server."""

import asyncio
from pathlib import Path

import pytest

from bot.channels.base import GoneError, TemporaryError
from bot.team import sign_of
from bot.tries import HOUR, MOST, Tries
from handlers.types import Attachment, Paragraph, Reply
from storage import audit
from storage.database import Database
from tests.offices import office
from tests.test_bot_process import run


def test_five_wrong_codes_and_an_hour() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(MOST):
        assert tries.wait("a") == 0
        tries.wrong("a")
        now[0] += 60
    assert tries.wait("a") == HOUR - 300
    assert tries.wait("b") == 0
    now[0] = HOUR
    assert tries.wait("a") == 0, "the first is an hour old"
    tries.wrong("a")
    assert tries.wait("a") == 60
    now[0] = 3 * HOUR
    tries.forget_idle()
    assert tries.wait("a") == 0


async def test_who_is_told_twice_in_a_second_gets_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office(tmp_path) as here:
        deliver, refused = here.post.deliver, [TemporaryError("chat", 0.01), GoneError()]
        monkeypatch.setattr("bot.telling.PAUSE", 0.0)

        async def busy(address: str, reply: Reply, attachment: Attachment | None, *, silent: bool) -> str:
            if address == "A" and refused:
                raise refused.pop(0)
            return await deliver(address, reply, attachment, silent=silent)

        monkeypatch.setattr(here.post, "deliver", busy)
        await here.telling.tell(lambda words: Reply((Paragraph("first"),)))
        await here.telling.tell(lambda words: Reply((Paragraph("second"),)))
        told = [(address, reply.blocks) for address, reply, _ in here.post.sent]
        assert [address for address, _ in told].count("B") == 2
        assert [address for address, _ in told].count("A") == 1, "after a wait; gone is gone"


async def test_what_the_server_did_is_told_once_also_after_a_restart(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.watching.look()
        await audit.note(here.database, "solo-on", "server", 0)
        await audit.note(here.database, "update-approved", "coordinator", 0)
        await here.watching.look()
        await here.watching.look()
        assert [one.text for one in await here.told("A")] == ["Done on the server: solo mode was switched on."]
        await audit.purge(here.database, 10**10)
        await here.watching.look()
        await audit.note(here.database, "solo-off", "server", 10**10)
        await here.watching.look()
        assert "switched off" in (await here.told("A"))[-1].text


async def test_signs_are_short_and_differ(tmp_path: Path) -> None:
    assert len({sign_of(number * 7919**3) for number in range(100)}) > 95
    assert len(sign_of(2**62)) == 3


def test_the_commands_on_the_server_say_what_they_did(tmp_path: Path) -> None:
    assert "beside invite" in run("coordinators", folder=tmp_path).stdout
    invited = run("invite", folder=tmp_path)
    assert "Write to the bot: /join " in invited.stdout
    assert "set BESIDE_TELEGRAM_TOKEN" in invited.stdout
    missing = run("remove", "ABC", folder=tmp_path)
    assert (missing.returncode, "beside coordinators" in missing.stderr) == (2, True)
    assert "Sending needs two again" in run("solo", "off", folder=tmp_path).stdout
    assert run("solo", "maybe", folder=tmp_path).returncode == 2
    changed = run("new-key", folder=tmp_path)
    assert "Invitations that were open have ended (1)" in changed.stdout
    given = run("new-key", folder=tmp_path, BESIDE_SECRET_KEY="x" * 40)
    assert "only you can replace it" in given.stderr
    file = tmp_path / "data" / "beside.sqlite3"

    async def lines() -> list[str]:
        database = Database(file)
        noted = [one.what for one in await audit.noted(database)]
        await database.close()
        return noted

    assert asyncio.run(lines()) == ["key-changed", "solo-off", "coordinator-invited"]
