"""Guidance: seven themes, the cards for what is happening on the spot, and one card at a time."""

from dataclasses import replace

from content.model import Card, Language
from handlers import names, review
from handlers.buttons import in_group, in_rows, navigation, to
from handlers.choices import Choice
from handlers.types import (
    Block,
    Count,
    Heading,
    Offer,
    Outside,
    Paragraph,
    Quiet,
    Reply,
    Request,
    Rows,
    Steps,
)

PRACTICE = "practice"
REFERRAL_BUTTONS = {"mental-health": "support", "legal-protection": "legal", "digital-security": "legal"}


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The themes, the cards of one theme, or a card."""
    content, words = outside.content, outside.words(request)
    if card := content.cards.get(choice.argument):
        return card_reply(request, card, outside)
    if choice.argument == PRACTICE:
        line = (Paragraph(words.say("guidance.practice_line")),)
        return _list(request, words, words.say("guidance.practice"), content.practice, line)
    if choice.argument in words.themes:
        return _list(request, words, words.themes[choice.argument], content.cards_of(choice.argument))
    return _themes(request, outside)


def _themes(request: Request, outside: Outside) -> Reply:
    words = outside.words(request)
    buttons = [to(words.themes[theme.id], "guidance", theme.id) for theme in outside.content.themes]
    buttons.append(to(words.say("guidance.practice"), "guidance", PRACTICE))
    blocks = (Heading(words.say("guidance.title")), Paragraph(words.say("guidance.line")))
    rows = (*in_rows(buttons, 2), (to(words.say("pack.button"), "pack"),))
    return _reply(request, words, blocks, rows, "home")


def _list(
    request: Request, words: Language, title: str, cards: tuple[Card, ...], line: tuple[Block, ...] = ()
) -> Reply:
    buttons = [to(words.cards[card.id].title, "guidance", card.id) for card in cards]
    return _reply(request, words, (Heading(title), *line), in_rows(buttons, 1), "guidance")


def card_reply(request: Request, card: Card, outside: Outside) -> Reply:
    """One card on one screen, with the referrals and the cards that go with it."""
    words = outside.words(request)
    text = words.cards[card.id]
    draft, original = _notice(request, card, outside)
    blocks = (
        Heading(text.title),
        *draft,
        Paragraph(text.answer),
        Steps(text.steps),
        Paragraph(words.say("guidance.turn_to", who=text.turn_to)),
        *_country_line(request, card, words),
        *_sources(request, card, outside),
    )
    rows = (*_referral_buttons(card, words), *original, *_related(card, words))
    reply = _reply(request, words, blocks, rows, _back(card))
    return replace(reply, counts=_counts(card))


def _notice(request: Request, card: Card, outside: Outside) -> tuple[tuple[Block, ...], Rows]:
    """A card about the law says so while no speaker has read it."""
    if "legal-protection" not in card.referrals:
        return (), ()
    return review.notice(request, f"cards.{card.id}", Choice("guidance", card.id), outside)


def offer(request: Request, card: Card, outside: Outside) -> Offer:
    """The card to be sent into another chat, without this conversation's buttons but with the way here."""
    text = outside.words(request).cards[card.id]
    reply = replace(card_reply(request, card, outside), counts=())
    return Offer(card.id, text.title, text.answer, in_group(reply, outside.words(request), Choice("guidance", card.id)))


def _back(card: Card) -> str:
    return f"guidance:{card.theme or PRACTICE}"


def _counts(card: Card) -> tuple[Count, ...]:
    themes = {takeaway.rpartition("-")[0] for takeaway in card.takeaways}
    return (Count("card", card.id), *(Count("theme", theme) for theme in sorted(themes)))


def _country_line(request: Request, card: Card, words: Language) -> tuple[Block, ...]:
    """What differs by country: the country's own line where there is one with a source, else the lawyer first."""
    code = request.session.country
    claim = next((claim for claim in card.countries if claim.country == code), None)
    if claim:
        line = words.cards[card.id].countries[code]
        name = names.country(code, request.language)
        source = words.say("guidance.source", title=claim.source.title, publisher=claim.source.publisher)
        return Paragraph(words.say("guidance.country_line", country=name, line=line)), Quiet(source)
    return (Paragraph(words.say("guidance.differs")),) if card.differs_by_country else ()


def _sources(request: Request, card: Card, outside: Outside) -> tuple[Quiet, ...]:
    words = outside.words(request)
    if card.theme:
        point = card.id.rpartition("-")[2]
        return (Quiet(words.say("guidance.report_source", theme=words.themes[card.theme], point=point)),)
    return tuple(
        Quiet(
            words.say(
                "guidance.source_dated" if source.date else "guidance.source",
                title=source.title,
                publisher=source.publisher,
                date=names.day(source.date, request.language) if source.date else "",
            )
        )
        for source in card.sources
    )


def _referral_buttons(card: Card, words: Language) -> Rows:
    """One row with a button for each kind of help that goes with the card."""
    choices = dict.fromkeys(REFERRAL_BUTTONS[kind] for kind in card.referrals if kind in REFERRAL_BUTTONS)
    row = tuple(to(words.say(f"home.{name}"), name) for name in choices)
    return (row,) if row else ()


def _related(card: Card, words: Language) -> Rows:
    return tuple((to(words.cards[other].title, "guidance", other),) for other in card.related)


def _reply(request: Request, words: Language, blocks: tuple[Block, ...], rows: Rows, back: str) -> Reply:
    return Reply(blocks, (*rows, *navigation(words, back)), replace(request.session, step=""))
