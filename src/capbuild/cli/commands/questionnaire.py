"""`capbuild questionnaire`: the instruments of a framework, as tables, documents, workbooks or forms."""

from pathlib import Path

import click
from attrs import evolve

from capbuild.cli.arguments import find_framework, find_questionnaire
from capbuild.frameworks import survey_questionnaire, visit_questionnaire
from capbuild.frameworks.instruments import checklist_csv, questionnaire_csv
from capbuild.io import write
from capbuild.model import Framework, Questionnaire
from capbuild.plugins import default_host

__all__ = ["command"]

#: Writers by the name of the format on the command line.
_WRITERS = {"docx": "docx-form", "xlsx": "xlsx-form", "xlsform": "xlsform", "limesurvey": "limesurvey"}


@click.command("questionnaire")
@click.argument("framework", default="police-cyber")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", *_WRITERS]),
    default="csv",
    show_default=True,
    help="CSV, a Word document or a workbook with drop-downs, XLSForm (KoboToolbox, ODK) or LimeSurvey.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="Language; may be repeated if the format has several. All by default; the first in CSV and Word.",
)
@click.option("--visit", is_flag=True, help="The visit checklist instead of the survey.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; the screen for CSV.")
def command(framework: str, format_: str, languages: tuple[str, ...], visit: bool, out: Path | None) -> None:
    """Write the questionnaire or the visit checklist of FRAMEWORK, or a plugin's questionnaire of that name."""
    host = default_host()
    form = find_questionnaire(framework, host)
    if form is not None:
        _write_form(form, format_, languages, out)
        return
    made = find_framework(framework, host)
    _check_languages(made, languages)
    if format_ == "csv":
        _write_csv(made, languages, visit, out)
        return
    if format_ != "xlsx":
        _write_form((visit_questionnaire if visit else survey_questionnaire)(made), format_, languages, out)
        return
    _write(made, format_, out, {"visit": visit, "languages": languages})


def _write_form(form: Questionnaire, format_: str, languages: tuple[str, ...], out: Path | None) -> None:
    if format_ == "csv":
        raise click.UsageError("a questionnaire of a plugin is written with --format xlsx, docx, xlsform or limesurvey")
    if format_ == "docx":
        if len(languages) > 1:
            raise click.UsageError("a Word document has one language; name one, or choose another --format")
        _write(form, format_, out, {"language": "".join(languages)})
        return
    _write(evolve(form, languages=languages) if languages else form, format_, out, {})


def _write(subject: Framework | Questionnaire, format_: str, out: Path | None, options: dict[str, object]) -> None:
    if out is None:
        raise click.UsageError(f"--format {format_} needs --out FILE")
    for path in write(subject, out, format=_WRITERS[format_], options=options):
        click.echo(path.as_posix())


def _check_languages(framework: Framework, languages: tuple[str, ...]) -> None:
    unknown = [tag for tag in languages if tag.partition("-")[0] not in framework.languages]
    if unknown:
        raise click.BadParameter(f"{framework.key} has no {unknown[0]!r}; it has: {', '.join(framework.languages)}")


def _write_csv(framework: Framework, languages: tuple[str, ...], visit: bool, out: Path | None) -> None:
    if len(languages) > 1:
        raise click.UsageError("CSV has one language; name one, or choose another --format")
    text = (checklist_csv if visit else questionnaire_csv)(framework, (*languages, *framework.languages)[0])
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8-sig", newline="")
        click.echo(out.as_posix())
