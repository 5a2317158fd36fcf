"""The buttons that many answers share."""

from dataclasses import replace

from content.model import Language
from handlers.choices import Choice
from handlers.types import Button, Reply, Rows


def to(label: str, name: str, argument: str = "", country: str = "") -> Button:
    """A button that opens another answer."""
    return Button(label, choice=str(Choice(name, argument, country)))


def navigation(words: Language, back: str = "") -> Rows:
    """Back (where there is somewhere to go back to) and Home: the last row of every answer but Home itself."""
    home = Button(words.say("buttons.home"), choice="home")
    if not back or back == "home":
        return ((home,),)
    return ((Button(words.say("buttons.back"), choice=back), home),)


def in_rows(buttons: list[Button], columns: int) -> Rows:
    """Buttons laid out in rows of `columns`."""
    return tuple(tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns))


def in_group(reply: Reply, words: Language, here: Choice) -> Reply:
    """The same answer for a group: one message, and one button that goes on where nobody else reads."""
    return replace(reply, buttons=((Button(words.say("buttons.private"), choice=str(here), private=True),),))
