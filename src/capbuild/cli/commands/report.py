"""`capbuild report`: one report of a programme."""

import datetime
from pathlib import Path

import click

from capbuild._terminal import SafeConsole, echo
from capbuild.cli.arguments import FOLDER, OPTIONS, open_programme, parse_option
from capbuild.cli.screen import Screen
from capbuild.disclosure.control import PROGRAMME_KINDS
from capbuild.io import country, write
from capbuild.io.writing import choose_writer, find_writer
from capbuild.model import Dossier, Issue, Issues, Programme, Round
from capbuild.plugins import Writer
from capbuild.reports.kinds import KINDS
from capbuild.reports.kinds.donor import find_programme_period
from capbuild.workspace.records.languages import LANGUAGES
from capbuild.workspace.rounds.dossiers import (
    Reporting,
    complete_programme,
    list_disclosed_rounds,
    make_donor_dossier,
)
from capbuild.workspace.runs.jobs import DOSSIERS, choose_country_audience, choose_letter_language, find_subject
from capbuild.workspace.runs.run_record import record_report

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("report")
@FOLDER
@click.option(
    "--kind", type=click.Choice(KINDS), help="Kind of report: regional, or a profile with --country, by default."
)
@click.option("--country", "country_", help="Country of a profile: a name or a code.")
@click.option("--of", default="", help="Delivery, capacity or returned file, for formats that write one of several.")
@click.option("--round", "round_", help="Round to report on; the last one by default.")
@click.option("--format", "format_", help="Name of the writer; by default that of the suffix of --out, or html.")
@click.option("--language", help="Language; the programme's first by default.")
@click.option(
    "--audience",
    help="Audience: decides which countries are named; the team by default, the country of a letter.",
)
@click.option("--from", "start", type=_DAY, help="First day of a donor report; by default that of the programme.")
@click.option("--until", "end", type=_DAY, help="Last day of a donor report; by default that of the round.")
@OPTIONS
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File or folder to write.")
def command(
    folder: Path,
    kind: str | None,
    country_: str | None,
    of: str,
    round_: str | None,
    format_: str | None,
    language: str | None,
    audience: str | None,
    start: datetime.datetime | None,
    end: datetime.datetime | None,
    options: tuple[str, ...],
    out: Path,
) -> None:
    """Write one report of FOLDER.

    A record for `capbuild verify` is written next to the report.
    """
    workspace = open_programme(folder)
    refused = [
        issue for issue in workspace.folder_issues if issue.origin and issue.origin.file.startswith(f"{LANGUAGES}/")
    ]
    if language and refused:
        Screen(SafeConsole(stderr=True, highlight=False)).issues(Issues(refused), len(refused), "")
    name = round_ or workspace.programme.rounds[-1].id
    dossier = _make_dossier(workspace, name, kind, None if end is None else end.date())
    programme = complete_programme(workspace.programme, dossier)
    code = country(country_, context=programme.countries).alpha_2 if country_ else ""
    writer = _choose_writer(workspace, format_, out, name)
    format_ = writer.name
    issues: list[Issue] = []
    if audience is None:
        audience = choose_country_audience(workspace) if kind == "letter" else "team"
    files = write(
        find_subject(workspace, writer, name, programme, country=code, of=of),
        out,
        format=format_,
        language=language or _choose_language(workspace, kind, code),
        audience=audience,
        programme=programme,
        dossier=dossier,
        kind=kind or ("profile" if country_ and writer.reports else ""),
        country=code,
        period=_find_period(programme, workspace.round(name), start, end),
        issues=issues,
        options={**workspace.settings.report_options.get(format_, {}), **dict(map(parse_option, options))},
        rounds=list_disclosed_rounds(workspace, audience, kind or ""),
        publications=workspace.publications,
    )
    record_report(out, files, name, format_)
    for path in files:
        echo(path.as_posix())
    if issues:
        Screen(SafeConsole(stderr=True, highlight=False)).issues(Issues(issues), len(issues), "")


def _choose_writer(workspace: Reporting, name: str | None, out: Path, round_: str) -> Writer:
    """Return the writer by name, else by suffix, else HTML."""
    if name is None and out.suffix:
        able = [writer for writer in workspace.host.writers.values() if out.suffix.lower() in writer.suffixes]
        if len(able) == 1:
            return able[0]
        return choose_writer(workspace.assess(round_), workspace.host, None, out.suffix.lower())
    return find_writer(name or "html", workspace.host)


def _make_dossier(workspace: Reporting, name: str, kind: str | None, last: datetime.date | None) -> Dossier:
    """Return the dossier for a kind of report."""
    if kind in PROGRAMME_KINDS:
        return make_donor_dossier(workspace, name, last)
    return DOSSIERS.get(kind or "", Reporting.dossier)(workspace, name)


def _choose_language(workspace: Reporting, kind: str | None, code: str) -> str:
    """Return the language of a report.

    A letter has that of the country, any other report the programme's first.
    """
    countries = {place.alpha_2: place for place in workspace.programme.countries}
    if kind == "letter" and code in countries:
        return choose_letter_language(workspace, countries[code])
    return workspace.programme.languages[0]


def _find_period(
    programme: Programme, round_: Round, start: datetime.datetime | None, end: datetime.datetime | None
) -> tuple[datetime.date, datetime.date] | None:
    """Return the requested period, or None.

    A missing end is that of the programme or the round.

    Raises:
        click.UsageError: It ends before it begins.
    """
    if start is None and end is None:
        return None
    first = find_programme_period(programme, round_)[0] if start is None else start.date()
    last = round_.reference_date if end is None else end.date()
    if last < first:
        raise click.UsageError(f"the period ends on {last}, before it begins on {first}: see --from and --until")
    return first, last
