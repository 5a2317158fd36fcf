"""The seizure drill, small; and backups, restoring and wiping."""

import base64
import gzip
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from bot.drill import drill, eyes_work, found_in, new_marks
from storage import backup
from storage.database import Database
from tests.test_bot_process import run

KEY = b"k" * 32
TODAY = date(2026, 11, 24)


async def test_a_small_drill_names_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert await drill(40) == 0
    said = capsys.readouterr().out
    assert "Marks hidden on purpose, in every form: all found." in said
    assert "None of the marks is anywhere." in said
    assert "40 chats that asked for updates and 2 coordinators" in said
    assert "A disk without its key names: nobody." in said


def test_the_drill_sees_every_form(tmp_path: Path) -> None:
    assert eyes_work(tmp_path, new_marks())


def test_the_drill_finds_what_was_left(tmp_path: Path) -> None:
    marks = new_marks()
    (tmp_path / "a").write_bytes(b"x" + marks.numbers[0].to_bytes(8, "little"))
    (tmp_path / "b.gz").write_bytes(gzip.compress(base64.b64encode(f"to {marks.words[1]} from".encode())))
    (tmp_path / "c").write_text("nothing")
    assert {line.rpartition(" ")[2] for line in found_in(tmp_path, marks)} == {"a", "b.gz"}


async def test_a_backup_is_encrypted_holds_closed_days_and_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "data" / "beside.sqlite3"
    database = Database(file)
    await database.migrate()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO counts VALUES ('2026-11-23', 'theme', 'borders', 3)")
        connection.execute("INSERT INTO counts VALUES ('2026-11-24', 'theme', 'borders', 4)")
    connection.close()
    await database.close()
    sealed = backup.sealed(file, KEY, TODAY)
    assert b"SQLite" not in sealed
    assert b"borders" not in sealed
    backup.wipe(file, tmp_path / "data" / "key")
    backup.put_back(backup.opened(sealed, KEY), file)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT figure FROM counts").fetchall() == [(3,)]
    connection.close()
    assert oct(file.stat().st_mode)[-3:] == "600"


def test_a_backup_opens_only_unchanged_and_with_its_key(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE counts (day)")
        for table in ("days", "deliveries", "relays", "relay_copies"):
            connection.execute(f"CREATE TABLE {table} (day)")
    connection.close()
    sealed = backup.sealed(file, KEY, TODAY)
    for data, key in ((sealed[:-1] + bytes((sealed[-1] ^ 1,)), KEY), (sealed, b"o" * 32), (b"something", KEY)):
        with pytest.raises(backup.BackupError):
            backup.opened(data, key)


def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    nothing = run("backup", "b", folder=tmp_path)
    assert (nothing.returncode, nothing.stderr.strip()) == (2, "There is no database yet.")
    run("migrate", folder=tmp_path)
    made = run("backup", "b", folder=tmp_path)
    assert "keep a copy of the key somewhere else" in made.stdout
    wrong = run("restore", "b", folder=tmp_path, BESIDE_SECRET_KEY="x" * 40)
    assert wrong.stderr.strip() == "This backup belongs to another key, or it was changed."
    assert "may be back" in run("restore", "b", folder=tmp_path).stdout
    gone = run("wipe", "--yes", folder=tmp_path)
    assert gone.stdout.index("data/key") < gone.stdout.index("data/beside.sqlite3")
    assert "can be an offence" in gone.stdout
    assert "Telegram keeps" in gone.stdout
    assert list((tmp_path / "data").iterdir()) == []
    assert run("wipe", "--yes", folder=tmp_path).stdout.startswith("There was nothing to wipe.")
