"""The same bot in other frameworks, as their documentation says to write it."""
