"""A deployment of the drill's own: Beside in a process, and just enough of Telegram."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # no bot has it; it is looked for, too
PATIENCE = 60.0


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
            "BESIDE_LANGUAGES": "en",  # in any language the same is kept, and one is learnt sooner
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
