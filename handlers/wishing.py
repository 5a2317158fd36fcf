"""What a subscriber can choose: topics, language, region, quiet hours; each on a page of its own."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from content.model import Language
from handlers import names, places, topics
from handlers.buttons import in_rows, navigation, to
from handlers.choices import Choice
from handlers.handed import Subscriptions, Wishes
from handlers.types import Heading, Outside, Paragraph, Reply, Request, Rows

NAME = "updates"
HOURS = ((22, 7), (21, 8), (23, 6), (0, 8), (0, 0))
"""Quiet hours on offer; equal ones mean none."""


def chosen(wishes: Wishes, words: Language, titles: Mapping[str, str]) -> str:
    """The choices in one line."""
    named = ", ".join(title for topic, title in titles.items() if topic in wishes.topics)
    region = names.country(wishes.region, words.code) if wishes.region else words.say("updates.everywhere")
    return words.say(
        "updates.chosen",
        topics=named or words.say("updates.no_topic"),
        language=names.own_language(wishes.language),
        region=region,
        hours=_hours(wishes.quiet_from, wishes.quiet_to, words),
    )


def _hours(since: int, until: int, words: Language) -> str:
    if since == until:
        return words.say("updates.never_quiet")
    return words.say("updates.quiet", since=f"{since:02}", until=f"{until:02}")


def changed(wishes: Wishes, name: str, value: str, country: str, outside: Outside) -> Wishes | None:
    """The wishes after a tap; None where it changes nothing."""
    if name == "topics" and value:
        left = tuple(one for one in wishes.topics if one != value)
        return replace(wishes, topics=left if value in wishes.topics else (*wishes.topics, value))
    if name == "language" and (code := outside.content.language_for(value) if value else None):
        return replace(wishes, language=code)
    if name == "region" and (country or value == "none"):
        return replace(wishes, region=country)
    if name == "hours" and value == "alerts":
        return replace(wishes, alerts=not wishes.alerts)
    if name == "hours" and (hours := next((h for h in HOURS if value == f"{h[0]}-{h[1]}"), None)):
        return replace(wishes, quiet_from=hours[0], quiet_to=hours[1])
    return None


async def _topics(request: Request, outside: Outside, handed: Subscriptions, wishes: Wishes, letter: str) -> Reply:
    words = outside.words(request)
    titles = topics.titles(words, await handed.topics())
    buttons = [
        to(f"{'✓' if topic in wishes.topics else '○'} {title}", NAME, f"topics-{topic}")
        for topic, title in titles.items()
    ]
    return _page(request, words, "topics", in_rows(buttons, 2))


async def _language(request: Request, outside: Outside, handed: Subscriptions, wishes: Wishes, letter: str) -> Reply:
    buttons = [
        to(f"{'✓ ' if code == wishes.language else ''}{names.own_language(code)}", NAME, f"language-{code.lower()}")
        for code in outside.content.languages
    ]
    return _page(request, outside.words(request), "language", in_rows(buttons, 2))


async def _region(request: Request, outside: Outside, handed: Subscriptions, wishes: Wishes, letter: str) -> Reply:
    words = outside.words(request)
    everywhere = ((to(words.say("updates.any_region"), NAME, "region-none"),),)
    return _page(
        request, words, "region", (*everywhere, *places.picker(request, outside, Choice(NAME, "region"), letter))
    )


async def _hours_page(request: Request, outside: Outside, handed: Subscriptions, wishes: Wishes, letter: str) -> Reply:
    words, current = outside.words(request), (wishes.quiet_from, wishes.quiet_to)
    buttons = [
        to(f"{'✓ ' if hours == current else ''}{_hours(*hours, words)}", NAME, f"hours-{hours[0]}-{hours[1]}")
        for hours in HOURS
    ]
    alerts = words.say("updates.alerts_off" if wishes.alerts else "updates.alerts_on")
    rows = (*in_rows(buttons, 2), (to(alerts, NAME, "hours-alerts"),))
    return _page(request, words, "hours", rows, zone=str(handed.zone))


def _page(request: Request, words: Language, name: str, rows: Rows, **more: object) -> Reply:
    blocks = (Heading(words.say(f"updates.{name}")), Paragraph(words.say(f"updates.{name}_line", **more)))
    return Reply(blocks, (*rows, *navigation(words, NAME)), replace(request.session, step=""))


Page = Callable[[Request, Outside, Subscriptions, Wishes, str], Awaitable[Reply]]
PAGES: Mapping[str, Page] = {"topics": _topics, "language": _language, "region": _region, "hours": _hours_page}
