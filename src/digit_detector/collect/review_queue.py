"""Queue the drawings that nobody has reviewed: highest label-issue score first, near duplicates grouped.

`digit-detector review` scores them, and the page's review shows them in this order.
"""

import argparse
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from digit_detector.collect.collector import STORE
from digit_detector.collect.database import drawings_table, label_issues_table
from digit_detector.collect.decisions import log
from digit_detector.collect.label_issue_score import (
    Annotator,
    LabelIssue,
    baseline_annotator,
    detector_annotator,
    find_label_issue,
)
from digit_detector.collect.near_duplicates import group_near_duplicates
from digit_detector.collect.store import FIELDS, Store, drawing_of
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Drawing

SHOWN: Final = 10
"""Drawings that the command lists."""

_SCORE: Final = label_issues_table.c.suspicion
_QUEUED: Final = (*FIELDS, _SCORE, label_issues_table.c.reason, label_issues_table.c.alike)
_HIGHEST_FIRST: Final = (_SCORE.is_not(None), _SCORE.desc(), drawings_table.c.number)
"""Unscored drawings precede all others."""


@dataclass(frozen=True)
class Queued:
    """Hold a drawing that waits for review."""

    drawing: Drawing
    label_issue: LabelIssue | None
    """None if it arrived after the annotators ran."""
    group: str
    """ID of the first of its near duplicates."""


def prepare(store: Store, annotators: Mapping[str, Annotator]) -> int:
    """Run the annotators on all drawings to review, and store the scores and groups; return the number of drawings."""
    counts = Counter(annotation.label for drawing in store.drawings() for annotation in drawing.annotations)
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


def waiting(store: Store, label: str | None = None, source: str | None = None) -> list[str]:
    """Return the IDs of the drawings to review: unscored ones, then the highest scores.

    Args:
        store: where they are.
        label: only drawings with an object of this label.
        source: only drawings of this source.

    Raises StoreError if the store cannot be used.
    """
    query = _to_review(drawings_table.c.id).order_by(*_HIGHEST_FIRST)
    if label is not None:
        # JSON is kept as the text that `json.dumps` wrote.
        query = query.where(sa.cast(drawings_table.c.annotations, sa.Text).contains(f'"label": "{label}"'))
    if source is not None:
        query = query.where(drawings_table.c.source == source)
    return [row.id for row in _rows(store, query)]


def sources(store: Store) -> list[str]:
    """Return the sources of the drawings to review; raise StoreError if the store cannot be used."""
    column = drawings_table.c.source
    return [row.source for row in _rows(store, _to_review(column).distinct().order_by(column))]


def queue(store: Store, limit: int, lowest_first: bool = False) -> list[Queued]:
    """Return the next drawings to review: unscored ones, then the highest scores.

    With `lowest_first`, return the lowest scores, which may be accepted at a glance, and no unscored ones.

    Raises StoreError if the store cannot be used.
    """
    query = _to_review(*_QUEUED).limit(limit)
    if lowest_first:
        query = query.where(_SCORE.is_not(None)).order_by(_SCORE, drawings_table.c.number)
    else:
        query = query.order_by(*_HIGHEST_FIRST)
    return [_queued(row) for row in _rows(store, query)]


def find_queued(store: Store, drawing_id: str) -> Queued | None:
    """Return a drawing to review, or None if it is reviewed or deleted.

    Raises StoreError if the store cannot be used.
    """
    return next(map(_queued, _rows(store, _to_review(*_QUEUED).where(drawings_table.c.id == drawing_id))), None)


def group(store: Store, group_id: str) -> list[Drawing]:
    """Return the drawings of a group to review; raise StoreError if the store cannot be used."""
    query = _to_review(*FIELDS).where(label_issues_table.c.alike == group_id).order_by(drawings_table.c.number)
    return [drawing_of(row) for row in _rows(store, query)]


def _to_review(*columns: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
    """Select columns of the drawings to review and of their label issues, which are NULL for unscored drawings."""
    return (
        sa.select(*columns)
        .select_from(drawings_table.outerjoin(label_issues_table))
        .where(~drawings_table.c.reviewed, ~drawings_table.c.rejected)
    )


def _rows(store: Store, query: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    with store.reading() as connection:
        return connection.execute(query).all()


def _queued(row: sa.Row[*tuple[Any, ...]]) -> Queued:
    issue = None if row.suspicion is None else LabelIssue(row.suspicion, row.reason)
    return Queued(drawing_of(row), issue, row.alike or row.id)


def main(argv: Sequence[str]) -> int:
    """Score the drawings that nobody has reviewed, and order them for the page's review."""
    parser = argparse.ArgumentParser(prog="digit-detector review", description=main.__doc__)
    parser.add_argument(
        "--store", metavar="URL", default=os.environ.get(STORE), help=f"SQLite file or postgresql://… (or ${STORE})"
    )
    parser.add_argument("--no-baseline", action="store_true", help="compare with the detector alone; needs no torch")
    parser.add_argument("--log", action="store_true", help="only print the decisions, newest first")
    arguments = parser.parse_args(argv)
    if not arguments.store:
        parser.error(f"no store: give --store URL, or set {STORE}")
    store = Store.existing(arguments.store)
    if arguments.log:
        for entry in log(store):
            print(f"{entry.time}  {entry.action:8} {entry.id}  {_labels(entry.before)} -> {_labels(entry.after)}")
        return 0
    annotators = {"detector": detector_annotator(Detector.load(device="cpu"))}
    if not arguments.no_baseline:
        annotators["baseline"] = baseline_annotator()
    count = prepare(store, annotators)
    print(f"{count:,} drawings wait for review")
    for queued in queue(store, SHOWN):
        if queued.label_issue is not None:
            print(f"{queued.label_issue.score:.2f}  {queued.drawing.id}  {queued.label_issue.reason}")
    return 0


def _labels(state: dict[str, Any]) -> str:
    """Describe a drawing's state in a few words."""
    if state["rejected"]:
        return "rejected"
    labels = " ".join(annotation["label"] for annotation in state["annotations"]) or "empty"
    return labels if state["reviewed"] else f"{labels} (not reviewed)"
