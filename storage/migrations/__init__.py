"""How the database came to its shape, step by step."""

HEAD = "0004"
"""The newest step; a database that names it needs nothing done."""
