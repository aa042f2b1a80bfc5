"""JSON output of commands, for programs."""

import json
from collections.abc import Iterable
from typing import Any

from capbuild._terminal import echo
from capbuild.documents import dumps
from capbuild.model import Issue, Survey
from capbuild.workspace.rounds.evidence import DueFinding
from capbuild.workspace.rounds.status import CollectionStatus
from capbuild.workspace.runs.run_record import Outcome


def print_json(made: Any) -> None:
    """Print one JSON document."""
    echo(json.dumps(made, ensure_ascii=False, indent=1), document=True)


def print_document(subject: object) -> None:
    """Print an object of the model as a JSON document, which `capbuild.loads` reads."""
    echo(dumps(subject), document=True)


def list_issues(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    """Return issues as plain values, each with its place."""
    return [
        {
            "code": issue.code,
            "severity": issue.severity.value,
            "message": issue.message,
            "remedy": issue.remedy,
            "place": None if issue.origin is None else str(issue.origin),
            "file": None if issue.origin is None else issue.origin.file,
            "row": None if issue.origin is None else issue.origin.row,
            "column": None if issue.origin is None else issue.origin.column,
        }
        for issue in issues
    ]


def list_due(found: Iterable[DueFinding]) -> list[dict[str, Any]]:
    """Return findings that are due again as plain values."""
    return [
        {"country": one.finding.country.alpha_2, "target": one.finding.target, "since": one.since.isoformat()}
        for one in found
    ]


def outcome_dict(done: Outcome) -> dict[str, Any]:
    """Return the outcome of a run as plain values."""
    return {
        "exit": done.exit_code,
        "out": done.out.as_posix(),
        "written": done.written,
        "files": list(done.files),
        "rounds": [one.as_json() for one in done.summaries],
        "issues": list_issues(done.issues),
    }


def status_dict(found: CollectionStatus) -> dict[str, Any]:
    """Return a collection status as plain values, without focal points."""
    return {
        "round": found.round.id,
        "on": found.on.isoformat(),
        "participants": found.participants,
        "progress": [
            {
                "instrument": one.label,
                "asked": one.asked,
                "received": one.received,
                "accepted": one.accepted,
                "questions": one.questions,
                "overdue": one.overdue,
            }
            for one in found.progress
        ],
        "requests": [
            {
                "country": one.country.alpha_2,
                "instrument": one.instrument,
                "due": None if one.due is None else one.due.isoformat(),
                "state": found.find_state(one).value,
            }
            for one in found.requests
        ],
        "not_answered": [country.alpha_2 for country in found.silent if country.alpha_2 not in found.unusable],
        "not_usable": {code: reason.value for code, reason in found.unusable.items()},
        "left_open": dict(found.left_open),
        "due_again": list_due(found.due),
        "issues": list_issues(found.issues),
    }


def reading_dict(reading: Survey) -> dict[str, Any]:
    """Return a reading as plain values: sheets and columns with their use, and issues."""
    return {
        "file": reading.file,
        "format": reading.format,
        "responses": len(reading.responses),
        "countries": [country.alpha_2 for country in reading.countries],
        "questions": [
            {
                "id": one.id,
                "text": one.question.text.source,
                "type": one.question.type.value,
                "options": [choice.code for choice in one.question.choices],
                "answered": one.answered,
                "missing": {kind.value: count for kind, count in one.missing.items()},
            }
            for one in reading.questions
        ],
        "tables": [
            {"sheet": one.sheet, "range": one.range, "layout": one.shape, "confidence": round(one.confidence, 2)}
            for one in reading.layout.tables
        ],
        "sheets": [
            {
                "sheet": one.sheet,
                "rows": one.rows_in,
                "cells": one.cells,
                "answers": one.answers,
                "absent": sum(one.absent.values()),
                "left_out": dict(one.left_out),
                "adds_up": one.adds_up,
                "skipped": one.skipped,
                "columns": [{"name": c.name, "use": c.use.value, "reason": c.reason} for c in one.columns],
            }
            for one in reading.reconciliation.sheets
        ],
        "issues": list_issues(reading.issues),
    }
