"""Subscriptions: the chats that asked for updates, found by a keyed hash, their addresses sealed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.crypto import Keys, new_row
from storage.database import Database, whole
from storage.tables import PROPOSED_DAYS, coordinators, deliveries, subscription_topics, subscriptions, topics

TABLE = "subscriptions"
DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a chat asked for. Hours are local, in the deployment's time zone; equal hours mean no quiet time.

    `region` is a country's code or empty. `alerts` lets alerts through the quiet hours.
    """

    language: str
    topics: tuple[str, ...]
    region: str = ""
    quiet_from: int = 22
    quiet_to: int = 7
    alerts: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat that asked for updates. `place` is private, group, or desk: the coordinators' own group.

    A group is `confirmed` by a coordinator; everybody else is from the beginning.
    """

    id: int
    channel: str
    address: str
    place: str
    confirmed: bool
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a broadcast is meant for; an empty list means everyone. `place` is private, group or empty for both."""

    languages: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    place: str = ""


@whole
async def find(database: Database, keys: Keys, channel: str, address: str) -> Subscription | None:
    """The subscription of a chat."""
    there = subscriptions.c.lookup.in_(keys.lookups(channel, address))
    async with database.read() as connection:
        row = (await connection.execute(select(subscriptions).where(there))).first()
        return await _subscription(connection, keys, row) if row else None


@whole
async def of_place(database: Database, keys: Keys, place: str, *, confirmed: bool = True) -> list[Subscription]:
    """The subscriptions of a place (desk, group), or those that wait to be confirmed."""
    there = (subscriptions.c.place == place) & (subscriptions.c.confirmed == confirmed)
    async with database.read() as connection:
        rows = (await connection.execute(select(subscriptions).where(there).order_by(subscriptions.c.id))).all()
        return [await _subscription(connection, keys, row) for row in rows]


@whole
async def put(
    database: Database, keys: Keys, channel: str, address: str, wishes: Wishes, *, place: str, proposed_at: int = 0
) -> int:
    """Keep what a chat asked for; the number of its subscription. One that is there is changed, and stays confirmed.

    A group that is `proposed_at` a time waits from then on to be confirmed by a coordinator.
    """
    values = {
        "language": wishes.language,
        "region": wishes.region,
        "quiet_from": wishes.quiet_from,
        "quiet_to": wishes.quiet_to,
        "alerts": wishes.alerts,
    }
    there = subscriptions.c.lookup.in_(keys.lookups(channel, address))
    async with database.write() as connection:
        row = (await connection.execute(select(subscriptions.c.id).where(there))).scalar()
        if row is None:
            row = new_row()
            values |= {
                "id": row,
                "channel": channel,
                "address": keys.seal(address, TABLE, "address", row),
                "lookup": keys.lookup(channel, address),
                "place": place,
                "confirmed": not proposed_at,
                "proposed_at": proposed_at,
            }
            await connection.execute(insert(subscriptions).values(**values))
        else:
            await connection.execute(update(subscriptions).where(subscriptions.c.id == row).values(**values))
            await connection.execute(delete(subscription_topics).where(subscription_topics.c.subscription == row))
        if wishes.topics:
            chosen = [{"subscription": row, "topic": topic} for topic in wishes.topics]
            await connection.execute(insert(subscription_topics), chosen)
    return int(row)


@whole
async def decide(
    database: Database, keys: Keys, subscription: int, coordinator: int, now: int, *, yes: bool
) -> Subscription | None:
    """Let a proposed group go live, or delete it, as a coordinator; the group, None where it was not waiting."""
    active = select(coordinators.c.id).where(coordinators.c.id == coordinator, coordinators.c.suspended_until <= now)
    waiting = (subscriptions.c.id == subscription) & subscriptions.c.confirmed.is_(False) & active.exists()
    async with database.write() as connection:
        row = (await connection.execute(select(subscriptions).where(waiting))).first()
        if row is None:
            return None
        group = await _subscription(connection, keys, row)
        if yes:
            await connection.execute(update(subscriptions).where(waiting).values(confirmed=True, proposed_at=0))
        else:
            await remove_rows(connection, [subscription])
    await database.tidy_log()
    return group


@whole
async def purge(database: Database, now: int) -> None:
    """Delete the groups that were proposed and that nobody confirmed in time."""
    over = subscriptions.c.confirmed.is_(False) & (subscriptions.c.proposed_at < now - PROPOSED_DAYS * DAY)
    async with database.write() as connection:
        gone = (await connection.execute(select(subscriptions.c.id).where(over))).scalars().all()
        if gone:
            await remove_rows(connection, gone)
    if gone:
        await database.tidy_log()


