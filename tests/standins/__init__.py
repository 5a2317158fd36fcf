"""Servers that stand in for the platforms, over real HTTP, and refuse what the platforms refuse."""
