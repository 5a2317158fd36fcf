"""`beside poster`: a page to print, with a code to scan for each way to reach Beside."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from content.model import Content

HERE = Path(__file__).parent
ACROSS = 595
"""Points across an A4 page."""
CODE = 144
"""Points across a code when there are two or three."""


def poster(content: Content, languages: Sequence[str], addresses: Mapping[str, str], organisation: str) -> str:
    """The page as SVG: the same lines in each language, a code for each address (`telegram`, `signal`, `page`)."""
    words = [content.languages[code] for code in languages]
    page = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True).get_template("poster.svg")
    step = ACROSS / (len(addresses) + 1)
    codes = [
        {"x": step * number - CODE / 2, "name": name, "address": address, "code": _code(address)}
        for number, (name, address) in enumerate(addresses.items(), 1)
    ]
    return page.render(words=words, codes=codes, size=CODE, organisation=organisation)


def _code(address: str) -> Markup:
    """A code that still reads when a quarter of it is torn or dirty."""
    return Markup(segno.make(address, error="q", micro=False).svg_inline(omitsize=True, border=4))


def save(svg: str, file: Path) -> tuple[Path, Path]:
    """Write the page as SVG and as PDF; where they are."""
    import vl_convert  # noqa: PLC0415 - large, and only for this

    drawn, printed = file.with_suffix(".svg"), file.with_suffix(".pdf")
    drawn.write_text(svg, encoding="utf-8")
    printed.write_bytes(vl_convert.svg_to_pdf(svg))
    return drawn, printed
