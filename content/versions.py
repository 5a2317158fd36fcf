"""Which English each translation was made from, and whether a speaker has read it as it stands.

A text is a card, an urgent card, a referral's words, the themes, or a section of the interface. Its version is the
beginning of a checksum of its words, so nobody has to count versions: a changed English text puts its translations
behind, and a changed translation is a draft again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, Field, StringConstraints

from content.strict import Model

Version = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
Reading = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2} [0-9a-f]{8}$")]
"""The day a speaker read a translation, and the version that was read."""


class State(Model):
    """What `state.toml` of a language says, by the name of each text."""

    made_from: Annotated[Mapping[str, Version], Field(strict=False)] = {}
    reviewed: Annotated[Mapping[str, Reading], Field(strict=False)] = {}


class Texts(Protocol):
    """What a language says."""

    @property
    def interface(self) -> Mapping[str, str]:
        """What is said outside the cards."""
        ...

    @property
    def borrowed(self) -> frozenset[str]:
        """The keys of it that are said in the original's words."""
        ...

    @property
    def themes(self) -> Mapping[str, str]:
        """Names of themes."""
        ...

    @property
    def cards(self) -> Mapping[str, BaseModel]:
        """Cards by id."""
        ...

    @property
    def urgent(self) -> Mapping[Any, BaseModel]:
        """Urgent cards by kind."""
        ...

    @property
    def referrals(self) -> Mapping[str, BaseModel]:
        """Referrals by id."""
        ...


def texts_of(language: Texts) -> Mapping[str, Any]:
    """Every text of a language by its name (`cards.police-stop`, `interface.home`), as plain data."""
    return dict(_texts(language))


def _texts(language: Texts) -> Iterator[tuple[str, Any]]:
    sections: dict[str, dict[str, str]] = {}
    for key, words in language.interface.items():
        section, _, rest = key.partition(".")
        if key not in language.borrowed:
            sections.setdefault(section, {})[rest] = words
    yield from ((f"interface.{section}", words) for section, words in sections.items())
    yield "themes", dict(language.themes)
    tables: tuple[tuple[str, Mapping[Any, BaseModel]], ...] = (
        ("urgent", language.urgent),
        ("cards", language.cards),
        ("referrals", language.referrals),
    )
    for table, models in tables:
        for name, model in models.items():
            yield f"{table}.{name}", model.model_dump(mode="json", exclude_defaults=True)


def version_of(text: Any) -> str:
    """The version of a text: eight hexadecimal digits."""
    return hashlib.sha256(json.dumps(text, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def behind(state: State, original: Texts) -> list[str]:
    """The texts whose English is no longer what the translation was made from."""
    return [name for name, text in texts_of(original).items() if state.made_from.get(name) != version_of(text)]


def drafts(state: State, original: Texts, translation: Texts) -> frozenset[str]:
    """The texts that no speaker has read in their present words, or whose English has changed since."""
    stale = set(behind(state, original))
    return frozenset(
        name
        for name, text in texts_of(translation).items()
        if name in stale or state.reviewed.get(name, "").partition(" ")[2] != version_of(text)
    )
