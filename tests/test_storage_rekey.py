"""A new key: everything sealed is sealed anew, everything is found again, and the old key opens nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary

from bot.keeping import KeyRing
from bot.rekeying import RekeyError, replace_key
from bot.settings import Settings
from storage import broadcasts, coordinators, crypto, ledger, overlay, rekey, relays, subscriptions
from storage.crypto import Keys, SealError
from storage.database import Database
from storage.ledger import Result
from storage.subscriptions import Audience, Wishes
from storage.tables import metadata
from tests.journeys.running import settings_for

NOW = 1_795_000_000
HOUR = 3600


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    opened = Database(settings.database_file)
    await opened.migrate()
    yield opened
    await opened.close()


async def filled(database: Database, keys: Keys) -> int:
    """One row of every kind; the number of a broadcast that is being sent."""
    first = await coordinators.add(database, keys, "telegram", "1", "en", NOW) or 0
    second = await coordinators.add(database, keys, "telegram", "2", "en", NOW) or 0
    await coordinators.invite(database, keys, "coordinator", "CODE", NOW + HOUR)
    await coordinators.propose(database, keys, "remove", "1", "why", second, NOW + HOUR)
    await overlay.put(database, keys, "referral", "a", "changed", first, NOW)
    for chat in range(10, 15):
        await subscriptions.put(
            database, keys, "telegram", str(chat), Wishes("en", (), quiet_from=0, quiet_to=0), place="private"
        )
    draft = await broadcasts.begin_draft(database, keys, first, "words", NOW)
    await broadcasts.write(database, keys, draft, first, "words", NOW, valid_until=NOW + HOUR)
    await broadcasts.submit(database, draft, first, 2, NOW)
    assert await broadcasts.approve(database, keys, draft, second, 2, "ABCD2345", NOW)
    assert await ledger.begin(database, draft, Audience(), NOW)
    flying = await ledger.claim(database, keys, draft, 3, NOW)
    await ledger.record(database, keys, draft, [Result(one.recipient, "en", "done", "sent", 1, "7") for one in flying])
    relay = await relays.open_new(database, keys, "telegram", "20", "en", "help", NOW)
    assert relay
    await relays.add_copy(database, keys, relay.id, "telegram", "-100", "5")
    return draft


async def found(database: Database, keys: Keys, draft: int) -> None:
    """Everything is found and opens."""
    assert {one.address for one in await coordinators.everyone(database, keys)} == {"1", "2"}
    assert await coordinators.add(database, keys, "telegram", "1", "en", NOW) is None
    assert [one.body for one in await coordinators.proposed(database, keys, NOW)] == ["why"]
    assert [overlay.opened(keys, row) for row in await overlay.rows(database)] == ["changed"]
    subscription = await subscriptions.find(database, keys, "telegram", "12")
    assert subscription
    assert subscription.address == "12"
    by_code = await broadcasts.by_code(database, keys, "ABCD2345")
    assert by_code
    assert (by_code.id, by_code.body, by_code.code) == (draft, "words", "ABCD2345")
    assert [one.body for one in await relays.of_chat(database, keys, "telegram", "20")] == ["help"]
    assert await relays.by_copy(database, keys, "-100", "5")


def test_every_sealed_column_and_keyed_hash_is_made_anew() -> None:
    known = {(place.table.name, name) for place in rekey.PLACES for name in (*place.sealed, *place.hashes)}
    known.add((rekey.ENDED.name, "lookup"))
    stored = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert known == stored


async def test_a_new_key_opens_everything_and_the_old_one_nothing(settings: Settings, database: Database) -> None:
    ring = KeyRing(settings)
    old = ring()
    draft = await filled(database, old)
    said = await replace_key(settings, 0)
    assert "make a new backup" in said
    assert "(1)" in said, "the open invitation has ended"
    assert ring() is not old, "a running process notices"
    await found(database, ring(), draft)
    await found(database, Keys(crypto.load_or_create(settings.key_file)), draft)
    with pytest.raises(SealError):
        await coordinators.everyone(database, old)
    assert await subscriptions.find(database, old, "telegram", "12") is None
    assert len(settings.key_file.read_bytes()) == crypto.BYTES
    assert oct(settings.key_file.stat().st_mode)[-3:] == "600"
    assert await broadcasts.recall(database, draft, NOW)
    assert [one.message for one in await ledger.claim(database, ring(), draft, 9, NOW)] == ["7"] * 3


async def test_a_replacement_that_was_stopped_goes_on(settings: Settings, database: Database) -> None:
    old = crypto.load_or_create(settings.key_file)
    draft = await filled(database, Keys(old))
    new = crypto.begin_replacing(settings.key_file)
    ring = KeyRing(settings)
    await found(database, ring(), draft)
    half = (await coordinators.everyone(database, ring()))[0]
    await coordinators.moved(database, ring(), half.id, half.channel, half.address)
    assert crypto.begin_replacing(settings.key_file) == new, "no third key"
    await replace_key(settings, 0)
    assert crypto.secrets_in(settings.key_file) == (new,)
    with sqlite3.connect(settings.database_file) as connection:
        assert connection.execute("SELECT count(*) FROM coordinators").fetchone() == (2,)
    connection.close()


async def test_what_is_written_meanwhile_is_not_lost(settings: Settings, database: Database) -> None:
    ring = KeyRing(settings)
    await filled(database, ring())
    done = asyncio.Event()

    async def subscribing() -> int:
        number = 0
        while not done.is_set():
            number += 1
            wishes = Wishes("en", ())
            await subscriptions.put(database, ring(), "telegram", str(1000 + number % 50), wishes, place="private")
            await asyncio.sleep(0)
        return number

    writing = asyncio.create_task(subscribing())
    await replace_key(settings, 0.1)
    done.set()
    assert await writing > 0
    for number in range(50):
        chat = str(1000 + number)
        subscription = await subscriptions.find(database, ring(), "telegram", chat)
        if subscription:
            assert subscription.address == chat
    with sqlite3.connect(settings.database_file) as connection:
        several = "SELECT count(*) FROM (SELECT lookup FROM subscriptions GROUP BY lookup HAVING count(*) > 1)"
        assert connection.execute(several).fetchone() == (0,)
    connection.close()


async def test_asked_again_nothing_is_left_to_do(settings: Settings, database: Database) -> None:
    old, new = b"o" * 32, b"n" * 32
    draft = await filled(database, Keys(old))
    both = Keys(new, old)
    await rekey.renew(database, both)
    assert await rekey.renew(database, both) == 0
    await found(database, Keys(new), draft)


@pytest.mark.parametrize("given", [True, False])
async def test_without_a_key_file_one_sentence_says_what_to_do(tmp_path: Path, given: bool) -> None:
    settings = settings_for(tmp_path, **({"secret_key": "x" * 40} if given else {}))
    with pytest.raises(RekeyError, match="BESIDE_SECRET_KEY" if given else "beside serve"):
        await replace_key(settings, 0)
