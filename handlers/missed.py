"""Where Beside did not help: counted by language and by theme, and one sentence shared if its writer chooses to."""

from dataclasses import replace

from handlers import personal
from handlers.buttons import navigation, to
from handlers.choices import Choice
from handlers.types import Count, Outside, Paragraph, Quiet, Reply, Request, Rows, Strong

NAME = "share"
LONGEST = 500
"""Letters of what may be shared: a sentence, not a story."""


def hold(request: Request, outside: Outside) -> None:
    """Keep what was typed for some minutes, in memory, in case its writer wants to share it."""
    if outside.relays and request.place == "private" and len(request.text) <= LONGEST:
        outside.relays.hold(request, NAME, request.text)


def rows(request: Request, outside: Outside) -> Rows:
    """A person to ask, and sharing the sentence where it is still there."""
    if outside.relays is None or request.place == "group":
        return ()
    words = outside.words(request)
    asking = (to(words.say("home.person"), "person"),)
    return (asking, (to(words.say("share.offer"), NAME),)) if outside.relays.held(request, NAME) else (asking,)


def argument(card: str, outside: Outside) -> str:
    """What "Not what I meant" below a card carries: its theme, so that themes can be counted."""
    found = outside.content.cards[card]
    theme = found.theme or outside.content.cards[found.takeaways[0]].theme
    return f"other-{theme}"


def counts(request: Request, theme: str, outside: Outside) -> tuple[Count, ...]:
    """Each a single total: never a language together with a theme."""
    known = theme in {one.id for one in outside.content.themes}
    return (Count("missed-language", request.language), *((Count("missed-theme", theme),) if known else ()))


async def share(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The sentence exactly as it will be sent; then sending it, or not."""
    words, relays = outside.words(request), outside.relays
    sentence = relays.held(request, NAME) if relays else ""
    if relays is None or not sentence:
        return _said(request, outside, "share.gone")
    if choice.argument == "keep":
        relays.drop(request, NAME)
        return _said(request, outside, "share.kept")
    if choice.argument == "send":
        if not await relays.share(request, sentence):
            return _said(request, outside, "share.not_sent")
        relays.drop(request, NAME)
        return _said(request, outside, "share.sent")
    check = (Quiet(words.say("share.check")),)
    warned = (Strong(words.say("share.personal")),) if personal.holds_personal(sentence) else ()
    blocks = (Paragraph(words.say("share.shown")), Paragraph(sentence), *warned, *check)
    buttons: Rows = (
        (to(words.say("share.send"), NAME, "send"), to(words.say("share.keep"), NAME, "keep")),
        *navigation(words),
    )
    return Reply(blocks, buttons, replace(request.session, step=""))


def _said(request: Request, outside: Outside, key: str) -> Reply:
    words = outside.words(request)
    return Reply((Paragraph(words.say(key)),), navigation(words), replace(request.session, step=""))
