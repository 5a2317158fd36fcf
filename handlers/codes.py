"""Codes that people read out and type: eight signs without those that look alike, in two halves."""

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No 0 and O, no 1, I and L."""
LETTERS = 8


def spelled(code: str) -> str:
    """A code as people read it: `ABCD-2345`."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def read(typed: str) -> str:
    """What somebody typed as a code; empty where it cannot be one. Case, blanks and dashes do not matter."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    return code if len(code) == LETTERS and set(code) <= set(ALPHABET) else ""
