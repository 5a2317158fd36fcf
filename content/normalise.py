"""Typed words made comparable: as people write at night, in any script, of any length."""

import re
import unicodedata

LONGEST = 2000
"""Letters that are looked at: a message says what it needs early, and a pasted book must not cost a second."""

_JOINED = re.compile(r"[’'`´ʼ]")
_REPEATED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text: case, accents, apostrophes, stretched letters and invisible characters do not matter."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    plain = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Cf"))
    plain = _REPEATED.sub(r"\1\1", _JOINED.sub("", plain))
    return tuple(_WORD.findall(plain))
