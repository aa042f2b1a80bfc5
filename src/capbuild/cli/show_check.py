"""Output of `capbuild check`: findings by rule, and the rules."""

from collections.abc import Iterable
from itertools import groupby

from rich.padding import Padding
from rich.text import Text

from capbuild.cli.screen import Screen
from capbuild.model import Issue
from capbuild.workspace.quality.check import CheckResult
from capbuild.workspace.quality.table import RULES, CheckRule

__all__ = ["show_check", "show_rules"]

#: Number of findings shown for each rule.
_FEW = 3


def show_check(screen: Screen, found: CheckResult, folder: str, *, everything: bool) -> None:
    """Print the findings of a check, the worst rules first."""
    screen.blank()
    screen.line(("Check", "bold"), f"   as of {found.on}")
    screen.counts(found.issues)
    for code, group in groupby(found.issues.worst_first, lambda issue: issue.code):
        _show_rule(screen, code, list(group), everything)
    screen.blank()
    for name, reason in found.off.items():
        screen.note(f"{name} is off: {reason}")
    screen.note(f"Every finding: capbuild check {folder} --all. A rule is switched off in [check.off], with a reason.")
    screen.blank()


def _show_rule(screen: Screen, code: str, issues: list[Issue], everything: bool) -> None:
    rule = RULES.get(code)
    if rule is None:  # a rule that failed
        for issue in issues:
            screen.blank()
            screen.issue(issue)
        return
    screen.blank()
    screen.rule(code, rule.severity, rule.title, len(issues))
    shown = issues if everything else issues[:_FEW]
    for issue in shown:
        place = f"{issue.origin}: " if issue.origin is not None else ""
        words = Text(place, style="bold").append(issue.message.removeprefix(f"{rule.title}: "), style="not bold")
        screen.console.print(Padding(words, (0, 0, 0, 6)), width=screen.width)
    if len(shown) < len(issues):
        screen.console.print(Padding(Text(f"and {len(issues) - len(shown)} more", style="grey62"), (0, 0, 0, 6)))
    remedy = Text("remedy: ", style="grey62").append(rule.remedy, style="default")
    screen.console.print(Padding(remedy, (0, 0, 0, 6)), width=screen.width)


def show_rules(screen: Screen, rules: Iterable[CheckRule]) -> None:
    """Print the rules by group."""
    for group, members in groupby(rules, lambda rule: rule.group):
        screen.blank()
        rows = ([rule.id, rule.severity.value, rule.title] for rule in members)
        screen.table([group.capitalize(), "", ""], rows, left=(0, 1, 2))
    screen.blank()
