"""An update as the text that is kept, sealed, in a broadcast's row."""

from pydantic import TypeAdapter

from handlers.update import Update

_ADAPTER: TypeAdapter[Update] = TypeAdapter(Update)


def to_body(update: Update) -> str:
    """An update as JSON."""
    return _ADAPTER.dump_json(update).decode()


def from_body(body: str) -> Update:
    """The update in a body."""
    return _ADAPTER.validate_json(body)
