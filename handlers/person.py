"""Asking a person: what is said before, showing it as it will be read, and what comes back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from content.model import Language
from handlers import ask, codes, home, names
from handlers.buttons import in_group, navigation, to
from handlers.choices import Choice, from_choice
from handlers.handed import Question, Relays, Said
from handlers.types import Block, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows, Strong

NAME = "person"
PURPOSE = "person"
LONGEST = 1500
"""Letters that are passed on at once: they fit a message together with what stands around them."""
FITS = 3200
"""Letters of an exchange that fit a message."""
CHANNELS = ("telegram", "signal", "web")


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Everything about asking a person."""
    relays, words = outside.relays, outside.words(request)
    name, _, value = choice.argument.partition("-")
    if relays is None or request.channel not in CHANNELS:
        return _said(request, outside, "person.elsewhere")
    if request.place == "group" and name != "close":
        return in_group(Reply((Paragraph(words.say("person.private")),), session=request.session), words, Choice(NAME))
    question = int(value) if value.isdecimal() else 0
    return await STEPS.get(name, _opened)(request, outside, relays, question)


async def commanded(request: Request, rest: str, outside: Outside) -> Reply:
    """`/person WORD` shows the answer under a one-time word; `/person words` asks them."""
    if outside.relays is None or request.channel not in CHANNELS or request.place == "group":
        return await respond(request, Choice(NAME), outside)
    if word := codes.read(rest):
        return await _under(request, outside, outside.relays, word)
    return await typed(replace(request, text=rest), outside)


def expects(request: Request, outside: Outside) -> bool:
    """Whether what came is the question that was asked for."""
    step = from_choice(request.session.step)
    typed_now = not request.choice and not request.text.startswith("/") and request.place == "private"
    return typed_now and outside.relays is not None and step is not None and step.name == NAME


async def typed(request: Request, outside: Outside) -> Reply:
    """A question, shown as it will be read; urgent words open the urgent card first."""
    words, relays = outside.words(request), outside.relays
    assert relays
    if request.unreadable or not request.text.strip():
        return replace(_said(request, outside, "person.only_words"), session=request.session)
    if len(request.text) > LONGEST:
        return replace(_said(request, outside, "person.too_long"), session=request.session)
    step = from_choice(request.session.step)
    more = step.argument.removeprefix("more-") if step and step.name == NAME else ""
    relays.hold(request, PURPOSE, request.text)
    if outside.search.understand(request.text, request.language).urgent:
        reply = await ask.answer(replace(request, session=replace(request.session, step="")), outside)
        still = to(words.say("person.still_ask"), NAME, f"check-{more}" if more else "check")
        return replace(reply, buttons=(*reply.buttons, (still,)))
    return _preview(request, words, request.text, more)


def _preview(request: Request, words: Language, text: str, more: str = "") -> Reply:
    """Exactly what would be read, by whom, and when."""
    blocks = (
        Strong(words.say("person.check")),
        Paragraph(text),
        Quiet(words.say("person.who")),
        Quiet(words.say("person.when")),
        Quiet(words.say("person.gone_after")),
    )
    again = f"more-{more}" if more else ""
    rows: Rows = (
        (to(words.say("person.send"), NAME, f"send-{more}" if more else "send"),),
        (to(words.say("person.rewrite"), NAME, again), to(words.say("person.drop"), NAME, "drop")),
        (to(words.say("home.urgent"), "urgent"),),
    )
    return Reply(blocks, rows, replace(request.session, step=""))


def _said(request: Request, outside: Outside, key: str, rows: Rows = (), **more: object) -> Reply:
    words = outside.words(request)
    blocks = (Paragraph(words.say(key, **more)),)
    return Reply(blocks, (*rows, *navigation(words)), replace(request.session, step=""))


def _instead(request: Request, outside: Outside, key: str) -> Reply:
    """Nobody can be asked: who can help now."""
    return replace(_said(request, outside, key), buttons=home.buttons(request, outside))


# the steps


