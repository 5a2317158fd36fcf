"""One SQLite file: one writer, short transactions, everything deleted really gone. The dialect is known only here."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.migrations import HEAD

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA busy_timeout = 2000",
)


def url_of(file: Path) -> str:
    """The address of a database file."""
    return f"sqlite+aiosqlite:///{file}"


class DatabaseError(Exception):
    """The database cannot be used; the sentence says why."""


class Database:
    """The open database."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._engine: AsyncEngine = create_async_engine(url_of(file))
        self._writing = asyncio.Lock()
        event.listen(self._engine.sync_engine, "connect", _prepare)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes; one at a time."""
        async with self._writing, self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that only reads."""
        async with self._engine.connect() as connection:
            yield connection

    async def migrate(self) -> None:
        """Bring the schema to the newest shape; costs nothing when it is there already."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        if await self._version() != HEAD:
            await _upgraded(self._file)

    async def _version(self) -> str | None:
        try:
            async with self.read() as connection:
                return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
        except OperationalError:
            return None

    async def truncate_log(self) -> None:
        """Empty the write-ahead log, so that nothing purged stands in it."""
        async with self._writing, self._engine.connect() as connection:
            await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


async def _upgraded(file: Path) -> None:
    """Migrate in a process that ends: Alembic costs 9 MB and half a second, and is rarely needed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "storage.migrations.run", str(file), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        if await child.wait():
            raise DatabaseError("the database could not be brought to its newest shape")
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def _prepare(connection: Any, record: object) -> None:
    """What each new connection is told first."""
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
