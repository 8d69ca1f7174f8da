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
from digit_detector.collect.decisions import log
from digit_detector.collect.label_issue_score import (
    Annotator,
    LabelIssue,
    baseline_annotator,
    detector_annotator,
    find_label_issue,
)
from digit_detector.collect.near_duplicates import group_near_duplicates
from digit_detector.collect.schema import drawings_table, label_issues_table
from digit_detector.collect.store import FIELDS, Store, drawing_of
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Drawing

SHOWN: Final = 10
"""Drawings that the command lists."""


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


def waiting(store: Store, label: str | None = None, source: str | None = None) -> list[str]:
    """Return the IDs of the drawings to review: unscored ones, then the highest scores.

    Args:
        store: where they are.
        label: only drawings with an object of this label.
        source: only drawings of this source.

    Raises StoreError if the store cannot be used.
    """
    score = label_issues_table.c.suspicion
    query = (
        sa.select(drawings_table.c.id)
        .join(label_issues_table, label_issues_table.c.id == drawings_table.c.id, isouter=True)
        .where(~drawings_table.c.reviewed, ~drawings_table.c.rejected)
        .order_by(score.is_not(None), score.desc(), drawings_table.c.number)
    )
    if label is not None:
        # JSON is kept as the text that `json.dumps` wrote.
        query = query.where(sa.cast(drawings_table.c.annotations, sa.Text).contains(f'"label": "{label}"'))
    if source is not None:
        query = query.where(drawings_table.c.source == source)
    with store.reading() as connection:
        return list(connection.scalars(query))


def sources(store: Store) -> list[str]:
    """Return the sources of the drawings to review; raise StoreError if the store cannot be used."""
    column = drawings_table.c.source
    query = sa.select(column).where(~drawings_table.c.reviewed, ~drawings_table.c.rejected).distinct().order_by(column)
    with store.reading() as connection:
        return list(connection.scalars(query))


def queue(store: Store, limit: int, lowest_first: bool = False) -> list[Queued]:
    """Return the next drawings to review: unscored ones, then the highest scores.

    With `lowest_first`, return the lowest scores, which may be accepted at a glance, and no unscored ones.

    Raises StoreError if the store cannot be used.
    """
    score = label_issues_table.c.suspicion
    order = (score,) if lowest_first else (score.is_not(None), score.desc())
    query = _query(isouter=not lowest_first).order_by(*order, drawings_table.c.number).limit(limit)
    with store.reading() as connection:
        return [_queued(row) for row in connection.execute(query)]


def find_queued(store: Store, drawing_id: str) -> Queued | None:
    """Return a drawing to review, or None if it is reviewed or deleted.

    Raises StoreError if the store cannot be used.
    """
    query = _query(isouter=True).where(drawings_table.c.id == drawing_id)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _queued(row)


def _query(isouter: bool) -> sa.Select[*tuple[Any, ...]]:
    issues = label_issues_table.c
    return (
        sa.select(*FIELDS, issues.suspicion, issues.reason, issues.alike)
        .join(label_issues_table, issues.id == drawings_table.c.id, isouter=isouter)
        .where(~drawings_table.c.reviewed, ~drawings_table.c.rejected)
    )


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
