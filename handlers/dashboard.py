"""`/dashboard`: a link that opens the coordinators' pages, once and for ten minutes."""

from dataclasses import replace
from typing import Protocol

from handlers.buttons import navigation
from handlers.choices import Choice
from handlers.desk import Desk
from handlers.types import Button, Heading, Outside, Paragraph, Quiet, Reply, Request


class Door(Protocol):
    """The way into the dashboard."""

    def link(self, coordinator: int) -> str:
        """An address that signs this coordinator in, once; empty where the pages are reachable on the server only."""
        ...

    def app(self) -> str:
        """The address that Telegram's apps open inside themselves; empty where there is none."""
        ...


async def respond(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """The link, or why there is none."""
    words, door = outside.words(request), outside.door
    link = door.link(request.coordinator) if door else ""
    session = replace(request.session, step="")
    title = Heading(words.say("dashboard.title"))
    if not link:
        return Reply((title, Paragraph(words.say("dashboard.server_only"))), navigation(words, "desk"), session)
    app = door.app() if door and request.channel == "telegram" else ""
    inside = ((Button(words.say("dashboard.open_app"), url=app, inside=True),),) if app else ()
    rows = (*inside, (Button(words.say("dashboard.open"), url=link),), *navigation(words, "desk"))
    return Reply((title, Paragraph(words.say("dashboard.line")), Quiet(words.say("dashboard.care"))), rows, session)
