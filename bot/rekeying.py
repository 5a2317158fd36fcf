"""`beside new-key`: a new secret in place of the old one, while Beside goes on answering and sending."""

import asyncio
import time

from bot.settings import Settings
from storage import audit, crypto, rekey
from storage.crypto import Keys, SealError
from storage.database import Database

NOTICED = 2.0
"""Seconds after which nothing is written any more with keys that were taken before the file changed."""

UNREADABLE = "Something in the database does not open with the key in {file}. Both keys stay there; nothing is lost."


class RekeyError(OSError):
    """The key could not be replaced; the sentence says why and what to do."""


async def replace_key(settings: Settings, noticed: float = NOTICED) -> str:
    """Replace the secret; what to say about it. Stopped in the middle, the next call goes on where this one was."""
    if settings.secret_key:
        raise RekeyError("The key is given in BESIDE_SECRET_KEY, so only you can replace it: see docs/operating.md.")
    if not settings.key_file.exists():
        raise RekeyError("There is no key yet: `beside serve` makes one.")
    crypto.begin_replacing(settings.key_file)
    await asyncio.sleep(noticed)
    database = Database(settings.database_file)
    try:
        await database.migrate()
        keys = Keys(*crypto.secrets_in(settings.key_file))
        codes = await rekey.end_codes(database)
        rows = await rekey.renew(database, keys)
        await asyncio.sleep(noticed)
        rows += await rekey.renew(database, keys)
        await audit.note(database, "key-changed", "server", int(time.time()))
    except SealError:
        raise RekeyError(UNREADABLE.format(file=settings.key_file)) from None
    finally:
        await database.close()
    crypto.end_replacing(settings.key_file)
    return _said(rows, codes)


def _said(rows: int, codes: int) -> str:
    lines = [f"There is a new key; {rows} rows are sealed with it, and the old key is overwritten."]
    if codes:
        lines.append(f"Invitations that were open have ended ({codes}): make new ones.")
    lines += [
        "Backups made until now open only with a copy of the old key: make a new backup.",
        "Restart Beside when it suits you: pages that are open and the webhook use the old key until then.",
    ]
    return "\n".join(lines)
