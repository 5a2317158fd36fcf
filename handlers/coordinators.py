"""What only coordinators are answered, and `/join`, by which one becomes one."""

from collections.abc import Awaitable, Callable, Mapping

from handlers import approving, correcting, dashboard, joining, overview, team, writing
from handlers.buttons import navigation
from handlers.choices import Choice
from handlers.desk import Desk
from handlers.types import Outside, Paragraph, Reply, Request

AtDesk = Callable[[Request, Choice, Outside, Desk], Awaitable[Reply]]

HANDLERS: Mapping[str, AtDesk] = {
    "broadcast": writing.respond,
    "desk": overview.respond,
    "write": writing.respond,
    "submit": approving.submit,
    "approve": approving.approve,
    "alone": approving.alone,
    "undo": approving.undo,
    "correct": correcting.correct,
    "recall": correcting.recall,
    "team": team.respond,
    "dashboard": dashboard.respond,
}
COMMANDS = ("broadcast", "desk", "dashboard")
JOIN = "join"


def expects(request: Request, outside: Outside) -> bool:
    """Whether what came belongs to what a coordinator is writing."""
    said = not request.choice and not request.text.startswith("/")
    return said and outside.desk is not None and writing.waits_for_words(request)


async def typed(request: Request, outside: Outside) -> Reply:
    """Words, a picture or a file for a draft."""
    assert outside.desk
    return await writing.typed(request, outside, outside.desk)


def may(request: Request, name: str, outside: Outside) -> bool:
    """Whether a button or command of this name is answered here; to anybody else it is one that does not exist."""
    return name == JOIN or (name in HANDLERS and bool(request.coordinator) and outside.desk is not None)


async def chosen(request: Request, choice: Choice, outside: Outside) -> Reply:
    """A coordinator's button, or a link that carries an invitation."""
    if choice.name == JOIN:
        return await join(request, choice.argument, outside)
    assert outside.desk
    return await HANDLERS[choice.name](request, choice, outside, outside.desk)


async def commanded(request: Request, name: str, rest: str, outside: Outside) -> Reply:
    """A coordinator's command, or an invitation's code."""
    if name == JOIN:
        return await join(request, rest, outside)
    return await chosen(request, Choice(name), outside)


async def join(request: Request, code: str, outside: Outside) -> Reply:
    """Become a coordinator."""
    if outside.desk is None:
        words = outside.words(request)
        return Reply((Paragraph(words.say("join.not_here")),), navigation(words), request.session)
    return await joining.join(request, code, outside, outside.desk)
