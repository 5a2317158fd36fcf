"""The database: primitives in, primitives out."""
