"""Counts of a day, each beginning at its own noise."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("scale", sa.Float, nullable=False),
        sa.Column("starts", sa.Integer, nullable=False),
    )
    op.create_table(
        "counts",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("metric", sa.String(32), nullable=False),
        sa.Column("label", sa.String(48), nullable=False),
        sa.Column("figure", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "metric", "label"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("counts")
    op.drop_table("days")
