"""A referral's fields in a form, what a form makes of them, and old beside new."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from opening_hours import validate
from pydantic import ValidationError

from content import check
from content.model import Content, Referral, ReferralText
from content.overlay import Changed

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
SIZE = 6
FIELDS = ("name", "countries", "kind", "phones", "website", "email", "hours", "for_whom", "source")
"""What can be changed, in the order in which it is shown."""
ANYWHERE = "*"
UTC = "UTC"
FROM_MODEL = {"source_url": "source", "source_date": "source", "time_zone": "countries"}
"""Fields of the model that stand under another name in the form."""


class FormError(Exception):
    """What a form says cannot be kept; `field` is the first that is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def fields_of(one: Referral | None, text: ReferralText | None) -> dict[str, str]:
    """A referral as a form shows it."""
    if one is None:
        return dict.fromkeys(FIELDS, "") | {"kind": "legal-protection"}
    return {
        "name": one.name,
        "countries": " ".join(one.countries),
        "kind": one.kind[0],
        "phones": "\n".join(phone.number for phone in one.phones),
        "website": one.website or "",
        "email": one.email or "",
        "hours": one.hours or (text.hours if text else "") or "",
        "for_whom": text.for_whom if text else "",
        "source": one.source_url,
    }


def changed(form: Mapping[str, str], before: Referral | None, content: Content, today: date) -> Changed:
    """What a form makes of a referral, or of a new one; FormError where it cannot be kept.

    Numbers that stay keep their labels; times are a country's own. Hours that no program can read are kept as words.
    """
    given = {name: form.get(name, "").strip() for name in FIELDS}
    places = [place.upper() for place in given["countries"].replace(",", " ").split()]
    hours = given["hours"]
    exact = bool(hours) and validate(hours)
    fields: dict[str, Any] = before.model_dump(mode="json", exclude={"verified"}) if before else {}
    fields |= {
        "id": before.id if before else _new_id(places),
        "name": given["name"],
        "countries": places,
        "kind": _kinds(given["kind"], before),
        "phones": _phones(given["phones"], before),
        "website": given["website"] or None,
        "email": given["email"] or None,
        "hours": hours if exact else None,
        "time_zone": before.time_zone if before else _zone(places, content),
        "source_url": given["source"],
        "source_date": today.isoformat(),
        "confidence": "high",
    }
    try:
        made = Changed.model_validate_json(
            orjson.dumps({"referral": fields, "for_whom": given["for_whom"], "hours": None if exact else hours or None})
        )
    except ValidationError as error:
        raise FormError(_field(error)) from None
    if next(check.referral(content, made.referral), None):
        raise FormError("countries" if set(places) - {ANYWHERE, *content.countries} else "phones")
    return made


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """(field, old, new) of what differs."""
    return tuple((name, old.get(name, ""), new[name]) for name in FIELDS if old.get(name, "") != new[name])


def _new_id(places: list[str]) -> str:
    where = places[0].lower() if places and places[0].isalpha() else "all"
    return f"local-{where}-{''.join(secrets.choice(ALPHABET) for _ in range(SIZE))}"


def _kinds(kind: str, before: Referral | None) -> list[str]:
    """The kind that was chosen; what it was besides stays."""
    others = [one for one in before.kind if one != kind] if before and kind in before.kind else []
    return [kind, *others]


def _phones(lines: str, before: Referral | None) -> list[dict[str, Any]]:
    known = {phone.number: phone.model_dump(mode="json") for phone in before.phones} if before else {}
    numbers = ["".join(one for one in line if one not in " -()./") for line in lines.splitlines()]
    return [known.get(number, {"number": number}) for number in dict.fromkeys(numbers) if number]


def _zone(places: list[str], content: Content) -> str:
    """The time zone of the only country, else none in particular."""
    known = content.countries.get(places[0]) if len(places) == 1 else None
    return known.time_zone if known else UTC


def _field(error: ValidationError) -> str:
    """The form's name of the first field that is wrong."""
    where = error.errors()[0]["loc"]
    name = str(where[1] if where[0] == "referral" and len(where) > 1 else where[0])
    return FROM_MODEL.get(name, name)
