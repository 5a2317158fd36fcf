"""The emergency numbers that stand at the top of an urgent answer."""

from collections.abc import Mapping, Sequence

from content import directory
from content.model import PhoneNumber, Referral
from handlers import names
from handlers.types import Block, Outside, Paragraph, Phone, Quiet, Request

EVERYWHERE = "112"
"""Where no country is known: the number that works in most of the region (see `no_112` in countries.toml)."""


def numbers(request: Request, outside: Outside, country: str) -> tuple[Block, ...]:
    """The numbers to call in a country, or 112 and where it does not work."""
    words = outside.words(request)
    if not country:
        missing = [code for code, known in outside.content.countries.items() if known.no_112]
        named = names.listed((names.country(code, request.language) for code in missing), request.language)
        note = "urgent.not_in" if request.place == "group" else "urgent.not_here"
        return Phone(EVERYWHERE, words.say("urgent.number")), Quiet(words.say(note, countries=named))
    found = directory.emergency(outside.content, country)
    if not found:
        name = names.country(country, request.language)
        sentence = Paragraph(words.say("urgent.no_number", country=name))
        return sentence, Phone(EVERYWHERE, words.say("urgent.number"))
    return tuple(block for one in found for block in _of(one, found, request, outside))


def _of(referral: Referral, among: Sequence[Referral], request: Request, outside: Outside) -> tuple[Block, ...]:
    """One entry's numbers; where a country has several entries, each says whom it serves."""
    words = outside.words(request)
    text = words.referrals[referral.id]
    phones = tuple(
        Phone(phone.number, label_of(phone, text.labels, words.say("urgent.number"))) for phone in referral.phones
    )
    return (*phones, Quiet(text.for_whom)) if len(among) > 1 else phones


def label_of(phone: PhoneNumber, labels: Mapping[str, str], otherwise: str) -> str:
    """What a number is for."""
    return labels[phone.label] if phone.label else otherwise
