"""The pack for the road: every card and the numbers around a country, in one file that needs no network."""

from dataclasses import replace

from handlers import night_card, places
from handlers.buttons import in_rows, navigation, to
from handlers.choices import Choice
from handlers.types import Count, Heading, Outside, Paragraph, Reply, Request

ALL = "all"


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The file, or first the question for which country."""
    argument, letter = places.taken_apart(choice.argument)
    country = night_card.country_of(request, choice)
    if argument == ALL:
        return _packed(request, outside, tuple(outside.content.countries))
    if country and letter is None:
        around = outside.content.countries[country].neighbours
        return _packed(request, outside, (country, *around), country)
    return _asked(request, outside, letter or "")


def _asked(request: Request, outside: Outside, letter: str) -> Reply:
    words = outside.words(request)
    rows = places.picker(request, outside, Choice("pack"), letter)
    everything = in_rows([to(words.say("pack.all"), "pack", ALL)], 1)
    blocks = (Heading(words.say("pack.title")), Paragraph(words.say("pack.ask")))
    session = night_card.remembered(request, "", waits_for="pack")
    return Reply(blocks, (*everything, *rows, *navigation(words)), session)


def _packed(request: Request, outside: Outside, countries: tuple[str, ...], country: str = "") -> Reply:
    words = outside.words(request)
    file = outside.pack(outside.content, request.language, countries, request.now)
    again = ((to(words.say("buttons.another_country"), "pack", places.PICK),),)
    session = replace(night_card.remembered(request, country), step="")
    return Reply(
        (Paragraph(words.say("pack.here")),),
        (*again, *navigation(words)),
        session,
        (Count("pack", "handed-out"),),
        files=(file,),
    )
