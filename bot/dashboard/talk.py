"""What the desk has shown in one dashboard session: in memory, the newest pages only, gone with the session.

Each page that was shown has a number, so that two windows do not take each other's words, and going back shows what
stood there.
"""

from collections import OrderedDict
from dataclasses import dataclass
from itertools import count

from handlers.types import Reply, Session

MOST = 20
"""Pages of one session that can be gone back to."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A Reply that was shown, and the choice it answered, empty where it answered words; and the words that could not
    be kept, so that they can be mended."""

    choice: str
    reply: Reply
    refused: str = ""


class Talk:
    """The pages of one session."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    def keep(self, choice: str, reply: Reply, refused: str = "") -> str:
        """Remember what is shown; the number of its page."""
        number = str(next(self._numbers))
        self._seen[number] = Seen(choice, reply, refused)
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)
        return number

    def get(self, number: str) -> Seen | None:
        """What a page showed; None where it is forgotten."""
        return self._seen.get(number)

    def session(self, number: str) -> Session:
        """The step that a page was at."""
        seen = self.get(number)
        return seen.reply.session if seen else Session()
