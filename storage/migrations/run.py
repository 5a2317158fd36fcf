"""Runs the migrations from code (`python -m storage.migrations.run FILE`); there is no alembic.ini."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config


def configuration(file: Path) -> Config:
    """Alembic's settings for a database file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{file}".replace("%", "%%"))
    return config


def upgrade(file: Path, to: str = "head") -> None:
    """Bring a database file up to a step."""
    command.upgrade(configuration(file), to)


def downgrade(file: Path, to: str) -> None:
    """Take a database file back to a step."""
    command.downgrade(configuration(file), to)


if __name__ == "__main__":
    upgrade(Path(sys.argv[1]))
