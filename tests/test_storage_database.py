"""The file itself: who may read it, who may write it, and what is left in it."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage import statistics
from storage.database import Database, DatabaseError

TODAY = date(2026, 11, 24)
LABEL = "zyxwvut-zyxwvut"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "beside.sqlite3"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    opened = Database(file)
    await opened.migrate()
    yield opened
    await opened.close()


def log_of(file: Path) -> bytes:
    """The write-ahead log as it lies on the disk."""
    return Path(f"{file}-wal").read_bytes()


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(OperationalError):
        async with database.read() as connection:
            await connection.execute(text("DELETE FROM days"))


async def test_a_file_that_others_could_read_is_closed_to_them(file: Path) -> None:
    file.touch(mode=0o644)
    opened = Database(file)
    await opened.migrate()
    await opened.close()
    assert oct(file.stat().st_mode)[-3:] == "600"


async def test_what_is_no_database_is_said_in_a_sentence(file: Path) -> None:
    file.write_bytes(b"no database" * 100)
    opened = Database(file)
    with pytest.raises(DatabaseError, match="is not a database: restore a backup"):
        await opened.migrate()
    await opened.close()


async def test_what_was_purged_is_nowhere_in_the_file(database: Database, file: Path) -> None:
    await statistics.begin_day(database, TODAY, {("theme", LABEL): 1, ("theme", "borders"): 2}, 10.0)
    assert LABEL.encode() in log_of(file)
    await statistics.purge(database, TODAY + timedelta(days=1))
    assert log_of(file) == b""
    assert LABEL.encode() not in file.read_bytes()


async def test_a_log_that_cannot_be_emptied_is_no_secret(database: Database, file: Path) -> None:
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM days").fetchone()
    await statistics.begin_day(database, TODAY, {("theme", "borders"): 0}, 10.0)
    with pytest.raises(DatabaseError, match="could not be emptied"):
        await database.truncate_log()
    await database.tidy_log()  # what was deleted stays deleted: nobody is told that it failed
    assert log_of(file) != b""
    reader.close()
    await database.truncate_log()
    assert log_of(file) == b""
