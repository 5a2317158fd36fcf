"""What the bot knows, as validated, frozen values. The files are described in docs/content.md."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from content.rules import Rules
from content.strict import CountryCode, Identifier, LanguageCode, Line, Model, Reach, Url
from content.versions import State, drafts

ReferralKind = Literal["emergency", "mental-health", "legal-protection", "digital-security"]
Confidence = Literal["high", "medium", "low"]
UrgentKind = Literal["self-harm", "danger", "detained"]
ORIGINAL = "en"
"""The language every other one is made from."""
RIGHT_TO_LEFT = ("ar",)
READ_TOO = {"bs": "sr-Latn", "cnr": "sr-Latn", "hr": "sr-Latn", "sh": "sr-Latn", "sr": "sr-Latn", "mo": "ro"}
"""Languages whose speakers read one of ours."""
URGENT_KINDS: tuple[UrgentKind, ...] = ("self-harm", "danger", "detained")


class Source(Model):
    """Where a card's advice comes from. `date` is the year, month or day the page shows, as ISO text."""

    title: Line
    publisher: Line
    url: Url
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")] | None = None


class Theme(Model):
    """One of the report's seven themes."""

    id: Identifier


class CountryClaim(Model):
    """What differs in one country, with the page that says so; the words stand in the card's text."""

    country: CountryCode
    source: Source


class Card(Model):
    """A piece of guidance: a takeaway card has a theme and cites the report, a practice card has sources of its own."""

    id: Identifier
    theme: Identifier | None = None
    takeaways: Annotated[tuple[Identifier, ...], Field(min_length=1, strict=False)]
    related: Annotated[tuple[Identifier, ...], Field(strict=False)] = ()
    referrals: Annotated[tuple[ReferralKind, ...], Field(strict=False)] = ()
    differs_by_country: bool = False
    countries: Annotated[tuple[CountryClaim, ...], Field(strict=False)] = ()
    sources: Annotated[tuple[Source, ...], Field(strict=False)] = ()


class CardText(Model):
    """A card's words in one language: what people call it, one line, at most five things to do, who to turn to."""

    title: Annotated[Line, StringConstraints(max_length=60)]
    answer: Annotated[Line, StringConstraints(max_length=220)]
    steps: Annotated[tuple[Line, ...], Field(min_length=1, max_length=5, strict=False)]
    turn_to: Line
    countries: Annotated[Mapping[CountryCode, Line], Field(strict=False)] = {}


class UrgentText(Model):
    """An urgent card's words. `first` is the single line that a group sees; `steps` are three or four."""

    title: Annotated[Line, StringConstraints(max_length=60)]
    first: Annotated[Line, StringConstraints(max_length=160)]
    steps: Annotated[tuple[Line, ...], Field(min_length=2, max_length=4, strict=False)]
    after: Line


class PhoneNumber(Model):
    """A number as it is dialled. `country` limits it to callers there; `label` keys into the referral's texts."""

    number: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,15}$")]
    label: Identifier | None = None
    country: CountryCode | None = None

    @property
    def works_abroad(self) -> bool:
        """Whether it can be dialled from another country: only an international form can."""
        return self.number.startswith("+")


class Chat(Model):
    """A way to write instead of calling: a web address, a mail address, or a number for text messages."""

    address: Annotated[str, StringConstraints(min_length=2, max_length=300, pattern=r"^\S+$")]
    label: Identifier | None = None


class Referral(Model):
    """An organisation or line that a volunteer can turn to.

    `countries` holds ISO codes, or `*` for everywhere. `hours` is OpenStreetMap `opening_hours` and stands only where
    the source states hours; `time_zone` is the zone they are meant in. `source_date` is as exact as the source;
    `verified` is the day a coordinator confirmed it. `fallback` marks an international directory that finds a line in
    the person's own country.
    """

    id: Identifier
    kind: Annotated[tuple[ReferralKind, ...], Field(min_length=1, strict=False)]
    name: Line
    countries: Annotated[tuple[Reach, ...], Field(min_length=1, strict=False)]
    languages: Annotated[tuple[LanguageCode, ...], Field(strict=False)] = ()
    phones: Annotated[tuple[PhoneNumber, ...], Field(strict=False)] = ()
    chats: Annotated[tuple[Chat, ...], Field(strict=False)] = ()
    website: Url | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    hours: str | None = None
    time_zone: str
    cost: Literal["free"] | None = None
    organisations_only: bool = False
    fallback: bool = False
    source_url: Url
    source_date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")] | None = None
    confidence: Confidence
    verified: date | None = None

    @property
    def international(self) -> bool:
        """Whether it serves people wherever they are."""
        return "*" in self.countries


