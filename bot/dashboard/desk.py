"""The coordinators' desk on a page: the very answers of the chat, its buttons and questions as forms."""

from dataclasses import replace

from bot.channels.web.render import blocks_html, buttons_html
from bot.dashboard import asking
from bot.dashboard.field import field_of
from bot.dashboard.forms import MEGABYTES
from bot.dashboard.parts import Page, Parts, Tab, Table, Visit, address
from bot.dashboard.sending import PEOPLE, UPDATES
from bot.dashboard.tables import of_view
from handlers.choices import Choice, from_choice
from handlers.types import Block, Button, Heading, Link, Phone, Reply, Rows, Steps
from storage.coordinators import SERVER

ELSEWHERE = {"dashboard": "", "stats": "needs"}
"""Choices of the chat that are pages here; Home is left out, since every page leads to every other."""
BEGINNINGS = {"desk": UPDATES, "desk:updates": UPDATES, "team": PEOPLE}
URGENT = "urgent"
"""The choice that is opened in the chat page, which is for everyone."""
EVERY = 5
"""Seconds after which the page of an update that goes out looks again."""


async def show(visit: Visit, parts: Parts) -> Page:
    """The desk and how updates arrived, or what was answered last."""
    words = visit.words
    title = words.say("dashboard.pages.updates")
    if visit.asked.get("view") and visit.who != SERVER:
        return await answered(visit, parts, UPDATES)
    figures = of_view(await parts.figures.view("update", 30), visit, parts)
    reply = await asking.pressed(visit, parts, "desk")
    if reply is None:
        return Page(title, (words.say("dashboard.server_may"),), (figures,), save=True)
    return replace(await _page(visit, parts, UPDATES, "", reply), tables=(figures,))


async def answered(visit: Visit, parts: Parts, name: str) -> Page:
    """What was shown under a number, where it is not forgotten; an update on its way as it stands now."""
    number = visit.asked.get("view", "")
    seen = visit.talk.get(number)
    again = _watched(seen.choice, seen.reply) if seen else "team" if name == PEOPLE else "desk"
    if not again and seen:
        return await _page(visit, parts, name, number, seen.reply, seen.refused)
    reply = await asking.pressed(visit, parts, again)
    if reply is None:  # whose rights ended this moment
        return Page(visit.words.say(f"dashboard.pages.{name}"))
    page = await _page(visit, parts, name, number if seen else "", reply)
    return replace(page, soon=EVERY if seen and _watched(again, reply) else 0)


def _watched(pressed: str, reply: Reply) -> str:
    """The choice that looks again at an update while it is on its way; empty for every other answer."""
    choice = from_choice(pressed)
    if choice is None or choice.name not in asking.ON_THE_WAY:
        return ""
    number, _, sure = choice.argument.partition("-")
    again = str(Choice("follow", number))
    asks_first = choice.name == "stop" and not sure
    return again if not asks_first and any(one.choice == again for row in reply.buttons for one in row) else ""


async def _page(visit: Visit, parts: Parts, name: str, number: str, reply: Reply, refused: str = "") -> Page:
    words = visit.words
    title = words.say(f"dashboard.pages.{name}")
    heading = next((block.text for block in reply.blocks if isinstance(block, Heading)), title)
    more: dict[str, object] = {
        "heading": heading,
        "blocks": blocks_html(reply.blocks),
        "buttons": buttons_html(here(reply.buttons)),
        "urgent": [one for row in reply.buttons for one in row if _name(one) == URGENT],
        "action": address(name, view=number),
        "field": await field_of(visit, parts, reply.session, refused),
        "megabytes": MEGABYTES,
    }
    leads_back = not number or any(one.url == address(name) for row in here(reply.buttons) for one in row)
    back = () if leads_back else ((Tab(words.say("dashboard.back_to", what=title), address(name)),),)
    own, save = (table(visit, heading, reply),), name == UPDATES  # an invitation's code belongs in no file
    return Page(title, tabs=back, template="desk.html", save=save, own=own, more=more)


# buttons


def here(rows: Rows) -> Rows:
    """The buttons that mean something on a page; those of other answers of the chat are a page, or left out."""
    kept = (tuple(found for one in row if (found := _here(one))) for row in rows)
    return tuple(row for row in kept if row)


def _here(one: Button) -> Button | None:
    if one.choice in BEGINNINGS:
        return Button(one.label, url=address(BEGINNINGS[one.choice]))
    if _name(one) in ELSEWHERE:
        return Button(one.label, url=address(ELSEWHERE[_name(one)]))
    return one if asking.served(one.choice) else None


def _name(one: Button) -> str:
    choice = from_choice(one.choice)
    return choice.name if choice else ""


# saving


def table(visit: Visit, title: str, reply: Reply) -> Table:
    """An answer as it is saved: what it says, then what can be pressed."""
    said = [line for block in reply.blocks if not isinstance(block, Heading) for line in _lines(block)]
    labels = [one.label for row in here(reply.buttons) for one in row]
    return Table(title, (visit.words.say("dashboard.shown"),), tuple((line,) for line in (*said, *labels)))


def _lines(block: Block) -> tuple[str, ...]:
    match block:
        case Steps(items):
            return items
        case Phone(number, label):
            return (f"{number} {label}",)
        case Link(url, label):
            return (f"{label}: {url}",)
        case _:
            return (block.text,)
