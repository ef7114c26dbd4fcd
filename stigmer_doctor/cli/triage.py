"""`stigmer-doctor triage`: a store of many snapshots, and questions about it."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stigmer_doctor.analysis.moments import written
from stigmer_doctor.cli import output
from stigmer_doctor.cli.actions import expect_words
from stigmer_doctor.cli.options import TRIAGE
from stigmer_doctor.cli.progress import progress
from stigmer_doctor.model.errors import UsageError
from stigmer_doctor.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from stigmer_doctor.model.tabular import Tabular
    from stigmer_doctor.triage.archives import ReadSnapshot
    from stigmer_doctor.triage.rows import Judged, UnreadableSnapshot
    from stigmer_doctor.triage.store import Store


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0; 1 where `add` could not read a file, or `rejudge` changes a verdict."""
    expect_words(options, TRIAGE, "path")
    try:
        from stigmer_doctor.triage.store import Store
    except ModuleNotFoundError as error:
        raise UsageError(
            "triage needs DuckDB: install stigmer-doctor with the extra triage, stigmer-doctor[triage]"
        ) from error

    store = Store(Path(options.store).expanduser())
    if options.action == "add":
        return _add(store, options)
    if options.action == "show":
        return _show(store, options, environ)
    if not store.shards.names():
        output.say(f"the store {options.store} has no snapshot yet: `triage add PATH` fills it, --store names another")
    table = _ASKED[options.action](store, options)
    output.publish("table", table, options, environ)
    return ExitCode.FINDINGS if options.action == "rejudge" and table.rows else ExitCode.OK


# ---- adding ----------------------------------------------------------------------------------------------------------


def _add(store: Store, options: argparse.Namespace) -> int:
    from stigmer_doctor.triage import shards
    from stigmer_doctor.triage.judging import content_hash, judged
    from stigmer_doctor.triage.reading import snapshots

    known, show = store.hashes(), progress()
    counts = {"new": 0, "known": 0}
    problems: list[UnreadableSnapshot] = []

    def fresh() -> Iterator[ReadSnapshot]:
        for found in snapshots([Path(word) for word in options.words]):
            name = "" if found.problem else content_hash(found.data)
            if name and name in known:
                counts["known"] += 1
                continue
            known.update([name] if name else [])
            yield found._replace(digest=name)

    rows = judged(fresh(), os.cpu_count() or 1, _now())
    try:
        for lines in _shards(rows, shards.SHARD, problems):
            store.shards.add(lines)
            counts["new"] += len(lines)
            show(f"{counts['new']} snapshots judged")
        store.shards.tidy()
    finally:
        show("")
    more = output.say_some([f"cannot read {problem.name}: {problem.problem}" for problem in problems])
    output.say(f"{counts['new']} added, {counts['known']} known before, {len(problems)} unreadable{more}")
    return ExitCode.FINDINGS if problems else ExitCode.OK


def _shards(
    rows: Iterable[Judged | UnreadableSnapshot], most: int, problems: list[UnreadableSnapshot]
) -> Iterator[list[bytes]]:
    """The lines of each shard: as many as there may be in one, but for the last."""
    from stigmer_doctor.triage.rows import Judged

    lines: list[bytes] = []
    for row in rows:
        if not isinstance(row, Judged):
            problems.append(row)
            continue
        lines.append(row.line)
        if len(lines) == most:
            yield lines
            lines = []
    if lines:
        yield lines


def _now() -> str:
    return written(dt.datetime.now(dt.UTC))


# ---- asking ----------------------------------------------------------------------------------------------------------


def _show(store: Store, options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """The report of the newest snapshot that is meant, and how many there are."""
    from stigmer_doctor.render.renderer import Report
    from stigmer_doctor.triage import questions
    from stigmer_doctor.triage.judging import diagnosis_of

    (name,) = options.words
    hashes = questions.found(store, name)
    if not hashes:
        raise UsageError(f"the store has no snapshot {name}: triage top --by-fingerprint lists what there is")
    facts, diagnosis = diagnosis_of(questions.facts_of(store, hashes[0]), hashes[0])
    output.say(f"{hashes[0]}, the newest of {len(hashes)}")
    output.publish("report", Report(diagnosis, facts), options, environ)
    return ExitCode.OK


def _top(store: Store, options: argparse.Namespace) -> Tabular:
    from stigmer_doctor.triage import questions

    return questions.fingerprints(store, options.most) if options.by_fingerprint else questions.top(store, options.most)


def _trend(store: Store, options: argparse.Namespace) -> Tabular:
    from stigmer_doctor.triage import questions

    return questions.trend(store, options.most)


def _diff(store: Store, options: argparse.Namespace) -> Tabular:
    from stigmer_doctor.triage import questions

    return questions.compare(store, *options.words)


def _sql(store: Store, options: argparse.Namespace) -> Tabular:
    from stigmer_doctor.model.tabular import Tabular

    columns, rows = store.answer(options.words[0])
    shown = (tuple(_cell(cell) for cell in row) for row in rows)
    return Tabular(title=f"{len(rows)} rows", columns=tuple(columns), rows=tuple(shown))


def _cell(cell: object) -> str | int | float | None:
    return cell if cell is None or isinstance(cell, (str, int, float)) else str(cell)


def _rejudge(store: Store, _: argparse.Namespace) -> Tabular:
    from stigmer_doctor.triage.rejudge import rejudge

    return rejudge(store, os.cpu_count() or 1)


_ASKED: Mapping[str, Callable[[Store, argparse.Namespace], Tabular]] = {
    "top": _top,
    "trend": _trend,
    "diff": _diff,
    "sql": _sql,
    "rejudge": _rejudge,
}
