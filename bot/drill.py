"""`beside seizure-drill`: what would whoever takes this machine learn about the people who asked?

It plants marked people and words, holds conversations over every channel with a deployment of its own in a temporary
folder, stops it once cleanly and once with kill -9, and looks at every byte that was left, in every form a name or
number can take. First it hides one mark of each form on purpose and fails if its own eyes miss one.
"""

import asyncio
import base64
import gzip
import hashlib
import os
import secrets
import signal
import socket
import sqlite3
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # no bot has it; it is looked for, too
WORDS = (
    "police are arresting {}",
    "{} cant sleep since the boat",
    "where is {} now",
    "/ask {}",
    "/start {}",
    "hello {}",
)
PATIENCE = 60.0
PEOPLE = 40
"""Marked people; enough that nobody is so fast that the bot falls silent."""
PAST_CLEAN = 2


@dataclass(frozen=True)
class Marks:
    """What must turn up nowhere."""

    words: tuple[str, ...]
    numbers: tuple[int, ...]

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Every form of every mark: its name, and the bytes."""
        for word in (*self.words, *map(str, self.numbers)):
            yield from _text_forms(word)
        for number in self.numbers:
            for size in range(4, 9):
                if number < 256**size:
                    yield f"{size}-byte big-endian", number.to_bytes(size, "big")
                    yield f"{size}-byte little-endian", number.to_bytes(size, "little")


def _text_forms(word: str) -> Iterator[tuple[str, bytes]]:
    raw = word.encode()
    yield "text", raw
    yield "UTF-16 little-endian", word.encode("utf-16-le")
    yield "UTF-16 big-endian", word.encode("utf-16-be")
    yield "hex", raw.hex().encode()
    for shift in range(3):  # what stands before a word moves it inside base64
        whole = base64.b64encode(b"\0" * shift + raw)
        start = -(-shift * 8 // 6) if shift else 0
        yield f"base64, shifted by {shift}", whole[start : len(whole) - 4]
    yield "SHA-256", hashlib.sha256(raw).digest()
    yield "SHA-256 in hex", hashlib.sha256(raw).hexdigest().encode()


def new_marks() -> Marks:
    """Names, words, a phone number, coordinates and ids that nobody has."""
    word = secrets.token_hex(6)
    name = "Q" + secrets.token_hex(5)
    phone = "+4860" + "".join(secrets.choice("0123456789") for _ in range(7))
    place = (
        f"{secrets.randbelow(80)}.{secrets.randbelow(10**7):07}, {secrets.randbelow(80)}.{secrets.randbelow(10**7):07}"
    )
    chat = 5_000_000_000 + secrets.randbelow(10**9)
    return Marks((word, name, phone, place), tuple(range(chat, chat + PEOPLE)))


def found_in(folder: Path, marks: Marks) -> list[str]:
    """Which forms stand in which files, compressed files looked into."""
    found = []
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        for where, data in _layers(file):
            lowered = data.lower()
            for form, raw in marks.forms():
                if raw in data or (form == "text" and raw.lower() in lowered):
                    found.append(f"{form} in {where.relative_to(folder)}")
    return found


def _layers(file: Path) -> Iterator[tuple[Path, bytes]]:
    """A file's bytes, and what is inside it when it is compressed."""
    data = file.read_bytes()
    yield file, data
    if data[:2] == b"\x1f\x8b":
        yield file, gzip.decompress(data)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield file / name, archive.read(name)
    if data[:1] == b"\x78":
        try:
            yield file, zlib.decompress(data)
        except zlib.error:
            return


def eyes_work(folder: Path, marks: Marks) -> bool:
    """Hide one of each form, compressed ones too, and see whether all are found."""
    planted = 0
    for number, (_, raw) in enumerate(marks.forms()):
        (folder / f"{number}.bin").write_bytes(b"\x00" + raw + b"\xff")
        planted += 1
    word = marks.words[0].encode()
    (folder / "log.gz").write_bytes(gzip.compress(word))
    (folder / "z").write_bytes(zlib.compress(word))
    with zipfile.ZipFile(folder / "copy.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", word)
    seen = {line.split(" in ", 1)[1].split("/")[0] for line in found_in(folder, marks)}
    return len(seen) == planted + 3


