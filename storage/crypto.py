"""Keys: one secret outside the database, and from it one key for each purpose.

What is sealed is bound to its place: `1 | key id (4 bytes) | nonce (12) | ciphertext`, with table, column and row as
associated data, so that a value moved to another row does not open. What is looked up is found by a keyed hash. While
a secret is being replaced there are two: everything new is made with the first, and the second still opens.
"""

import hmac
import os
import secrets
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Purpose = Literal["web-session", "telegram-webhook", "backup", "key-id", "sealed", "lookup"]
BYTES = 32
VERSION = b"\x01"
ID = 4
NONCE = 12


class SealError(Exception):
    """A sealed value that does not open: another key made it, it was changed, or it stood in another place."""


class KeyFileError(OSError):
    """The key file cannot be used; the sentence says what to do."""


def derive(secret: bytes, purpose: Purpose) -> bytes:
    """The key for one purpose: from it neither the secret nor another key can be found."""
    return HKDF(SHA256(), BYTES, salt=b"beside 1", info=purpose.encode()).derive(secret)


class _Secret:
    """What is made from one secret, each once."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @cached_property
    def id(self) -> bytes:
        """Tells which secret sealed a value."""
        return derive(self._secret, "key-id")[:ID]

    @cached_property
    def cipher(self) -> AESGCM:
        """Seals and opens."""
        return AESGCM(derive(self._secret, "sealed"))

    @cached_property
    def lookup(self) -> bytes:
        """The key of keyed hashes."""
        return derive(self._secret, "lookup")


class Keys:
    """Seals, opens and looks up under the newest secret, and opens under the older ones that are still given."""

    def __init__(self, newest: bytes, *older: bytes) -> None:
        self._secrets = [_Secret(secret) for secret in (newest, *older)]

    def seal(self, plain: str, table: str, column: str, row: int) -> bytes:
        """The value for this place."""
        newest, nonce = self._secrets[0], os.urandom(NONCE)
        head = VERSION + newest.id + nonce
        return head + newest.cipher.encrypt(nonce, plain.encode(), _place(table, column, row))

    def open(self, sealed: bytes, table: str, column: str, row: int) -> str:
        """What was sealed in this place; SealError where it was not."""
        named, nonce, body = sealed[1 : 1 + ID], sealed[1 + ID : 1 + ID + NONCE], sealed[1 + ID + NONCE :]
        for secret in self._secrets:
            if sealed[:1] == VERSION and named == secret.id:
                try:
                    return secret.cipher.decrypt(nonce, body, _place(table, column, row)).decode()
                except (InvalidTag, ValueError):
                    break
        raise SealError("a sealed value does not open here")

    @property
    def newest(self) -> bytes:
        """The name of the newest secret, as it stands in what it sealed."""
        return self._secrets[0].id

    def lookup(self, *parts: str) -> bytes:
        """The keyed hash under which something is found (a channel and an address, a code)."""
        return self.lookups(*parts)[0]

    def lookups(self, *parts: str) -> Sequence[bytes]:
        """The same under every secret, the newest first: a row may still have the older one."""
        said = "\0".join(parts).encode()
        return [hmac.digest(secret.lookup, said, "sha256")[:16] for secret in self._secrets]


def _place(table: str, column: str, row: int) -> bytes:
    return f"{table}.{column}:{row}".encode()


def new_row() -> int:
    """A number for a new row: random, so that rows tell nothing of who came before whom."""
    return secrets.randbits(62)


def load_or_create(file: Path) -> bytes:
    """The newest secret in a file; a new one, readable by its owner only, where there is no file yet."""
    return secrets_in(file)[0]


def secrets_in(file: Path) -> tuple[bytes, ...]:
    """The secrets in a file, the newest first: one, or two while one is being replaced by the other.

    Raises KeyFileError for a file that is cut short: keys from it could be guessed.
    """
    try:
        held = file.read_bytes()
    except FileNotFoundError:
        return (_created(file),)
    if len(held) not in (BYTES, 2 * BYTES):
        raise KeyFileError(f"{file} is cut short: put the copy of the key back, or delete it to begin with a new one.")
    return tuple(held[start : start + BYTES] for start in range(0, len(held), BYTES))


def begin_replacing(file: Path) -> bytes:
    """Put a new secret before the one in a file, and say which; one that was begun before is gone on with."""
    held = secrets_in(file)
    if len(held) == 1:
        held = (secrets.token_bytes(BYTES), *held)
        _replaced(file, b"".join(held))
    return held[0]


def end_replacing(file: Path) -> None:
    """Leave only the newest secret in a file, and overwrite the other one where it stood.

    Whoever is reading the file just then still reads the newest one right.
    """
    with file.open("r+b") as before:
        _replaced(file, secrets_in(file)[0])
        before.seek(BYTES)
        before.write(os.urandom(BYTES))
        before.flush()
        os.fsync(before.fileno())


def being_written(file: Path) -> Path:
    """Where a key file is written before it takes the other's place."""
    return file.with_name(f"{file.name}.new")


def _replaced(file: Path, held: bytes) -> None:
    """The whole new file or the whole old one, whenever the machine stops."""
    fresh = being_written(file)
    fresh.unlink(missing_ok=True)
    _written(fresh, held)
    fresh.replace(file)


def _created(file: Path) -> bytes:
    """A new secret, on the disk for sure before anything is made with it; a file half written does not stay."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = secrets.token_bytes(BYTES)
    _written(file, secret)
    return secret


def _written(file: Path, held: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        try:
            opened.write(held)
            opened.flush()
            os.fsync(opened.fileno())
        except OSError:
            file.unlink()
            raise
