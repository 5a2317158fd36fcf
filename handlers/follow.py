"""Following an update: how far it is, pausing and stopping it, and the report when it is through."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from babel.numbers import format_decimal, format_percent

from content.model import Language
from handlers import home, names
from handlers.buttons import navigation, to
from handlers.choices import Choice
from handlers.types import Block, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows, Steps

WIDTH = 12
"""Signs of the bar."""
GOING = ("sending", "paused", "recalling")


@dataclass(frozen=True, slots=True)
class Watched:
    """How an update stands. Times are seconds since 1970, 0 for never.

    `seconds` is how long what is left takes; `next_at` is set while everything that is left waits for a time.
    `outcomes` holds how many, by language and outcome.
    """

    id: int
    state: str
    rehearsal: bool
    done: int
    failed: int
    left: int
    seconds: float
    next_at: int
    acknowledged: int
    window_until: int
    outcomes: Mapping[tuple[str, str], int]


class Following(Protocol):
    """What is known of updates on their way, and what can be done about them."""

    time_zone: str

    async def watch(self, number: int) -> Watched | None:
        """How an update stands; None for a draft, and for one that is not there."""
        ...

    async def pause(self, request: Request, number: int) -> bool:
        """Hold it; whether it was going out."""
        ...

    async def resume(self, request: Request, number: int) -> bool:
        """Go on; whether it was paused."""
        ...

    async def stop(self, request: Request, number: int) -> bool:
        """Send no more of it; whether there was anything to stop."""
        ...


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """`follow:<id>`, `pause:<id>`, `resume:<id>`, `stop:<id>` and, asked once more, `stop:<id>-yes`."""
    following, words = outside.following, outside.words(request)
    if not request.coordinator or following is None:
        return await home.old_button(request, choice, outside)
    digits, _, answer = choice.argument.partition("-")
    number = int(digits) if digits.isdecimal() else 0
    if choice.name == "stop" and not answer:
        rows: Rows = (
            (to(words.say("follow.stop_yes"), "stop", f"{number}-yes"),),
            *navigation(words, f"follow:{number}"),
        )
        return Reply((Paragraph(words.say("follow.stop_sure")),), rows, request.session)
    actions = {"pause": following.pause, "resume": following.resume, "stop": following.stop}
    late = choice.name in actions and not await actions[choice.name](request, number)
    watched = await following.watch(number)
    if watched is None:
        rows = ((to(words.say("follow.all"), "desk", "updates"),), *navigation(words))
        return Reply((Paragraph(words.say("follow.gone")),), rows, request.session)
    reply = shown(watched, words, following.time_zone, request.now)
    note: tuple[Block, ...] = (Quiet(words.say("follow.late")),) if late else ()
    return replace(reply, blocks=(*note, *reply.blocks), session=replace(request.session, step=""))


def shown(watched: Watched, words: Language, time_zone: str, now: datetime) -> Reply:
    """How an update stands, with what can be done about it."""
    blocks = (
        Heading(words.say(f"follow.{watched.state}")),
        *((Quiet(words.say("follow.rehearsal")),) if watched.rehearsal else ()),
        *(_progress(watched, words, time_zone, now) if watched.state in GOING else ()),
        *_report(watched, words),
        *_window(watched, words, time_zone, now),
    )
    rows = (*_actions(watched, words, now), (to(words.say("follow.all"), "desk", "updates"),), *navigation(words))
    return Reply(blocks, rows)


def _progress(watched: Watched, words: Language, time_zone: str, now: datetime) -> tuple[Block, ...]:
    """The bar, the numbers, and how long it takes."""
    whole = watched.done + watched.failed + watched.left
    share = (whole - watched.left) / whole if whole else 1.0
    bar = "▓" * round(share * WIDTH) + "░" * (WIDTH - round(share * WIDTH))
    locale = names.locale(words.code)
    lines = [f"{bar} {format_percent(share, locale=locale)}", words.say("follow.numbers", **_numbers(watched, words))]
    if watched.next_at > now.timestamp():
        lines.append(words.say("follow.quiet", time=_time(watched.next_at, words, time_zone)))
    elif watched.left:
        lines.append(words.say("follow.minutes", minutes=max(1, round(watched.seconds / 60))))
    return tuple(Paragraph(line) for line in lines)


def _numbers(watched: Watched, words: Language) -> dict[str, str]:
    locale = names.locale(words.code)
    numbers = {"done": watched.done, "failed": watched.failed, "left": watched.left}
    return {name: format_decimal(number, locale=locale) for name, number in numbers.items()}


def _report(watched: Watched, words: Language) -> tuple[Block, ...]:
    """Outcomes, the most frequent first; whom it reached, by language; and how many said "seen"."""
    if not watched.outcomes:
        return ()
    totals: dict[str, int] = {}
    reached: dict[str, int] = {}
    for (language, outcome), number in watched.outcomes.items():
        totals[outcome] = totals.get(outcome, 0) + number
        if outcome == "sent":
            reached[language] = reached.get(language, 0) + number
    lines = [
        words.say("follow.by_language", language=words.say(f"follow.outcomes.{outcome}"), number=number)
        for outcome, number in sorted(totals.items(), key=lambda item: -item[1])
    ]
    spoken = " · ".join(
        words.say("follow.by_language", language=names.language(language, words.code), number=number)
        for language, number in sorted(reached.items(), key=lambda item: -item[1])
    )
    seen = words.say("follow.acknowledged", number=watched.acknowledged)
    return (Steps(tuple(lines)), *((Quiet(spoken),) if spoken else ()), Quiet(seen))


def _window(watched: Watched, words: Language, time_zone: str, now: datetime) -> tuple[Block, ...]:
    if not watched.window_until or watched.state == "recalled":
        return ()
    if watched.window_until <= now.timestamp():
        return (Quiet(words.say("follow.closed")),)
    return (Quiet(words.say("follow.open_until", time=_time(watched.window_until, words, time_zone))),)


def _actions(watched: Watched, words: Language, now: datetime) -> Rows:
    """What can be done now."""
    number = str(watched.id)
    rows: list[tuple[str, ...]] = []
    if watched.state == "sending":
        rows.append(("pause", "stop"))
    elif watched.state == "paused":
        rows.append(("resume", "stop"))
    if watched.state in GOING:
        rows.append(("follow",))
    if watched.window_until > now.timestamp() and watched.state in ("sending", "paused", "sent", "stopped"):
        rows.append(("correct", "recall") if watched.state != "stopped" else ("recall",))
    labels = {"follow": "refresh"}
    return tuple(tuple(to(words.say(f"follow.{labels.get(name, name)}"), name, number) for name in row) for row in rows)


def _time(seconds: int, words: Language, time_zone: str) -> str:
    """A day and an hour, where the volunteers live."""
    when = datetime.fromtimestamp(seconds, UTC)
    return f"{names.weekday(when, time_zone, words.code)} {names.hour(when, time_zone, words.code)}"
