"""CPU of one tap by webhook, beside aiogram and python-telegram-bot as they come, in one run.

`make bench`. Every bot runs in a process of its own and makes the same two calls; updates come from different chats, a
fixed number at a time; the processes' own CPU time is read from the system. Rounds are interleaved, medians are shown,
and every update must have led to its calls. A call that Beside gives in the webhook's own response counts as made.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from storage import crypto

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "bench"
KEY = "k" * 40
ROOT = Path(__file__).parents[1]
RIVALS = os.environ.get("RIVALS", sys.executable)
"""The Python that has the other frameworks."""
ROUNDS = 5
UPDATES = 1500
WARM = 500
AT_ONCE = 32


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Bot:
    """A bot in a process of its own."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    secret: str

    def cpu(self) -> float:
        """Seconds of CPU it has used, in user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(
    name: str, arguments: list[str], port: int, secret: str, python: str = sys.executable, **environment: str
) -> Bot:
    """Start a bot."""
    process = subprocess.Popen(
        [python, *arguments], cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    return Bot(name, process, port, secret)


def serve_api(port: int, *conditions: float) -> subprocess.Popen[bytes]:
    """Start the API in a process of its own; `conditions` as benchmarks.api takes them."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.api", str(port), *map(str, conditions or (0,))], cwd=ROOT
    )


def tap(number: int) -> dict[str, Any]:
    """A tap as Telegram posts it, with the message it belongs to."""
    chat = {"id": 1000 + number, "type": "private", "first_name": "Anna"}
    message = {
        "message_id": 5,
        "from": {"id": 110201543, "is_bot": True, "first_name": "Beside", "username": "BesideBenchBot"},
        "chat": chat,
        "date": 1700000000,
        "text": "Agree on one form with the teams on both sides. " * 13,
        "entities": [{"type": "bold", "offset": 0, "length": 20}],
        "reply_markup": {
            "inline_keyboard": [[{"text": f"Button {n}", "callback_data": f"guidance:borders-{n}"}] for n in range(6)]
        },
    }
    person = {"id": 1000 + number, "is_bot": False, "first_name": "Anna", "language_code": "en"}
    query = {"id": str(number), "from": person, "message": message, "chat_instance": "1", "data": "guidance:borders-1"}
    return {"update_id": number, "callback_query": query}


def typed(number: int) -> dict[str, Any]:
    """A typed question."""
    chat = {"id": 1000 + number, "type": "private", "first_name": "Anna"}
    person = {"id": 1000 + number, "is_bot": False, "first_name": "Anna", "language_code": "en"}
    text = "how do we document abuses at the border so anyone believes us"
    return {
        "update_id": number,
        "message": {"message_id": 5, "from": person, "chat": chat, "date": 1700000000, "text": text},
    }


async def load(session: aiohttp.ClientSession, bot: Bot, updates: list[bytes]) -> dict[str, int]:
    """Post the updates, so many at a time; which calls came back in the responses."""
    in_response = {"answercallbackquery": 0}
    waiting = iter(updates)
    headers = {"X-Telegram-Bot-Api-Secret-Token": bot.secret, "Content-Type": "application/json"}

    async def one() -> None:
        for update in waiting:
            async with session.post(f"http://127.0.0.1:{bot.port}/telegram", data=update, headers=headers) as answer:
                body = await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{bot.name} answered {answer.status}")
                if b"answerCallbackQuery" in body:
                    in_response["answercallbackquery"] += 1

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return in_response


async def counted(session: aiohttp.ClientSession, api: str) -> dict[str, int]:
    """The calls the API has taken."""
    async with session.get(f"{api}/counted") as answer:
        return dict((await answer.json(content_type=None))["result"])


async def all_called(session: aiohttp.ClientSession, api: str, wanted: dict[str, int]) -> None:
    """Wait until the API has taken every call; a bot that leaves one out fails the run."""
    async with asyncio.timeout(60):
        while True:
            taken = await counted(session, api)
            if all(taken.get(call, 0) >= number for call, number in wanted.items()):
                return
            await asyncio.sleep(0.05)


async def ready(session: aiohttp.ClientSession, bot: Bot) -> None:
    """Wait until a bot listens."""
    async with asyncio.timeout(30):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{bot.port}/"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)


def beside(api: str, folder: str, *, webhook: bool = True, **more: str) -> Bot:
    """Beside as shipped: counters on, content complete."""
    port = free_port()
    settings: dict[str, str] = {
        "BESIDE_TELEGRAM_TOKEN": TOKEN,
        "BESIDE_TELEGRAM_API_URL": api,
        "BESIDE_PUBLIC_URL": f"http://127.0.0.1:{port}" if webhook else "",
        "BESIDE_PORT": str(port),
        "BESIDE_DATA_DIR": folder,
        "BESIDE_SECRET_KEY": KEY,
        **more,
    }
    secret = crypto.derive(KEY.encode(), "telegram-webhook").hex()
    return start("Beside", ["-m", "bot", "serve"], port, secret, **settings)


def rival(name: str, module: str, api: str) -> Bot:
    """Another framework, in its own environment."""
    port = free_port()
    return start(name, ["-m", f"benchmarks.rivals.{module}", TOKEN, api, str(port), SECRET], port, SECRET, RIVALS)


async def main() -> None:
    """Measure and print."""
    api_port = free_port()
    api = f"http://127.0.0.1:{api_port}"
    server = serve_api(api_port)
    with tempfile.TemporaryDirectory() as folder:
        bots = [
            beside(api, folder),
            rival("aiogram", "aiogram_bot", api),
            rival("python-telegram-bot", "ptb_bot", api),
        ]
        try:
            for kind, make, calls in (
                ("tap", tap, ("answercallbackquery", "editmessagetext")),
                ("question", typed, ("sendmessage",)),
            ):
                await measure(bots, api, kind, make, calls)
        finally:
            for bot in bots:
                bot.process.terminate()
                bot.process.wait()
            server.kill()


async def measure(bots: list[Bot], api: str, kind: str, make: Any, calls: tuple[str, ...]) -> None:
    """One kind of update through every bot."""
    spent: dict[str, list[float]] = {bot.name: [] for bot in bots}
    number = {"tap": 1_000_000, "question": 5_000_000}[kind]
    async with aiohttp.ClientSession() as session:
        for bot in bots:
            await ready(session, bot)
        for round_ in range(ROUNDS + 1):
            for bot in bots:
                many = UPDATES if round_ else WARM
                updates = [json.dumps(make(number + offset)).encode() for offset in range(many)]
                number += many
                before, began = await counted(session, api), bot.cpu()
                given = await load(session, bot, updates)
                wanted = {call: before.get(call, 0) + many - given.get(call, 0) for call in calls}
                await all_called(session, api, wanted)
                if round_:
                    spent[bot.name].append((bot.cpu() - began) / many * 1e6)
    base = statistics.median(spent["aiogram"])
    for name, figures in spent.items():
        middle = statistics.median(figures)
        spread = f"{min(figures):.0f}–{max(figures):.0f}"
        print(f"{kind:9} {name:20} {middle:7.0f} µs CPU   {middle / base:5.2f} of aiogram   ({spread})")


if __name__ == "__main__":
    asyncio.run(main())
