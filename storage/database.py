"""One SQLite file: one writer, short transactions, everything deleted really gone. The dialect is known only here."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Table, event, text
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DatabaseError as BrokenError
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.migrations import HEAD

P = ParamSpec("P")
T = TypeVar("T")

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA busy_timeout = 2000",
)
ANOTHER = 20
"""Tenths of a second that another process is given to bring the schema to its newest shape."""
READ_ONLY = (*PRAGMAS, "PRAGMA query_only = ON")


def url_of(file: Path) -> str:
    """The address of a database file."""
    return f"sqlite+aiosqlite:///{file}"


class DatabaseError(Exception):
    """The database cannot be used; the sentence says why."""


def whole(question: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Awaitable[T]]:
    """A question to the database that is never cut in the middle: cancelled, it is finished first.

    A statement that is cut leaves its connection behind, which holds the database until somebody collects it.
    """

    @wraps(question)
    async def asked(*args: P.args, **named: P.kwargs) -> T:
        running = asyncio.ensure_future(question(*args, **named))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise

    return asked


class Database:
    """The open database."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writer = _engine(file, PRAGMAS)
        self._readers = _engine(file, READ_ONLY)
        self._writing = asyncio.Lock()
        self._logged = True  # a process that was killed may have left something in the log

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes; one at a time."""
        async with self._writing, self._writer.begin() as connection:
            self._logged = True
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that can only read."""
        async with self._readers.connect() as connection:
            yield connection

    async def migrate(self) -> None:
        """Bring the schema to the newest shape; costs nothing when it is there already.

        Raises DatabaseError when the file is not a database or cannot be brought there, OSError when it cannot be made.
        """
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        with suppress(PermissionError):  # another's file, or a disk without modes: whoever mounted it decides
            self._file.chmod(0o600)
        if await self._version() != HEAD:
            try:
                await _upgraded(self._file)
            except DatabaseError:
                if not await self._brought_by_another():
                    raise

    async def _brought_by_another(self) -> bool:
        """Whether another process is bringing the schema there at the same time: `serve` and `invite` just after."""
        for _ in range(ANOTHER):
            if await self._version() == HEAD:
                return True
            await asyncio.sleep(0.1)
        return False

    @whole
    async def _version(self) -> str | None:
        try:
            async with self.read() as connection:
                return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
        except OperationalError:
            return None
        except BrokenError:
            raise DatabaseError(f"{self._file} is not a database: restore a backup, or move it away") from None

    @whole
    async def truncate_log(self) -> None:
        """Empty the write-ahead log, which keeps what was deleted and every earlier figure; nothing when it is empty.

        Raises DatabaseError when somebody else still reads from it.
        """
        async with self._writing:
            if not self._logged:
                return
            async with self._writer.connect() as connection:
                busy, _, _ = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()
            if busy:
                raise DatabaseError("the write-ahead log could not be emptied: another program holds the database")
            self._logged = False

    async def tidy_log(self) -> None:
        """Empty the log after something was deleted; where somebody still reads from it, the next counting does it."""
        with suppress(DatabaseError):
            await self.truncate_log()

    async def close(self) -> None:
        """Close every connection."""
        await self._readers.dispose()
        await self._writer.dispose()


def insert_new(table: Table) -> Insert:
    """An INSERT that leaves alone the rows that are there already."""
    return insert(table).on_conflict_do_nothing()


def insert_or_add(table: Table, column: str) -> Insert:
    """An INSERT that adds its `column` to the row that is there already."""
    fresh = insert(table)
    added = table.c[column] + fresh.excluded[column]
    return fresh.on_conflict_do_update(index_elements=list(table.primary_key), set_={column: added})


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


def _engine(file: Path, pragmas: Sequence[str]) -> AsyncEngine:
    """Connections to a file, each told the same first."""
    engine = create_async_engine(url_of(file))

    def prepare(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    return engine
