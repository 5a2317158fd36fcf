"""`kill -9` in the middle of a broadcast, again and again: `python -m tests.crash 100 5000` for the long run."""

import asyncio
import os
import random
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from handlers.update import Update
from tests.broadcasts import Deployment
from tests.journeys.running import free_port
from tests.standins.telegram import TOKEN, TelegramServer

SHORTEST, LONGEST = 0.2, 2.0
"""Seconds that a process lives after its first message, before it is killed."""


@dataclass
class Found:
    """What a run showed."""

    kills: int
    missed: int
    doubled: int
    most_doubled_by_one: int

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.missed} missed, {self.doubled} doubled, "
            f"at most {self.most_doubled_by_one} by one kill"
        )


@asynccontextmanager
async def process(folder: Path, telegram: TelegramServer, *, paid: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    """`beside serve`, in a process of its own."""
    settings = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "DATA_DIR": str(folder),
        "PORT": str(free_port()),
        "LANGUAGES": "en",
        "PAID_BROADCASTS": "yes" if paid else "no",
        "LOG_LEVEL": "error",
    }
    given = {**os.environ, **{f"BESIDE_{name}": value for name, value in settings.items()}}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"), env=given, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            await child.wait()


async def run(kills: int, deliveries: int, folder: Path, *, paid: bool = False, seed: int = 7) -> Found:
    """Kill a server this often while it sends, then let it finish; who got the update how often."""
    dice = random.Random(seed)  # the same every time, so that a finding can be looked at again
    here = Deployment(folder)
    async with TelegramServer(strict=False) as telegram:
        people = [telegram.user().private() for _ in range(deliveries)]
        team = await here.team(*(telegram.user("C").private().user.id for _ in range(2)))
        await here.subscribe(*(chat.user.id for chat in people))
        row = await here.approved(team[0], team[1], Update({"en": "Bridge closed."}))
        doubled = killed = most = 0
        while killed < kills and await here.state(row) != "sent":
            before = sum(len(chat.messages) for chat in people)
            async with process(folder, telegram, paid=paid) as child:
                while sum(len(chat.messages) for chat in people) == before and child.returncode is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
                await asyncio.sleep(dice.uniform(SHORTEST, LONGEST))
                child.kill()
                await child.wait()
            killed += 1
            now = sum(max(0, len(chat.messages) - 1) for chat in people)
            most, doubled = max(most, now - doubled), now
        async with process(folder, telegram, paid=True):
            async with asyncio.timeout(60 + deliveries):
                while await here.state(row) != "sent":  # noqa: ASYNC110 - another process changes it
                    await asyncio.sleep(0.1)
        after = sum(max(0, len(chat.messages) - 1) for chat in people)
        await here.database.close()
        missed = sum(not chat.messages for chat in people)
        return Found(killed, missed, after, max(most, after - doubled))


async def main(kills: int, deliveries: int) -> int:
    """The long run."""
    with tempfile.TemporaryDirectory() as folder:
        found = await run(kills, deliveries, Path(folder))
    sys.stdout.write(f"{deliveries} deliveries, {found}\n")
    return 1 if found.missed else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]))))
