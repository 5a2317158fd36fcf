"""Every table and column: what it holds, why, and for how long. docs/privacy.md is made from this."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

YEARS = 3
"""How long counts are kept: long enough to compare seasons."""

UNTIL_LEFT = "until the person leaves or is removed"
AFTER_EXPIRY_DAYS = 30
"""How long the text of a broadcast is kept after it expired, and a draft nobody touched."""
RELAY_HOURS = 47
AUDIT_DAYS = 365
PROPOSED_DAYS = 7
"""How long a group waits for a coordinator before it is deleted."""

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
    Index("counts_of_a_metric", "metric", "day", "label", "figure"),
    sqlite_with_rowid=False,
    info={"keep": f"{YEARS} years", "job": "purge"},
)


coordinators = Table(
    "coordinators",
    metadata,
    Column("id", BigInteger, primary_key=True, info={"what": "a random number", "why": "tells rows apart"}),
    Column("channel", String(16), nullable=False, info={"what": "their channel", "why": "to reach them"}),
    Column("address", LargeBinary, nullable=False, info={"what": "their chat, sealed", "why": "to reach them"}),
    Column(
        "lookup", LargeBinary, nullable=False, unique=True, info={"what": "a keyed hash of it", "why": "to know them"}
    ),
    Column("language", String(16), nullable=False, info={"what": "their language", "why": "to speak it"}),
    Column(
        "may_approve_at", Integer, nullable=False, info={"what": "a time", "why": "the first day without approving"}
    ),
    Column(
        "suspended_until", Integer, nullable=False, info={"what": "a time", "why": "one may be suspended for a day"}
    ),
    Column("digest", Boolean, nullable=False, info={"what": "yes or no", "why": "whether the weekly digest is wanted"}),
    info={"keep": UNTIL_LEFT, "job": "purge"},
)

invitations = Table(
    "invitations",
    metadata,
    Column(
        "lookup", LargeBinary, primary_key=True, info={"what": "a keyed hash of the code", "why": "to accept it once"}
    ),
    Column("kind", String(16), nullable=False, info={"what": "coordinator or subscriber", "why": "what it is for"}),
    Column("valid_until", Integer, nullable=False, info={"what": "a time", "why": "codes end by themselves"}),
    info={"keep": "until used or over", "job": "purge"},
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", BigInteger, primary_key=True, info={"what": "a random number", "why": "tells rows apart"}),
    Column("kind", String(32), nullable=False, info={"what": "what is proposed", "why": "some things take two"}),
    Column("subject", String(64), nullable=False, info={"what": "what it is about", "why": "to carry it out"}),
    Column("body", LargeBinary, nullable=False, info={"what": "its details, sealed", "why": "to carry it out"}),
    Column("author", BigInteger, nullable=False, info={"what": "which coordinator", "why": "another one must agree"}),
    Column("valid_until", Integer, nullable=False, info={"what": "a time", "why": "what nobody agreed to ends"}),
    info={"keep": "until decided or over", "job": "purge"},
)

modes = Table(
    "modes",
    metadata,
    Column(
        "name",
        String(32),
        primary_key=True,
        info={"what": "solo, or told", "why": "a mode; how far the audit list was told"},
    ),
    Column("value", String(64), nullable=False, info={"what": "its value", "why": "to act by it"}),
    info={"keep": "until changed", "job": "purge"},
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, info={"what": "a number", "why": "keeps the order"}),
    Column("hour", Integer, nullable=False, info={"what": "when, to the hour", "why": "rights can be misused"}),
    Column("what", String(64), nullable=False, info={"what": "what was done", "why": "rights can be misused"}),
    Column("role", String(16), nullable=False, info={"what": "coordinator or server", "why": "never who"}),
    info={"keep": f"{AUDIT_DAYS} days", "job": "purge"},
)

topics = Table(
    "topics",
    metadata,
    Column("id", String(32), primary_key=True, info={"what": "a topic of updates", "why": "people choose by it"}),
    Column("title", String(64), nullable=False, info={"what": "its name", "why": "people choose by it"}),
    info={"keep": "until changed", "job": "purge"},
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", BigInteger, primary_key=True, info={"what": "a random number", "why": "tells rows apart"}),
    Column("channel", String(16), nullable=False, info={"what": "the channel", "why": "to reach the chat"}),
    Column("address", LargeBinary, nullable=False, info={"what": "the chat, sealed", "why": "to reach it"}),
    Column("lookup", LargeBinary, nullable=False, unique=True, info={"what": "a keyed hash of it", "why": "to end it"}),
    Column("place", String(8), nullable=False, info={"what": "private, group or desk", "why": "groups are confirmed"}),
    Column("confirmed", Boolean, nullable=False, info={"what": "yes or no", "why": "a group waits for a coordinator"}),
    Column("language", String(16), nullable=False, info={"what": "its language", "why": "to be written to in it"}),
    Column(
        "region", String(32), nullable=False, info={"what": "a country, or nothing", "why": "updates for one region"}
    ),
    Column("quiet_from", Integer, nullable=False, info={"what": "an hour", "why": "no update wakes anybody"}),
    Column("quiet_to", Integer, nullable=False, info={"what": "an hour", "why": "no update wakes anybody"}),
    Column("alerts", Boolean, nullable=False, info={"what": "yes or no", "why": "whether alerts may wake"}),
    Column(
        "proposed_at",
        Integer,
        nullable=False,
        server_default="0",
        info={
            "what": "when a group was proposed, until it is confirmed",
            "why": f"one that nobody confirms is deleted after {PROPOSED_DAYS} days",
        },
    ),
    info={"keep": UNTIL_LEFT, "job": "purge"},
)

subscription_topics = Table(
    "subscription_topics",
    metadata,
    Column("subscription", BigInteger, nullable=False, info={"what": "a subscription", "why": "what it asked for"}),
    Column("topic", String(32), nullable=False, info={"what": "a topic", "why": "what it asked for"}),
    PrimaryKeyConstraint("subscription", "topic"),
    sqlite_with_rowid=False,
    info={"keep": UNTIL_LEFT, "job": "purge"},
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", BigInteger, primary_key=True, info={"what": "a random number", "why": "tells rows apart"}),
    Column("state", String(16), nullable=False, info={"what": "draft, sending, sent…", "why": "what may happen next"}),
    Column("rehearsal", Boolean, nullable=False, info={"what": "yes or no", "why": "a rehearsal never goes live"}),
    Column("corrects", BigInteger, info={"what": "another broadcast, or nothing", "why": "a draft may correct one"}),
    Column("author", BigInteger, nullable=False, info={"what": "which coordinator", "why": "another one approves"}),
    Column(
        "revision", Integer, nullable=False, info={"what": "how often it changed", "why": "what was seen is approved"}
    ),
    Column("version", Integer, nullable=False, info={"what": "how often it was corrected", "why": "who has which"}),
    Column("urgency", String(8), nullable=False, info={"what": "silent, normal, alert", "why": "alerts pass quiet"}),
    Column(
        "body", LargeBinary, nullable=False, info={"what": "texts and audience, sealed", "why": "to send and verify"}
    ),
    Column("code", LargeBinary, info={"what": "its code, sealed", "why": "readers check with it"}),
    Column("code_lookup", LargeBinary, unique=True, info={"what": "a keyed hash of it", "why": "to find it by code"}),
    Column("waiting_since", Integer, nullable=False, info={"what": "a time", "why": "when approval was asked for"}),
    Column("send_at", Integer, nullable=False, info={"what": "a time", "why": "when it goes out"}),
    Column("valid_until", Integer, nullable=False, info={"what": "a time", "why": "when it expires"}),
    Column("window_until", Integer, nullable=False, info={"what": "a time", "why": "until then it can be corrected"}),
    Column(
        "acknowledged", Integer, nullable=False, info={"what": "a number", "why": "how many said “seen”, never who"}
    ),
    Column("changed_at", Integer, nullable=False, info={"what": "a time", "why": "drafts nobody touches end"}),
    info={"keep": f"{AFTER_EXPIRY_DAYS} days after it expired", "job": "purge"},
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("broadcast", BigInteger, nullable=False, info={"what": "a broadcast", "why": "the report"}),
    Column("language", String(16), nullable=False, info={"what": "a language", "why": "the report"}),
    Column("outcome", String(32), nullable=False, info={"what": "sent, failed, corrected…", "why": "the report"}),
    Column("number", Integer, nullable=False, info={"what": "how many", "why": "totals stay when rows go"}),
    PrimaryKeyConstraint("broadcast", "language", "outcome"),
    sqlite_with_rowid=False,
    info={"keep": f"{AFTER_EXPIRY_DAYS} days after it expired", "job": "purge"},
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("broadcast", BigInteger, nullable=False, info={"what": "a broadcast", "why": "nobody is missed"}),
    Column("recipient", BigInteger, nullable=False, info={"what": "a subscription", "why": "nobody is missed"}),
    Column("language", String(16), nullable=False, info={"what": "the language sent", "why": "corrections match"}),
    Column("state", String(8), nullable=False, info={"what": "waiting, flying, done, failed", "why": "the ledger"}),
    Column("version", Integer, nullable=False, info={"what": "the version it has", "why": "corrections"}),
    Column("message", LargeBinary, info={"what": "the message's number, sealed", "why": "to correct or delete it"}),
    Column("tries", Integer, nullable=False, info={"what": "how often tried", "why": "retries have limits"}),
    Column("due_at", Integer, nullable=False, info={"what": "a time", "why": "quiet hours and retries"}),
    PrimaryKeyConstraint("broadcast", "recipient"),
    Index("deliveries_next", "broadcast", "state", "due_at"),
    sqlite_with_rowid=False,
    info={"keep": "until the correction window closes (47 hours to 14 days)", "job": "purge"},
)

relays = Table(
    "relays",
    metadata,
    Column("id", BigInteger, primary_key=True, info={"what": "a random number", "why": "tells rows apart"}),
    Column("number", Integer, nullable=False, info={"what": "its short number", "why": "instead of a person"}),
    Column("channel", String(16), nullable=False, info={"what": "the channel", "why": "to answer"}),
    Column(
        "address", LargeBinary, nullable=False, info={"what": "the chat or a one-time word, sealed", "why": "to answer"}
    ),
    Column("lookup", LargeBinary, nullable=False, info={"what": "a keyed hash of it", "why": "at most three open"}),
    Column("language", String(16), nullable=False, info={"what": "the language", "why": "to answer in it"}),
    Column("body", LargeBinary, nullable=False, info={"what": "the words and answers, sealed", "why": "to be read"}),
    Column("opened_at", Integer, nullable=False, info={"what": "a time", "why": "it ends by itself"}),
    info={"keep": f"until closed, {RELAY_HOURS} hours at most", "job": "purge"},
)

relay_copies = Table(
    "relay_copies",
    metadata,
    Column("relay", BigInteger, nullable=False, info={"what": "a relay", "why": "which words these are"}),
    Column("lookup", LargeBinary, nullable=False, info={"what": "a keyed hash of it or a word", "why": "to find it"}),
    Column(
        "copy", LargeBinary, nullable=False, info={"what": "the copy's chat and number, sealed", "why": "to delete it"}
    ),
    PrimaryKeyConstraint("relay", "lookup"),
    sqlite_with_rowid=False,
    info={"keep": f"until closed, {RELAY_HOURS} hours at most", "job": "purge"},
)

overlay = Table(
    "overlay",
    metadata,
    Column("id", Integer, primary_key=True, info={"what": "a number", "why": "keeps the order"}),
    Column(
        "kind", String(16), nullable=False, info={"what": "confirmed, referral, phrase", "why": "what kind of change"}
    ),
    Column("subject", String(64), nullable=False, info={"what": "what is changed", "why": "to change it in its place"}),
    Column(
        "body", LargeBinary, nullable=False, info={"what": "what it is now, sealed", "why": "to show it; names no one"}
    ),
    info={"keep": "until undone, or replaced twice", "job": "purge"},
)
