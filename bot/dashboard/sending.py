"""What the desk's forms send: a button that was pressed, words, and a picture or file."""

from collections.abc import Mapping
from dataclasses import replace

from bot.dashboard import asking
from bot.dashboard.forms import Upload
from bot.dashboard.parts import Done, Parts, Visit
from handlers import writing
from handlers.types import Attachment, File, Paragraph, Reply, Request

UPDATES, PEOPLE = "updates", "people"
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}
"""How the pictures begin that Telegram shows as pictures; everything else arrives as a file."""
FILE = "application/octet-stream"


async def choose(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done | None:
    """A button was pressed; None where it is none of the desk's."""
    choice = form.get("choice", "")
    reply = await asking.pressed(visit, parts, choice)
    if reply is None:
        return None
    late = Paragraph(visit.words.say("write.stale")) in reply.blocks
    return _on(visit, choice, reply, "arrives" if choice.endswith("-show") and not late else "")


async def write(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done | None:
    """Words for the step that the page was at."""
    text = form.get("words", "").replace("\r\n", "\n")
    reply = await asking.typed(await asking.request_of(visit, parts, text=text), parts)
    return _on(visit, "", reply) if reply else None


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


def _on(visit: Visit, choice: str, reply: Reply, said: str = "") -> Done:
    """Go on with the page that shows the answer."""
    asked = asking.served(choice)
    page = PEOPLE if asked and asked.name in asking.OF_PEOPLE else UPDATES
    return Done(said, page, {"view": visit.talk.keep(choice, reply)})
