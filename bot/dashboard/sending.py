"""What the desk's forms send: a button that was pressed, words, and a picture or file."""

from collections.abc import Mapping
from dataclasses import replace

from bot.dashboard import asking
from bot.dashboard.field import field_of
from bot.dashboard.forms import Upload
from bot.dashboard.parts import Done, Parts, Visit
from handlers import writing
from handlers.types import Attachment, File, Paragraph, Quiet, Reply, Request

UPDATES, PEOPLE = "updates", "people"
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}
"""How the pictures begin that Telegram shows as pictures; everything else arrives as a file."""
FILE = "application/octet-stream"


async def choose(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done | None:
    """A button was pressed; None where it is none of the desk's.

    A text that was changed beside it is kept first; where it cannot be, that is said, and the button waits to be
    pressed again.
    """
    choice, typed = form.get("choice", ""), _typed(form)
    seen = visit.talk.get(visit.asked.get("view", ""))
    field = await field_of(visit, parts, seen.reply.session, seen.refused) if seen else None
    if field and field.kind == "text" and typed not in ("", field.value.strip()) and asking.served(choice):
        reply = await _answer(visit, parts, typed)
        if reply and _refused(visit, reply):
            return _on(visit, "", reply, refused=typed)
    reply = await asking.pressed(visit, parts, choice)
    if reply is None:
        return None
    late = Paragraph(visit.words.say("write.stale")) in reply.blocks
    return _on(visit, choice, reply, "arrives" if choice.endswith("-show") and not late else "")


async def write(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done | None:
    """Words for the step that the page was at."""
    typed = _typed(form)
    reply = await _answer(visit, parts, typed)
    return _on(visit, "", reply, refused=typed if _refused(visit, reply) else "") if reply else None


def _typed(form: Mapping[str, str]) -> str:
    return form.get("words", "").replace("\r\n", "\n")


async def _answer(visit: Visit, parts: Parts, typed: str) -> Reply | None:
    return await asking.typed(await asking.request_of(visit, parts, text=typed), parts)


def _refused(visit: Visit, reply: Reply) -> bool:
    """Whether what was typed could not be kept."""
    return Quiet(visit.words.say("problem.kept")) in reply.blocks


async def upload(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done | None:
    """A picture or file for it. Telegram keeps it in the coordinator's own chat, and names it for sending."""
    request = await asking.request_of(visit, parts)
    if not writing.waits_for_words(request):
        return None
    stored = await _stored(visit.file, request, visit, parts) if visit.file else None
    if stored is None:
        return Done("no_upload" if visit.file else "no_file", UPDATES, {"view": visit.asked.get("view", "")})
    reply = await asking.typed(replace(request, attachment=stored, unreadable=True), parts)
    return _on(visit, "", reply) if reply else None


async def _stored(file: Upload, request: Request, visit: Visit, parts: Parts) -> Attachment | None:
    kind = next((kind for start, kind in PICTURES.items() if file.data.startswith(start)), FILE)
    kept, said = File(file.name or "file", kind, file.data), visit.words.say("dashboard.upload.kept")
    return await parts.posting.store(request.channel, request.chat, kept, said)


def _on(visit: Visit, choice: str, reply: Reply, said: str = "", refused: str = "") -> Done:
    """Go on with the page that shows the answer."""
    asked = asking.served(choice)
    page = PEOPLE if asked and asked.name in asking.OF_PEOPLE else UPDATES
    return Done(said, page, {"view": visit.talk.keep(choice, reply, refused)})
