"""`capbuild inspect`: contents of a survey file."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from capbuild._progress_bars import progress_bar
from capbuild._terminal import echo
from capbuild.cli.arguments import (
    AS_JSON,
    FEW,
    ISSUES,
    PROGRAMME,
    READ_OPTIONS,
    find_framework,
    find_workspace,
    make_read_arguments,
)
from capbuild.cli.screen import Row, Screen
from capbuild.cli.show_page import show_grid
from capbuild.display import counted
from capbuild.errors import ReadError
from capbuild.io import read, read_all
from capbuild.io.format_detection import draft_layout
from capbuild.io.reading import file_facts
from capbuild.model import Answer, ColumnUse, Missing, Questionnaire, Survey, Verdict
from capbuild.notebook.surveys import list_sheets, list_tables
from capbuild.plugins import default_host
from capbuild.scoring import AnswerReader
from capbuild.scoring.findings import UnreadAnswer

#: Error codes of a file with several files: folder, archive.
_SEVERAL = ("CB107", "CB127")


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", help="Name of the reader; sniffed by default.")
@click.option("--framework", help="Framework of its answers; that of the programme, or police-cyber.")
@PROGRAMME
@click.option("--draft", is_flag=True, help="Print a draft layout of the file, to correct and reuse.")
@click.option("--html", type=click.Path(path_type=Path), help="Draw each sheet in a page, its cells coloured by use.")
@click.option("--facts", is_flag=True, help="Print counts of the file as JSON, in the format's terms.")
@READ_OPTIONS
@ISSUES
@AS_JSON
def command(
    file: Path,
    format_: str | None,
    framework: str | None,
    programme: Path | None,
    draft: bool,
    html: Path | None,
    facts: bool,
    read_options: tuple[str, ...],
    all_issues: bool,
    as_json: bool,
) -> None:
    """Show the contents of a survey FILE.

    Every row, column and cell is accounted for. FILE may be a folder, an archive or an e-mail with several.
    """
    workspace = None if draft or facts else find_workspace(programme, file)
    host = default_host() if workspace is None else workspace.host
    if draft:
        echo(draft_layout(file, format=format_, host=host), nl=False, document=True)
        return
    if facts:
        echo(json.dumps(file_facts(file, format=format_, host=host), ensure_ascii=False, indent=1), document=True)
        return
    with progress_bar() as progress:
        arguments = make_read_arguments(workspace, file, format_, read_options)
        try:
            readings: tuple[Survey, ...] = (read(file, **arguments, host=host, progress=progress),)
        except ReadError as error:
            if error.code not in _SEVERAL:
                raise
            readings = read_all(file, **arguments, host=host, progress=progress)
    if html is not None and len(readings) > 1:
        raise click.UsageError(f"--html draws one file, and {file} contains {len(readings)}")
    failed = any(reading.issues.count("error") for reading in readings)
    if as_json:
        from capbuild.cli.json_output import print_json, reading_dict

        print_json([reading_dict(reading) for reading in readings])
        sys.exit(int(failed))
    for reading in readings:
        if workspace is not None and framework is None:
            reader = workspace.answer_reader(reading, workspace.return_name(Path(reading.file)))
        else:
            form = reading.questionnaire.mappings if reading.questionnaire is not None else ()
            reader = AnswerReader.make(find_framework(framework or "police-cyber", host, file), form)
        _show_inspect(Screen(), reading, reader, None if all_issues else FEW)
    if html is not None:
        Screen().note(f"Layout drawn in {readings[0].layout.show(file).save(html)}")
    sys.exit(int(failed))


# Output of `capbuild inspect`: sheets, effects of answers, issues


_EFFECTS = {
    "decides": ("yes, no, partly, elsewhere", "decides the criterion; partly does not pass a step"),
    "claim": ("yes to what only a visit can see", "a claim: leaves the level open, never confirms it"),
    "number": ("number", "a level or a value"),
    Missing.NOT_APPLICABLE: ("not applicable", "leaves the count, where the criterion allows it"),
    Missing.NO_ANSWER: ("blank", "no answer; never no, never 0"),
    "other": ("not understood", "kept, not scored: give it a meaning in programme.toml or mappings/"),
    "unmapped": ("to a question that is not mapped", "kept, not scored"),
}


def _find_effect(reader: AnswerReader, answer: Answer) -> object:
    targets = reader.targets(answer.question)
    if not targets:
        return "unmapped"
    meaning = reader.read(answer, targets[0])
    if isinstance(meaning, Missing):
        return meaning
    if isinstance(meaning, Verdict):
        criterion = reader.framework.criteria.get(targets[0].target)
        claim = meaning.passes and criterion is not None and criterion.check.needs_visit
        return "claim" if claim else "decides"
    return "other" if isinstance(meaning, UnreadAnswer) else "number"


def _make_answer_rows(reading: Survey, reader: AnswerReader) -> Iterator[Row]:
    counts: Counter[object] = Counter(
        _find_effect(reader, answer) for response in reading.responses for answer in response.answers
    )
    for kind, count in counts.most_common():
        words = _EFFECTS.get(kind)
        if words is None and isinstance(kind, Missing):
            words = (kind.value, "leaves the level open")
        name, effect = words or (str(kind), "")
        yield {"Answer": name, "#Cells": count, "What it does to a level": effect}


def _make_column_rows(reading: Survey) -> Iterator[Row]:
    for sheet in reading.reconciliation.sheets:
        for column in sheet.columns:
            if column.use is not ColumnUse.QUESTION and column.use is not ColumnUse.ANSWER:
                yield {"Column": column.name or "(blank)", "Used as": column.use.value, "Why": column.reason}


def _describe_form(form: Questionnaire) -> str:
    """Describe the contents of a form."""
    groups = [counted(len(form.groups), "group")] if form.groups else []
    repeats, rules = sum(group.repeat for group in form.groups), sum(q.skip is not None for q in form.questions)
    more = [f"{repeats:,} repeated"] if repeats else []
    more += [counted(rules, "skip rule")] if rules else []
    tags = [tag for tag in form.languages if tag != "und"]
    more += [f"in {', '.join(tags)}"] if tags else []
    more += ["inferred from the answers"] if form.inferred else []
    return ", ".join([counted(len(form.questions), "question"), *groups, *more])


def _show_inspect(screen: Screen, reading: Survey, reader: AnswerReader | None, most: int | None) -> None:
    """Show the contents of one file.

    Args:
        screen: The screen.
        reading: The reading.
        reader: Interprets its answers; None to leave out their effect on levels.
        most: Maximum number of issues; None for all.
    """
    screen.blank()
    screen.line((reading.file, "bold"), f"   {reading.format}   ", (reading.why, "grey62"))
    if reading.questionnaire is not None:
        screen.line((f"form {reading.questionnaire.id}   ", "grey62"), _describe_form(reading.questionnaire))
    show_grid(screen, list_sheets(reading.reconciliation))
    show_grid(screen, list_tables(reading.layout))
    screen.table(_make_column_rows(reading))
    if reader is not None and reading.responses:
        screen.table(_make_answer_rows(reading, reader))
    screen.issues(reading.issues, len(reading.issues) if most is None else most, "add --issues")
    errors = reading.issues.count("error")
    screen.note(f"Nothing was changed. Exit {1 if errors else 0}: {errors or 'no'} error{'s' if errors != 1 else ''}.")