@whole
async def of_chat(database: Database, keys: Keys, channel: str, chat: str) -> list[Subscription]:
    """The subscriptions of a chat and of its forum topics (`chat/topic`): these can be found only by opening them."""
    groups = (subscriptions.c.channel == channel) & (subscriptions.c.place != "private")
    exact = subscriptions.c.lookup.in_(keys.lookups(channel, chat))
    async with database.read() as connection:
        rows = (await connection.execute(select(subscriptions).where(groups | exact))).all()
        found = [await _subscription(connection, keys, row) for row in rows]
    return [one for one in found if one.address.partition("/")[0] == chat]


@whole
async def moved(database: Database, keys: Keys, subscription: int, channel: str, address: str) -> None:
    """A chat has a new address (a group became a supergroup); where that one subscribed already, this one goes."""
    taken = subscriptions.c.lookup.in_(keys.lookups(channel, address)) & (subscriptions.c.id != subscription)
    values = {"address": keys.seal(address, TABLE, "address", subscription), "lookup": keys.lookup(channel, address)}
    async with database.write() as connection:
        if (await connection.execute(select(subscriptions.c.id).where(taken))).first():
            await remove_rows(connection, [subscription])
        else:
            await connection.execute(update(subscriptions).where(subscriptions.c.id == subscription).values(**values))


@whole
async def leave(database: Database, keys: Keys, channel: str, address: str) -> bool:
    """End a chat's subscription, and every delivery to it; whether there was one."""
    there = subscriptions.c.lookup.in_(keys.lookups(channel, address))
    async with database.write() as connection:
        row = (await connection.execute(select(subscriptions.c.id).where(there))).scalar()
        if row is not None:
            await remove_rows(connection, [row])
    if row is not None:
        await database.tidy_log()
    return row is not None


@whole
async def remove(database: Database, subscription: int) -> None:
    """End a subscription whose chat is gone, or whose group was not confirmed."""
    async with database.write() as connection:
        await remove_rows(connection, [subscription])
    await database.tidy_log()


async def remove_rows(connection: AsyncConnection, gone: Sequence[int]) -> None:
    """Delete subscriptions and everything that names them, inside a transaction."""
    await connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(gone)))
    await connection.execute(delete(subscription_topics).where(subscription_topics.c.subscription.in_(gone)))
    await connection.execute(delete(deliveries).where(deliveries.c.recipient.in_(gone)))


@whole
async def reached(database: Database, audience: Audience) -> dict[str, int]:
    """How many subscriptions an audience has, by language."""
    statement = select(subscriptions.c.language, func.count()).where(meant(audience)).group_by(subscriptions.c.language)
    async with database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(statement)}


@whole
async def regions(database: Database) -> list[str]:
    """The regions that anybody asked updates for."""
    statement = select(subscriptions.c.region).where(subscriptions.c.region != "").distinct()
    async with database.read() as connection:
        return sorted((await connection.execute(statement)).scalars())


def meant(audience: Audience) -> ColumnElement[bool]:
    """The subscriptions of an audience, as part of a statement."""
    parts: list[ColumnElement[bool]] = [subscriptions.c.confirmed.is_(True), subscriptions.c.place != "desk"]
    if audience.place:
        parts.append(subscriptions.c.place == audience.place)
    if audience.languages:
        parts.append(subscriptions.c.language.in_(audience.languages))
    if audience.regions:
        parts.append(or_(subscriptions.c.region.in_(audience.regions), subscriptions.c.region == ""))
    if audience.topics:
        asked: Select[tuple[int]] = select(subscription_topics.c.subscription).where(
            subscription_topics.c.topic.in_(audience.topics)
        )
        parts.append(subscriptions.c.id.in_(asked))
    return and_(*parts)


async def _subscription(connection: AsyncConnection, keys: Keys, row: Row[tuple[object, ...]]) -> Subscription:
    chosen = select(subscription_topics.c.topic).where(subscription_topics.c.subscription == row.id)
    named = tuple((await connection.execute(chosen.order_by(subscription_topics.c.topic))).scalars())
    wishes = Wishes(row.language, named, row.region, row.quiet_from, row.quiet_to, row.alerts)
    address = keys.open(row.address, TABLE, "address", row.id)
    return Subscription(row.id, row.channel, address, row.place, row.confirmed, wishes)


@whole
async def own_topics(database: Database) -> dict[str, str]:
    """The organisation's own topics: id → title."""
    async with database.read() as connection:
        rows = await connection.execute(select(topics).order_by(topics.c.id))
        return {row.id: row.title for row in rows}


@whole
async def put_topic(database: Database, topic: str, title: str) -> None:
    """Define a topic, or rename it."""
    async with database.write() as connection:
        await connection.execute(delete(topics).where(topics.c.id == topic))
        await connection.execute(insert(topics).values(id=topic, title=title))


@whole
async def drop_topic(database: Database, topic: str) -> None:
    """Delete a topic, and everybody's wish for it."""
    async with database.write() as connection:
        await connection.execute(delete(topics).where(topics.c.id == topic))
        await connection.execute(delete(subscription_topics).where(subscription_topics.c.topic == topic))
