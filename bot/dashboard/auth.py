"""Who may see the dashboard: links that sign in once, and sessions that are known in memory only.

A cookie holds a session's random name and its signature under a key that lives as long as the process; whom it stands
for is on a list in memory. A restart ends every session, and so does the end of a coordinator's rights, at once. What
was shown last of the desk goes with the session.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.dashboard.talk import Talk
from storage.coordinators import SERVER

LINK_SECONDS = 600
SESSION_SECONDS = 12 * 3600
MOST_LINKS = 3
"""Links of one person that are good at the same time; an older one ends when another is made."""
MOST_SESSIONS = 5
"""Sessions of one person: the phone, the desk, and what was forgotten somewhere."""
BYTES = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """A link or a session: whose it is, until when it is good, and what was shown in it."""

    who: int
    until: float
    talk: Talk = field(default_factory=Talk)


NOBODY = Opened(SERVER, 0.0)


class Doors:
    """The links and sessions of the moment. Coordinators are numbers here; `SERVER` is the server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(BYTES)
        self._links: dict[str, Opened] = {}
        self._sessions: dict[str, Opened] = {}

    def link(self, who: int) -> str:
        """A token that signs somebody in once, within ten minutes."""
        return _added(self._links, Opened(who, self._clock() + LINK_SECONDS), MOST_LINKS)

    def is_good(self, token: str) -> bool:
        """Whether a token can still be spent; looking does not spend it."""
        return self._links.get(token, NOBODY).until > self._clock()

    def spend(self, token: str) -> int | None:
        """Whom a token signs in, from now on nobody; None where it is not good."""
        spent = self._links.pop(token, NOBODY)
        return spent.who if spent.until > self._clock() else None

    def begin(self, who: int) -> str:
        """A session; what its cookie holds."""
        name = _added(self._sessions, Opened(who, self._clock() + SESSION_SECONDS), MOST_SESSIONS)
        return f"{name}.{self._signature(name)}"

    def opened(self, cookie: str) -> Opened | None:
        """The session that a cookie belongs to; None for everything else."""
        session = self._sessions.get(self._name(cookie), NOBODY)
        return session if session.until > self._clock() else None

    def who(self, cookie: str) -> int | None:
        """Whose session a cookie is; None for everything else."""
        session = self.opened(cookie)
        return session.who if session else None

    def end(self, cookie: str) -> None:
        """End one session."""
        self._sessions.pop(self._name(cookie), None)

    def shut(self, who: int) -> None:
        """End everything that is somebody's: their rights are over."""
        self._links = {name: one for name, one in self._links.items() if one.who != who}
        self._sessions = {name: one for name, one in self._sessions.items() if one.who != who}

    def forget_idle(self) -> None:
        """Forget what is over its time."""
        now = self._clock()
        self._links = {name: one for name, one in self._links.items() if one.until > now}
        self._sessions = {name: one for name, one in self._sessions.items() if one.until > now}

    def _name(self, cookie: str) -> str:
        """The name a cookie carries under our signature; empty where it does not."""
        name, _, signature = cookie.partition(".")
        good = hmac.compare_digest(signature.encode(), self._signature(name).encode())
        return name if good else ""

    def _signature(self, name: str) -> str:
        return hmac.digest(self._key, name.encode(), "sha256").hex()


def _added(kept: dict[str, Opened], one: Opened, most: int) -> str:
    """A new random name for what was opened; the oldest of the same person goes where there would be too many."""
    mine = [name for name, other in kept.items() if other.who == one.who]
    for name in mine[: max(0, len(mine) - most + 1)]:
        del kept[name]
    name = secrets.token_urlsafe(BYTES)
    kept[name] = one
    return name
