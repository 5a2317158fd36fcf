"""Every table and column: what it holds, why, and for how long. docs/privacy.md is made from this."""

from sqlalchemy import Column, Date, Float, Integer, MetaData, PrimaryKeyConstraint, String, Table

YEARS = 3
"""How long counts are kept: long enough to compare seasons."""

metadata = MetaData()

days = Table(
    "days",
    metadata,
    Column("day", Date, primary_key=True, info={"what": "a day", "why": "says that its noise was drawn"}),
    Column("scale", Float, nullable=False, info={"what": "the noise's scale", "why": "says how wrong a figure can be"}),
    Column(
        "starts",
        Integer,
        nullable=False,
        info={"what": "how often the cap on what one chat adds began", "why": "says how often the stated loss holds"},
    ),
    info={"keep": f"{YEARS} years", "job": "purge"},
)

counts = Table(
    "counts",
    metadata,
    Column("day", Date, info={"what": "a day", "why": "figures are for days, never finer"}),
    Column("metric", String(32), info={"what": "a declared metric", "why": "what was counted"}),
    Column("label", String(48), info={"what": "one of its declared labels", "why": "what was counted"}),
    Column(
        "figure",
        Integer,
        nullable=False,
        info={"what": "noise, then answers added to it", "why": "shows what volunteers needed; names nobody"},
    ),
    PrimaryKeyConstraint("day", "metric", "label"),
    sqlite_with_rowid=False,
    info={"keep": f"{YEARS} years", "job": "purge"},
)
