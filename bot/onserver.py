"""What `beside` on the server may always do with coordinators; whoever serves notices within seconds and tells them."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.keeping import KeyRing
from bot.settings import Settings
from bot.team import INVITED, new_code, sign_of
from handlers import codes
from handlers.choices import Choice
from storage import audit, coordinators
from storage.database import Database, DatabaseError


class OnServerError(OSError):
    """It could not be done; the sentence says why and what to do."""


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_file)
    try:
        await database.migrate()
        yield database
    except DatabaseError as error:
        raise OnServerError(str(error)) from None
    finally:
        await database.close()


async def invite(settings: Settings) -> str:
    """A code for one coordinator, and the link that carries it; printed once, kept as a keyed hash."""
    code, now = new_code(), int(time.time())
    async with _opened(settings) as database:
        await coordinators.invite(database, KeyRing(settings)(), "coordinator", code, now + INVITED)
        await audit.note(database, "coordinator-invited", "server", now)
    name = await _username(settings)
    payload = Choice("join", code.lower()).to_payload()
    lines = [
        "This makes one person a coordinator, once, within 24 hours. It is shown only now.",
        *((f"Open on the phone: https://t.me/{name}?start={payload}",) if name else ()),
        f"{'Or write' if name else 'Write'} to the bot: /join {codes.spelled(code)}",
    ]
    if settings.telegram_token is None:
        lines.append("Coordinators join over Telegram: set BESIDE_TELEGRAM_TOKEN before they do.")
    return "\n".join(lines)


async def _username(settings: Settings) -> str:
    """What the bot is called on Telegram; empty where there is none or nobody answers."""
    if settings.telegram_token is None:
        return ""
    from bot.channels.telegram.profile import username_of  # noqa: PLC0415 - the library is loaded only where it is used

    return await username_of(settings.telegram_token.get_secret_value(), settings.telegram_api_url)


async def coordinators_list(settings: Settings) -> str:
    """The coordinators' signs, and what each cannot do now."""
    now = time.time()
    async with _opened(settings) as database:
        people = await coordinators.everyone(database, KeyRing(settings)())
    if not people:
        return "There is no coordinator yet: `beside invite` makes a code for the first."
    lines = []
    for one in people:
        new = "new: may not approve yet" if one.may_approve_at > now else ""
        suspended = "suspended" if one.suspended_until > now else ""
        lines.append("  ".join(part for part in (sign_of(one.id), one.channel, new, suspended) if part))
    return "\n".join(lines)


async def remove(settings: Settings, sign: str) -> str:
    """End a coordinator's rights."""
    async with _opened(settings) as database:
        people = await coordinators.everyone(database, KeyRing(settings)())
        found = [one.id for one in people if sign_of(one.id) == sign.strip().upper()]
        if len(found) != 1:
            raise OnServerError(f"There is no coordinator {sign}: `beside coordinators` lists them.")
        await coordinators.remove(database, found[0])
        await audit.note(database, "coordinator-removed", "server", int(time.time()))
    return f"{sign.strip().upper()} is no longer a coordinator. The others are told."


async def solo(settings: Settings, mode: str) -> str:
    """Switch solo mode on or off."""
    async with _opened(settings) as database:
        await coordinators.set_mode(database, "solo", mode)
        await audit.note(database, f"solo-{mode}", "server", int(time.time()))
    if mode == "on":
        return "One coordinator may send alone now, with 30 seconds to undo it. The coordinators are told."
    return "Sending needs two again. The coordinators are told."
