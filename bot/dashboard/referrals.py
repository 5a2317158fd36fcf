"""Referrals: one coordinator confirms that a number works; changing or adding one takes two, and can be undone."""

from collections.abc import Mapping, Sequence
from typing import get_args

from bot.dashboard import changing, saving
from bot.dashboard.changing import FormError
from bot.dashboard.gaps import is_ageing
from bot.dashboard.parts import Done, Page, Parts, Tab, Visit, address
from bot.dashboard.saving import Entry, Waiting
from bot.overlay import CONFIRMED, REFERRAL
from content.model import Content, Language, Referral, ReferralKind
from content.overlay import Changed, Confirmed, reach_of
from handlers import names
from handlers.buttons import to
from handlers.types import Paragraph, Reply
from storage import audit, coordinators, overlay

MOST = 25
"""Referrals on a page: more are found by searching."""
STANDS = 7 * 24 * 3600
"""Seconds for which a proposal waits for a second coordinator."""
EVERYWHERE = "all"
FEW_PLACES, NAMED = 5, 3
"""Countries of a referral that are all named, and how many of more are."""


async def show(visit: Visit, parts: Parts) -> Page:
    """What is proposed, a search, and what it found."""
    words, content = visit.words, parts.outside().content
    country, unchecked = visit.asked.get("country", ""), "unchecked" in visit.asked
    found = [one for one in content.referrals.values() if _fits(one, visit, country, unchecked=unchecked)]
    found.sort(key=lambda one: (len(one.countries) if country else 0, one.international, where(one, words), one.name))
    entries, proposals = [_entry(one, visit, parts) for one in found[:MOST]], await proposed(visit, parts)
    more: dict[str, object] = {
        "found": entries,
        "waiting": proposals,
        "places": _places(content, words),
        "asked_country": country,
        "unchecked": unchecked,
    }
    key = "found_none" if not found else "found_more" if len(found) > MOST else "found"
    lines = (words.say(f"dashboard.{key}", number=len(found), most=MOST), words.say("dashboard.call_first"))
    title = words.say("dashboard.pages.referrals")
    own = (*saving.proposals(proposals, words), saving.entries(entries, words))
    return Page(title, lines, template="referrals.html", save=True, own=own, more=more)


def _fits(one: Referral, visit: Visit, country: str, *, unchecked: bool) -> bool:
    if country and not (one.international if country == EVERYWHERE else country in one.countries):
        return False
    if unchecked and not is_ageing(one, visit.now.date()):
        return False
    wanted = names.fold(visit.asked.get("q", ""))
    places = [names.country(code, visit.words.code) for code in one.countries]
    number = "".join(letter for letter in wanted if letter.isdecimal() or letter == "+")
    inside = names.fold(" ".join((one.id, one.name, *places, reach_of(one))))
    return wanted in inside or (len(number) > 2 and number in inside)


def _places(content: Content, words: Language) -> list[tuple[str, str]]:
    """The countries to choose from, by name."""
    named = sorted((names.country(code, words.code), code) for code in content.countries)
    return [(EVERYWHERE, words.say("dashboard.everywhere")), *((code, name) for name, code in named)]


def where(one: Referral, words: Language) -> str:
    """The countries a referral serves, in words."""
    if one.international:
        return words.say("dashboard.everywhere")
    named = [names.country(code, words.code) for code in one.countries]
    if len(named) <= FEW_PLACES:
        return ", ".join(named)
    return words.say("dashboard.and_others", places=", ".join(named[:NAMED]), number=len(named) - NAMED)


def _entry(one: Referral, visit: Visit, parts: Parts) -> Entry:
    words = visit.words
    text = words.referrals.get(one.id)
    return Entry(
        one.id,
        (text.name if text else None) or one.name,
        where(one, words),
        ", ".join(words.say(f"stats.labels.{kind}") for kind in one.kind),
        tuple(phone.number for phone in one.phones),
        one.website or one.email or "",
        text.for_whom if text else "",
        mark(one, words),
        is_ageing(one, visit.now.date()),
        one.verified == visit.now.date(),
        reach_of(one),
        parts.overlay.change(CONFIRMED, one.id),
        parts.overlay.change(REFERRAL, one.id),
    )


def mark(one: Referral, words: Language) -> str:
    """How sure we are, in the words of the chat."""
    if one.verified:
        return words.say("referrals.checked", date=names.day(one.verified.isoformat(), words.code))
    if one.source_date:
        return words.say("referrals.not_checked", date=names.day(one.source_date, words.code))
    return words.say("referrals.not_checked_undated")


# confirming, and undoing


