"""The commands. Exit status: 0 done, 1 done but an error is open, 2 could not be done."""

import json
import sys
from pathlib import Path

import click
from rich.text import Text

from capbuild import __version__
from capbuild.cli.screen import Screen
from capbuild.cli.show_inspect import show_inspect
from capbuild.cli.show_run import show_run
from capbuild.errors import CapbuildError, CountryError
from capbuild.frameworks import checklist_csv, questionnaire_csv
from capbuild.io import country, draft_layout, read, write
from capbuild.model import Framework
from capbuild.plugins import Host, PluginStatus, default_host
from capbuild.workspace import forget as forget_respondent
from capbuild.workspace import new_programme, open_workspace
from capbuild.workspace import run as run_workspace

__all__ = ["app"]

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_ISSUES = click.option("--issues", "all_issues", is_flag=True, help="Show every issue.")
_FEW = 6


class _Guarded(click.Group):
    """Turns an error of the library into its message and exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except CapbuildError as error:
            sys.exit(Screen().error(error))


@click.group(cls=_Guarded, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="capbuild")
def app() -> None:
    """Run capacity-building programmes from survey files to reports.

    Exit status: 0 done; 1 done, but an error is open; 2 could not be done.
    """


@app.command()
@_FOLDER
@_ISSUES
@click.option("--out", type=click.Path(path_type=Path), help="Write here instead of FOLDER/out.")
@click.option("--fresh", is_flag=True, help="Do everything again, also what rests on nothing new.")
def run(folder: Path, all_issues: bool, out: Path | None, fresh: bool) -> None:
    """Do the main job: read FOLDER, score, report, and write FOLDER/out."""
    screen = Screen()
    result = run_workspace(open_workspace(folder), out=out, fresh=fresh)
    show_run(screen, result, folder.as_posix(), None if all_issues else _FEW)
    sys.exit(result.exit_code)


@app.command()
@_FOLDER
def validate(folder: Path) -> None:
    """Show every problem of FOLDER at once; write nothing."""
    screen = Screen()
    issues = open_workspace(folder).validate()
    screen.blank()
    screen.issues(issues, len(issues), "")
    screen.blank()
    sys.exit(1 if issues.count("error") else 0)


def _framework(name: str, host: Host) -> Framework:
    for key, framework in host.frameworks.items():
        if name in (key, framework.id):
            return framework
    raise click.BadParameter(f"no framework {name!r}; there are: {', '.join(host.frameworks)}")


@app.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", help="Name of the reader; sniffed by default.")
@click.option("--framework", default="police-cyber", help="Framework its answers may speak of.")
@click.option("--draft", is_flag=True, help="Print a draft of how the file is laid out, to correct and use again.")
@_ISSUES
def inspect(file: Path, format_: str | None, framework: str, draft: bool, all_issues: bool) -> None:
    """Show what is in a survey FILE, and account for every row, column and cell."""
    host = default_host()
    if draft:
        click.echo(draft_layout(file, format=format_, host=host), nl=False)
        return
    reading = read(file, format=format_, host=host)
    show_inspect(Screen(), reading, _framework(framework, host), None if all_issues else _FEW)
    sys.exit(1 if reading.issues.count("error") else 0)


@app.command()
@_FOLDER
@click.option("--round", "round_", help="Round to report on; the last one by default.")
@click.option("--format", "format_", default="html", show_default=True, help="Name of the writer.")
@click.option("--language", help="Language; the programme's first by default.")
@click.option("--audience", default="team", show_default=True, help="Who it is for: decides who is named.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File or folder to write.")
def report(folder: Path, round_: str | None, format_: str, language: str | None, audience: str, out: Path) -> None:
    """Write one report of FOLDER."""
    workspace = open_workspace(folder)
    assessed = workspace.assess(round_ or workspace.programme.rounds[-1].id)
    files = write(
        assessed,
        out,
        format=format_,
        language=language or workspace.programme.languages[0],
        audience=audience,
        programme=workspace.programme,
    )
    for path in files:
        click.echo(path.as_posix())


@app.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--frameworks", is_flag=True, help="List frameworks instead.")
def plugins(as_json: bool, frameworks: bool) -> None:
    """List plugins with version, status and reason."""
    host, screen = default_host(), Screen()
    if frameworks:
        rows = [[key, str(f.title), str(len(f.indicators)), str(len(f.criteria))] for key, f in host.frameworks.items()]
        screen.blank()
        screen.table(["Framework", "Title", "Indicators", "Criteria"], rows, left=(0, 1))
        screen.blank()
        return
    infos = host.plugin_infos
    if as_json:
        click.echo(
            json.dumps([{"name": i.name, "source": i.source, "status": i.status, "reason": i.reason} for i in infos])
        )
        return
    screen.blank()
    screen.table(
        ["Plugin", "Distribution", "Status", "Reason or hooks"],
        (
            [
                info.name,
                info.source,
                Text(info.status.value, style="" if info.status is PluginStatus.ACTIVE else "bold rgb(240,162,108)"),
                info.reason or ", ".join(info.hooks),
            ]
            for info in infos
        ),
        left=(0, 1, 2, 3),
    )
    screen.blank()
    screen.note(f"Reads {', '.join(host.readers)}. Writes {', '.join(host.writers)}.")
    screen.blank()


@app.command(name="country")
@click.argument("text")
@click.option("--language", help="Language of the text.")
def country_command(text: str, language: str | None) -> None:
    """Show the country that TEXT names, or why none is accepted."""
    try:
        found = country(text, language=language)
    except CountryError as error:
        sys.exit(Screen().error(error))
    click.echo(f"{found.alpha_2} {found.alpha_3} {found.name} ({found.kind.value})")


@app.command()
@click.argument("framework", default="police-cyber")
@click.option("--language", default="en", show_default=True)
@click.option("--visit", is_flag=True, help="The visit checklist instead of the survey.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; the screen by default.")
def questionnaire(framework: str, language: str, visit: bool, out: Path | None) -> None:
    """Write the questionnaire or checklist of FRAMEWORK as CSV."""
    made = _framework(framework, default_host())
    text = checklist_csv(made, language) if visit else questionnaire_csv(made, language)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8-sig", newline="")
        click.echo(out.as_posix())


@app.group()
def new() -> None:
    """Write something new to begin with."""


@new.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--framework", default="police-cyber", show_default=True)
@click.option("--title", help="Name of the programme.")
def programme(folder: Path, framework: str, title: str | None) -> None:
    """Write a commented, runnable programme into FOLDER."""
    files = new_programme(folder, _framework(framework, default_host()), title)
    screen = Screen()
    screen.blank()
    screen.line(f"{len(files)} files in ", (folder.as_posix(), "bold"))
    screen.line("Next: ", (f"capbuild run {folder.as_posix()}", "bold"))
    screen.blank()


@app.command()
@click.argument("respondent")
@click.option("--folder", default=".", type=click.Path(file_okay=False, path_type=Path), show_default=True)
@click.option("--answers", is_flag=True, help="Also remove the respondent's rows from the CSV files of returns/.")
def forget(respondent: str, folder: Path, answers: bool) -> None:
    """Remove RESPONDENT (a pseudonym) from private/ and derived files; say what remains where."""
    done = forget_respondent(open_workspace(folder).folder, respondent, answers=answers)
    screen = Screen()
    screen.blank()
    rows = [[name, f"{count} rows removed"] for name, count in done.removed]
    rows += [[name, "pseudonym replaced"] for name in done.rewritten]
    rows += [[name, f"remains: {why}"] for name, why in done.remaining]
    screen.table(["File", "What was done"], rows, left=(0, 1))
    screen.blank()
