"""When a group was proposed, so that one that nobody confirms ends."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; what waits already waits from now."""
    op.add_column("subscriptions", sa.Column("proposed_at", sa.Integer, nullable=False, server_default="0"))
    subscriptions = sa.table("subscriptions", sa.column("proposed_at"), sa.column("confirmed"))
    waiting = subscriptions.c.confirmed == sa.false()
    op.execute(subscriptions.update().where(waiting).values(proposed_at=int(time.time())))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("subscriptions", "proposed_at")
