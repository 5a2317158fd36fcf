"""What is missing: what was not understood or did not help, referrals that nobody checked, unread translations."""

import asyncio
from datetime import date, timedelta

from bot.dashboard import needs, tables
from bot.dashboard.parts import Page, Parts, Tab, Table, Visit, address
from content.model import ORIGINAL, Content, Referral
from content.translation import standing
from handlers import names, stats

AGEING = 90
"""Days after which a check is old."""
MOST = 10
"""Countries listed, those with most to check first."""
METRICS = ("understood", *needs.MISSED)


async def show(visit: Visit, parts: Parts) -> Page:
    """The gaps of a period, and what stands still."""
    words, outside = visit.words, parts.outside()
    days = stats.PERIODS.get(visit.asked.get("days", ""), 30)
    views = [await parts.figures.view(metric, days) for metric in METRICS]
    shown = [tables.of_view(view, visit, parts) for view in views]
    shown.append(_ageing(visit, outside.content))
    shown.append(await asyncio.to_thread(_unread, visit, parts.shipped()))
    periods = tuple(
        Tab(words.say(f"stats.periods.{name}"), address("gaps", days=many), many == days)
        for name, many in stats.PERIODS.items()
    )
    check = Tab(words.say("dashboard.all_ageing"), address("referrals", unchecked=1))
    lines = (words.say("dashboard.gaps_line"), needs.method(views[0], visit))
    return Page(words.say("dashboard.pages.gaps"), lines, tuple(shown), (periods, (check,)), save=True)


def is_ageing(referral: Referral, today: date) -> bool:
    """Whether no coordinator has checked a referral for too long."""
    return referral.verified is None or referral.verified < today - timedelta(days=AGEING)


def _ageing(visit: Visit, content: Content) -> Table:
    """How many referrals of each country wait for a check."""
    words, today = visit.words, visit.now.date()
    many: dict[str, int] = {}
    for one in content.referrals.values():
        if is_ageing(one, today):
            for code in ("",) if one.international else one.countries:
                many[code] = many.get(code, 0) + 1
    named = {code: names.country(code, words.code) if code else words.say("dashboard.everywhere") for code in many}
    listed = sorted(many, key=lambda code: (-many[code], named[code]))[:MOST]
    return Table(
        words.say("dashboard.ageing", days=AGEING),
        (words.say("dashboard.columns.country"), words.say("dashboard.unchecked")),
        tuple((named[code], str(many[code])) for code in listed),
        words.say("dashboard.ageing_note"),
        links=tuple(address("referrals", country=code or "all", unchecked=1) for code in listed),
        empty=words.say("dashboard.all_checked"),
        numbers=True,
    )


def _unread(visit: Visit, content: Content) -> Table:
    """How many texts of each language no speaker has read, and how many are behind the English."""
    words, original = visit.words, content.languages[ORIGINAL]
    rows = []
    for code, language in content.languages.items():
        if code != ORIGINAL:
            stands = standing(original, language)
            rows.append((names.own_language(code), str(len(stands.unread)), str(len(stands.behind))))
    head = tuple(words.say(f"dashboard.{key}") for key in ("columns.language", "unread", "behind"))
    note = words.say("dashboard.unread_note")
    return Table(
        words.say("dashboard.translations"),
        head,
        tuple(rows),
        note,
        empty=words.say("dashboard.english_only"),
        numbers=True,
    )
