"""The whole of Beside, running as it is shipped, on a free port of this machine."""

import asyncio
import atexit
import shutil
import socket
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn

from bot.app import App
from bot.content import Learner
from bot.settings import Settings
from content.loader import load
from tests.standins.telegram import TOKEN, TelegramServer

EASTERNMOST = 14
"""Hours by which the first place on Earth is ahead of UTC."""


def settings_for(folder: Path, **settings: Any) -> Settings:
    """Settings that look at no file and keep their data in a folder, where what was learnt lies ready; in English."""
    here: dict[str, Any] = {"data_dir": folder, "languages": ("en",), "time_zone": where_it_is(12)}
    given = {"_env_file": None, **here, **settings}
    made = Settings(**given)
    folder.mkdir(exist_ok=True)
    for file in learnt(made.languages).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return made


def where_it_is(hour: int) -> str:
    """A time zone with this hour now. Tests live at noon of the day that it is in UTC, whenever they are run, so that
    nobody sleeps in them and no day ends."""
    ahead = hour - datetime.now(UTC).hour
    return f"Etc/GMT{-(ahead if ahead <= EASTERNMOST else ahead - 24):+}"


@cache
def learnt(languages: tuple[str, ...]) -> Path:
    """A folder with what these languages teach, learnt once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="beside-learnt-"))
    atexit.register(shutil.rmtree, folder)
    content = load(languages)
    thread = threading.Thread(target=lambda: asyncio.run(Learner(folder).learn(content)))
    thread.start()
    thread.join()
    return folder


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Announced(uvicorn.Server):
    """A server that tells when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def beside(folder: Path, port: int | None = None, **settings: Any) -> AsyncIterator[str]:
    """Beside's address, for as long as it runs."""
    port = port or free_port()
    app = App(settings_for(folder, port=port, **settings))
    config = uvicorn.Config(app.asgi(), port=port, log_config=None, access_log=False, ws="none", lifespan="on")
    server = Announced(config)
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


def telegram_settings(telegram: TelegramServer, public_url: str | None = None) -> dict[str, Any]:
    """What connects Beside to the stand-in."""
    return {"telegram_token": TOKEN, "telegram_api_url": telegram.url, "public_url": public_url}
