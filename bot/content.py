"""The content in use: loaded once, and again whenever a file changes; a broken file changes nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from content.loader import ROOT, ContentError, load
from content.model import Content

log = structlog.get_logger()


class LiveContent:
    """Holds the Content of the moment and replaces it, whole, when the files behind it change."""

    def __init__(self, languages: Sequence[str], root: Path = ROOT) -> None:
        self._languages = tuple(languages)
        self._root = root
        self._stamp = self._stamped()
        self.current = load(self._languages, root)

    def _stamped(self) -> frozenset[tuple[str, int]]:
        """What the files look like from outside: their names and times of change."""
        return frozenset((path.as_posix(), path.stat().st_mtime_ns) for path in self._root.rglob("*.toml"))

    async def reload(self, replaced: Callable[[Content], None]) -> None:
        """Load again if a file has changed, and hand on the new Content; a broken one is named in the log and left."""
        stamp = self._stamped()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self.current = load(self._languages, self._root)
        except ContentError as error:
            log.error("content.refused", kind=error.sentence, file=error.file, line=error.line)
            return
        replaced(self.current)
        log.info("content.replaced")