class ReferralText(Model):
    """A referral's words in one language. `hours` says in words what `hours` in the structure cannot, or nothing."""

    name: Line | None = None
    for_whom: Line
    hours: Line | None = None
    labels: Annotated[Mapping[Identifier, Line], Field(strict=False)] = {}


class Country(Model):
    """A country a volunteer can choose. `no_112` marks where 112 is known not to be in operation."""

    code: CountryCode
    time_zone: str
    neighbours: Annotated[tuple[CountryCode, ...], Field(strict=False)] = ()
    no_112: bool = False
    international_first: bool = False


class Language(Model):
    """Everything said in one language. `interface` is flat: `home.title` → words with {named} places.

    `for_coordinators` are the keys that only coordinators read. `borrowed` are those that this language does not say
    yet: there it says the original's words.
    """

    code: str
    interface: Mapping[str, str]
    themes: Mapping[str, str]
    cards: Mapping[str, CardText]
    urgent: Mapping[UrgentKind, UrgentText]
    referrals: Mapping[str, ReferralText]
    examples: Mapping[str, tuple[str, ...]]
    rules: Rules
    state: State = State()
    for_coordinators: frozenset[str] = frozenset()
    borrowed: frozenset[str] = frozenset()

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """How the script runs."""
        return "rtl" if self.code in RIGHT_TO_LEFT else "ltr"

    def say(self, key: str, **places: object) -> str:
        """The interface sentence under `key` with its places filled in; KeyError when there is none."""
        words = self.interface[key]
        return words.format(**places) if places else words


class Content(Model):
    """All the bot knows: one frozen value, replaced whole when a file changes."""

    report: Source
    themes: tuple[Theme, ...]
    cards: Mapping[str, Card]
    referrals: Mapping[str, Referral]
    countries: Mapping[str, Country]
    languages: Mapping[str, Language]

    @cached_property
    def takeaways(self) -> tuple[str, ...]:
        """The ids of the 23 takeaways, in the report's order."""
        return tuple(card.id for card in self.cards.values() if card.theme)

    @cached_property
    def commands(self) -> Mapping[str, str]:
        """The words that may follow a slash, in every language → the choice they open."""
        return {
            word: key.removeprefix("commands.")
            for language in self.languages.values()
            for key, words in language.interface.items()
            if key.startswith("commands.")
            for word in words.split()
        }

    def is_draft(self, language: str, text: str) -> bool:
        """Whether no speaker has read a translated text (`cards.police-stop`) as it stands now."""
        return text in self._drafts.get(language, ())

    @cached_property
    def _drafts(self) -> Mapping[str, frozenset[str]]:
        original = self.languages.get(ORIGINAL)
        return {
            code: drafts(language.state, original, language)
            for code, language in self.languages.items()
            if original and code != ORIGINAL
        }

    def language_for(self, *tags: str) -> str | None:
        """The first of some language tags (`uk`, `pt-BR`, `hr-HR`) that is spoken here, as our code for it."""
        by_tag = {code.lower(): code for code in self.languages}
        for tag in tags:
            whole, primary = tag.lower(), tag.lower().partition("-")[0]
            for code in (by_tag.get(whole), by_tag.get(primary), READ_TOO.get(primary)):
                if code in self.languages:
                    return code
        return None

    def cards_of(self, theme: str) -> tuple[Card, ...]:
        """The takeaway cards of a theme, in the report's order, then the practice cards that serve it."""
        own = [card for card in self.cards.values() if card.theme == theme]
        ids = {card.id for card in own}
        serving = [card for card in self.practice if ids.intersection(card.takeaways)]
        return (*own, *serving)

    @cached_property
    def practice(self) -> tuple[Card, ...]:
        """The practice cards, in the order of the file."""
        return tuple(card for card in self.cards.values() if card.theme is None)
