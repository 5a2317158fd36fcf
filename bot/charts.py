"""Charts: one Vega-Lite specification → PNG for the chat, SVG for the page; and a sheet of paper as PDF.

The library takes some hundred megabytes once it draws, and a second to begin, so it lives in a child: the first chart
starts it, the next ones find it warm, and after a while without any it ends and gives the memory back. Run as
`python -m bot.charts` it reads one JSON request a line and answers with one line of base64.
"""

import asyncio
import base64
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from typing import Any, Literal

import structlog

log = structlog.get_logger()

SECONDS = 20.0
"""How long a chart may take."""
IDLE = 60.0
"""Seconds without a chart after which the child ends."""
SCALE = 2
LARGEST = 8 * 1024 * 1024
INK, PAPER, BAR, MARGIN, GRID = "#1a1a1a", "#ffffff", "#0b5fa5", "#1a1a1a", "#dddddd"
DARK_INK, DARK_PAPER, DARK_BAR, DARK_MARGIN, DARK_GRID = "#e8e6e1", "#1a2023", "#7cc7ad", "#e8e6e1", "#333c41"
WIDTH = 360
NAMES = 220

Bar = tuple[str, int, int]
"""A name, a figure, and how wrong it can be."""


def bars(
    rows: Sequence[Bar], direction: Literal["ltr", "rtl"] = "ltr", *, width: int = WIDTH, dark: bool = False
) -> dict[str, Any]:
    """A specification of horizontal bars with their margins, in the order given; `width` in points, without names."""
    ink, paper, bar, margin, grid = (
        (DARK_INK, DARK_PAPER, DARK_BAR, DARK_MARGIN, DARK_GRID) if dark else (INK, PAPER, BAR, MARGIN, GRID)
    )
    values = [{"name": name, "n": n, "low": max(0, n - m), "high": n + m} for name, n, m in rows]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": min(NAMES, width), "orient": "right" if direction == "rtl" else "left", "ticks": False},
    }
    axis = {"tickMinStep": 1, "tickCount": max(2, width // 60), "labelOverlap": True}
    x = {"type": "quantitative", "title": None, "scale": {"reverse": direction == "rtl"}, "axis": axis}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": {"step": 34},
        "background": paper,
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar", "color": bar}, "encoding": {"y": y, "x": {**x, "field": "n"}}},
            {
                "mark": {"type": "rule", "color": margin},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
        ],
        "config": {
            "font": "sans-serif",
            "axis": {"labelFontSize": 13, "labelColor": ink, "gridColor": grid, "domainColor": grid, "tickColor": grid},
            "view": {"stroke": None},
        },
    }


class Charts:
    """Draws, one chart at a time."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._ending: asyncio.TimerHandle | None = None

    async def png(self, specification: dict[str, Any]) -> bytes | None:
        """The chart as PNG; None where it could not be drawn."""
        return await self._drawn("png", specification)

    async def svg(self, specification: dict[str, Any]) -> bytes | None:
        """The chart as SVG; None where it could not be drawn."""
        return await self._drawn("svg", specification)

    async def pdf(self, svg: str) -> bytes | None:
        """A drawing as PDF, its words as words; None where it could not be made."""
        return await self._drawn("pdf", svg)

    async def _drawn(self, form: str, specification: dict[str, Any] | str) -> bytes | None:
        async with self._turn:
            try:
                async with asyncio.timeout(SECONDS):
                    drawn = await self._ask(json.dumps({"form": form, "specification": specification}))
            except (OSError, TimeoutError, ValueError) as error:
                log.warning("chart.failed", kind=type(error).__name__)
                self.end()
                return None
            self._end_later()
            return drawn

    async def _ask(self, asked: str) -> bytes | None:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.charts"), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LARGEST
            )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(asked.encode() + b"\n")
        await self._child.stdin.drain()
        line = await self._child.stdout.readline()
        if not line:
            raise OSError("the drawing process ended")
        return base64.b64decode(line) or None

    def _end_later(self) -> None:
        if self._ending:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(self._idle, self.end)

    def end(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child and child.returncode is None:
            child.kill()

    async def close(self) -> None:
        """End the child and wait until it is gone."""
        if self._ending:
            self._ending.cancel()
        child = self._child
        self.end()
        if child:
            await child.wait()


def main() -> None:
    """Draw in this process what is asked for, line by line."""
    import vl_convert  # noqa: PLC0415 - only in the child: see above

    for line in sys.stdin:
        asked = json.loads(line)
        specification = asked["specification"]
        try:
            if asked["form"] == "png":
                drawn = vl_convert.vegalite_to_png(specification, scale=SCALE)
            elif asked["form"] == "pdf":
                drawn = vl_convert.svg_to_pdf(specification)
            else:
                drawn = vl_convert.vegalite_to_svg(specification).encode()
        except ValueError:
            drawn = b""
        sys.stdout.write(base64.b64encode(drawn).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
