"""The command line: `beside serve`, `beside talk`, `beside ask` and the rest."""

import asyncio
import gc
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.settings import Settings, SettingsError, read
from content.loader import ContentError
from storage.backup import BackupError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


class Solo(StrEnum):
    """Whether one coordinator may send alone."""

    ON = "on"
    OFF = "off"


def main() -> None:
    """Run one command; what is wrong with settings or content is said in one sentence."""
    try:
        app()
    except (SettingsError, ContentError, BackupError, OSError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


def _settings() -> Settings:
    settings = read()
    logs.start(settings.log_level)
    return settings


@app.command()
def serve() -> None:
    """Serve the web page, and Telegram where a token is set."""
    gc.disable()  # until everything is loaded: there is nothing to collect, and looking costs a tenth of the start
    from bot import server

    server.serve(_settings())


@app.command()
def talk() -> None:
    """Have the conversation here in the terminal."""
    from bot.channels.terminal import Terminal
    from bot.offline import offline_conversation

    asyncio.run(Terminal(offline_conversation(_settings())).run())


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask, in quotation marks.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print what was understood instead of the answer.")] = False,
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", help='Read lines {"id", "lang", "text"}; print one object for each.')
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say which rule or example spoke for each label.")] = False,
) -> None:
    """Ask one question, or many."""
    from bot import asking

    settings = _settings()
    if jsonl:
        asking.many(settings, jsonl)
    elif not question.strip():
        raise typer.BadParameter('write a question: beside ask "they stopped us at the checkpoint"')
    elif json or explain:
        asking.one_as_json(settings, question, explain=explain)
    else:
        asking.one(settings, question)


@app.command()
def check_content() -> None:
    """Look for what is missing or wrong in the content files."""
    from content.check import check
    from content.loader import load
    from content.model import ORIGINAL
    from content.translation import standing

    content = load(_settings().languages)
    findings = check(content)
    for finding in findings:
        print(finding)
    for language in content.languages.values():
        if language.code != ORIGINAL:
            told = standing(content.languages[ORIGINAL], language)
            print(f"{language.code}: {len(told.unread)} texts no speaker has read, {len(told.behind)} behind")
            if volunteers := sorted(language.borrowed - content.languages[ORIGINAL].for_coordinators):
                print(f"  {len(volunteers)} sentences still said in English, from {volunteers[0]} on")
            print(*(f"  behind: {name}" for name in told.behind), sep="\n", end="\n" if told.behind else "")
    print(f"{len(findings)} findings" if findings else "The content is whole.")
    raise typer.Exit(1 if findings else 0)


translation = typer.Typer(no_args_is_help=True, help="Translations as a table for a speaker, and back.")
app.add_typer(translation, name="translation")


@translation.command("export")
def export_translation(
    language: Annotated[str, typer.Argument(help="The language, like uk.")],
    file: Annotated[Path, typer.Argument(help="Where to write the table (CSV).")],
) -> None:
    """Write a language as a table: English beside translation, the most important first."""
    from content.loader import load_language
    from content.model import ORIGINAL
    from content.translation import to_table

    file.write_text(to_table(load_language(ORIGINAL), load_language(language)), encoding="utf-8-sig")
    print(f"{file}: change the column “translation”, write yes into “reviewed”, and import it.")


@translation.command("import")
def import_translation(
    language: Annotated[str, typer.Argument(help="The language, like uk.")],
    file: Annotated[Path, typer.Argument(help="The table, as CSV.")],
) -> None:
    """Take changes and reviews from a table."""
    from content.translation import from_table

    changed, read = from_table(file.read_text(encoding="utf-8-sig"), language, datetime.now(UTC).date())
    print(f"{changed} sentences changed, {read} texts reviewed by a speaker. Run `beside check-content`.")


@translation.command("stamp")
def stamp_translation(language: Annotated[str, typer.Argument(help="The language, like uk.")]) -> None:
    """Note that every text of a language was made from the English as it is now."""
    from content.translation import stamp

    stamp(language, datetime.now(UTC).date())


@app.command()
def poster(
    telegram: Annotated[str, typer.Option(help="The bot's username on Telegram.")] = "",
    signal: Annotated[str, typer.Option(help="The address of the Signal account, like https://signal.me/…")] = "",
    page: Annotated[str, typer.Option(help="The address of the web page; default BESIDE_PUBLIC_URL.")] = "",
    languages: Annotated[str, typer.Option(help="Languages, like en,uk; default BESIDE_LANGUAGES.")] = "",
    out: Annotated[Path, typer.Option(help="Where to write, without ending.")] = Path("beside-poster"),
) -> None:
    """Make a page to print, with a code to scan for each way to reach Beside."""
    from bot import poster as making
    from content.loader import load

    settings = _settings()
    chosen = tuple(languages.split(",")) if languages else settings.languages
    ways = {
        "telegram": f"https://t.me/{telegram.removeprefix('@')}" if telegram else "",
        "signal": signal,
        "page": page or settings.public_url or "",
    }
    given = {name: address for name, address in ways.items() if address}
    if not given:
        raise typer.BadParameter("say at least one way to reach Beside: --telegram, --signal or --page")
    svg = making.poster(load(("en", *(code for code in chosen if code != "en"))), chosen, given, settings.organisation)
    print(*making.save(svg, out))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write it.")]) -> None:
    """Write an encrypted backup, also while Beside runs."""
    from bot import keeping

    print(keeping.back_up(_settings(), file))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="The backup.")]) -> None:
    """Put a backup in place of the database. Stop Beside first."""
    from bot import keeping

    print(keeping.restore(_settings(), file))


@app.command()
def wipe(
    sure: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Destroy the keys, then everything that is kept. Stop Beside first."""
    from bot import keeping

    settings = _settings()
    if not sure:
        typer.confirm(f"Destroy the key and everything in {settings.data_dir}?", abort=True)
    print(keeping.wipe(settings))


@app.command()
def seizure_drill(
    conversations: Annotated[int, typer.Option(min=5, help="How many to hold.")] = 1000,
) -> None:
    """Find out what a seizure gives: plant marks, hold conversations, stop, and look at every byte."""
    from bot.drill import drill

    raise typer.Exit(asyncio.run(drill(conversations)))


@app.command()
def invite() -> None:
    """Make a code with which one person becomes a coordinator, once, within 24 hours."""
    from bot import onserver

    print(asyncio.run(onserver.invite(_settings())))


@app.command()
def coordinators() -> None:
    """List the coordinators by the signs they have among each other."""
    from bot import onserver

    print(asyncio.run(onserver.coordinators_list(_settings())))


@app.command()
def remove(sign: Annotated[str, typer.Argument(help="The coordinator's sign, from `beside coordinators`.")]) -> None:
    """Take a coordinator's rights away, at once. The others are told."""
    from bot import onserver

    print(asyncio.run(onserver.remove(_settings(), sign)))


@app.command()
def solo(mode: Annotated[Solo, typer.Argument(help="on or off")]) -> None:
    """Let one coordinator send alone, with 30 seconds to undo it. The coordinators are told."""
    from bot import onserver

    print(asyncio.run(onserver.solo(_settings(), mode.value)))


@app.command()
def new_key() -> None:
    """Replace the key and seal everything anew, also while Beside runs."""
    from bot import rekeying

    print(asyncio.run(rekeying.replace_key(_settings())))


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape; `serve` does this by itself."""
    from bot import server

    server.migrate(_settings())


if __name__ == "__main__":
    main()
