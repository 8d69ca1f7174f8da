"""Define the tables of a store, and check their version.

Table and column names are part of the stored data: rename Python objects only.
"""

from typing import Final

import sqlalchemy as sa

from digit_detector.errors import StoreError

VERSION: Final = 1

TABLES: Final = sa.MetaData()

version_table = sa.Table("schema", TABLES, sa.Column("version", sa.Integer, nullable=False))

# The ID of every drawing ever received, without content: a repeated drawing is stored once, and a deleted drawing stays
# deleted even if it is delivered again.
contributions_table = sa.Table(
    "given",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("receipt", sa.Text, index=True, doc="hash of the code that deletes it"),
    sa.Column("state", sa.Text, sa.CheckConstraint("state in ('kept', 'deleted', 'purged')"), nullable=False),
)

# The columns between `number` and `rejected` are the fields of a Drawing.
drawings_table = sa.Table(
    "drawings",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, doc="order of arrival"),
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
    sa.Column("rejected", sa.Boolean, nullable=False, default=False, doc="excluded from training"),
)

# The label-issue score of a drawing by the annotators that ran last, and its group of near duplicates.
label_issues_table = sa.Table(
    "looks",
    TABLES,
    sa.Column("id", sa.ForeignKey("drawings.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("suspicion", sa.Float, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("alike", sa.Text, nullable=False, index=True, doc="ID of the first of its near duplicates"),
)

# Append-only: undoing a decision adds another one.
decisions_table = sa.Table(
    "decisions",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, doc="order of decisions"),
    sa.Column("batch", sa.Text, nullable=False, index=True, doc="ID of decisions that are made, and undone, together"),
    sa.Column("id", sa.ForeignKey("drawings.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("undoes", sa.Text, index=True, doc="the batch that this one undoes"),
    sqlite_autoincrement=True,
)


def prepare(connection: sa.Connection) -> None:
    """Create the tables if there are none, otherwise check their version; needs an exclusive transaction.

    Raises StoreError for tables of another version.
    """
    if not sa.inspect(connection).has_table(version_table.name):
        TABLES.create_all(connection)
        connection.execute(version_table.insert().values(version=VERSION))
    found = connection.scalar(sa.select(version_table.c.version))
    if found != VERSION:
        raise StoreError(
            f"the store's tables have version {found} where this program uses {VERSION}: "
            "use the program version that created them, or convert the drawings into a new store"
        )
