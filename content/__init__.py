"""What the bot knows, and the only code that reads it."""
