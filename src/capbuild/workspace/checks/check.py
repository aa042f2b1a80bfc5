"""Applies the rules to a programme's folder."""

import datetime
import importlib
import json
from functools import partial

from attrs import field, frozen

from capbuild.checks import to_map
from capbuild.errors import WorkspaceError
from capbuild.frozen import FrozenMap
from capbuild.model import Issue, Issues
from capbuild.origin import Origin
from capbuild.workspace.checks.context import FINDERS, CheckContext, Found
from capbuild.workspace.checks.table import RULES, CheckRule
from capbuild.workspace.rounds.plans import Planning
from capbuild.workspace.runs.attempts import attempt

_MODULES = ("collection", "evidence", "scoring", "reviews", "plan", "training", "money", "network", "results")


@frozen(kw_only=True, repr=False)
class CheckResult:
    """Findings of a check.

    Attributes:
        on: The day of the check.
        issues: Issues in rule order; the code of an issue is the rule's id.
        off: Rules switched off, with reasons.
    """

    on: datetime.date
    issues: Issues = Issues()
    off: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)

    def __str__(self) -> str:
        return f"check on {self.on}: {self.issues}"

    def __repr__(self) -> str:
        return f"check on {self.on}: {self.issues!r}"

    def as_json(self) -> str:
        """Return the findings as JSON."""
        findings = [
            {
                "id": issue.code,
                "group": RULES[issue.code].group if issue.code in RULES else "",
                "severity": issue.severity.value,
                "title": RULES[issue.code].title if issue.code in RULES else "",
                "place": str(issue.origin) if issue.origin is not None else None,
                "file": issue.origin.file if issue.origin is not None else None,
                "row": issue.origin.row if issue.origin is not None else None,
                "column": issue.origin.column if issue.origin is not None else None,
                "found": issue.message,
                "remedy": issue.remedy,
            }
            for issue in self.issues
        ]
        made = {"on": self.on.isoformat(), "findings": findings, "off": dict(self.off)}
        return json.dumps(made, ensure_ascii=False, indent=1)


def check_programme(workspace: Planning, on: datetime.date | None = None) -> CheckResult:
    """Return the findings of all rules for a programme's folder.

    Args:
        workspace: The folder.
        on: Date of the check; by default today, or the last day of a finished programme.

    Raises:
        WorkspaceError: The folder is unusable; `validate` gives the reason.
    """
    if not workspace.usable:
        message = f"{workspace.folder} is not a programme that can be checked"
        raise WorkspaceError(message, remedy=f"correct what capbuild validate {workspace.folder} shows")
    for name in _MODULES:
        importlib.import_module(f"capbuild.workspace.checks.{name}")
    today = datetime.datetime.now(datetime.UTC).date()
    context = CheckContext(workspace, on or today)
    context.on = on or min(today, max([context.span[1], *(round_.last for round_ in context.rounds)]))
    found: list[Issue] = []
    off = workspace.settings.check.off
    for rule in RULES.values():
        if rule.id not in off:
            rows = attempt(partial(_apply, rule, context), rule.id, found) or ()
            found += (_make_issue(rule, message, place) for message, place in rows)
    return CheckResult(on=context.on, issues=Issues(dict.fromkeys(found)), off=off)


def _apply(rule: CheckRule, context: CheckContext) -> list[Found]:
    return list(FINDERS[rule.id](context))


def _make_issue(rule: CheckRule, message: str, place: Origin | None) -> Issue:
    words = f"{rule.title}: {message}"
    return Issue(code=rule.id, severity=rule.severity, message=words, origin=place, remedy=rule.remedy)
