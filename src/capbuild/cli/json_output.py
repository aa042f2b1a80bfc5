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
    """Print an object of the model as JSON."""
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


def list_due(findings: Iterable[DueFinding]) -> list[dict[str, Any]]:
    """Return findings that are due again as plain values."""
    return [
        {
            "country": due_finding.finding.country.alpha_2,
            "target": due_finding.finding.target,
            "since": due_finding.since.isoformat(),
        }
        for due_finding in findings
    ]


def outcome_dict(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome of a run as plain values."""
    return {
        "exit": outcome.exit_code,
        "out": outcome.out.as_posix(),
        "written": outcome.written,
        "files": list(outcome.files),
        "rounds": [summary.as_json() for summary in outcome.summaries],
        "issues": list_issues(outcome.issues),
    }


def status_dict(status: CollectionStatus) -> dict[str, Any]:
    """Return a collection status as plain values, without focal points."""
    return {
        "round": status.round.id,
        "on": status.on.isoformat(),
        "participants": status.participants,
        "progress": [
            {
                "instrument": instrument_progress.label,
                "asked": instrument_progress.asked,
                "received": instrument_progress.received,
                "accepted": instrument_progress.accepted,
                "questions": instrument_progress.questions,
                "overdue": instrument_progress.overdue,
            }
            for instrument_progress in status.progress
        ],
        "requests": [
            {
                "country": request.country.alpha_2,
                "instrument": request.instrument,
                "due": None if request.due is None else request.due.isoformat(),
                "state": status.find_state(request).value,
            }
            for request in status.requests
        ],
        "not_answered": [country.alpha_2 for country in status.silent if country.alpha_2 not in status.unusable],
        "not_usable": {code: reason.value for code, reason in status.unusable.items()},
        "left_open": dict(status.left_open),
        "due_again": list_due(status.due),
        "issues": list_issues(status.issues),
    }


def reading_dict(reading: Survey) -> dict[str, Any]:
    """Return sheets, columns and issues of a reading as JSON."""
    return {
        "file": reading.file,
        "format": reading.format,
        "responses": len(reading.responses),
        "countries": [country.alpha_2 for country in reading.countries],
        "questions": [
            {
                "id": question.id,
                "text": question.question.text.source,
                "type": question.question.type.value,
                "options": [choice.code for choice in question.question.choices],
                "answered": question.answered,
                "missing": {kind.value: count for kind, count in question.missing.items()},
            }
            for question in reading.questions
        ],
        "tables": [
            {
                "sheet": table.sheet,
                "range": table.range,
                "layout": table.shape,
                "confidence": round(table.confidence, 2),
            }
            for table in reading.layout.tables
        ],
        "sheets": [
            {
                "sheet": sheet.sheet,
                "rows": sheet.rows_in,
                "cells": sheet.cells,
                "answers": sheet.answers,
                "absent": sum(sheet.absent.values()),
                "left_out": dict(sheet.left_out),
                "adds_up": sheet.adds_up,
                "skipped": sheet.skipped,
                "columns": [{"name": c.name, "use": c.use.value, "reason": c.reason} for c in sheet.columns],
            }
            for sheet in reading.reconciliation.sheets
        ],
        "issues": list_issues(reading.issues),
    }
