"""The command line: `beside serve`, `beside talk`, `beside ask` and the rest."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.settings import Settings, SettingsError, read
from content.loader import ContentError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


def main() -> None:
    """Run one command; what is wrong with settings or content is said in one sentence."""
    try:
        app()
    except (SettingsError, ContentError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


def _settings() -> Settings:
    settings = read()
    logs.start(settings.log_level)
    return settings


@app.command()
def serve() -> None:
    """Serve the web page, and Telegram where a token is set."""
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

    findings = check(load(_settings().languages))
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings" if findings else "The content is whole.")
    raise typer.Exit(1 if findings else 0)


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape; `serve` does this by itself."""
    from bot import server

    server.migrate(_settings())


if __name__ == "__main__":
    main()
