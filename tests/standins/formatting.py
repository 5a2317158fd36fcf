"""What Telegram makes of a text with HTML: the words that are shown, or a refusal."""

from html import unescape
from html.parser import HTMLParser

LONGEST = 4096
TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}


class FormattingError(Exception):
    """A text that Telegram does not parse."""


class _Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.shown: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise FormattingError(f'Unsupported start tag "{tag}"')
        if tag == "a" and [name for name, _ in attrs] != ["href"]:
            raise FormattingError("a link needs its address")
        if tag != "a" and attrs:
            raise FormattingError(f'"{tag}" takes no attributes')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise FormattingError(f'Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        if "<" in data or "&" in data or ">" in data:
            raise FormattingError("unescaped character")
        self.shown.append(data)

    def handle_entityref(self, name: str) -> None:
        if name not in ("lt", "gt", "amp", "quot"):
            raise FormattingError(f"unsupported entity &{name};")
        self.shown.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.shown.append(unescape(f"&#{name};"))


def shown(text: str, parse_mode: str | None) -> str:
    """The words that are shown; refuses what does not parse, is empty or is too long."""
    if parse_mode == "HTML":
        parser = _Strict()
        parser.feed(text)
        parser.close()
        if parser.open:
            raise FormattingError(f'Can\'t find end tag "{parser.open[-1]}"')
        text = "".join(parser.shown)
    elif parse_mode is not None:
        raise FormattingError("unsupported parse_mode")
    if not text.strip():
        raise FormattingError("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > LONGEST:
        raise FormattingError("message is too long")
    return text
