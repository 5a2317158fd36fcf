"""Checking a message by its code: the words that were sent under it, and whether what somebody has is the same."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from content.model import Language
from handlers import codes, names, when
from handlers.buttons import navigation, to
from handlers.choices import Choice
from handlers.handed import Sent, Subscriptions
from handlers.types import Block, Heading, Outside, Paragraph, Quiet, Reply, Request, Strong
from handlers.update import language_of

NAME = "verify"
CODE = re.compile(rf"(?<![\w-])[{codes.ALPHABET}]{{4}}-[{codes.ALPHABET}]{{4}}(?![\w-])")
"""A code as it stands in a message; lower case is too much like ordinary words."""
SHOWN = 6
"""Words of ours that show where a message begins to differ."""
TAKEN_BACK = ("recalling", "recalled")


def concerns(request: Request) -> bool:
    """Whether typed or forwarded words hold a code, and so are to be compared."""
    return not request.choice and not request.text.startswith("/") and bool(CODE.search(request.text))


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """How a code is checked, or what was sent under one."""
    if not choice.argument:
        return _said(request, outside, "verify.ask")
    return await commanded(request, choice.argument, outside)


async def commanded(request: Request, typed: str, outside: Outside) -> Reply:
    """`/verify CODE`; a whole message behind the command is compared, too."""
    if CODE.search(typed) and len(typed.split()) > 1:
        return await pasted(replace(request, text=typed), outside)
    code = codes.read(typed)
    if not typed:
        return _said(request, outside, "verify.ask")
    return await _checked(request, code, outside, ()) if code else _said(request, outside, "verify.malformed")


async def pasted(request: Request, outside: Outside) -> Reply:
    """A message that somebody has, held against what was sent under the code in it."""
    found = CODE.search(request.text)
    assert found
    code = codes.read(found.group())
    urgent = outside.search.understand(request.text, request.language).urgent
    reply = await _checked(request, code, outside, _words(_without_frame(request.text, code, outside)))
    if not urgent:
        return reply
    words = outside.words(request)
    button = to(words.say("buttons.urgent_now"), "urgent", urgent[0].removeprefix("urgent-"))
    return replace(reply, blocks=(Quiet(words.say("ask.hint")), *reply.blocks), buttons=((button,), *reply.buttons))


async def _checked(request: Request, code: str, outside: Outside, had: Sequence[str]) -> Reply:
    """What was sent under a code; `had` are the words to compare, none where only a code was given."""
    handed, words = outside.subscriptions, outside.words(request)
    if handed is None:
        return _said(request, outside, "verify.unknown")
    if wait := handed.tries_in(request):
        return _said(request, outside, "verify.wait", minutes=when.minutes(wait))
    sent = await handed.sent_under(request, code)
    if sent is None:
        return _said(request, outside, "verify.unknown")
    blocks = (
        Heading(words.say("verify.title", code=codes.spelled(code))),
        *(Paragraph(line) for line in _state(sent, request, words, handed)),
        *_compared(sent, had, words),
        *_shown(sent, request, words),
        Quiet(words.say("verify.differs")),
    )
    return Reply(blocks, navigation(words), replace(request.session, step=""))


def _said(request: Request, outside: Outside, key: str, **more: object) -> Reply:
    words = outside.words(request)
    return Reply((Paragraph(words.say(key, **more)),), navigation(words), replace(request.session, step=""))


def _state(sent: Sent, request: Request, words: Language, handed: Subscriptions) -> Iterable[str]:
    """Whether it still counts."""
    if sent.state in TAKEN_BACK:
        yield words.say("verify.taken_back")
        return
    if sent.state == "stopped":
        yield words.say("verify.stopped")
    over = sent.valid_until <= request.now.timestamp()
    until = when.said(sent.valid_until, request.language, handed.zone)
    yield words.say("verify.expired" if over else "verify.valid", time=until)


def _compared(sent: Sent, had: Sequence[str], words: Language) -> Iterable[Block]:
    """How what somebody has stands to what was sent."""
    update = sent.update
    if not had:
        yield Paragraph(words.say("verify.corrected" if update.earlier else "verify.reads"))
        return
    now = [_words(text) for text in update.texts.values()]
    if had in now:
        yield Strong(words.say("verify.same"))
    elif any(had == _words(text) for version in update.earlier for text in version.values()):
        yield Strong(words.say("verify.superseded"))
    else:
        yield Strong(words.say("verify.forged"))
        yield Paragraph(words.say("verify.differs_at", words=_first_difference(had, now)))
    if update.attachment:
        yield Quiet(words.say("verify.picture"))


def _shown(sent: Sent, request: Request, words: Language) -> Iterable[Block]:
    """The words that were sent, in the reader's language where there is one."""
    language = language_of(sent.update, request.language)
    if language != request.language:
        yield Quiet(words.say("updates.only_in", language=names.language(language, request.language)))
    yield Paragraph(sent.update.texts.get(language, ""))


def _first_difference(had: Sequence[str], versions: Sequence[tuple[str, ...]]) -> str:
    """Our own words from where the nearest version begins to differ; never the words of a forgery."""

    def same(ours: tuple[str, ...]) -> int:
        return next((n for n, (one, other) in enumerate(zip(had, ours, strict=False)) if one != other), len(ours))

    nearest = max(versions, key=lambda ours: min(same(ours), len(had)), default=())
    start = min(same(nearest), len(had))
    return " ".join(nearest[max(0, min(start, len(nearest) - SHOWN)) :][:SHOWN]) + "…"


def _words(text: str) -> tuple[str, ...]:
    """The words, as they are compared: blanks and how a letter is composed do not matter, everything else does."""
    return tuple(unicodedata.normalize("NFC", text).split())


def _without_frame(text: str, code: str, outside: Outside) -> str:
    """A message without what is written around an update's own text: the line with its code, what stands above."""
    kept = text
    for words in outside.content.languages.values():
        lines = [words.say("updates.code", code=codes.spelled(code)), words.say("updates.corrected")]
        lines += [
            words.say("updates.only_in", language=names.language(other, words.code))
            for other in outside.content.languages
        ]
        for line in lines:
            kept = _cut(kept, line)
    return kept


def _cut(text: str, line: str) -> str:
    """The text without a line at its very beginning or end."""
    bare = text.strip()
    if bare.startswith(f"{line}\n"):
        return bare.removeprefix(line)
    return bare.removesuffix(line) if bare.endswith(line) else text
