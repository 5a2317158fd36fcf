"""What is pressed and written on a page, as requests of the coordinator's own chat: the handlers answer both alike.

Nothing is decided here: the handlers answer, and the database says what may be done. Only the desk's choices are taken.
"""

from typing import cast

from bot.dashboard.parts import Parts, Visit
from handlers import coordinators, router, writing
from handlers.choices import Choice, from_choice
from handlers.types import ChannelName, Reply, Request
from storage.coordinators import SERVER, everyone

OF_PEOPLE = ("team", "group")
"""Choices that belong to the page of people."""
OF_UPDATES = ("desk", "write", "submit", "approve", "alone", "undo", "correct", "recall")
ON_THE_WAY = ("follow", "pause", "resume", "stop")
SERVED = frozenset((*OF_UPDATES, *ON_THE_WAY, *OF_PEOPLE))
"""The choices of the desk: nothing else is answered here."""


def served(pressed: str) -> Choice | None:
    """A choice of the desk, taken apart; None for every other."""
    choice = from_choice(pressed)
    return choice if choice and choice.name in SERVED else None


async def request_of(visit: Visit, parts: Parts, *, choice: str = "", text: str = "") -> Request:
    """What a coordinator's own chat would have sent, at the step of the page it was sent from."""
    people = await everyone(parts.database, parts.keys())
    mine = next((one for one in people if one.id == visit.who and visit.who != SERVER), None)
    return Request(
        cast(ChannelName, mine.channel) if mine else "web",
        mine.address if mine else "",
        text=text,
        choice=choice,
        language=visit.words.code,
        session=visit.talk.session(visit.asked.get("view", "")),
        now=visit.now,
        coordinator=mine.id if mine else 0,
    )


async def pressed(visit: Visit, parts: Parts, choice: str) -> Reply | None:
    """The answer to a button; None where it is none of the desk's, or of somebody who has no desk."""
    request = await request_of(visit, parts, choice=choice)
    if not request.coordinator or served(choice) is None:
        return None
    return await router.respond(request, parts.outside())


async def typed(request: Request, parts: Parts) -> Reply | None:
    """The answer to words or a file; None where the page was at no step that waits for them."""
    if not writing.waits_for_words(request):
        return None
    return await coordinators.typed(request, parts.outside())
