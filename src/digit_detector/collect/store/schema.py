"""The tables of a store, and the version that tells whether this program may use them."""

from typing import Final

import sqlalchemy as sa

from digit_detector.errors import StoreError

VERSION: Final = 1

TABLES: Final = sa.MetaData()

schema = sa.Table("schema", TABLES, sa.Column("version", sa.Integer, nullable=False))

# Every drawing that was ever taken, and nothing of its content: so that one that comes twice is kept once, and one that
# was deleted stays so though it comes again.
given = sa.Table(
    "given",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("receipt", sa.Text, index=True, doc="hash of the code with which it can be deleted"),
    sa.Column("state", sa.Text, sa.CheckConstraint("state in ('kept', 'deleted', 'purged')"), nullable=False),
)

# The columns between `number` and `rejected` are the fields of a Drawing.
drawings = sa.Table(
    "drawings",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, doc="in the order of arrival"),
    sa.Column("id", sa.ForeignKey("given.id"), nullable=False, unique=True),
    sa.Column("image", sa.LargeBinary, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("annotations", sa.JSON, nullable=False),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("strokes", sa.JSON(none_as_null=True)),
    sa.Column("detections", sa.JSON(none_as_null=True)),
    sa.Column("model", sa.JSON(none_as_null=True)),
    sa.Column("time", sa.Text, doc="ISO 8601"),
    sa.Column("reviewed", sa.Boolean, nullable=False),
    sa.Column("rejected", sa.Boolean, nullable=False, default=False, doc="not to be learnt from"),
)

# What the readers that were asked last say of a drawing.
looks = sa.Table(
    "looks",
    TABLES,
    sa.Column("id", sa.ForeignKey("drawings.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("suspicion", sa.Float, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("alike", sa.Text, nullable=False, index=True, doc="the id of the first of its near-duplicates"),
)

# Never changed: who undoes a decision adds another one.
decisions = sa.Table(
    "decisions",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, doc="in their order"),
    sa.Column("batch", sa.Text, nullable=False, index=True, doc="names what was decided, and is undone, at once"),
    sa.Column("id", sa.ForeignKey("drawings.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("undoes", sa.Text, index=True, doc="the batch that this takes back"),
    sqlite_autoincrement=True,
)


def prepare(connection: sa.Connection) -> None:
    """Make the tables where there are none, else check their version; within a transaction that shuts out others.

    Raises StoreError for tables of another version.
    """
    if not sa.inspect(connection).has_table(schema.name):
        TABLES.create_all(connection)
        connection.execute(schema.insert().values(version=VERSION))
    found = connection.scalar(sa.select(schema.c.version))
    if found != VERSION:
        raise StoreError(
            f"the store's tables have version {found} where this program uses {VERSION}: "
            "use the program's version that made them, or convert the drawings into a new store"
        )
