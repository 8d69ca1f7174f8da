"""Queue the drawings that nobody has reviewed: highest label-issue score first, near duplicates grouped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from digit_detector.collect.review.annotators import Annotator
from digit_detector.collect.review.label_issue_score import LabelIssue, find_label_issue
from digit_detector.collect.review.near_duplicates import group_near_duplicates
from digit_detector.collect.store.schema import drawings_table, label_issues_table
from digit_detector.collect.store.store import FIELDS, Store, drawing_of
from digit_detector.drawing import Drawing


@dataclass(frozen=True)
class Queued:
    """Hold a drawing that waits for review."""

    drawing: Drawing
    label_issue: LabelIssue | None
    """None if it arrived after the annotators ran."""
    group: str
    """ID of the first of its near duplicates."""


def rank(drawings: Sequence[Drawing], annotators: Mapping[str, Annotator]) -> list[tuple[Drawing, LabelIssue]]:
    """Sort drawings by their label-issue scores, highest first."""
    counts = Counter(annotation.label for drawing in drawings for annotation in drawing.annotations)
    scored = [(drawing, find_label_issue(drawing, annotators, counts)) for drawing in drawings]
    return sorted(scored, key=lambda pair: -pair[1].score)


def prepare(store: Store, annotators: Mapping[str, Annotator]) -> int:
    """Run the annotators on all drawings to review, and store the scores and groups; return the number of drawings."""
    counts: Counter[str] = Counter()
    for drawing in store.drawings():
        counts.update(annotation.label for annotation in drawing.annotations)
    groups = group_near_duplicates(store.drawings(reviewed=False))
    total = 0
    for drawing in store.drawings(reviewed=False):
        issue = find_label_issue(drawing, annotators, counts)
        row = {"suspicion": issue.score, "reason": issue.reason, "alike": groups.get(drawing.id, drawing.id)}
        with store.writing() as connection:
            connection.execute(label_issues_table.delete().where(label_issues_table.c.id == drawing.id))
            values = sa.select(sa.literal(drawing.id), *map(sa.literal, row.values())).where(
                sa.exists().where(drawings_table.c.id == drawing.id)  # it may have been deleted meanwhile
            )
            connection.execute(label_issues_table.insert().from_select(["id", *row], values))
        total += 1
    return total


def queue(store: Store, limit: int, lowest_first: bool = False) -> list[Queued]:
    """Return the next drawings to review: unscored ones, then the highest scores.

    With `lowest_first`, return the lowest scores, which may be accepted at a glance, and no unscored ones.

    Raises StoreError if the store cannot be used.
    """
    score = label_issues_table.c.suspicion
    order = (score,) if lowest_first else (score.is_not(None), score.desc())
    query = (
        sa.select(*FIELDS, score, label_issues_table.c.reason, label_issues_table.c.alike)
        .join(label_issues_table, label_issues_table.c.id == drawings_table.c.id, isouter=not lowest_first)
        .where(~drawings_table.c.reviewed, ~drawings_table.c.rejected)
        .order_by(*order, drawings_table.c.number)
        .limit(limit)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return [_queued(row) for row in rows]


def group(store: Store, group_id: str) -> list[Drawing]:
    """Return the drawings of a group to review; raise StoreError if the store cannot be used."""
    query = (
        sa.select(*FIELDS)
        .join(label_issues_table, label_issues_table.c.id == drawings_table.c.id)
        .where(label_issues_table.c.alike == group_id, ~drawings_table.c.reviewed, ~drawings_table.c.rejected)
        .order_by(drawings_table.c.number)
    )
    with store.reading() as connection:
        return [drawing_of(row) for row in connection.execute(query)]


def _queued(row: sa.Row[*tuple[Any, ...]]) -> Queued:
    issue = None if row.suspicion is None else LabelIssue(row.suspicion, row.reason)
    return Queued(drawing_of(row), issue, row.alike or row.id)
