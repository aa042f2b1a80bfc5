"""`capbuild questionnaire`: survey forms and checklists of a framework."""

from pathlib import Path
from typing import Any

import click
from attrs import evolve

from capbuild._atomic import write_atomic
from capbuild._terminal import echo
from capbuild.cli.arguments import find_framework, find_questionnaire, open_programme
from capbuild.display import counted
from capbuild.frameworks import survey_questionnaire, visit_questionnaire
from capbuild.frameworks.instruments import checklist_csv, questionnaire_csv
from capbuild.io import write
from capbuild.model import Framework, Questionnaire
from capbuild.plugins import default_host

#: Writers by format name on the command line.
_WRITERS = {
    "docx": "docx-form",
    "html": "html-form",
    "xlsx": "xlsx-form",
    "xlsform": "xlsform",
    "limesurvey": "limesurvey",
}
#: Formats that can be prefilled with previous answers.
_PREFILLED = ("docx", "html", "xlsx", "xlsform")


@click.command("questionnaire")
@click.argument("framework", default="")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", *_WRITERS]),
    default="csv",
    show_default=True,
    help="CSV, a Word document, a page to fill in offline (html), a workbook with drop-downs, XLSForm or LimeSurvey.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="Language; may be repeated if the format has several. All by default; the first in CSV, Word and HTML.",
)
@click.option("--visit", is_flag=True, help="The visit checklist instead of the survey.")
@click.option("--country", default="", help="Country that is filled in (docx, html, xlsx).")
@click.option(
    "--since", default="", metavar="ROUND", help="Fill in the country's answers of this round; FRAMEWORK is a folder."
)
@click.option("--round", "round_", default="", metavar="ROUND", help="With --since: the round that the form is for.")
@click.option("--respondent", default="", help="With --since: only the answers of this kind of respondent.")
@click.option("--skip", is_flag=True, help="With --since: ask only what can change a level while the answers stay.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; the screen for CSV.")
def command(
    framework: str,
    format_: str,
    languages: tuple[str, ...],
    visit: bool,
    country: str,
    out: Path | None,
    **last: Any,
) -> None:
    """Write the questionnaire or visit checklist of FRAMEWORK.

    FRAMEWORK is an id, the path of a framework or of a programme's folder, or the name of a plugin's questionnaire. The
    default is police-cyber, or with --since the current folder.
    """
    if last["since"]:
        if visit or not country or format_ not in _PREFILLED:
            raise click.UsageError(f"--since needs --country and --format {', '.join(_PREFILLED)}, and no --visit")
        _write_next(Path(framework), country, format_, languages, out, **last)
        return
    if any(last.values()):
        raise click.UsageError("--round, --respondent and --skip need --since ROUND")
    host = default_host()
    name = framework or "police-cyber"
    form = None if visit else find_questionnaire(name, host)
    if form is not None:
        _write_form(form, format_, languages, out, country)
        return
    loaded = find_framework(name, host)
    _check_languages(loaded, languages)
    if format_ == "csv":
        _write_csv(loaded, languages, visit=visit, out=out)
    elif format_ == "xlsx":
        _write(loaded, format_, out, {"visit": visit, "languages": languages, "country": country})
    elif format_ == "html":
        _write(
            loaded,
            format_,
            out,
            {"visit": visit, "language": _choose_language(languages, "a page"), "country": country},
        )
    else:
        _write_form((visit_questionnaire if visit else survey_questionnaire)(loaded), format_, languages, out, country)


def _write_next(
    folder: Path, country: str, format_: str, languages: tuple[str, ...], out: Path | None, *, since: str, **last: Any
) -> None:
    """Write the next round's survey with a country's previous answers."""
    from capbuild.workspace import list_saved_questions, next_questionnaire
    from capbuild.workspace.forms.next_questionnaires import find_next_edition
    from capbuild.workspace.settings.reading import choose_language

    workspace = open_programme(folder)
    try:
        form = next_questionnaire(workspace, country, since=since, **last)
    except KeyError as error:
        raise click.BadParameter(str(error.args[0])) from error
    framework = find_next_edition(workspace, since, last["round_"])
    _check_languages(framework, languages)
    place = workspace.assess(since)[country].country
    own = choose_language(workspace.programme, place)
    if not languages and format_ != "xlsform":
        languages = (own,) if own in form.languages else form.languages[:1]
    if format_ == "xlsx":
        _write(framework, format_, out, {"languages": languages, "country": place.name, "form": form})
    else:
        _write_form(form, format_, languages, out, place.name)
    echo(f"{counted(len(form.previous), 'question')} of {len(form)} with the answer of {since}")
    if last["skip"]:
        echo(f"{counted(len(list_saved_questions(form)), 'question')} saved: they cannot change a level")


def _write_form(
    form: Questionnaire, format_: str, languages: tuple[str, ...], out: Path | None, country: str = ""
) -> None:
    if format_ == "csv":
        raise click.UsageError(
            "a questionnaire of its own is written with --format xlsx, docx, html, xlsform or limesurvey"
        )
    if format_ in ("docx", "html"):
        language = _choose_language(languages, "a Word document" if format_ == "docx" else "a page")
        _write(form, format_, out, {"language": language, "country": country})
        return
    options: dict[str, object] = {"country": country} if format_ == "xlsx" else {}
    _write(evolve(form, languages=languages) if languages else form, format_, out, options)


def _choose_language(languages: tuple[str, ...], what: str) -> str:
    if len(languages) > 1:
        raise click.UsageError(f"{what} has one language; name one, or choose another --format")
    return "".join(languages)


def _write(subject: Framework | Questionnaire, format_: str, out: Path | None, options: dict[str, object]) -> None:
    if out is None:
        raise click.UsageError(f"--format {format_} needs --out FILE")
    for path in write(subject, out, format=_WRITERS[format_], options=options):
        echo(path.as_posix())


def _check_languages(framework: Framework, languages: tuple[str, ...]) -> None:
    unknown = [tag for tag in languages if tag.partition("-")[0] not in framework.languages]
    if unknown:
        raise click.BadParameter(f"{framework.key} has no {unknown[0]!r}; it has: {', '.join(framework.languages)}")


def _write_csv(framework: Framework, languages: tuple[str, ...], *, visit: bool, out: Path | None) -> None:
    if len(languages) > 1:
        raise click.UsageError("CSV has one language; name one, or choose another --format")
    text = (checklist_csv if visit else questionnaire_csv)(framework, (*languages, *framework.languages)[0])
    if out is None:
        echo(text, nl=False, document=True)
    else:
        write_atomic(out, f"\ufeff{text}")
        echo(out.as_posix())
