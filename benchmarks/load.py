"""What Beside carries: answers a second with the API 50 ms away, tails at 200 a second, memory, start. `make bench`."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.webhook import Bot, all_called, beside, counted, free_port, ready, serve_api, tap, typed

FAR = 0.05


@asynccontextmanager
async def running(delay: float, *, webhook: bool = True) -> AsyncIterator[tuple[Bot, str, aiohttp.ClientSession]]:
    """Beside and the API, in processes of their own."""
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    server = serve_api(port, delay)
    with tempfile.TemporaryDirectory() as folder:
        bot = beside(api, folder, webhook=webhook)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            try:
                await ready(session, bot)
                yield bot, api, session
            finally:
                bot.process.terminate()
                bot.process.wait()
                server.kill()


async def post(session: aiohttp.ClientSession, bot: Bot, update: dict[str, Any]) -> float:
    """Post one update; the seconds until it was answered."""
    begun = time.perf_counter()
    headers = {"X-Telegram-Bot-Api-Secret-Token": bot.secret, "Content-Type": "application/json"}
    async with session.post(
        f"http://127.0.0.1:{bot.port}/telegram", data=json.dumps(update), headers=headers
    ) as answer:
        await answer.read()
    return time.perf_counter() - begun


async def far_by_webhook(many: int = 8000, at_once: int = 400) -> None:
    """Answers a second by webhook, the API 50 ms away, from different chats."""
    async with running(FAR) as (bot, api, session):
        numbers = iter(range(1, many + 1))

        async def one() -> None:
            for number in numbers:
                await post(session, bot, tap(number))

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(at_once)))
        await all_called(session, api, {"editmessagetext": many})
        print(f"webhook, API 50 ms away: {many / (time.perf_counter() - begun):6.0f} answers a second")


async def far_by_polling(many: int = 6000) -> None:
    """Answers a second by polling, the API 50 ms away, from different chats."""
    async with running(FAR, webhook=False) as (_, api, session):
        updates = [tap(number) for number in range(1, many + 1)]
        async with session.post(f"{api}/fill", data=json.dumps(updates)):
            begun = time.perf_counter()
        await all_called(session, api, {"editmessagetext": many})
        print(f"polling, API 50 ms away: {many / (time.perf_counter() - begun):6.0f} answers a second")


async def tails(a_second: int = 200, seconds: int = 15) -> None:
    """The slowest answers at a steady rate on a local API."""
    async with running(0.0) as (bot, _, session):
        for number in range(500):
            await post(session, bot, tap(10_000_000 + number))
        loop, tasks = asyncio.get_running_loop(), list[asyncio.Task[float]]()
        begun = loop.time()
        for number in range(a_second * seconds):
            await asyncio.sleep(max(0.0, begun + number / a_second - loop.time()))
            tasks.append(asyncio.create_task(post(session, bot, tap(number + 1))))
        took = sorted(await asyncio.gather(*tasks))
        half, most = took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000
        print(f"{a_second} taps a second: median {half:.1f} ms, p99 {most:.1f} ms")


async def taps_among_questions(a_second: int = 1000, seconds: int = 6) -> None:
    """How long a tap waits while typed questions pour in."""
    async with running(0.0) as (bot, _, session):
        loop, questions, taps = asyncio.get_running_loop(), list[asyncio.Task[float]](), list[asyncio.Task[float]]()
        begun = loop.time()
        for number in range(a_second * seconds):
            await asyncio.sleep(max(0.0, begun + number / a_second - loop.time()))
            questions.append(asyncio.create_task(post(session, bot, typed(number + 1))))
            if number % 50 == 0:
                taps.append(asyncio.create_task(post(session, bot, tap(20_000_000 + number))))
        took = sorted(await asyncio.gather(*taps))
        await asyncio.gather(*questions)
        print(f"taps among {a_second} questions a second: median {took[len(took) // 2] * 1000:.0f} ms")


async def memory() -> None:
    """Resident memory after few and after many updates, from 50,000 chats."""
    async with running(0.0) as (bot, api, session):
        print(f"memory at rest: {resident(bot):.0f} MB")
        sizes = {}
        numbers = iter(range(1, 100_001))

        async def one() -> None:
            for number in numbers:
                await post(session, bot, {**tap(number % 50_000), "update_id": number})
                if number in (10_000, 100_000):
                    sizes[number] = resident(bot)

        await asyncio.gather(*(one() for _ in range(48)))
        await all_called(session, api, {"editmessagetext": 100_000})
        print(f"memory at update 10,000: {sizes[10_000]:.0f} MB, at 100,000: {sizes[100_000]:.0f} MB")
        await counted(session, api)


def resident(bot: Bot) -> float:
    """Megabytes of memory a bot's process holds."""
    status = Path(f"/proc/{bot.process.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def start(times: int = 5) -> None:
    """Seconds from the process's start to its first answer on the page: the very first time, and ever after."""
    port = free_port()
    server = serve_api(port)
    with tempfile.TemporaryDirectory() as folder:
        took = [await _started(f"http://127.0.0.1:{port}", folder) for _ in range(times + 1)]
    server.kill()
    print(f"first answer after {sorted(took[1:])[times // 2]:.2f} s; the very first time {took[0]:.2f} s")


async def _started(api: str, folder: str) -> float:
    begun = time.perf_counter()
    bot = beside(api, folder)
    async with aiohttp.ClientSession() as session:
        await ready(session, bot)
        took = time.perf_counter() - begun
        await asyncio.sleep(3)  # what is learnt is kept by then
    bot.process.terminate()
    await asyncio.to_thread(bot.process.wait)
    return took


async def main() -> None:
    """Everything, one after the other."""
    await start()
    await tails()
    await taps_among_questions()
    await far_by_webhook()
    await far_by_polling()
    await memory()


if __name__ == "__main__":
    asyncio.run(main())
