"""The team as handlers see it, over the database: rights are checked in each statement, and each change is noted."""

import math
import secrets
import time
from collections.abc import Callable, Collection, Sequence

from bot.roles import Roles
from bot.tries import Tries
from handlers import codes
from handlers.choices import Choice
from handlers.desk import Joined, Member, Noted, Removal
from handlers.types import Request
from storage import audit, coordinators
from storage.coordinators import SUSPENDED, Coordinator
from storage.crypto import Keys
from storage.database import Database

INVITED = 24 * 3600
"""Seconds for which an invitation or a proposal stands."""
REMOVE = "remove"


def new_code() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(codes.ALPHABET) for _ in range(codes.LETTERS))


def sign_of(coordinator: int) -> str:
    """Three letters that stand for a coordinator among the others: from a random number, so they say nothing."""
    alphabet = codes.ALPHABET
    return "".join(alphabet[coordinator // len(alphabet) ** place % len(alphabet)] for place in range(3))


class Members:
    """A Team over the database."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        roles: Roles,
        channels: Collection[str],
        link: Callable[[str], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._keys = keys
        self._roles = roles
        self._channels = channels
        self._link = link
        self._clock = clock
        self.tries = Tries()

    def _now(self) -> int:
        return int(self._clock())

    async def members(self, request: Request) -> Sequence[Member]:
        """Everyone, in a fixed order."""
        people, now = await coordinators.everyone(self._database, self._keys()), self._now()
        return [
            Member(
                one.id,
                sign_of(one.id),
                one.id == request.coordinator,
                one.may_approve_at if one.may_approve_at > now else 0,
                one.suspended_until if one.suspended_until > now else 0,
            )
            for one in people
        ]

    async def speaks(self, request: Request) -> None:
        """Remember their language."""
        people = await coordinators.everyone(self._database, self._keys())
        if any(one.id == request.coordinator and one.language != request.language for one in people):
            await coordinators.change(self._database, request.coordinator, language=request.language)

    async def join(self, request: Request, code: str) -> Joined:
        """Use an invitation up; five wrong codes in an hour are the most a chat may try."""
        keys, chat = self._keys(), f"{request.channel} {request.chat}"
        if request.channel not in self._channels:
            return Joined("not_here")
        people = {one.id: one for one in await coordinators.everyone(self._database, keys)}
        if any(one.channel == request.channel and one.address == request.chat for one in people.values()):
            return Joined("known")
        if wait := self.tries.wait(chat):
            return Joined("wait", math.ceil(wait / 60))
        added = await coordinators.join(
            self._database, keys, code, request.channel, request.chat, request.language, self._now()
        )
        if added is None:
            self.tries.wrong(chat)
            return Joined("wrong")
        await self._noted("coordinator-joined")
        mine = next(one for one in await coordinators.everyone(self._database, keys) if one.id == added)
        return Joined("new", 0, sign_of(added), mine.may_approve_at if mine.may_approve_at > self._now() else 0)

    async def invite(self, request: Request) -> tuple[str, str]:
        """A code, and the link that carries it."""
        if not await self._active(request):
            return "", ""
        code = new_code()
        await coordinators.invite(self._database, self._keys(), "coordinator", code, self._now() + INVITED)
        await self._noted("coordinator-invited")
        return code, self._link(Choice("join", code.lower()).to_payload())

    async def suspend(self, request: Request, member: int, *, back: bool = False) -> bool:
        """Take another's rights for a day, or give them back."""
        until, now = 0 if back else self._now() + SUSPENDED, self._now()
        if not await coordinators.suspend(self._database, member, until, request.coordinator, now):
            return False
        await self._noted("coordinator-restored" if back else "coordinator-suspended")
        return True

    async def propose_removal(self, request: Request, member: int) -> int:
        """Ask another coordinator to agree."""
        if not await self._active(request):
            return 0
        until = self._now() + INVITED
        number = await coordinators.propose(
            self._database, self._keys(), REMOVE, str(member), "", request.coordinator, until
        )
        await self._noted("coordinator-removal-proposed")
        return number

    async def removals(self, request: Request) -> Sequence[Removal]:
        """The removals that wait."""
        waiting = await coordinators.proposed(self._database, self._keys(), self._now())
        return [
            Removal(one.id, int(one.subject), one.author == request.coordinator)
            for one in waiting
            if one.kind == REMOVE
        ]

    async def agree(self, request: Request, proposal: int) -> str:
        """Agree to a removal and carry it out."""
        agreed = await coordinators.second(self._database, self._keys(), proposal, request.coordinator, self._now())
        if agreed is None or not await coordinators.remove(self._database, int(agreed.subject)):
            return ""
        await self._noted("coordinator-removed")
        return sign_of(int(agreed.subject))

    async def leave(self, request: Request) -> bool:
        """Give up one's own rights."""
        if not await coordinators.remove(self._database, request.coordinator):
            return False
        await self._noted("coordinator-left")
        return True

    async def audit(self) -> Sequence[Noted]:
        """The newest lines."""
        return [Noted(one.hour, one.what, one.role) for one in await audit.noted(self._database)]

    async def _active(self, request: Request) -> bool:
        """Whether whoever asks has rights at this moment."""
        now = self._now()
        people: list[Coordinator] = await coordinators.everyone(self._database, self._keys())
        return any(one.id == request.coordinator and one.suspended_until <= now for one in people)

    async def _noted(self, what: str) -> None:
        await self._roles.refresh()
        await audit.note(self._database, what, "coordinator", self._now())
