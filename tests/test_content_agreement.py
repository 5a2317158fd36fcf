"""What must be the same in every language: numbers, names, links, and that a "not" stays a "not"."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from content.loader import LANGUAGES, load
from content.model import ORIGINAL, Content, Language
from content.versions import texts_of

OWN_NAMES = {"uk": {"ODIHR": "БДІПЛ"}, "ru": {"ODIHR": "БДИПЧ"}}
"""What an organisation calls itself in a language."""
AS_WORDS = {"0", "1", "2", "3", "4", "7", "24"}
"""Numbers that a language may spell out or leave out: full hours, "round the clock", "the second"."""
SAID_OTHERWISE = ("Go to the dull monthly meeting",)
"""English sentences whose "not" a translation may turn into its opposite."""
NAMES = ("Beside", "ODIHR", "Telegram", "Signal", "Alarm Phone", "WhatsApp")
LINK = re.compile(r"https?://\S+|/[a-z]{3,}\b")
NUMBER = re.compile(r"\d+")
ENGLISH_NO = re.compile(
    r"\b(not|no|never|nobody|nothing|without|cannot|don't|none|nor|neither|do not|does not)\b", re.IGNORECASE
)
NO = {
    "uk": r"\bне|\bні|\bбез|немає|нема\b|відмов",
    "ru": r"\bне|\bни|\bбез|\bнет\b|нельзя|отказ",
    "pl": r"\bnie|\bbez|żad|\bani\b|nigdy|nikt|nikomu|nikogo|nic\b|niczego|brak|odm[óo]w",
    "de": r"\bnicht|\bkein|\bnie|\bohne|\bweder|nichts|\bnein\b",
    "fr": r"\bne\b|\bn['’]|\bpas\b|\bsans\b|aucun|jamais|\bni\b|\bnon\b|personne|rien",
    "es": r"\bno\b|\bsin\b|ningun|ningún|nunca|\bni\b|nadie|nada|tampoco",
    "it": r"\bnon\b|\bsenza\b|nessun|\bmai\b|\bné\b|niente|nulla|\bno\b",
    "ro": r"\bnu\b|\bn-|fără|nici|niciun|nimeni|nimic|niciodată|\bne[a-zăâîșț]+",
    "ar": r"لا|لم|لن|ليس|بدون|دون|بلا|غير|أبد|ما |عدم|ممنوع|لست",
    "tr": r"m[aeıiuü]|değil|yok|hiç|s[ıiuü]z|ne de",
    "sr-Latn": r"\bne|\bni|\bbez|nema|nije|nisu|nisam|nismo",
}
"""How a language says no, anywhere in a sentence."""
TRANSLATED = [code for code in LANGUAGES if code != ORIGINAL]


@pytest.fixture(scope="module")
def everything() -> Content:
    return load(LANGUAGES)


def sentences(text: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence of a text, with the way to it."""
    if isinstance(text, str):
        yield above, text
    elif isinstance(text, dict):
        for key, value in text.items():
            yield from sentences(value, f"{above}/{key}")
    elif isinstance(text, list | tuple):
        for number, value in enumerate(text):
            yield from sentences(value, f"{above}/{number}")


def pairs(content: Content, code: str) -> Iterator[tuple[str, str, str]]:
    """(text, English, translation), sentence by sentence."""
    english, translated = texts_of(content.languages[ORIGINAL]), texts_of(content.languages[code])
    for name, text in english.items():
        if name in translated and not name.startswith(("interface.commands", "interface.telegram.commands")):
            said = dict(sentences(translated[name]))
            yield from ((name, words, said[where]) for where, words in sentences(text) if where in said)


def digits(words: str) -> list[str]:
    """The numbers of a sentence, in any script's digits, in order of size: word order differs."""
    return sorted(str(int(number)) for number in NUMBER.findall(words))


@pytest.mark.parametrize("code", TRANSLATED)
def test_numbers_are_the_same(everything: Content, code: str) -> None:
    wrong = [
        (name, one, other)
        for name, one, other in pairs(everything, code)
        if (set(digits(one)) ^ set(digits(other))) - AS_WORDS
    ]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_names_and_links_are_the_same(everything: Content, code: str) -> None:
    wrong = [
        (name, one, other)
        for name, one, other in pairs(everything, code)
        for word in (*NAMES, *LINK.findall(one))
        if word in one and OWN_NAMES.get(code, {}).get(word, word) not in other and not name.startswith("referrals.")
    ]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_no_stays_a_no_where_it_matters(everything: Content, code: str) -> None:
    """In urgent cards and in every card's steps, where a lost "not" could hurt."""
    says_no = re.compile(NO[code], re.IGNORECASE)
    english, translated = everything.languages[ORIGINAL], everything.languages[code]
    wrong = [
        (one, other)
        for one, other in zip(_steps(english), _steps(translated), strict=True)
        if ENGLISH_NO.search(one) and not says_no.search(other) and not one.startswith(SAID_OTHERWISE)
    ]
    assert wrong == []


def _steps(language: Language) -> Iterator[str]:
    for urgent in language.urgent.values():
        yield from (urgent.first, *urgent.steps, urgent.after)
    for name in sorted(language.cards):
        yield from language.cards[name].steps
