"""The steps of writing an update: for each, what is asked and what can be tapped."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from content.model import Language
from handlers import names, topics, when
from handlers.buttons import in_rows, to
from handlers.desk import Desk, Item
from handlers.types import Block, Button, Heading, Outside, Paragraph, Quiet, Request, Rows

HOURS = (3, 12, 24, 72, 168)
"""How long an update is valid, to tap."""
ORDER = ("text", "file", "languages", "topic", "audience", "urgency", "valid", "time", "seen", "check")
OF_CORRECTION = ("text", "languages", "check")
"""What a correction can change: the words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One step as it is shown: the question, and the buttons that answer it."""

    blocks: tuple[Block, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Step:
    """What a step can see."""

    request: Request
    item: Item
    value: str
    desk: Desk
    outside: Outside

    @property
    def words(self) -> Language:
        """The coordinator's language."""
        return self.outside.words(self.request)

    def button(self, label: str, step: str, value: str = "", *, on: bool = False) -> Button:
        """A button that opens a step, or sets a value in it; `on` marks what is chosen."""
        argument = "-".join(part for part in (str(self.item.id), step, value.lower()) if part)
        return to(f"✓ {label}" if on else label, "write", argument)

    def question(self, key: str, **places: object) -> tuple[Block, ...]:
        """The step's title and what it asks."""
        return (Heading(self.words.say(f"{key}.title")), Paragraph(self.words.say(f"{key}.ask", **places)))

    @property
    def language(self) -> str:
        """The language whose text is being written: the one tapped, else the first there is, else the coordinator's."""
        tapped = self.outside.content.language_for(self.value) if self.value else None
        return tapped or next(iter(self.item.update.texts), self.request.language)


def order(item: Item) -> tuple[str, ...]:
    """The steps of this update."""
    return OF_CORRECTION if item.corrects else ORDER


def around(step: Step, here: str) -> Rows:
    """Back, on, and (once there is a text) straight to the end; the last row of each step."""
    steps, words, item = order(step.item), step.words, step.item
    place = steps.index(here)
    row = [step.button(words.say("buttons.back"), steps[place - 1])] if place else []
    row.append(to(words.say("write.later"), "desk"))
    if item.update.texts and place + 1 < len(steps):
        row.append(step.button(words.say("write.next"), steps[place + 1]))
        if item.update.valid_until and steps[place + 1] != "check":
            row.append(step.button(words.say("write.check"), "check"))
    return (tuple(row),)


async def text(step: Step) -> Asked:
    """The words themselves, in one language."""
    language = names.language(step.language, step.request.language)
    others = [code for code in step.outside.content.languages if code != step.language]
    first = not step.item.update.texts
    rows = in_rows([step.button(names.own_language(code), "text", code) for code in others], 3) if first else ()
    key = "text.correct" if step.item.corrects else "text.ask"
    blocks = (Heading(step.words.say("text.title")), Paragraph(step.words.say(key, language=language)))
    return Asked((*blocks, Quiet(step.words.say("text.care"))), rows)


async def file(step: Step) -> Asked:
    """A picture or a file."""
    there = step.item.update.attachment
    rows = ((step.button(step.words.say("file.drop"), "file", "none"),),) if there else ()
    return Asked(step.question("file"), rows)


async def languages(step: Step) -> Asked:
    """The same words in other languages: each once."""
    words, texts = step.words, step.item.update.texts
    if step.value:
        asked = Paragraph(words.say("languages.write", language=names.language(step.language, step.request.language)))
        there = step.language in texts and len(texts) > 1
        drop = ((step.button(words.say("languages.drop"), "languages", f"{step.language}-drop"),),) if there else ()
        return Asked((Heading(words.say("languages.title")), asked), drop)
    buttons = [
        step.button(names.own_language(code), "languages", code, on=code in texts)
        for code in step.outside.content.languages
    ]
    return Asked(step.question("languages"), in_rows(buttons, 2))


async def topic(step: Step) -> Asked:
    """What it is about: those who asked for the topic get it."""
    chosen, titles = step.item.update.topic, topics.titles(step.words, await step.desk.updates.topics())
    buttons = [step.button(title, "topic", one, on=one == chosen) for one, title in titles.items()]
    everyone = step.button(step.words.say("topic.everyone"), "topic", "everyone", on=not chosen)
    return Asked(step.question("topic"), ((everyone,), *in_rows(buttons, 2)))


async def audience(step: Step) -> Asked:
    """People or groups, regions and languages; nothing chosen means everyone."""
    meant, words, spoken = step.item.update.audience, step.words, step.request.language
    places = tuple(
        step.button(words.say(f"audience.{place or 'both'}"), "audience", f"place-{place or 'both'}", on=on)
        for place, on in ((one, meant.place == one) for one in ("", "private", "group"))
    )
    regions = [
        step.button(names.country(code, spoken), "audience", f"region-{code}", on=code in meant.regions)
        for code in await step.desk.updates.regions()
    ]
    languages = [
        step.button(names.own_language(code), "audience", f"language-{code}", on=code in meant.languages)
        for code in step.outside.content.languages
        if len(step.outside.content.languages) > 1
    ]
    return Asked(step.question("audience"), (places, *in_rows(regions, 3), *in_rows(languages, 3)))


async def urgency(step: Step) -> Asked:
    """How loud it arrives."""
    rows = tuple(
        (step.button(step.words.say(f"urgency.{one}"), "urgency", one, on=step.item.update.urgency == one),)
        for one in ("silent", "normal", "alert")
    )
    return Asked((*step.question("urgency"), Quiet(step.words.say("urgency.alone"))), rows)


async def valid(step: Step) -> Asked:
    """Until when it is true: has to be said."""
    until = step.item.update.valid_until
    taps = tuple(step.button(step.words.say("valid.hours", number=hours), "valid", str(hours)) for hours in HOURS[:3])
    days = tuple(step.button(step.words.say("valid.days", number=one // 24), "valid", str(one)) for one in HOURS[3:])
    said = when.said(until, step.request.language, step.desk.zone) if until else ""
    chosen = (Paragraph(step.words.say("check.valid", until=said)),) if said else ()
    return Asked((*step.question("valid", zone=step.desk.zone.key), *chosen), (taps, days))


async def time(step: Step) -> Asked:
    """Now, or at a time."""
    at = step.item.update.send_at
    now = step.button(step.words.say("time.now"), "time", "now", on=not at)
    said = when.said(at, step.request.language, step.desk.zone) if at else ""
    chosen = (Paragraph(step.words.say("check.time", time=said)),) if said else ()
    return Asked((*step.question("time", zone=step.desk.zone.key), *chosen), ((now,),))


async def seen(step: Step) -> Asked:
    """Whether readers are asked to say that they have seen it."""
    wanted = step.item.update.acknowledge
    yes = step.button(step.words.say("seen.wanted"), "seen", "yes", on=wanted)
    no = step.button(step.words.say("seen.unwanted"), "seen", "no", on=not wanted)
    return Asked(step.question("seen"), ((yes, no),))


ASK: Mapping[str, Callable[[Step], Awaitable[Asked]]] = {
    "text": text,
    "file": file,
    "languages": languages,
    "topic": topic,
    "audience": audience,
    "urgency": urgency,
    "valid": valid,
    "time": time,
    "seen": seen,
}
