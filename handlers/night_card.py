"""The night card: who can be called or written to at this hour, from this country, in this language."""

from dataclasses import replace

from content import directory
from content.directory import Found
from content.model import PhoneNumber, Referral, ReferralKind
from handlers import emergency, names
from handlers.choices import Choice
from handlers.types import Block, Link, Outside, Paragraph, Phone, Quiet, Request, Session, Strong

ON_A_PAGE = 3
NUMBERS_EACH = 3
LINES_IN_URGENT = 2
"""Lines are often busy: always a second one."""


def country_of(request: Request, choice: Choice) -> str:
    """The country a choice names, or the one remembered."""
    return choice.country or request.session.country


def remembered(request: Request, country: str, waits_for: str = "") -> Session:
    """The session with the country in it; `waits_for` is the choice that a typed country belongs to."""
    return replace(request.session, country=country or request.session.country, step=waits_for)


def first_lines(request: Request, outside: Outside, kind: ReferralKind, country: str) -> tuple[Block, ...]:
    """The lines to try first inside an urgent card."""
    found = directory.choose(outside.content, kind, country, request.language, request.now)
    blocks = (brief(request, outside, one, country) for one in found[:LINES_IN_URGENT])
    return tuple(block for each in blocks for block in each)


def brief(request: Request, outside: Outside, found: Found, country: str) -> tuple[Block, ...]:
    """One referral in as little as possible: its number, or its page when it has none, and when it answers."""
    name = _name(request, outside, found.referral)
    if phones := _phones(found.referral, country):
        return (_phone(request, outside, phones[0], f"{name} · {_status(request, outside, found)}", found.referral),)
    chat = next((chat.address for chat in found.referral.chats if chat.address.startswith("http")), None)
    page = chat or found.referral.website
    return (Link(page, name),) if page else ()


def entry(request: Request, outside: Outside, found: Found, country: str) -> tuple[Block, ...]:
    """One referral in full: how to reach it, when, for whom, what it costs, and how sure we are."""
    referral, words = found.referral, outside.words(request)
    when = (_status(request, outside, found), _cost(request, outside, referral))
    more = (_speaks(request, outside, referral), _mark(request, outside, referral))
    return (
        Strong(_name(request, outside, referral)),
        *(_labelled(request, outside, phone, referral) for phone in _phones(referral, country)[:NUMBERS_EACH]),
        *_links(request, outside, referral),
        Paragraph(" · ".join(part for part in when if part)),
        Quiet(words.referrals[referral.id].for_whom),
        Quiet(" · ".join(part for part in more if part)),
    )


def _name(request: Request, outside: Outside, referral: Referral) -> str:
    return outside.words(request).referrals[referral.id].name or referral.name


def _phones(referral: Referral, country: str) -> list[PhoneNumber]:
    """The numbers for callers in this country; without a country, those that work from anywhere come first."""
    here = [phone for phone in referral.phones if phone.country in (None, country)]
    return here if country else sorted(here, key=lambda phone: not phone.works_abroad)


def _labelled(request: Request, outside: Outside, phone: PhoneNumber, referral: Referral) -> Phone:
    words = outside.words(request)
    label = emergency.label_of(phone, words.referrals[referral.id].labels, words.say("referrals.call"))
    return _phone(request, outside, phone, label, referral)


def _phone(request: Request, outside: Outside, phone: PhoneNumber, label: str, referral: Referral) -> Phone:
    """A number with its label; one that works only inside its country says so."""
    if phone.works_abroad:
        return Phone(phone.number, label)
    words, inside = outside.words(request), [code for code in referral.countries if code != "*"]
    if len(inside) == 1:
        only = words.say("referrals.inside_only", country=names.country(inside[0], request.language))
    else:
        only = words.say("referrals.inside_only_unnamed")
    return Phone(phone.number, f"{label} · {only}")


def _links(request: Request, outside: Outside, referral: Referral) -> tuple[Block, ...]:
    """Ways to write, then the page, each address once."""
    words = outside.words(request)
    labels = words.referrals[referral.id].labels
    write = words.say("referrals.write")
    addressed = [(chat.address, labels[chat.label] if chat.label else write) for chat in referral.chats]
    found: dict[str, Block] = {}
    for address, label in addressed:
        found[address] = _reach(address, label)
    if referral.website and referral.website not in found:
        found[referral.website] = Link(referral.website, words.say("referrals.website"))
    if referral.email and f"mailto:{referral.email}" not in found:
        found[f"mailto:{referral.email}"] = Link(f"mailto:{referral.email}", referral.email)
    return tuple(found.values())


def _reach(address: str, label: str) -> Block:
    """A way to write: a number to text, a mail address, or a page."""
    if address.lstrip("+").isdigit():
        return Phone(address, label)
    return Link(f"mailto:{address}" if "@" in address and "/" not in address else address, label)


def _status(request: Request, outside: Outside, found: Found) -> str:
    """Open now, opens at…, or hours not known; the source's own words where it has them."""
    words, text = outside.words(request), outside.words(request).referrals[found.referral.id]
    if found.open is None:
        return text.hours or words.say("referrals.unknown")
    if found.open:
        return words.say("referrals.open")
    if not found.opens_at:
        return text.hours or words.say("referrals.closed")
    zone = found.referral.time_zone
    time = names.hour(found.opens_at, zone, request.language)
    if names.same_day(found.opens_at, request.now, zone):
        return words.say("referrals.opens_today", time=time)
    return words.say("referrals.opens_on", day=names.weekday(found.opens_at, zone, request.language), time=time)


def _cost(request: Request, outside: Outside, referral: Referral) -> str:
    return outside.words(request).say("referrals.free") if referral.cost else ""


def _speaks(request: Request, outside: Outside, referral: Referral) -> str:
    named = (names.language(code, request.language) for code in referral.languages)
    spoken = names.listed(named, request.language)
    return outside.words(request).say("referrals.speaks", languages=spoken) if spoken else ""


def _mark(request: Request, outside: Outside, referral: Referral) -> str:
    """How sure we are: checked by a coordinator, or only seen, and when."""
    words = outside.words(request)
    if referral.verified:
        return words.say("referrals.checked", date=names.day(referral.verified.isoformat(), request.language))
    if referral.source_date:
        return words.say("referrals.not_checked", date=names.day(referral.source_date, request.language))
    return words.say("referrals.not_checked_undated")