async def _opened(request: Request, outside: Outside, relays: Relays, question: int) -> Reply:
    """Who reads it and when, before anything is written; and what is open already."""
    words = outside.words(request)
    if not await relays.reachable():
        return _instead(request, outside, "person.nobody")
    blocks = (
        Heading(words.say("person.title")),
        Paragraph(words.say("person.who")),
        Paragraph(words.say("person.when")),
        Strong(words.say("person.write")),
    )
    open_ones = tuple(
        (to(words.say("person.question", number=one.number), NAME, f"show-{one.id}"),)
        for one in await relays.mine(request)
    )
    rows: Rows = ((to(words.say("home.urgent"), "urgent"),), *open_ones, *navigation(words))
    return Reply(blocks, rows, replace(request.session, step=NAME))


async def _checked(request: Request, outside: Outside, relays: Relays, question: int) -> Reply:
    text = relays.held(request, PURPOSE)
    if not text:
        return await _lost(request, outside)
    return _preview(request, outside.words(request), text, str(question) if question else "")


async def _lost(request: Request, outside: Outside) -> Reply:
    return replace(_said(request, outside, "person.lost"), session=replace(request.session, step=NAME))


async def _sent(request: Request, outside: Outside, relays: Relays, question: int) -> Reply:
    words = outside.words(request)
    text = relays.held(request, PURPOSE)
    if not text:
        return await _lost(request, outside)
    if question:
        outcome, number, word = await relays.add(request, question, text), 0, ""
    else:
        outcome, number, word = await relays.ask(request, text)
    if outcome == "nobody":
        return _instead(request, outside, "person.not_sent")
    if outcome != "sent":
        busy = outcome == "many" and not await relays.mine(request)
        key = "person.busy" if busy else {"many": "person.many", "closed": "person.closed_already"}[outcome]
        return _said(request, outside, key)
    relays.drop(request, PURPOSE)
    if question:
        return await _shown(request, outside, relays, question)
    blocks: tuple[Block, ...] = (Heading(words.say("person.sent", number=number)), Paragraph(words.say("person.when")))
    if word:
        spelled = codes.spelled(word)
        blocks += (Strong(words.say("person.word_title", word=spelled)),)
        blocks += (Paragraph(words.say("person.word_line", word=spelled)),)
    else:
        blocks += (Paragraph(words.say("person.sent_line")),)
    look = ((to(words.say("person.look"), NAME, "look"),),) if word else ()
    return Reply(blocks, (*look, *navigation(words)), replace(request.session, step=""))


async def _dropped(request: Request, outside: Outside, relays: Relays, question: int) -> Reply:
    relays.drop(request, PURPOSE)
    return _said(request, outside, "person.dropped")


async def _shown(request: Request, outside: Outside, relays: Relays, question: int) -> Reply:
    """One's own open question; with no number, all of them."""
    mine = [one for one in await relays.mine(request) if question in (0, one.id)]
    if not mine:
        return _said(request, outside, "person.closed_already")
    words = outside.words(request)
    blocks = tuple(block for one in mine for block in said(one, words))
    rows: Rows = tuple(row for one in mine for row in around(one, words))
    look = ((to(words.say("person.look"), NAME, "look"),),) if request.channel == "web" else ()
    return Reply(blocks, (*rows, *look, *navigation(words)), replace(request.session, step=""))


def said(question: Question, words: Language) -> tuple[Block, ...]:
    """What was said so far, as the one who asked reads it."""
    keys = {"volunteer": "person.you", "coordinator": "person.coordinator"}
    lines = tuple(Paragraph(words.say(keys[one.by], words=one.text)) for one in _newest(question.said))
    waits = () if question.answered else (Quiet(words.say("person.not_yet")),)
    return (Heading(words.say("person.question", number=question.number)), *lines, *waits)


def _newest(said: Sequence[Said]) -> Sequence[Said]:
    """The end of an exchange, as far as it fits a message."""
    start, letters = len(said), 0
    while start and (letters := letters + len(said[start - 1].text)) <= FITS:
        start -= 1
    return said[start:]


