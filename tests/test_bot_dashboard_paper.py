"""The report on paper: one sheet of A4 that holds what the screen shows, in every script, whatever it has to say."""

import re
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.charts import Charts
from bot.dashboard.paper import ACROSS, DOWN, EDGE, ISOLATED_END, TO_RIGHT, measured, sheet, wrapped
from bot.dashboard.parts import Page, Table
from storage.coordinators import SERVER
from tests.dashboards import deployed
from tests.journeys.at_dashboard import fill

HEAD = ("Theme", "Figure", "±", "30 days before")
LONG = "Unterstützungsmöglichkeiten für neu angekommene Familien an der Grenze und anderswo"


def page_of(label: str, tables: int = 6, rows: int = 7, method: str = "How it was made.") -> Page:
    """A report with so much in it."""
    table = Table(label, HEAD, tuple((f"{label} {row}", str(row * 100), "152", "fewer than 5") for row in range(rows)))
    return Page(label, (label, label), tables * (table,), more={"method": method, "organisation": "Night & Day"})


def words_of(svg: str) -> list[str]:
    """What a drawing says."""
    said = [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]
    return [line.strip(TO_RIGHT + ISOLATED_END) for line in said]


def letters_of(pdf: bytes) -> set[str]:
    """Every letter that can be read out of a PDF, by its fonts' tables from glyphs to letters."""
    found: set[str] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            plain = zlib.decompress(stream)
        except zlib.error:
            plain = stream
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", plain, re.DOTALL):
            for letters in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", block):
                found.update(bytes.fromhex(letters.decode()).decode("utf-16-be"))
    return found


@pytest.mark.parametrize("language", ["en", "uk", "ar", "de"])
async def test_the_sheet_is_one_page_whose_words_can_be_read(tmp_path: Path, language: str) -> None:
    async with deployed(tmp_path, languages=("en", language) if language != "en" else ("en",)) as here:
        fill(tmp_path / "beside.sqlite3")
        async with here.signed_in(SERVER) as browser:
            browser.headers["Accept-Language"] = language
            screen = (await browser.get("/dashboard/report?days=30")).text
            link = re.search(r'href="(/dashboard/report\.pdf\?days=30)" download', screen)
            assert link
            answer = await browser.get(link[1])
            assert answer.headers["content-type"] == "application/pdf"
            assert answer.headers["content-disposition"].startswith('attachment; filename="beside-report-')
            assert answer.content.startswith(b"%PDF")
            assert re.findall(rb"/Type /Page\b(?!s)", answer.content) == [b"/Type /Page"]
            assert b"/MediaBox [0 0 595 842]" in answer.content
            theme = here.app.conversation.outside.content.languages[language].themes["borders"]
            assert theme in screen
            assert set(f"{theme} 152 ±".replace(" ", "")) <= letters_of(answer.content)
            assert (await browser.get("/dashboard/needs.pdf")).status_code == 404


async def test_no_letter_is_missing_from_the_fonts() -> None:
    """Every script that Beside speaks, on one sheet each way."""
    said = "Ąę łŻ îșț ßüö çğış ćđž Їєґ Жщъы éèê ñ"
    arabic = "ما احتاجه المتطوعون على الحدود؟"
    charts = Charts()
    for svg, wanted in ((sheet(page_of(said), "ltr"), said), (sheet(page_of(arabic), "rtl"), arabic)):
        pdf = await charts.pdf(svg)
        assert pdf
        assert set(wanted) - {" "} <= letters_of(pdf)
    await charts.close()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("label", ["Borders", LONG, "x" * 200, LONG * 3])
def test_whatever_there_is_to_say_stays_inside_the_sheet(label: str, direction: str) -> None:
    svg = sheet(page_of(label, method=f"{LONG} {LONG}"), "rtl" if direction == "rtl" else "ltr")
    for element in ElementTree.fromstring(svg).iter():
        if element.tag.endswith("text"):
            x, y, size = (float(element.attrib[name]) for name in ("x", "y", "font-size"))
            ends = element.get("text-anchor") == "end"
            wide = measured((element.text or "").strip(TO_RIGHT + ISOLATED_END)) * size
            assert 0 < y <= DOWN
            assert x - (wide if ends else 0) >= EDGE - 1
            assert x + (0 if ends else wide) <= ACROSS - EDGE + 1
    assert "".join(words_of(svg)).replace(" ", "").count(label.replace(" ", "")) >= 6 * 8


def test_a_line_that_is_read_from_the_right_says_so() -> None:
    assert f"{TO_RIGHT}Borders{ISOLATED_END}" in sheet(page_of("Borders"), "rtl")
    assert TO_RIGHT not in sheet(page_of("Borders"), "ltr")


def test_what_is_said_of_small_groups_and_of_nothing_stands_on_the_sheet() -> None:
    tables = (
        Table("Small", HEAD, (("In all", "20", "30", "–"),), "Too small a group."),
        Table("None", HEAD, (), empty="No figures."),
    )
    said = words_of(sheet(Page("Report", tables=tables), "ltr"))
    assert {"Too small a group.", "No figures.", "In all"} <= set(said)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x6FF, blacklist_categories=["Cc"]), max_size=200))
def test_wrapping_loses_no_letter_and_no_line_is_too_long(text: str) -> None:
    lines = list(wrapped(text, 8))
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(measured(line) <= 8 or len(line) == 1 for line in lines)
