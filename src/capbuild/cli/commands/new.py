"""`capbuild new`: creates programmes, frameworks, plugins and crosswalks."""

import sys
from pathlib import Path

import click

from capbuild._atomic import write_atomic
from capbuild.cli.arguments import FEW, FOLDER, find_framework, open_programme
from capbuild.cli.command_group import CommandGroup
from capbuild.cli.screen import Screen
from capbuild.cli.show_run import show_run
from capbuild.display import counted
from capbuild.errors import did_you_mean
from capbuild.frameworks import FrameworkDraft
from capbuild.frameworks.spreadsheets.template import sample_framework
from capbuild.io import read_programmes, write
from capbuild.model import Framework, Issues
from capbuild.plugins import ProgrammeDraft, default_host
from capbuild.plugins.new import LICENSES, PluginKind, new_plugin
from capbuild.reports import language_template
from capbuild.text import list_phrases
from capbuild.workspace import new_programme, read_framework
from capbuild.workspace.drafts.crosswalks import draft_crosswalks, import_crosswalks
from capbuild.workspace.drafts.scaffold import CONFIRM, NewFolder, find_losses, make_folder, run_draft
from capbuild.workspace.paths import make_file_name
from capbuild.workspace.records.languages import write_language


@click.group("new", cls=CommandGroup)
def command() -> None:
    """Create a programme, framework, plugin, language or crosswalk."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--framework",
    default="police-cyber",
    show_default=True,
    help="Framework of the assessments: its name, or its file.",
)
@click.option("--title", help="Name of the programme.")
@click.option(
    "--returns",
    type=click.Path(exists=True, path_type=Path),
    help="Survey files to begin with: a folder or a file. Countries, rounds and mappings are drafted from them.",
)
@click.option("--open", "open_report", is_flag=True, help="Open the report that is made from --returns.")
@click.option(
    "--iati",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File that describes the programme: an IATI activity file, or a capbuild document of a programme.",
)
@click.option("--activity", help="IATI identifier of the activity, if the file has several.")
def programme(
    folder: Path,
    framework: str,
    title: str | None,
    returns: Path | None,
    open_report: bool,
    source: Path | None,
    activity: str | None,
) -> None:
    """Write a commented, runnable programme into FOLDER.

    With --returns, the programme is drafted from your survey files and run; FOLDER/confirm.md lists the assumptions.
    """
    if source is not None and returns is not None:
        raise click.UsageError("name --iati or --returns, not both")
    if source is None:
        path = Path(framework)
        meant = read_framework(path) if path.is_file() else find_framework(framework, default_host())
        written = make_folder(folder, meant, title, returns=returns)
        following = f"capbuild run {folder.as_posix()}"
        if returns is not None:
            _run_draft(written, folder, open_report=open_report)
        elif isinstance(meant, FrameworkDraft):
            _show_draft(meant)
            _show_done(
                len(written.files), folder, f"put survey files into {folder.as_posix()}/returns/, then {following}"
            )
        else:
            _show_done(len(written.files), folder, following)
        return
    draft = _choose_programme(read_programmes(source), source, activity)
    chosen = find_framework(framework, default_host())
    files = new_programme(folder, chosen, title, programme=draft.programme, options=draft.options)
    _show_done(len(files), folder, f"capbuild validate {folder.as_posix()}")
    issues = Issues([*draft.issues, *find_losses(folder, draft.programme)])
    screen = Screen()
    screen.issues(issues, len(issues), "")


def _run_draft(new_folder: NewFolder, folder: Path, *, open_report: bool) -> None:
    """Run a drafted programme, and show the guesses to confirm."""
    screen = Screen()
    with screen.working(f"running {folder.as_posix()}"):
        result = run_draft(open_programme(folder), new_folder)
    show_run(screen, result, folder.as_posix(), FEW)
    confirm = (folder / CONFIRM).as_posix()
    screen.line(f"{len(new_folder.guesses)} guesses to confirm, all in ", (confirm, "bold"))
    for part in dict.fromkeys(guess.part for guess in new_folder.guesses):
        chosen = [guess for guess in new_folder.guesses if guess.part == part]
        for guess in chosen[:FEW]:
            screen.blank()
            screen.issue(guess.issue)
        if len(chosen) > FEW:
            screen.note(f"{len(chosen) - FEW} more: {confirm}")
    screen.blank()
    report = next(
        (name for name in (f"{summary.round}.html" for summary in result.summaries) if name in result.files), None
    )
    if open_report and report is not None:
        click.launch((result.out / report).as_posix())
    sys.exit(result.exit_code)


def _choose_programme(drafts: tuple[ProgrammeDraft, ...], source: Path, wanted: str | None) -> ProgrammeDraft:
    """Return the chosen programme of a file.

    Raises:
        click.UsageError: The id is unknown, or no id was given and the file does not have exactly one programme.
    """
    known = {draft.programme.id: draft for draft in drafts}
    if wanted is None and len(known) == 1:
        return drafts[0]
    if wanted in known:
        return known[wanted]
    listed = ", ".join(known) or "none"
    if wanted is None:
        raise click.UsageError(f"{source} describes {len(known)} programmes: choose one with --activity ({listed})")
    hint = did_you_mean(wanted, known)
    raise click.UsageError(f"{source} has no activity {wanted!r}{hint}; activities are: {listed}")


@command.command()
@click.argument("name")
@click.option("--reader", is_flag=True, help="It reads a format (the default).")
@click.option("--writer", is_flag=True, help="It writes a format.")
@click.option("--framework", is_flag=True, help="It brings a framework.")
@click.option("--method", is_flag=True, help="It combines figures of children.")
@click.option("--language", metavar="CODE", help="It adds a language of reports, such as de: its texts to translate.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to write; capbuild-NAME by default.")
@click.option("--license", "license_id", type=click.Choice([*LICENSES, "none"]), default="MIT", show_default=True)
def plugin(name: str, language: str | None, folder: Path | None, license_id: str, **flags: bool) -> None:
    """Write an installable plugin NAME of one kind, with tests."""
    kinds = [kind for kind in PluginKind if flags.get(kind) or (kind is PluginKind.LANGUAGE and language is not None)]
    if len(kinds) > 1:
        given = " and ".join(f"--{kind}" for kind in kinds)
        raise click.UsageError(f"{given} are two templates: write one, and add the hook of the other by hand")
    files = new_plugin(
        name,
        kinds[0] if kinds else PluginKind.READER,
        folder,
        license_id="" if license_id == "none" else license_id,
        language=language or "",
        texts="" if language is None else language_template(language),
    )
    place = next(path.parent for path in files if path.name == "pyproject.toml")
    # pip would look up a name without a path prefix in the package index.
    there = place.as_posix() if place.is_absolute() else f"./{place.as_posix()}"
    _show_done(len(files), place, f'pip install "{there}[test]" && pytest {there}')


@command.command()
@click.argument("code")
@FOLDER
def language(code: str, folder: Path) -> None:
    """Write the texts of reports to translate.

    CODE is such as de. FOLDER/languages/CODE gets each English text with an empty one to fill in. Existing translations
    are kept.
    """
    workspace = open_programme(folder)
    phrases = list_phrases((workspace.framework, workspace.catalogue))
    path, language_texts = write_language(workspace.folder, code, phrases)
    screen = Screen()
    screen.line(f"{language_texts.coverage:.0%} of the texts are translated in ", (path.as_posix(), "bold"))
    screen.line("Next: ", (f"capbuild validate {folder.as_posix()}", "bold"))


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Programme's folder; the framework is written below its frameworks/.",
)
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the template workbook with drop-downs instead: of the framework in FILE, or a small sample.",
)
@click.option(
    "--like", help="Structure pack whose levels, rule and licence the file takes: see capbuild framework list."
)
@click.option("--replace", is_flag=True, help="Replace a framework that was written before.")
def framework(file: Path | None, out: Path, template: Path | None, like: str | None, replace: bool) -> None:
    """Draft a framework from FILE.

    FILE is a spreadsheet, a library of CISO Assistant, or a catalog or profile of OSCAL in YAML or JSON. What was
    understood and what to confirm is listed.
    """
    if file is None and template is None:
        raise click.UsageError("name a file, or write the template with --template FILE.xlsx")
    draft = None if file is None else read_framework(file, like=like)
    if draft is not None:
        _show_draft(draft)
    to_write = sample_framework() if draft is None else draft.framework
    if to_write is None:
        sys.exit(2)
    screen = Screen()
    if template is not None:
        write(to_write, template, format="framework-xlsx")
        screen.line("The template is ", (template.as_posix(), "bold"))
        screen.line("Next: ", (f"capbuild new framework {template.as_posix()} --out FOLDER", "bold"))
    elif draft is not None:
        place = _write_framework(draft, to_write, out, replace=replace)
        screen.line(f"{to_write} is in ", (place.as_posix(), "bold"))
        # A framework does not contain the file's own questions.
        asked = (place if draft.questionnaire is None else file or place).as_posix()
        screen.line("Next: ", (f'capbuild questionnaire "{asked}" --format xlsx --out form.xlsx', "bold"))


def _write_framework(draft: FrameworkDraft, made: Framework, out: Path, *, replace: bool) -> Path:
    """Write a draft as TOML, and return its path."""
    place = out / "frameworks" / f"{make_file_name(made.id)}.toml"
    if place.exists() and not replace:
        raise click.UsageError(f"{place.as_posix()} is there already: add --replace, or choose another --out")
    write_atomic(place, draft.to_toml())
    return place


def _show_draft(draft: FrameworkDraft) -> None:
    screen = Screen()
    screen.blank()
    for text in draft.understood:
        screen.note(text)
    issues = draft.all_issues
    screen.issues(issues, len(issues), "")


@command.command()
@FOLDER
@click.option(
    "--from",
    "library",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Library of CISO Assistant whose mappings are written instead.",
)
def crosswalk(folder: Path, library: Path | None) -> None:
    """Draft FOLDER/crosswalks between the framework editions of its rounds."""
    screen, workspace = Screen(), open_programme(folder)
    if library is None:
        written = draft_crosswalks(workspace)
    else:
        written, draft = import_crosswalks(workspace, library)
        _show_draft(draft)
        if not written:
            sys.exit(2)
    for path in written:
        screen.line(path.as_posix())
    if written:
        screen.note("Complete each by hand: open decisions are listed at its end.")
    else:
        screen.note("All editions have crosswalks already.")


def _show_done(count: int, folder: Path, following: str) -> None:
    screen = Screen()
    screen.blank()
    screen.line(f"{counted(count, 'file')} in ", (folder.as_posix(), "bold"))
    screen.line("Next: ", (following, "bold"))
