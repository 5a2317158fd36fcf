"""What Beside does by itself, again and again: one list of description, function and period."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds."""

    what: str
    do: Callable[[], Awaitable[None]]
    seconds: float


async def run(jobs: Sequence[Job]) -> None:
    """Do all jobs at their pace until cancelled."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_repeat(job))


async def _repeat(job: Job) -> None:
    while True:
        try:
            await job.do()
        except Exception as error:  # one of the three broad catches: a job that fails once is tried again
            log.error("job.failed", job=job.what, kind=type(error).__name__)
        if (task := asyncio.current_task()) and task.cancelling():
            return  # whatever was done lost its cancellation: stopping must not wait for the next time
        await asyncio.sleep(job.seconds)
