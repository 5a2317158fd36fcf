"""The poster: every code on it can be scanned."""

import re
from pathlib import Path
from xml.etree import ElementTree

import segno

from bot.poster import poster
from content.model import Content
from tests.test_bot_process import run

WAYS = {"telegram": "https://t.me/BesideTestBot", "page": "https://beside.example.org"}


def test_a_poster_carries_a_code_for_each_way_and_the_words(content: Content) -> None:
    svg = poster(content, ["en"], WAYS, "Night & Day")
    ElementTree.fromstring(svg)
    for address in WAYS.values():
        path = re.search(
            r' d="([^"]+)"', segno.make(address, error="q", micro=False).svg_inline(omitsize=True, border=4)
        )
        assert path
        assert path.group(1) in svg
        assert address in svg
    assert "Night &amp; Day" in svg
    assert "need help right now?" in svg


def test_the_command_writes_svg_and_pdf(tmp_path: Path) -> None:
    done = run("poster", "--telegram", "@BesideTestBot", folder=tmp_path)
    assert done.stdout.split() == ["beside-poster.svg", "beside-poster.pdf"], done.stderr
    assert (tmp_path / "beside-poster.pdf").read_bytes().startswith(b"%PDF")
    assert len((tmp_path / "beside-poster.pdf").read_bytes()) > 8_000, "the words are in it"


def test_a_poster_without_any_way_is_refused_with_a_sentence(tmp_path: Path) -> None:
    done = run("poster", folder=tmp_path)
    assert done.returncode == 2
    assert "at least one way" in re.sub(r"\s+", " ", re.sub(r"[│╭╮╰╯─]", "", done.stderr))
