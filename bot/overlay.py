"""The overlay of the moment: read from the database whenever somebody changed it, laid over the shipped content."""

from collections.abc import Callable, Mapping, Sequence

import structlog
from pydantic import ValidationError

from content.model import Content
from content.overlay import Changed, Changes, Confirmed, Taught, laid_over
from storage import overlay
from storage.crypto import Keys, SealError
from storage.database import Database
from storage.overlay import Row

log = structlog.get_logger()

CONFIRMED, REFERRAL, PHRASE = "confirmed", "referral", "phrase"
"""The kinds of change."""


class Overlay:
    """Holds the changes, and the content that they were laid over last."""

    def __init__(self, database: Database, keys: Callable[[], Keys]) -> None:
        self._database = database
        self._keys = keys
        self._rows: Sequence[Row] = ()
        self.changes = Changes()
        self._made: tuple[Content, Changes, Content] | None = None

    async def refresh(self) -> bool:
        """Read what was changed; whether there was anything new."""
        rows = await overlay.rows(self._database)
        if rows == self._rows:
            return False
        self._rows, self.changes = rows, _read(self._keys(), rows)
        return True

    def over(self, content: Content) -> Content:
        """The content with the changes."""
        if self._made is None or self._made[0] is not content or self._made[1] is not self.changes:
            changes = self.changes
            self._made = content, changes, laid_over(content, changes)
        return self._made[2]

    @property
    def taught(self) -> Mapping[str, Taught]:
        """The phrases by the subject of their change."""
        return self.changes.taught

    def change(self, kind: str, subject: str) -> int:
        """The number of the change that holds, 0 where there is none."""
        return max((one.id for one in self._rows if (one.kind, one.subject) == (kind, subject)), default=0)


def _read(keys: Keys, rows: Sequence[Row]) -> Changes:
    """The changes that hold; one that cannot be read is named in the log by its kind, and left out."""
    newest = {(row.kind, row.subject): row for row in rows}
    confirmed: dict[str, Confirmed] = {}
    referrals: list[Changed] = []
    taught: dict[str, Taught] = {}
    for row in newest.values():
        try:
            body = overlay.opened(keys, row)
            if row.kind == CONFIRMED:
                confirmed[row.subject] = Confirmed.model_validate_json(body)
            elif row.kind == REFERRAL:
                referrals.append(Changed.model_validate_json(body))
            elif row.kind == PHRASE:
                taught[row.subject] = Taught.model_validate_json(body)
        except (SealError, ValidationError) as error:
            log.error("overlay.unreadable", kind=type(error).__name__)
    return Changes(confirmed, tuple(referrals), taught)