@dataclass
class Telegram:
    """Just enough of Telegram for a drill: it hands out updates and takes every call."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    answered: int = 0

    async def serve(self, request: web.Request) -> web.Response:
        """One call."""
        method = request.match_info["method"]
        given = await request.json() if request.content_type == "application/json" else {}
        result: Any = True
        if method == "getMe":
            result = {"id": 110201543, "is_bot": True, "first_name": "Beside", "username": "BesideDrillBot"}
        elif method == "getUpdates":
            self.updates = [one for one in self.updates if one["update_id"] >= given.get("offset", 0)]
            await asyncio.sleep(0 if self.updates else 0.02)
            result = self.updates[:100]
        elif method == "sendMessage":
            self.answered += 1
            result = {"message_id": self.answered, "date": 1, "chat": {"id": given["chat_id"], "type": "private"}}
        elif method.startswith("get"):
            result = [] if method == "getMyCommands" else {"description": "", "short_description": "", "name": ""}
        return web.json_response({"ok": True, "result": result})

    def say(self, number: int, chat: int, name: str, text: str) -> None:
        """Somebody writes."""
        person = {"id": chat, "is_bot": False, "first_name": name, "language_code": "en"}
        message = {
            "message_id": number,
            "from": person,
            "chat": {"id": chat, "type": "private"},
            "date": 1,
            "text": text,
        }
        self.updates.append({"update_id": number, "message": message})


@dataclass
class Deployment:
    """A Beside of the drill's own."""

    folder: Path
    telegram_url: str
    port: int

    def environment(self) -> Mapping[str, str]:
        """Its settings; temporary files stay inside, so that they are looked at."""
        (self.folder / "tmp").mkdir(exist_ok=True)
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "TMPDIR": str(self.folder / "tmp"),
            "BESIDE_DATA_DIR": str(self.folder / "data"),
            "BESIDE_PORT": str(self.port),
            "BESIDE_TELEGRAM_TOKEN": TOKEN,
            "BESIDE_TELEGRAM_API_URL": self.telegram_url,
            "BESIDE_LOG_LEVEL": "debug",
        }

    async def start(self) -> asyncio.subprocess.Process:
        """Start it and wait until it answers; what it prints goes into a file."""
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=self.folder, env=self.environment(), stdout=log, stderr=log
            )
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz"):
                        return process
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)


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
        await asyncio.to_thread(_say_what_a_seizure_gives, folder)
    return 1 if found else 0


def _sizes(folder: Path) -> list[int]:
    return [file.stat().st_size for file in folder.rglob("*") if file.is_file()]


def _token_in(folder: Path) -> list[str]:
    return found_in(folder, Marks((TOKEN, TOKEN.partition(":")[2]), ()))


async def _hold(folder: Path, marks: Marks, conversations: int) -> None:
    """Half of the conversations end with a clean stop, half with kill -9."""
    telegram = Telegram()
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


def _say_what_a_seizure_gives(folder: Path) -> None:
    """Open the database as whoever seized it would."""
    with sqlite3.connect(folder / "data" / "beside.sqlite3") as database:
        tables = [
            row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        rows = database.execute("SELECT count(*) FROM counts").fetchone()[0]
    database.close()
    _say("")
    _say(f"The database, opened: tables {', '.join(tables)}; {rows} noisy counts.")
    _say("A backup names: nobody. It holds noisy counts a day.")
    _say("A disk with its key names: nobody. The key signs the page's field and the webhook.")
    _say(
        "A running machine names: the chats that wrote in the last 12 hours, with language and country, while it runs."
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
