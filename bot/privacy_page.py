"""Writes the tables of docs/privacy.md from the schema and the register: `python -m bot.privacy_page`."""

from pathlib import Path

from bot.figures import wrong
from content.loader import load
from handlers.metrics import register
from storage.tables import metadata

PAGE = Path(__file__).parents[1] / "docs" / "privacy.md"


def generated(page: str) -> str:
    """The page with its tables as they have to be."""
    tables = {"columns": _columns(), "metrics": _metrics(), "wrong": _wrong()}
    for name, table in tables.items():
        page = _between(page, name, table)
    return page


def _between(page: str, name: str, table: str) -> str:
    """The page with what stands between `<!-- name -->` and `<!-- end -->` replaced."""
    mark, end = f"<!-- {name} -->\n", "<!-- end -->"
    before, _, rest = page.partition(mark)
    return f"{before}{mark}{table}{end}{rest.partition(end)[2]}"


def _columns() -> str:
    """Every stored column: what, why, how long."""
    head = "| column | what | why | how long |\n| --- | --- | --- | --- |\n"
    return head + "".join(
        f"| `{table.name}.{column.name}` | {column.info['what']} | {column.info['why']} | {table.info['keep']} |\n"
        for table in metadata.tables.values()
        for column in table.columns
    )


def _metrics() -> str:
    """Every metric that may be counted, how many labels it has, and who looks at it again and when."""
    head = "| metric | shows | labels | owner | review |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| `{metric.name}` | {metric.purpose} | {len(metric.labels)} | {metric.owner} | {metric.review_date} |\n"
        for metric in register(load())
    )


def _wrong() -> str:
    """How wrong the figures of each period can be, and from which total details are shown."""
    themes = len(load().themes)
    head = (
        f"| period | one figure | all {themes} themes together | details from a total of |\n| --- | --- | --- | --- |\n"
    )
    return head + "".join(
        f"| {one.days} days | ± {one.one} | ± {one.together} | {one.detail_from} |\n" for one in wrong(themes)
    )


if __name__ == "__main__":
    PAGE.write_text(generated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
