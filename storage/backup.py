"""Backups: the whole database as one encrypted value, made in memory, never in the clear on a disk."""

import os
import sqlite3
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.crypto import being_written
from storage.tables import counts, days, deliveries, relay_copies, relays

MARK = b"beside backup 1\n"
NONCE = 12


class BackupError(Exception):
    """A backup that cannot be used; the sentence says why."""


def sealed(database: Path, key: bytes, today: date) -> bytes:
    """The database at this moment, while others may be writing to it, encrypted.

    Days that are still open stay out: two copies of an open day would tell the exact answers in between. So do
    deliveries and questions to coordinators, which are over before anybody restores them.
    """
    if not database.exists():
        raise BackupError("There is no database yet.")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as source, sqlite3.connect(":memory:") as copy:
        source.backup(copy)
        copy.execute("PRAGMA secure_delete = ON")
        for table in (counts, days):
            copy.execute(f"DELETE FROM {table.name} WHERE day >= ?", (today.isoformat(),))
        for table in (deliveries, relays, relay_copies):
            copy.execute(f"DELETE FROM {table.name}")
        copy.commit()
        plain = copy.serialize()
    source.close()
    copy.close()
    nonce = os.urandom(NONCE)
    return MARK + nonce + AESGCM(key).encrypt(nonce, plain, MARK)


def opened(backup: bytes, key: bytes) -> bytes:
    """The database in a backup."""
    if not backup.startswith(MARK):
        raise BackupError("This is no backup of Beside.")
    body = backup.removeprefix(MARK)
    try:
        return AESGCM(key).decrypt(body[:NONCE], body[NONCE:], MARK)
    except InvalidTag:
        raise BackupError("This backup belongs to another key, or it was changed.") from None


def put_back(plain: bytes, database: Path) -> None:
    """Replace the database file, whole or not at all; what was logged for the old one goes."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = database.with_suffix(".restoring")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(plain)
        file.flush()
        os.fsync(file.fileno())
    for suffix in ("-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)
    fresh.replace(database)


def wipe(database: Path, key: Path) -> list[Path]:
    """Overwrite and delete the key first, then the database; which files went."""
    files = [key, being_written(key), database, *(Path(f"{database}{suffix}") for suffix in ("-wal", "-shm"))]
    gone = [file for file in files if file.exists()]
    for file in gone:
        with file.open("r+b") as opened_file:
            opened_file.write(os.urandom(file.stat().st_size))
            opened_file.flush()
            os.fsync(opened_file.fileno())
        file.unlink()
    return gone
