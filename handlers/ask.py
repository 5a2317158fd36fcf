"""Free text: urgent first, then what was asked for, and a kind no with the nearest things for the rest."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from content.search import Understood
from handlers import guidance, home, missed, personal, places, referrals, urgent
from handlers.buttons import in_group, navigation, to
from handlers.choices import Choice, from_choice
from handlers.types import Block, Count, Offer, Outside, Paragraph, Quiet, Reply, Request, Rows

Handler = Callable[[Request, Choice, Outside], Awaitable[Reply]]

OPENS: Mapping[str, Handler] = {
    "urgent": urgent.respond,
    "guidance": guidance.respond,
    "support": referrals.support,
    "legal": referrals.legal,
}
"""What typed words can lead to."""

DESTINATIONS = {"mental-health": Choice("support"), "legal-protection": Choice("legal")}
ALSO = 2
NEAREST = 3
OFFERED = 20


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The invitation to write, or another way in when the answer was not what was meant."""
    words = outside.words(request)
    other, _, theme = choice.argument.partition("-")
    if other != "other":
        return Reply((Paragraph(words.say("ask.line")),), navigation(words), replace(request.session, step="ask"))
    rows = (*missed.rows(request, outside), *home.buttons(request, outside))
    counts = (Count("understood", "not-helped"), *missed.counts(request, theme, outside))
    return Reply((Paragraph(words.say("ask.not_this")),), rows, replace(request.session, step="ask"), counts)


def offers(request: Request, outside: Outside) -> tuple[Offer, ...]:
    """The cards nearest to what is being typed; the cards for what happens on the spot while nothing is."""
    cards = outside.content.cards
    if request.text.strip():
        nearest = outside.search.understand(request.text, request.language).cards
        found = [cards[match.card] for match in nearest if match.score > 0]
    else:
        found = list(outside.content.practice)
    return tuple(guidance.offer(request, card, outside) for card in found[:OFFERED])


async def answer(request: Request, outside: Outside) -> Reply:
    """The answer to typed words; where a country was asked for, its name alone is taken as that."""
    step = from_choice(request.session.step)
    if step and step.name in OPENS and (country := places.typed(request.text, outside)):
        return await OPENS[step.name](request, replace(step, country=country), outside)
    understood = outside.search.understand(request.text, request.language)
    request = _in_its_language(request, understood)
    if understood.kind in ("smalltalk", "out-of-scope"):
        reply = _kept_short(request, understood, outside)
    else:
        reply = await _opened(request, understood, outside)
    reply = _with_hint(reply, request, understood, outside)
    if not understood.urgent and personal.holds_personal(request.text):
        reply = replace(reply, blocks=(*reply.blocks, Quiet(outside.words(request).say("ask.not_kept"))))
    return reply


def _in_its_language(request: Request, understood: Understood) -> Request:
    """The Request, to be answered in the language it is written in, from now on; one that was chosen stays."""
    if request.session.chosen or understood.language == request.language:
        return request
    session = replace(request.session, language=understood.language)
    return replace(request, language=understood.language, session=session)


async def _opened(request: Request, understood: Understood, outside: Outside) -> Reply:
    """What the message needs most, with a button for each other need."""
    first, *others = destinations(understood)
    reply = await OPENS[first.name](request, first, outside)
    reply = replace(reply, counts=(*reply.counts, Count("understood", "yes")))
    words = outside.words(request)
    if request.place == "group":
        return reply if first.name in ("urgent", "support", "legal") else in_group(reply, words, first)
    also = tuple((to(_name(other, request, outside), other.name, other.argument),) for other in others[:ALSO])
    if first.name != "guidance":
        return replace(reply, buttons=(*also, *reply.buttons))
    missed.hold(request, outside)
    other = to(words.say("buttons.not_this"), "ask", missed.argument(first.argument, outside))
    return replace(reply, buttons=(*also, (other,), *reply.buttons))


def destinations(understood: Understood) -> list[Choice]:
    """Where the labels of a message lead, the most needed first, each once."""
    cards = iter(understood.cards)
    found: dict[Choice, None] = {}
    for label in understood.needs:
        if label in ("smalltalk", "out-of-scope"):
            continue
        if label.startswith("urgent-"):
            if label in understood.urgent:
                found[Choice("urgent", label.removeprefix("urgent-"))] = None
        elif label in DESTINATIONS:
            found[DESTINATIONS[label]] = None
        elif card := next(cards, None):
            found[Choice("guidance", card.card)] = None
    return list(found)


def _name(choice: Choice, request: Request, outside: Outside) -> str:
    """What a button to this destination is called."""
    words = outside.words(request)
    if choice.name == "guidance":
        return words.cards[choice.argument].title
    if choice.name == "urgent":
        return next(text.title for kind, text in words.urgent.items() if kind == choice.argument)
    return words.say(f"home.{choice.name}")


def _kept_short(request: Request, understood: Understood, outside: Outside) -> Reply:
    """A word back to smalltalk; a kind no to what is out of scope, with the nearest three in a tap."""
    words, session = outside.words(request), replace(request.session, step="")
    count = Count("understood", understood.kind)
    if understood.kind == "smalltalk":
        reply = Reply((Paragraph(words.say("ask.hello")),), home.buttons(request, outside), session, (count,))
        return in_group(reply, words, Choice("home")) if request.place == "group" else reply
    nearest = tuple(
        (to(words.cards[match.card].title, "guidance", match.card),) for match in understood.cards[:NEAREST]
    )
    missed.hold(request, outside)
    asking = missed.rows(request, outside)
    rows: Rows = (*_referral_row(understood, request, outside), *nearest, *asking, *navigation(words))
    counts = (count, *missed.counts(request, "", outside))
    reply = Reply((Paragraph(words.say(_refusal(understood))),), rows, session, counts)
    return in_group(reply, words, Choice("ask")) if request.place == "group" else reply


def _referral_row(understood: Understood, request: Request, outside: Outside) -> Rows:
    choices = [DESTINATIONS[kind] for kind in understood.referrals if kind in DESTINATIONS]
    row = tuple(to(_name(choice, request, outside), choice.name) for choice in choices)
    return (row,) if row else ()


def _refusal(understood: Understood) -> str:
    """The sentence for what is refused: routes, papers and doses have their own."""
    asked = (reason.rule for reason in understood.reasons if reason.rule.startswith("asks-for-"))
    return f"ask.{next(asked, 'refused')}"


def _with_hint(reply: Reply, request: Request, understood: Understood, outside: Outside) -> Reply:
    """When in doubt about danger: one quiet line above the answer, and a button that opens the urgent card."""
    if not understood.hint or understood.urgent or request.place == "group":
        return reply
    words = outside.words(request)
    kind = understood.hint[0].removeprefix("urgent-")
    line: tuple[Block, ...] = (Quiet(words.say("ask.hint")),)
    button = ((to(words.say("buttons.urgent_now"), "urgent", kind),),)
    return replace(reply, blocks=(*line, *reply.blocks), buttons=(*button, *reply.buttons))
