"""Keys: one secret outside the database, and from it one key for each purpose."""

import os
import secrets
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Purpose = Literal["web-session", "telegram-webhook", "backup"]
BYTES = 32


class KeyFileError(OSError):
    """The key file cannot be used; the sentence says what to do."""


def derive(secret: bytes, purpose: Purpose) -> bytes:
    """The key for one purpose: from it neither the secret nor another key can be found."""
    return HKDF(SHA256(), BYTES, salt=b"beside 1", info=purpose.encode()).derive(secret)


def load_or_create(file: Path) -> bytes:
    """The secret in a file; a new one, readable by its owner only, where there is none yet.

    Raises KeyFileError for a file that is cut short: keys from it could be guessed.
    """
    try:
        secret = file.read_bytes()
    except FileNotFoundError:
        return _created(file)
    if len(secret) < BYTES:
        raise KeyFileError(f"{file} is cut short: put the copy of the key back, or delete it to begin with a new one.")
    return secret


def _created(file: Path) -> bytes:
    """A new secret, on the disk for sure before anything is made with it; a file half written does not stay."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = secrets.token_bytes(BYTES)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        try:
            opened.write(secret)
            opened.flush()
            os.fsync(opened.fileno())
        except OSError:
            file.unlink()
            raise
    return secret
