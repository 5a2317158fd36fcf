"""Whole conversations over real HTTP, in a real terminal's terms and in a real browser."""