def around(question: Question, words: Language) -> Rows:
    """Writing back, and closing."""
    return (
        (
            to(words.say("person.more"), NAME, f"more-{question.id}"),
            to(words.say("person.done"), NAME, f"done-{question.id}"),
        ),
    )


def answer(question: Question, words: Language) -> Reply:
    """A coordinator's words, as they come to whoever asked."""
    blocks = (
        Heading(words.say("person.answer", number=question.number)),
        Paragraph(question.said[-1].text),
    )
    return Reply(blocks, around(question, words))


async def _more(request: Request, outside: Outside, relays: Relays, question: int) -> Reply:
    if question not in {one.id for one in await relays.mine(request)}:
        return _said(request, outside, "person.closed_already")
    reply = _said(request, outside, "person.more_write")
    return replace(reply, session=replace(request.session, step=f"{NAME}:more-{question}"))


async def _closed(request: Request, outside: Outside, relays: Relays, question: int) -> Reply:
    done = await relays.close(request, question)
    reply = _said(request, outside, "person.done_said" if done else "person.closed_already")
    return replace(reply, buttons=()) if request.place == "group" else reply


async def _under(request: Request, outside: Outside, relays: Relays, word: str) -> Reply:
    """The answer under a one-time word."""
    found = await relays.by_word(request, word)
    if found is None:
        return _said(request, outside, "person.no_word")
    words = outside.words(request)
    return Reply(said(found, words), navigation(words), replace(request.session, step=""))


Step = Callable[[Request, Outside, Relays, int], Awaitable[Reply]]
STEPS: Mapping[str, Step] = {
    "check": _checked,
    "send": _sent,
    "drop": _dropped,
    "show": _shown,
    "look": _shown,
    "more": _more,
    "done": _closed,
    "close": _closed,
}


# what coordinators read and do


def told_of_desk(words: Language) -> Reply:
    """What all coordinators are told when questions go to another group."""
    return Reply((Paragraph(words.say("person.told_desk")),))


def copy(question: Question, language: str, words: Language) -> Reply:
    """A question as coordinators read it."""
    keys = {"volunteer": "person.copy_volunteer", "coordinator": "person.copy_coordinator"}
    spoken = names.language(language, words.code)
    blocks: tuple[Block, ...] = (
        Heading(words.say("person.copy", number=question.number, language=spoken)),
        *(Paragraph(words.say(keys[one.by], words=one.text)) for one in _newest(question.said)),
        Quiet(words.say("person.copy_how")),
    )
    return Reply(blocks, ((to(words.say("person.copy_close"), NAME, f"close-{question.id}"),),))


def shared(sentence: str, words: Language) -> Reply:
    """A sentence that somebody chose to share, as coordinators read it."""
    return Reply((Quiet(words.say("person.shared")), Paragraph(sentence)))


async def answered(request: Request, outside: Outside) -> Reply | None:
    """A coordinator's reply to a copy, passed on; None when it is a reply to something else."""
    if outside.relays is None or request.choice or request.text.startswith("/"):
        return None
    result = await outside.relays.answer(request)
    if result is None:
        return None
    words, (outcome, number) = outside.words(request), result
    keys = {
        "sent": "person.passed_on",
        "not-theirs": "person.cannot",
        "gone": "person.unreached",
        "late": "person.late",
        "only-words": "person.only_words",
        "too-long": "person.too_long",
    }
    line = words.say(keys[outcome], number=number) if outcome in ("sent", "gone") else words.say(keys[outcome])
    return Reply((Quiet(line),), (), request.session)


async def make_desk(request: Request, outside: Outside) -> Reply:
    """`/desk` in a group: questions come there from now on; to anybody who is no coordinator there is no such thing."""
    if outside.relays and await outside.relays.make_desk(request):
        return Reply((Paragraph(outside.words(request).say("person.desk")),), (), request.session)
    return await home.unknown_command(request, Choice("home"), outside)
