"""Holds calls and updates against the Bot API's own specification."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "payloads" / "telegram-bot-api.json"
PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "Float": (float, int),
}
ARRAY = "Array of "


class SpecificationError(Exception):
    """Something the Bot API does not know or does not take."""


@cache
def specification() -> dict[str, Any]:
    """Methods and types, as data."""
    loaded: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def check_call(method: str, parameters: dict[str, Any]) -> None:
    """Refuse an unknown method, a missing, unknown or wrongly typed parameter."""
    fields = specification()["methods"].get(method)
    if fields is None:
        raise SpecificationError(f"no such method: {method}")
    _check_fields(method, fields, parameters)


def check_type(name: str, value: Any) -> None:
    """Refuse a value that is no such type."""
    _check(name, [name], value)


def _check_fields(where: str, fields: dict[str, Any], values: dict[str, Any]) -> None:
    for name in values:
        if name not in fields:
            raise SpecificationError(f"{where}: unknown field {name}")
    for name, (types, required) in fields.items():
        if name in values:
            _check(f"{where}.{name}", types, values[name])
        elif required:
            raise SpecificationError(f"{where}: {name} is missing")


def _check(where: str, types: list[str], value: Any) -> None:
    """At least one of the types must take the value."""
    reasons = []
    for kind in types:
        try:
            _check_one(where, kind, value)
        except SpecificationError as error:
            reasons.append(str(error))
        else:
            return
    raise SpecificationError(" / ".join(reasons))


def _check_one(where: str, kind: str, value: Any) -> None:
    if kind in PLAIN:
        wrong_bool = isinstance(value, bool) and kind != "Boolean"
        if wrong_bool or not isinstance(value, PLAIN[kind]):
            raise SpecificationError(f"{where} must be {kind}")
    elif kind.startswith(ARRAY):
        if not isinstance(value, list):
            raise SpecificationError(f"{where} must be a list")
        for number, item in enumerate(value):
            _check_one(f"{where}[{number}]", kind.removeprefix(ARRAY), item)
    else:
        _check_object(where, kind, value)


def _check_object(where: str, kind: str, value: Any) -> None:
    fields = specification()["types"][kind]
    if "any" in fields:
        _check(where, fields["any"], value)
    elif not isinstance(value, dict):
        raise SpecificationError(f"{where} must be {kind}")
    else:
        _check_fields(where, fields, value)
