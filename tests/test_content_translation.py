"""Translations: a table for a speaker and back, and what each was made from."""

import csv
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from content.loader import ROOT, ContentError, load_language
from content.translation import from_table, stamp, standing, to_table

TODAY = date(2026, 11, 25)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the content with a language `xx` that says what English says."""
    root = tmp_path / "content"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "texts/en", root / "texts/xx")
    return root


def edited(table: str, text: str, where: str, translation: str, reviewed: str = "") -> str:
    """The table as a speaker hands it back: one sentence changed, its text perhaps marked as read."""
    rows = list(csv.DictReader(StringIO(table)))
    for row in rows:
        if row["text"] == text:
            row["reviewed"] = reviewed
            if row["where"] == where:
                row["translation"] = translation
    written = StringIO()
    table_ = csv.DictWriter(written, rows[0].keys())
    table_.writeheader()
    table_.writerows(rows)
    return written.getvalue()


def test_a_table_changes_one_sentence_and_nothing_else(root: Path) -> None:
    original = load_language("en", root)
    table = to_table(original, load_language("xx", root))
    assert table.splitlines()[1].startswith("urgent.")
    table = edited(table, "cards.police-stop", "steps/1", "Say “a lawyer, please”.", "yes")
    table = edited(table, "interface.home", "title", "What is it?")
    assert from_table(table, "xx", TODAY, root) == (2, 1)
    after = load_language("xx", root)
    assert after.cards["police-stop"].steps[1] == "Say “a lawyer, please”."
    assert after.say("home.title") == "What is it?"
    for name, card in original.cards.items():
        if name != "police-stop":
            assert after.cards[name] == card
    assert "cards.police-stop" not in standing(original, after).unread
    assert "interface.home" in standing(original, after).unread


def test_a_line_that_does_not_belong_there_changes_nothing(root: Path) -> None:
    table = to_table(load_language("en", root), load_language("xx", root)).replace("cards.police-stop", "cards.gone")
    with pytest.raises(ContentError, match=r"cards.gone .* does not stand in this language"):
        from_table(table, "xx", TODAY, root)


def test_changed_english_puts_its_translation_behind_and_unread(root: Path) -> None:
    stamp("xx", TODAY, {"urgent.danger"}, root)
    before = standing(load_language("en", root), load_language("xx", root))
    assert before.behind == ()
    assert "urgent.danger" not in before.unread
    file = root / "texts/en/urgent.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("Get yourself safe first", "Be safe first"), "utf-8")
    after = standing(load_language("en", root), load_language("xx", root))
    assert after.behind == ("urgent.danger",)
    assert "urgent.danger" in after.unread
