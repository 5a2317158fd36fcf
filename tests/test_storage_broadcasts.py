"""Broadcasts in the database: nobody missed, nothing revived, nothing readable without the key."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage import broadcasts, coordinators, ledger, relays, subscriptions
from storage.crypto import Keys, SealError
from storage.database import Database
from storage.ledger import Local, Result
from storage.subscriptions import Audience, Wishes

KEYS = Keys(b"s" * 32)
NOW = 1_795_000_000
HOUR = 3600
MARK = "5558123"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "beside.sqlite3")
    await opened.migrate()
    yield opened
    await opened.close()


async def team(database: Database) -> tuple[int, int, int]:
    """Three coordinators: the third is too new to approve."""
    made = [await coordinators.add(database, KEYS, "telegram", str(n), "en", NOW) for n in (1, 2, 3)]
    assert None not in made
    return made[0] or 0, made[1] or 0, made[2] or 0


async def subscribed(database: Database, many: int, **wishes: object) -> None:
    for number in range(many):
        wish = Wishes("en", ("safety",), quiet_from=0, quiet_to=0)
        await subscriptions.put(database, KEYS, "telegram", f"{MARK}{number}", wish, place="private")


async def waiting(database: Database, author: int, urgency: broadcasts.Urgency = "normal") -> int:
    draft = await broadcasts.begin_draft(database, KEYS, author, "{}", NOW)
    assert await broadcasts.write(
        database, KEYS, draft, author, "words", NOW, urgency=urgency, valid_until=NOW + 24 * HOUR
    )
    assert await broadcasts.submit(database, draft, author, 2, NOW)
    return draft


async def sending(database: Database) -> int:
    first, second, _ = await team(database)
    draft = await waiting(database, first)
    assert await broadcasts.approve(database, KEYS, draft, second, 2, "ABCD", NOW)
    assert await ledger.begin(database, draft, Audience(), NOW)
    return draft


async def test_whoever_wrote_it_cannot_approve_it_nor_can_a_new_one(database: Database) -> None:
    first, second, third = await team(database)
    draft = await waiting(database, first)
    assert not await broadcasts.approve(database, KEYS, draft, first, 2, "A", NOW)
    assert not await broadcasts.approve(database, KEYS, draft, third, 2, "A", NOW)
    assert not await broadcasts.approve(database, KEYS, draft, second, 1, "A", NOW), "an older revision was seen"
    assert not await broadcasts.approve_alone(database, KEYS, draft, first, 2, "A", NOW, 30)
    assert await broadcasts.write(database, KEYS, draft, first, "other words", NOW, valid_until=NOW + HOUR)
    assert not await broadcasts.approve(database, KEYS, draft, second, 2, "A", NOW), "a change asks again"
    assert await broadcasts.submit(database, draft, first, 3, NOW)
    assert await broadcasts.approve(database, KEYS, draft, second, 3, "A", NOW)
    assert not await broadcasts.approve(database, KEYS, draft, second, 3, "A", NOW), "pressing twice"


async def test_alone_goes_only_in_solo_mode_or_an_alert_nobody_answered(database: Database) -> None:
    first, _, _ = await team(database)
    alert = await waiting(database, first, "alert")
    assert not await broadcasts.approve_alone(database, KEYS, alert, first, 2, "A", NOW + 899, 0)
    assert await broadcasts.approve_alone(database, KEYS, alert, first, 2, "A", NOW + 900, 0)
    normal = await waiting(database, first)
    assert not await broadcasts.approve_alone(database, KEYS, normal, first, 2, "B", NOW + 900, 0)
    await coordinators.set_mode(database, "solo", "on")
    assert await broadcasts.approve_alone(database, KEYS, normal, first, 2, "B", NOW, 30)
    assert not await ledger.begin(database, normal, Audience(), NOW + 29), "it can be undone for 30 seconds"
    assert await broadcasts.take_up(database, normal, NOW + 29)
    assert not await ledger.begin(database, normal, Audience(), NOW + 31)


async def test_what_was_stopped_is_not_revived_by_a_late_step(database: Database) -> None:
    draft = await sending(database)
    await subscribed(database, 3)
    assert await broadcasts.stop(database, draft)
    for late in (
        broadcasts.resume(database, draft),
        broadcasts.pause(database, draft),
        broadcasts.finish(database, draft),
        broadcasts.take_up(database, draft, NOW),
        broadcasts.stop(database, draft),
    ):
        assert not await late
    assert await ledger.claim(database, KEYS, draft, 10, NOW) == []


async def test_everyone_is_claimed_once_and_what_was_in_flight_comes_back(database: Database) -> None:
    await subscribed(database, 5)
    draft = await sending(database)
    first = await ledger.claim(database, KEYS, draft, 3, NOW)
    assert len(first) == 3
    sent = [Result(one.recipient, "en", "done", "sent", 1, "77") for one in first[:2]]
    await ledger.record(database, KEYS, draft, sent)
    assert await ledger.recover(database) == 1
    rest = await ledger.claim(database, KEYS, draft, 10, NOW)
    assert {one.recipient for one in rest} == {one.recipient for one in first[2:]} | {
        one.recipient for one in rest if one not in first
    }
    assert len(rest) == 3
    assert not await broadcasts.finish(database, draft)
    await ledger.record(database, KEYS, draft, [Result(one.recipient, "en", "done", "sent", 1, "8") for one in rest])
    assert await broadcasts.finish(database, draft)
    assert await broadcasts.report(database, draft) == {("en", "sent"): 5}


async def test_a_correction_reaches_what_landed_while_it_was_applied(database: Database) -> None:
    await subscribed(database, 2)
    draft = await sending(database)
    first, second = await ledger.claim(database, KEYS, draft, 2, NOW)
    await ledger.record(database, KEYS, draft, [Result(first.recipient, "en", "done", "sent", 1, "7")])
    people = await coordinators.everyone(database, KEYS)
    author, other = people[0].id, people[1].id
    if (found := await broadcasts.find(database, KEYS, draft)) and found.author == other:
        author, other = other, author
    change = await broadcasts.begin_draft(database, KEYS, author, "better", NOW, corrects=draft)
    await broadcasts.write(database, KEYS, change, author, "better", NOW, valid_until=NOW + 24 * HOUR)
    await broadcasts.submit(database, change, author, 2, NOW)
    approvers = [one.id for one in people if one.id != author and one.may_approve_at <= NOW]
    assert await broadcasts.approve(database, KEYS, change, approvers[0], 2, "X", NOW)
    assert not await ledger.begin(database, change, Audience(), NOW), "a correction is no broadcast of its own"
    assert await broadcasts.apply(database, KEYS, change, "better", NOW) == draft
    await ledger.record(database, KEYS, draft, [Result(second.recipient, "en", "done", "sent", 1, "8")])
    again = await ledger.claim(database, KEYS, draft, 10, NOW)
    assert sorted(one.message for one in again) == ["7", "8"]


async def test_taking_back_leaves_alone_who_never_got_it(database: Database) -> None:
    await subscribed(database, 3)
    draft = await sending(database)
    (first,) = await ledger.claim(database, KEYS, draft, 1, NOW)
    await ledger.record(database, KEYS, draft, [Result(first.recipient, "en", "done", "sent", 1, "7")])
    assert not await broadcasts.recall(database, draft, NOW + 15 * 24 * HOUR), "the window has closed"
    assert await broadcasts.recall(database, draft, NOW)
    assert [one.message for one in await ledger.claim(database, KEYS, draft, 10, NOW)] == ["7"]
    await ledger.record(database, KEYS, draft, [Result(first.recipient, "en", "done", "taken-back", 1)])
    assert await broadcasts.finish(database, draft)


NIGHT = Local(3, tuple(NOW + (1 + (hour - 4) % 24) * HOUR for hour in range(24)))


async def test_quiet_hours_hold_back_all_but_alerts(database: Database) -> None:
    for number, (since, until, alerts) in enumerate([(22, 7, True), (22, 7, False), (1, 5, True), (0, 0, False)]):
        wish = Wishes("en", (), quiet_from=since, quiet_to=until, alerts=alerts)
        await subscriptions.put(database, KEYS, "telegram", str(100 + number), wish, place="private")
    first, second, _ = await team(database)
    for urgency, ready in (("normal", 1), ("alert", 3)):
        draft = await waiting(database, first, "alert" if urgency == "alert" else "normal")
        assert await broadcasts.approve(database, KEYS, draft, second, 2, urgency, NOW)
        assert await ledger.begin(database, draft, Audience(), NOW)
        assert await ledger.keep_quiet(database, draft, NIGHT) == 4 - ready
        assert len(await ledger.claim(database, KEYS, draft, 10, NOW)) == ready
        assert (await ledger.progress(database, draft)).next_at > NOW


async def test_who_falls_asleep_on_the_way_is_put_off_and_a_correction_passes(database: Database) -> None:
    await subscriptions.put(database, KEYS, "telegram", "1", Wishes("en", ()), place="private")
    await subscriptions.put(database, KEYS, "telegram", "2", Wishes("en", ()), place="private")
    draft = await sending(database)
    noon = Local(12, NIGHT.begins)
    assert await ledger.keep_quiet(database, draft, noon) == 0
    (got,) = await ledger.claim(database, KEYS, draft, 1, NOW)
    await ledger.record(database, KEYS, draft, [Result(got.recipient, "en", "done", "sent", 1, "7")])
    assert await ledger.keep_quiet(database, draft, NIGHT) == 1
    assert await ledger.claim(database, KEYS, draft, 9, NOW + 3 * HOUR) == []
    assert (await ledger.progress(database, draft)).next_at == NOW + 4 * HOUR
    (late,) = await ledger.claim(database, KEYS, draft, 9, NOW + 4 * HOUR)
    assert late.recipient != got.recipient


@pytest.mark.parametrize(
    ("zone", "now", "hour", "seven"),
    [
        ("Europe/Warsaw", "2026-11-25T23:10+01:00", 23, "2026-11-26T07:00+01:00"),
        ("Europe/Warsaw", "2026-11-26T06:59+01:00", 6, "2026-11-26T07:00+01:00"),
        ("Europe/Warsaw", "2026-03-28T23:10+01:00", 23, "2026-03-29T07:00+02:00"),
        ("Europe/Warsaw", "2026-10-24T23:10+02:00", 23, "2026-10-25T07:00+01:00"),
        ("Asia/Kathmandu", "2026-11-25T22:15+05:45", 22, "2026-11-26T07:00+05:45"),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(zone: str, now: str, hour: int, seven: str) -> None:
    local = Local.at(datetime.fromisoformat(now).timestamp(), ZoneInfo(zone))
    assert (local.hour, local.begins[7]) == (hour, datetime.fromisoformat(seven).timestamp())


async def test_a_rehearsal_reaches_coordinators_only(database: Database) -> None:
    await subscribed(database, 4)
    first, _, _ = await team(database)
    draft = await broadcasts.begin_draft(database, KEYS, first, "x", NOW, rehearsal=True)
    await broadcasts.write(database, KEYS, draft, first, "x", NOW, valid_until=NOW + HOUR)
    await broadcasts.submit(database, draft, first, 2, NOW)
    assert await broadcasts.approve_alone(database, KEYS, draft, first, 2, "R", NOW, 0)
    assert await ledger.begin(database, draft, Audience(), NOW)
    assert sorted(one.address for one in await ledger.claim(database, KEYS, draft, 10, NOW)) == ["1", "2", "3"]
    assert await broadcasts.by_code(database, KEYS, "R") is None


async def test_leaving_takes_every_trace(database: Database, tmp_path: Path) -> None:
    await subscribed(database, 2)
    draft = await sending(database)
    assert await subscriptions.leave(database, KEYS, "telegram", f"{MARK}0")
    assert not await subscriptions.leave(database, KEYS, "telegram", f"{MARK}0")
    assert [one.address for one in await ledger.claim(database, KEYS, draft, 9, NOW)] == [f"{MARK}1"]
    with sqlite3.connect(tmp_path / "beside.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM subscription_topics").fetchone() == (1,)
    connection.close()


async def test_nothing_on_the_disk_names_anyone(database: Database, tmp_path: Path) -> None:
    await subscribed(database, 3)
    draft = await sending(database)
    flying = await ledger.claim(database, KEYS, draft, 9, NOW)
    await ledger.record(database, KEYS, draft, [Result(one.recipient, "en", "done", "sent", 1, MARK) for one in flying])
    await relays.open_new(database, KEYS, "telegram", MARK, "en", f"ask {MARK}", NOW)
    for file in tmp_path.rglob("*"):
        assert MARK.encode() not in file.read_bytes()


async def test_a_value_moved_to_another_row_does_not_open() -> None:
    sealed = KEYS.seal("words", "broadcasts", "body", 1)
    assert KEYS.open(sealed, "broadcasts", "body", 1) == "words"
    for wrong in (("broadcasts", "body", 2), ("broadcasts", "code", 1), ("relays", "body", 1)):
        with pytest.raises(SealError):
            KEYS.open(sealed, *wrong)
    with pytest.raises(SealError):
        Keys(b"t" * 32).open(sealed, "broadcasts", "body", 1)
    assert Keys(b"t" * 32, b"s" * 32).open(sealed, "broadcasts", "body", 1) == "words"


async def test_a_question_is_found_by_its_copy_and_gone_when_closed(database: Database) -> None:
    opened = [await relays.open_new(database, KEYS, "telegram", MARK, "en", str(n), NOW) for n in range(4)]
    assert [one.number for one in opened if one] == [1, 2, 3]
    relay = opened[0]
    assert relay
    await relays.add_copy(database, KEYS, relay.id, "telegram", "-100", "5")
    assert await relays.by_copy(database, KEYS, "-100", "5") == relay
    assert await relays.by_copy(database, KEYS, "-100", "6") is None
    assert await relays.close(database, KEYS, relay.id) == [("telegram", "-100", "5")]
    assert await relays.by_copy(database, KEYS, "-100", "5") is None
    assert await relays.overdue(database, NOW + 46 * HOUR) == []
    assert len(await relays.overdue(database, NOW + 47 * HOUR)) == 2


async def test_removing_takes_two_and_ends_drafts(database: Database) -> None:
    first, second, third = await team(database)
    draft = await waiting(database, third)
    proposal = await coordinators.propose(database, KEYS, "remove", str(third), "", first, NOW + HOUR)
    assert await coordinators.second(database, KEYS, proposal, first, NOW) is None
    assert await coordinators.second(database, KEYS, proposal, third, NOW) is None, "too new to decide"
    agreed = await coordinators.second(database, KEYS, proposal, second, NOW)
    assert agreed is not None
    assert agreed.subject == str(third)
    assert await coordinators.remove(database, third)
    assert await broadcasts.find(database, KEYS, draft) is None


async def test_an_invitation_is_used_once_and_ends(database: Database) -> None:
    await coordinators.invite(database, KEYS, "coordinator", "code", NOW + HOUR)
    assert not await coordinators.redeem(database, KEYS, "subscriber", "code", NOW)
    assert not await coordinators.redeem(database, KEYS, "coordinator", "code", NOW + HOUR + 1)
    assert await coordinators.redeem(database, KEYS, "coordinator", "code", NOW)
    assert not await coordinators.redeem(database, KEYS, "coordinator", "code", NOW)
