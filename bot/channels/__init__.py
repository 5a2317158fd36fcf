"""The ways to reach the bot, one module or package each."""
