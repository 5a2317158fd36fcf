"""Typed words made comparable: as people write at night, in any script, of any length."""

import html
import re
import unicodedata

LONGEST = 2000
"""Letters that are looked at: a message says what it needs at its ends, and a pasted book must not cost a second."""
TAIL = 500
"""How many of these are taken from the end of a longer message."""

LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ى": "ي", "ة": "ه", "ـ": "", "ک": "ك", "ی": "ي"}
)
"""Letters that people leave out or swap while typing, and that Unicode does not take apart."""

_MARKUP = re.compile(r"</?[a-z][^<>]{0,100}>", re.IGNORECASE)
_JOINED = re.compile(r"[’'`´ʼ]")
_REPEATED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_SIGN = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]")
_HIDDEN = ("Mn", "Me", "Cf")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, then its emoji: case, accents, apostrophes, stretched letters, markup and invisible
    characters do not matter."""
    plain = unicodedata.normalize("NFKD", _shortened(text)).casefold()
    if not plain.isascii():
        plain = "".join(letter for letter in plain if unicodedata.category(letter) not in _HIDDEN)
        plain = plain.translate(LETTERS)
    plain = _REPEATED.sub(r"\1\1", _JOINED.sub("", _MARKUP.sub(" ", html.unescape(plain))))
    return (*_WORD.findall(plain), *_SIGN.findall(plain))


def _shortened(text: str) -> str:
    """The beginning and the end of a text that is too long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - TAIL]} {text[-TAIL:]}"
