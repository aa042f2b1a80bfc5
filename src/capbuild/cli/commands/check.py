"""`capbuild check`: plausibility checks of a programme's folder."""

import datetime
import json
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import click
from rich.padding import Padding
from rich.text import Text

from capbuild._terminal import echo
from capbuild.cli.arguments import json_option, open_programme
from capbuild.cli.screen import Screen
from capbuild.model import Issue
from capbuild.workspace.checks.check import RULES, CheckResult
from capbuild.workspace.checks.context import CheckRule
from capbuild.workspace.runs.run_record import compute_exit_code


@click.command("check")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the check; today, or the programme's last day.")
@click.option("--all", "everything", is_flag=True, help="Show every finding of every rule.")
@json_option("Print the findings, or the rules, as JSON.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules, without a folder too.")
def command(
    folder: Path | None, on: datetime.datetime | None, everything: bool, as_json: bool, list_rules: bool
) -> None:
    """Show plausibility findings of FOLDER.

    Nothing is written; the exit status is 1 if an error is open.
    """
    screen = Screen()
    if list_rules:
        rules = RULES.values()
        if as_json:
            listed = [
                {"id": r.id, "group": r.group, "severity": r.severity, "title": r.title, "remedy": r.remedy}
                for r in rules
            ]
            echo(json.dumps(listed, ensure_ascii=False, indent=1), document=True)
        else:
            _show_rules(screen, rules)
        return
    if folder is None:
        raise click.UsageError("name the programme's folder, or ask for --rules")
    result = open_programme(folder).check(on.date() if on is not None else None)
    if as_json:
        echo(result.as_json(), document=True)
    else:
        _show_check(screen, result, folder.as_posix(), everything=everything)
    sys.exit(compute_exit_code(result.issues, usable=True))


# Output of `capbuild check`: findings by rule, and the rules


#: Number of findings shown for each rule.
_FEW = 3


def _show_check(screen: Screen, result: CheckResult, folder: str, *, everything: bool) -> None:
    """Print the findings of a check, the worst rules first."""
    screen.line(("Check", "bold"), f"   as of {result.on}")
    screen.counts(result.issues)
    for code, group in groupby(result.issues.worst_first, lambda issue: issue.code):
        _show_rule(screen, code, list(group), everything=everything)
    screen.blank()
    for name, reason in result.off.items():
        screen.note(f"{name} is off: {reason}")
    screen.note(f"Every finding: capbuild check {folder} --all. A rule is switched off in [check.off], with a reason.")


def _show_rule(screen: Screen, code: str, issues: list[Issue], *, everything: bool) -> None:
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
        screen.show(Padding(words, (0, 0, 0, 6)), width=screen.width)
    if len(shown) < len(issues):
        screen.show(Padding(Text(f"and {len(issues) - len(shown)} more", style="grey62"), (0, 0, 0, 6)))
    remedy = Text("remedy: ", style="grey62").append(rule.remedy, style="default")
    screen.show(Padding(remedy, (0, 0, 0, 6)), width=screen.width)


def _show_rules(screen: Screen, rules: Iterable[CheckRule]) -> None:
    """Print the rules by group."""
    for group, members in groupby(rules, lambda rule: rule.group):
        screen.table({group.capitalize(): rule.id, "": rule.severity.value, " ": rule.title} for rule in members)
