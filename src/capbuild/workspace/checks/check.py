"""Rules of `capbuild check`, applied to a programme's folder."""

import datetime
import json
from collections.abc import Iterator

from attrs import field, frozen

from capbuild.checks import to_map
from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import Issue, Issues
from capbuild.workspace.checks import (  # noqa: F401 - each registers its rules
    collection,
    evidence,
    network,
    plan,
    results,
    scoring,
    training,
)
from capbuild.workspace.checks.context import FINDERS, CheckContext, CheckRule
from capbuild.workspace.folder_functions import attempt
from capbuild.workspace.rounds.plans import Planning
from capbuild.workspace.settings.config import Settings

#: Rules by id.
RULES: FrozenMap[str, CheckRule] = FrozenMap({name: rule for name, (rule, _) in sorted(FINDERS.items())})


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
        findings = []
        for issue in self.issues:
            rule, place = RULES.get(issue.code), issue.origin
            findings.append(
                {
                    "id": issue.code,
                    "group": rule.group if rule is not None else "",
                    "severity": issue.severity.value,
                    "title": rule.title if rule is not None else "",
                    "place": str(place) if place is not None else None,
                    **{part: getattr(place, part, None) for part in ("file", "row", "column")},
                    "found": issue.message,
                    "remedy": issue.remedy,
                }
            )
        document = {"on": self.on.isoformat(), "findings": findings, "off": dict(self.off)}
        return json.dumps(document, ensure_ascii=False, indent=1)


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
    today = datetime.datetime.now(datetime.UTC).date()
    context = CheckContext(workspace, on or today)
    context.on = on or min(today, max([context.span[1], *(round_.last for round_ in context.rounds)]))
    issues: list[Issue] = []
    off = {name: reason for name, reason in workspace.settings.check.off.items() if name in RULES and reason}
    for name, rule in RULES.items():
        if name not in off:
            rows = attempt(lambda name=name: [*FINDERS[name][1](context)], name, issues) or ()  # type: ignore[misc]
            issues += (rule.make_issue(message, place) for message, place in rows)
    return CheckResult(on=context.on, issues=Issues(dict.fromkeys(issues)), off=off)


def check_rules_off(settings: Settings) -> Iterator[Issue]:
    """Yield issues of rules switched off in the settings.

    A rule must exist and have a reason.
    """
    for name, reason in settings.check.off.items():
        if name not in RULES:
            message, remedy = f"there is no rule {name!r}{did_you_mean(name, RULES)}", "see: capbuild check --rules"
        elif not reason:
            message, remedy = f"{name} is off without a reason", f'write {name} = "why it does not hold here"'
        else:
            continue
        yield Issue.error("CB602", message, settings.origin("check", "off", name), remedy)
