"""`beside serve`: the process that answers on every channel until it is told to stop."""

import asyncio
import gc
import socket
import sys

import structlog
import uvicorn

from bot.app import App
from bot.settings import Settings
from storage.database import Database

log = structlog.get_logger()

SLOWEST_REQUEST = 15
"""Seconds that a stop waits for what is in flight."""


def serve(settings: Settings) -> None:
    """Serve until interrupted; an address that is taken is said in one sentence."""
    listening = _listening(settings)
    app = App(settings)
    config = uvicorn.Config(
        app.asgi(),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=SLOWEST_REQUEST,
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=2_000,
    )
    here = f"http://{_shown(settings.host)}:{settings.port}"
    print(f"Beside is talking on {here}", flush=True)
    print(f"The coordinators' pages, from this machine, for ten minutes: {here}{app.dashboard.here()}", flush=True)
    if settings.telegram_token:
        print("Telegram is connected too." if settings.public_url else "Telegram is being asked for messages too.")
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    uvicorn.Server(config).run(sockets=[listening])


def _shown(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host


def _listening(settings: Settings) -> socket.socket:
    """The socket to listen on."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError:
        print(
            f"Port {settings.port} on {settings.host} cannot be used: "
            "something else may be running there. BESIDE_PORT chooses another.",
            file=sys.stderr,
        )
        raise SystemExit(2) from None
    return listening


def migrate(settings: Settings) -> None:
    """Bring the database to the newest shape."""
    database = Database(settings.database_file)

    async def once() -> None:
        await database.migrate()
        await database.close()

    asyncio.run(once())
