"""Coordinators, subscriptions, broadcasts, deliveries and relays."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_index("counts_of_a_metric", "counts", ["metric", "day", "label", "figure"])
    op.create_table(
        "coordinators",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("lookup", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("may_approve_at", sa.Integer, nullable=False),
        sa.Column("suspended_until", sa.Integer, nullable=False),
        sa.Column("digest", sa.Boolean, nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("lookup", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("valid_until", sa.Integer, nullable=False),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("author", sa.BigInteger, nullable=False),
        sa.Column("valid_until", sa.Integer, nullable=False),
    )
    op.create_table(
        "modes",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.String(64), nullable=False),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("lookup", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("place", sa.String(8), nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("quiet_from", sa.Integer, nullable=False),
        sa.Column("quiet_to", sa.Integer, nullable=False),
        sa.Column("alerts", sa.Boolean, nullable=False),
    )
    op.create_table(
        "subscription_topics",
        sa.Column("subscription", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "topic"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.Column("corrects", sa.BigInteger),
        sa.Column("author", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("urgency", sa.String(8), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("code", sa.LargeBinary),
        sa.Column("code_lookup", sa.LargeBinary, unique=True),
        sa.Column("waiting_since", sa.Integer, nullable=False),
        sa.Column("send_at", sa.Integer, nullable=False),
        sa.Column("valid_until", sa.Integer, nullable=False),
        sa.Column("window_until", sa.Integer, nullable=False),
        sa.Column("acknowledged", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.Integer, nullable=False),
    )
    op.create_table(
        "outcomes",
        sa.Column("broadcast", sa.BigInteger, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "language", "outcome"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("broadcast", sa.BigInteger, nullable=False),
        sa.Column("recipient", sa.BigInteger, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("message", sa.LargeBinary),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "recipient"),
        sqlite_with_rowid=False,
    )
    op.create_index("deliveries_next", "deliveries", ["broadcast", "state", "due_at"])
    op.create_table(
        "relays",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("lookup", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("opened_at", sa.Integer, nullable=False),
    )
    op.create_table(
        "relay_copies",
        sa.Column("relay", sa.BigInteger, nullable=False),
        sa.Column("lookup", sa.LargeBinary, nullable=False),
        sa.Column("copy", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("relay", "lookup"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("counts_of_a_metric", "counts")
    op.drop_table("relay_copies")
    op.drop_table("relays")
    op.drop_table("deliveries")
    op.drop_table("outcomes")
    op.drop_table("broadcasts")
    op.drop_table("subscription_topics")
    op.drop_table("subscriptions")
    op.drop_table("topics")
    op.drop_table("audit")
    op.drop_table("modes")
    op.drop_table("proposals")
    op.drop_table("invitations")
    op.drop_table("coordinators")
