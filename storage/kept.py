"""What is kept at this moment: how many rows each table has."""

from collections.abc import Mapping

from sqlalchemy import func, select

from storage.database import Database, whole
from storage.tables import metadata


@whole
async def rows(database: Database) -> Mapping[str, int]:
    """Table → its rows now."""
    async with database.read() as connection:
        return {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.tables.values()
        }
