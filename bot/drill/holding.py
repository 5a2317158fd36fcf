"""`beside seizure-drill`: what would whoever takes this machine learn about the people who asked?

It plants marked people and words, holds conversations over every channel with a deployment of its own in a temporary
folder, stops it once cleanly and once with kill -9, and looks at every byte that was left, in every form a name or
number can take. First it hides one mark of each form on purpose and fails if its own eyes miss one.
"""

import asyncio
import signal
import socket
import sys
import tempfile
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.drill.deployment import PATIENCE, TOKEN, Deployment, Telegram
from bot.drill.marks import Marks, eyes_work, found_in, new_marks
from bot.drill.seized import named, subscribe

WORDS = (
    "police are arresting {}",
    "{} cant sleep since the boat",
    "where is {} now",
    "/ask {}",
    "/start {}",
    "hello {}",
)
PAST_CLEAN = 2


async def drill(conversations: int) -> int:
    """Run the whole drill and print what it found; 0 when nobody was named."""
    marks = new_marks()
    with tempfile.TemporaryDirectory() as eyes:
        if not await asyncio.to_thread(eyes_work, Path(eyes), marks):
            _say("The drill is blind: it missed a mark that it had hidden itself.")
            return PAST_CLEAN
    _say("Marks hidden on purpose, in every form: all found.")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        await _hold(folder, marks, conversations)
        found = await asyncio.to_thread(found_in, folder, marks)
        found += [f"the token in {line}" for line in await asyncio.to_thread(_token_in, folder)]
        for line in found:
            _say(f"FOUND: {line}")
        sizes = await asyncio.to_thread(_sizes, folder)
        _say(f"{conversations} conversations, {len(sizes)} files, {sum(sizes)} bytes looked at.")
        if not found:
            _say("None of the marks is anywhere.")
        for line in await named(folder / "data"):
            _say(line)
    return 1 if found else 0


def _sizes(folder: Path) -> list[int]:
    return [file.stat().st_size for file in folder.rglob("*") if file.is_file()]


def _token_in(folder: Path) -> list[str]:
    return found_in(folder, Marks((TOKEN, TOKEN.partition(":")[2]), ()))


async def _hold(folder: Path, marks: Marks, conversations: int) -> None:
    """Half of the conversations end with a clean stop, half with kill -9."""
    telegram = Telegram()
    await subscribe(folder / "data", marks, conversations)
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", telegram.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    deployment = Deployment(folder, f"http://127.0.0.1:{runner.addresses[0][1]}", port)
    half = conversations // 2
    for first, last, ending in ((1, half, signal.SIGTERM), (half + 1, conversations, signal.SIGKILL)):
        process = await deployment.start()
        await _talk(deployment, telegram, marks, range(first, last + 1))
        process.send_signal(ending)
        await process.wait()
    await runner.cleanup()


async def _talk(deployment: Deployment, telegram: Telegram, marks: Marks, numbers: range) -> None:
    """Each number is one conversation: on Telegram, on the page, and now and then on the command line."""
    async with aiohttp.ClientSession() as session:
        for number in numbers:
            mark = marks.words[number % len(marks.words)]
            text = WORDS[number % len(WORDS)].format(mark)
            telegram.say(number, marks.numbers[number % len(marks.numbers)], marks.words[1], text)
            for form in ({"text": text}, {"choice": mark}, {"state": mark, "text": mark}):
                async with session.post(f"http://127.0.0.1:{deployment.port}/", data=form) as answer:
                    await answer.read()
    said = "\n".join(text.format(marks.words[0]) for text in WORDS).encode()
    await _in_terminal(deployment, ["talk"], said)
    await _in_terminal(deployment, ["ask", "--json", f"{marks.words[0]} {marks.words[2]}"], b"")
    async with asyncio.timeout(PATIENCE):
        while telegram.updates:  # noqa: ASYNC110 - what is confirmed shows only by asking
            await asyncio.sleep(0.05)
    await asyncio.sleep(1.5)  # one more second of counts


async def _in_terminal(deployment: Deployment, arguments: list[str], said: bytes) -> None:
    """A command on the server; its answer goes to the screen of whoever typed, so only its errors are looked at."""
    with (deployment.folder / "log").open("ab") as log:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=deployment.folder,
            env=deployment.environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=log,
        )
        await child.communicate(said)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
