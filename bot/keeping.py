"""`beside backup`, `restore` and `wipe`: what is kept, carried away, brought back, or gone."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings
from storage import backup, crypto
from storage.crypto import Keys

STILL_ELSEWHERE = """What Beside cannot wipe:
- Telegram keeps the chats that people had with the bot, by its own rules. Revoke the token with @BotFather so that
  nobody answers as the bot.
- signal-cli keeps its account and messages in its own folder, where Signal is used.
- Phones keep their chats until their owners delete them; copies of backups stay where you put them.
- On flash disks an overwritten file can survive in spare cells: an encrypted disk is the protection.
Wiping when a search is announced or under way can be an offence of its own. Ask a lawyer first. Short retention is the
real protection: there was little to wipe."""


BACKUP_NAMES = "those who asked for updates and the coordinators; no deliveries, no questions, no conversations"
"""What a backup holds of people, for whoever has it and the key."""


def secret_of(settings: Settings) -> bytes:
    """The deployment's secret: given, or in the key file."""
    given = settings.secret_key
    return given.get_secret_value().encode() if given else crypto.load_or_create(settings.key_file)


class KeyRing:
    """The keys of the moment. Called for each use: a key file that was replaced is noticed at the next one."""

    def __init__(self, settings: Settings) -> None:
        given = settings.secret_key
        self._file = None if given else settings.key_file
        self._keys = Keys(secret_of(settings))
        self._seen: tuple[int, ...] = ()

    def __call__(self) -> Keys:
        """The keys; those known so far where the file cannot be read now."""
        if self._file is not None:
            with suppress(OSError):
                about = self._file.stat()
                seen = (about.st_ino, about.st_mtime_ns, about.st_size)
                if seen != self._seen:
                    self._keys, self._seen = Keys(*crypto.secrets_in(self._file)), seen
        return self._keys


def back_up(settings: Settings, file: Path) -> str:
    """Write an encrypted backup; what to say about it."""
    today = datetime.now(UTC).date()
    file.write_bytes(backup.sealed(settings.database_file, crypto.derive(secret_of(settings), "backup"), today))
    file.chmod(0o600)
    return (
        f"{file} holds, encrypted, the counts up to yesterday, updates, and {BACKUP_NAMES}.\n"
        f"It opens only with this deployment's key: keep a copy of the key somewhere else, never beside the backup."
    )


def restore(settings: Settings, file: Path) -> str:
    """Put a backup in place of the database; Beside must not be running."""
    plain = backup.opened(file.read_bytes(), crypto.derive(secret_of(settings), "backup"))
    backup.put_back(plain, settings.database_file)
    made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return (
        f"Everything is as it was on {made:%d %B %Y}. Whoever left since then, subscriber or coordinator, may be back: "
        "remove coordinators who should not be, and send no update before you have told subscribers how to leave."
    )


def wipe(settings: Settings) -> str:
    """Destroy the key, then the database; what went and what is elsewhere."""
    gone = "\n".join(f"gone: {file}" for file in backup.wipe(settings.database_file, settings.key_file))
    return f"{gone or 'There was nothing to wipe.'}\n\n{STILL_ELSEWHERE}"
