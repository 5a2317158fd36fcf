"""The content in use: loaded once, and again whenever a file changes; a broken file changes nothing."""

import asyncio
import hashlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from content.loader import ROOT, ContentError, load
from content.model import Content
from content.ranking import Ranking, from_bytes
from content.search import NO_CARD, families, learnt, lessons

log = structlog.get_logger()

LEARNING = 60.0
"""Seconds after which learning is given up and done in this process."""
KEPT = 3
"""Rankings kept in the data folder: of the content of the moment, and of some before it."""


class Learner:
    """What the content's phrases teach: learnt once for each state of the content, and kept in a folder.

    Twelve languages take some seconds and a lot of memory for a moment, so a process of its own learns, and ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self, content: Content) -> Ranking | None:
        """What was learnt of this content before; None where it is not kept, or not whole."""
        try:
            return from_bytes(self._file(_asked(content)).read_bytes())
        except (OSError, ValueError):
            return None

    async def learn(self, content: Content) -> Ranking:
        """The same, learnt now where it is not kept."""
        if known := self.known(content):
            return known
        asked = _asked(content)
        try:
            answered = await _apart(asked)
            ranking = from_bytes(answered)
        except (OSError, TimeoutError, ValueError) as error:
            log.error("learning.failed", kind=type(error).__name__)
            return await asyncio.to_thread(learnt, content)
        await asyncio.to_thread(self._keep, self._file(asked), answered)
        return ranking

    def learn_here(self, content: Content) -> Ranking:
        """The same in this process, for a command that ends soon; kept for the next one."""
        if known := self.known(content):
            return known
        ranking = learnt(content)
        self._keep(self._file(_asked(content)), ranking.to_bytes())
        return ranking

    def _file(self, asked: bytes) -> Path:
        return self._folder / f"learnt-{hashlib.sha256(asked).hexdigest()[:16]}"

    def _keep(self, file: Path, ranking: bytes) -> None:
        """Keep what was learnt, whole or not at all, and let older ones go; without room it is learnt again."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.write_bytes(ranking)
            fresh.replace(file)
            newest_first = sorted(self._folder.glob("learnt-*"), key=lambda one: one.stat().st_mtime, reverse=True)
            for old in newest_first[KEPT:]:
                old.unlink()
        except OSError as error:
            log.warning("learning.unkept", kind=type(error).__name__)


def _asked(content: Content) -> bytes:
    """Everything there is to learn from, as the learning process reads it."""
    return json.dumps([list(lessons(content)), families(content), NO_CARD]).encode()


async def _apart(asked: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "content.learning"), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(LEARNING):
            answered, _ = await child.communicate(asked)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return answered


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

    async def reload(
        self,
        learner: Learner,
        replaced: Callable[[Content, Ranking], None],
        over: Callable[[Content], Content] = lambda content: content,
    ) -> None:
        """Load again if a file has changed, and hand on the new Content; a broken one is named in the log and left.

        What is learnt is the content with what is laid `over` it.
        """
        stamp = self._stamped()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            content = load(self._languages, self._root)
        except ContentError as error:
            log.error("content.refused", kind=error.sentence, file=error.file, line=error.line)
            return
        replaced(content, await learner.learn(over(content)))
        self.current = content
        log.info("content.replaced")
