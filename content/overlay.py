"""The overlay: the organisation's own changes, validated like the files, laid over the shipped content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from content.model import Content, Language, Referral, ReferralText
from content.strict import Line, Model

LONGEST_PHRASE = 200
Phrase = Annotated[Line, StringConstraints(max_length=LONGEST_PHRASE)]


class Confirmed(Model):
    """A coordinator found that a referral works: on which day, and how it was reached then (see `reach_of`)."""

    day: date
    reach: str


class Changed(Model):
    """A referral as the organisation has it, shipped or its own. Words that are None stay as shipped."""

    referral: Referral
    for_whom: Line | None = None
    hours: Line | None = None


class Taught(Model):
    """An example phrase: what it means, and the language it is in."""

    language: str
    label: str
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything the organisation changed; `confirmed` by the id of the referral, `taught` by names of their own."""

    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)
    referrals: tuple[Changed, ...] = ()
    taught: Mapping[str, Taught] = field(default_factory=dict)


def reach_of(referral: Referral) -> str:
    """The ways to reach a referral, as one line: what a confirmation is worth when one of them changes, is nothing."""
    ways = (*(one.number for one in referral.phones), *(one.address for one in referral.chats))
    return " ".join((*ways, referral.website or "", referral.email or "")).strip()


def laid_over(content: Content, changes: Changes) -> Content:
    """The content with the changes; what no longer fits it (a language or a label that is gone) is left out."""
    fitting = [one for one in changes.referrals if _has_words(content, one)]
    referrals = {**content.referrals, **{one.referral.id: one.referral for one in fitting}}
    for name, one in changes.confirmed.items():
        known = referrals.get(name)
        if known and reach_of(known) == one.reach and (known.verified is None or known.verified < one.day):
            referrals[name] = known.model_copy(update={"verified": one.day})
    languages = {
        code: _said(language, fitting, changes.taught.values()) for code, language in content.languages.items()
    }
    return Content(
        report=content.report,
        themes=content.themes,
        cards=content.cards,
        referrals=referrals,
        countries=content.countries,
        languages=languages,
    )


def _has_words(content: Content, changed: Changed) -> bool:
    """Whether every language can say whom a changed referral is for."""
    return bool(changed.for_whom) or all(changed.referral.id in one.referrals for one in content.languages.values())


def _said(language: Language, changed: list[Changed], taught: Iterable[Taught]) -> Language:
    texts = {one.referral.id: _text(language, one) for one in changed}
    examples = dict(language.examples)
    for one in taught:
        if one.language == language.code and one.label in examples:
            examples[one.label] = (*examples[one.label], one.phrase)
    return language.model_copy(update={"referrals": {**language.referrals, **texts}, "examples": examples})


def _text(language: Language, changed: Changed) -> ReferralText:
    """The words for a changed referral: shipped ones where there are, under the name the organisation gives it."""
    shipped = language.referrals.get(changed.referral.id)
    if shipped is None:
        return ReferralText(for_whom=changed.for_whom or changed.referral.name, hours=changed.hours)
    own = {"for_whom": changed.for_whom, "hours": changed.hours}
    return shipped.model_copy(update={name: words for name, words in own.items() if words})
