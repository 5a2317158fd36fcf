"""Referrals as their page lists them, and as tables to be saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.dashboard.parts import Table
from content.model import Language

COLUMNS = ("name", "countries", "kind", "phones", "website", "for_whom")
"""The fields that a list of referrals shows; the mark follows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A referral as the page lists it. The numbers of changes are 0 where there is nothing to undo."""

    id: str
    name: str
    where: str
    kinds: str
    phones: tuple[str, ...]
    site: str
    for_whom: str
    mark: str
    ageing: bool
    today: bool
    reach: str
    confirmed: int
    changed: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposed change: (field, old, new) of what differs."""

    id: int
    mine: bool
    name: str
    new: bool
    rows: tuple[tuple[str, str, str], ...]


def entries(found: Sequence[Entry], words: Language) -> Table:
    """What was found, a row each."""
    head = tuple(words.say(f"dashboard.{key}") for key in (*(f"fields.{name}" for name in COLUMNS), "mark"))
    rows = tuple(
        (one.name, one.where, one.kinds, " ".join(one.phones), one.site, one.for_whom, one.mark) for one in found
    )
    return Table(words.say("dashboard.pages.referrals"), head, rows)


def proposals(waiting: Sequence[Waiting], words: Language) -> tuple[Table, ...]:
    """What waits for a second coordinator, a table each: old beside new."""
    head = tuple(words.say(f"dashboard.{key}") for key in ("field", "old_value", "new_value"))
    note = words.say("dashboard.wait_for_second")
    return tuple(
        Table(
            words.say("dashboard.new_one" if one.new else "dashboard.changed_one", name=one.name),
            head,
            tuple(_changed(row, words) for row in one.rows),
            note,
        )
        for one in waiting
    )


def _changed(row: tuple[str, str, str], words: Language) -> tuple[str, str, str]:
    field, old, new = row
    nothing = words.say("dashboard.empty_value")
    return words.say(f"dashboard.fields.{field}"), old or nothing, new or nothing


def fields(title: str, values: Mapping[str, str], words: Language) -> Table:
    """A referral's fields as the form shows them; a kind by its name."""
    named = {"kind": words.interface.get(f"stats.labels.{values['kind']}", values["kind"])}
    head = (words.say("dashboard.field"), words.say("dashboard.old_value"))
    rows = tuple((words.say(f"dashboard.fields.{name}"), named.get(name, value)) for name, value in values.items())
    return Table(title, head, rows)
