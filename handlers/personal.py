"""Noticing a phone number, a document number or coordinates in a message, to say that none of it was kept."""

import re

PHONE = re.compile(r"(?<![\w.])\+?\d(?:[\s().-]?\d){7,14}(?![\w.]?\d)")
DOCUMENT = re.compile(r"\b(?=[A-Z0-9]*\d{5})[A-Z]{1,3}\s?\d{5,9}\b")
COORDINATES = re.compile(r"\d{1,3}[.,]\d{3,}°?\s*[NSns]?\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}|\d{1,3}°\s*\d{1,2}['′]")


def holds_personal(text: str) -> bool:
    """Whether the text seems to hold something that could point to a person or a place."""
    return any(pattern.search(text) for pattern in (PHONE, DOCUMENT, COORDINATES))