async def confirm(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done:
    """The numbers that were shown work today; nothing where they are other ones by now."""
    one = parts.outside().content.referrals.get(form.get("id", ""))
    back = {"q": form.get("q", ""), "country": form.get("country", "")}
    if one is None or reach_of(one) != form.get("reach"):
        return Done("changed_meanwhile", "referrals", back)
    body = Confirmed(day=visit.now.date(), reach=reach_of(one)).model_dump_json()
    kept = await overlay.put(parts.database, parts.keys(), CONFIRMED, one.id, body, visit.who, visit.seconds)
    if not kept:
        return Done("unchanged", "referrals", back)
    await audit.note(parts.database, "referral-confirmed", visit.role, visit.seconds)
    await parts.take_over()
    return Done("confirmed", "referrals", back)


async def undo(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done:
    """What a change replaced holds again; the others are told."""
    number, back = form.get("change", ""), {"q": form.get("q", "")}
    if not number.isdecimal() or not await overlay.undo(parts.database, int(number), visit.who, visit.seconds):
        return Done("unchanged", "referrals", back)
    await parts.take_over()
    await _tell(visit, parts, "referral-undone", "told.referral_undone")
    return Done("undone", "referrals", back)


# changing and adding


async def one(visit: Visit, parts: Parts) -> Page:
    """The form for a referral, filled in; empty for a new one."""
    known = parts.outside().content.referrals.get(visit.asked.get("id", ""))
    text = visit.words.referrals.get(known.id) if known else None
    return _form(visit, known, changing.fields_of(known, text))


def _form(visit: Visit, known: Referral | None, fields: Mapping[str, str], wrong: str = "") -> Page:
    words = visit.words
    more: dict[str, object] = {
        "id": known.id if known else "",
        "fields": fields,
        "wrong": wrong,
        "kinds": [(kind, words.say(f"stats.labels.{kind}")) for kind in get_args(ReferralKind)],
    }
    title = known.name if known else words.say("dashboard.add")
    back = Tab(words.say("dashboard.back_to", what=words.say("dashboard.pages.referrals")), address("referrals"))
    lines, own = (words.say("dashboard.propose_line"),), (saving.fields(title, fields, words),)
    return Page(title, lines, tabs=((back,),), template="referral.html", save=True, own=own, more=more)


async def propose(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done | Page:
    """Ask for a second coordinator; what is wrong is said beside its field, and nothing that was typed is lost."""
    content = parts.outside().content
    known = content.referrals.get(form.get("id", ""))
    try:
        made = changing.changed(form, known, content, visit.now.date())
    except FormError as error:
        return _form(visit, known, {name: form.get(name, "") for name in changing.FIELDS}, error.field)
    body, subject = made.model_dump_json(), made.referral.id
    until = visit.seconds + STANDS
    await coordinators.propose(parts.database, parts.keys(), REFERRAL, subject, body, visit.who, until)
    await _tell(visit, parts, "referral-proposed", "told.referral_waits")
    return Done("proposed", "referrals")


async def proposed(visit: Visit, parts: Parts) -> Sequence[Waiting]:
    """The changes that wait for a second coordinator."""
    content, words = parts.outside().content, visit.words
    found = []
    for one in await coordinators.proposed(parts.database, parts.keys(), visit.seconds):
        if one.kind == REFERRAL:
            new = Changed.model_validate_json(one.body)
            known = content.referrals.get(one.subject)
            old = changing.fields_of(known, words.referrals.get(one.subject)) if known else {}
            rows = changing.difference(old, _fields(new, words))
            found.append(Waiting(one.id, one.author == visit.who, new.referral.name, known is None, rows))
    return found


def _fields(new: Changed, words: Language) -> dict[str, str]:
    fields = changing.fields_of(new.referral, words.referrals.get(new.referral.id))
    own = {"for_whom": new.for_whom, "hours": new.referral.hours or new.hours}
    return fields | {name: said or "" for name, said in own.items()}


async def waiting(visit: Visit, parts: Parts) -> tuple[str, ...]:
    """That others' changes wait, where they do."""
    many = len([one for one in await proposed(visit, parts) if not one.mine])
    return (visit.words.say("dashboard.waits", number=many),) if many else ()


async def agree(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done:
    """Agree to what another proposed: it is live from now on."""
    number = form.get("proposal", "")
    agreed = number.isdecimal() and await overlay.agree(
        parts.database, parts.keys(), int(number), REFERRAL, visit.who, visit.seconds
    )
    if not agreed:
        return Done("may_not", "referrals")
    await parts.take_over()
    await _tell(visit, parts, "referral-changed", "told.referral_changed")
    return Done("agreed", "referrals")


async def withdraw(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done:
    """Refuse a proposal, or take one's own back."""
    number = form.get("proposal", "")
    if not number.isdecimal() or not await overlay.refuse(
        parts.database, int(number), REFERRAL, visit.who, visit.seconds
    ):
        return Done("unchanged", "referrals")
    await _tell(visit, parts, "referral-refused", "told.referral_refused")
    return Done("withdrawn", "referrals")


async def _tell(visit: Visit, parts: Parts, noted: str, key: str) -> None:
    """Note what was done, and tell the others."""
    await audit.note(parts.database, noted, visit.role, visit.seconds)

    def reply_for(words: Language) -> Reply:
        return Reply((Paragraph(words.say(key)),), ((to(words.say("dashboard.title"), "dashboard"),),))

    parts.desk.tell(reply_for, but=visit.who)
