"""A broadcast at Telegram's two rates, with faults, and with people asking meanwhile: `python -m benchmarks.broadcast`.

Beside runs as shipped, in a process of its own; so does the API, which refuses what is over the limit in any second.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from benchmarks.webhook import KEY, RIVALS, ROOT, TOKEN, Bot, beside, counted, free_port, ready, serve_api, tap
from handlers.update import Update
from tests.broadcasts import Deployment

TEXT = "The bridge is closed. Meet at the school, not at the station. " * 8
FREE, PAID = 30, 1000
LEARNT = 8.0
"""Seconds after which what phrases teach is learnt, which is no broadcast's doing."""


def memory(bot: Bot) -> float:
    """Megabytes a bot holds."""
    lines = Path(f"/proc/{bot.process.pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


@asynccontextmanager
async def running(
    recipients: int, limit: int, *conditions: float
) -> AsyncIterator[tuple[Bot, str, aiohttp.ClientSession, Deployment, list[int]]]:
    """Beside with subscribers, and an API with a limit."""
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    server = serve_api(port, 0.0, limit, *conditions)
    with tempfile.TemporaryDirectory() as folder:
        here = Deployment(Path(folder), secret_key=KEY)
        team = await here.team(1, 2)
        await here.subscribe(*range(1_000_000, 1_000_000 + recipients))
        bot = beside(api, folder, BESIDE_PAID_BROADCASTS="yes" if limit == PAID else "no")
        async with aiohttp.ClientSession() as session:
            try:
                await ready(session, bot)
                yield bot, api, session, here, team
            finally:
                bot.process.terminate()
                bot.process.wait()
                server.kill()
                await here.database.close()


async def reached(session: aiohttp.ClientSession, api: str) -> dict[str, int]:
    """How many chats have it, and how many have it again."""
    async with session.get(f"{api}/reached") as answer:
        return dict((await answer.json(content_type=None))["result"])


async def measured(name: str, recipients: int, limit: int, *conditions: float, asking: float = 0) -> None:
    """One broadcast: how fast, how even, how much memory; and what somebody who taps meanwhile waits."""
    async with running(recipients, limit, *conditions) as (bot, api, session, here, team):
        before = [one for number in range(20) for one in await waited(session, bot, number)] if asking else []
        await asyncio.sleep(LEARNT)
        at_rest = most = memory(bot)
        row = await here.approved(team[0], team[1], Update({"en": TEXT}))
        while not (await reached(session, api))["chats"]:  # noqa: ASYNC110 - another process sends
            await asyncio.sleep(0.005)
        begun, meanwhile, number = time.perf_counter(), list[float](), 100
        while await here.state(row) != "sent":
            most = max(most, memory(bot))
            if asking:
                number += 1
                meanwhile += await waited(session, bot, number)
            await asyncio.sleep(1 / asking if asking else 0.05)
        seconds = time.perf_counter() - begun
        found, calls = await reached(session, api), await counted(session, api)
        a_second = (found["chats"] + len(meanwhile)) / seconds
        print(
            f"{name:34} {a_second:7.1f} a second ({a_second / limit:.1%} of {limit}), floods {calls.get('floods', 0)}, "
            f"faults {calls.get('faults', 0)}, reached {found['chats']} of {recipients}, "
            f"doubled {found['doubled']}, memory +{most - at_rest:.0f} MB"
        )
        if asking:
            print(f"{'':34} a tap meanwhile: {median(meanwhile):.0f} ms (median), alone {median(before):.0f}")


async def waited(session: aiohttp.ClientSession, bot: Bot, first: int) -> list[float]:
    """Milliseconds that a tap takes, answer included."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": bot.secret, "Content-Type": "application/json"}
    begun = time.perf_counter()
    update: dict[str, Any] = tap(first)
    async with session.post(
        f"http://127.0.0.1:{bot.port}/telegram", data=json.dumps(update), headers=headers
    ) as answer:
        await answer.read()
    return [1000 * (time.perf_counter() - begun)]


async def rival(name: str, how: str, recipients: int, limit: int) -> None:
    """python-telegram-bot's own way."""
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    server = serve_api(port, 0.0, limit)
    async with aiohttp.ClientSession() as session:
        try:
            while True:
                try:
                    await counted(session, api)
                    break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.02)
            begun = time.perf_counter()
            child = await asyncio.create_subprocess_exec(
                *(RIVALS, "-m", "benchmarks.rivals.ptb_broadcast", TOKEN, api, how, str(recipients)),
                cwd=ROOT,
                env=os.environ,
            )
            await child.wait()
            seconds = time.perf_counter() - begun
            found, calls = await reached(session, api), await counted(session, api)
        finally:
            server.kill()
    print(
        f"{name:34} {found['chats'] / seconds:7.1f} a second ({found['chats'] / seconds / limit:.1%} of {limit}), "
        f"floods {calls.get('floods', 0)}, reached {found['chats']} of {recipients}, doubled {found['doubled']}"
    )


async def main() -> None:
    """Measure and print."""
    await measured("paid rate, 20,000", 20_000, PAID)
    await measured("free rate, 600", 600, FREE)
    await measured("free rate, 600, jitter 20 ms", 600, FREE, 0.0, 0.02)
    await measured("free rate, 600, taps meanwhile", 600, FREE, asking=4)
    await measured("paid rate, 2,000, faults 5 %", 2_000, PAID, 0.05)
    await rival("PTB with AIORateLimiter, 600", "limiter", 600, FREE)
    await rival("PTB in a naive loop, 600", "naive", 600, FREE)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
