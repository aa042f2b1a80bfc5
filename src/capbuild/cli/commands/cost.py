"""`capbuild cost`: costs of closing capacity gaps, by year."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

import click
import pycountry

from capbuild._atomic import write_atomic
from capbuild._terminal import echo
from capbuild.cli.arguments import FEW, ISSUES, open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_page import show_page
from capbuild.display import counted
from capbuild.escaping import format_csv
from capbuild.frames.tidy import to_table
from capbuild.model import Issues, Severity
from capbuild.notebook.planning import show_costing
from capbuild.planning import Costing, cost
from capbuild.workspace import read_cost_worksheet

#: Maximum rows of a table on screen; `--out` writes all.
_ROWS = 15
_KEYS = ("country", "indicator", "level", "line", "payment", "scope", "unit_cost")
_FILE = click.Path(exists=True, path_type=Path)
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("cost")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--years", type=click.IntRange(1), default=5, show_default=True, help="Number of years to cost.")
@click.option(
    "--currency", metavar="CODE", help="Currency of the result; by default that of the prices, if they share one."
)
@click.option(
    "--rate", "rates", metavar="CODE=RATE", multiple=True, help="Exchange rate: units of the currency for one CODE."
)
@click.option("--inflation", metavar="SHARE", default="0", help="Yearly inflation of all prices: 3% or 0.03.")
@click.option("--target", type=click.IntRange(0), help="Target level of all countries on every indicator.")
@click.option("--scale", metavar="LOW-HIGH", help="Levels of the scale, such as 0-5, for countries without a score.")
@click.option("--programme", type=_FOLDER, help="Take scores and targets from a programme's folder.")
@click.option("--round", "round_", help="With --programme: the round; the last by default.")
@click.option("--by", "keys", type=click.Choice(_KEYS), multiple=True, help="Group costs by this; may be repeated.")
@click.option("--out", type=_OUT, help="Write a row for each cost line and year (.csv).")
@ISSUES
def command(
    files: tuple[Path, ...],
    *,
    years: int,
    currency: str | None,
    rates: tuple[str, ...],
    inflation: str,
    target: int | None,
    scale: str | None,
    programme: Path | None,
    round_: str | None,
    keys: tuple[str, ...],
    out: Path | None,
    all_issues: bool,
) -> None:
    """Cost the capacity gaps in a costing worksheet.

    The worksheet is a workbook, CSV files, or a folder with them. A country climbs one level a year: a cost line is
    first due in the year given by its level minus the score. Without a score, costs are a range.
    """
    scores = None
    if programme is not None:
        workspace = open_programme(programme)
        scores = workspace.assess(round_ or workspace.programme.rounds[-1].id)
    elif round_ is not None:
        raise click.UsageError("--round needs --programme")
    costing = cost(
        read_cost_worksheet(*(table for path in files for table in _list_tables(path))),
        scores=scores,
        target=target,
        years=years,
        currency=currency and _parse_currency("--currency", currency),
        rates=dict(_parse_rate(text) for text in rates),
        inflation=_parse_share(inflation),
        scale=_parse_scale(scale),
    )
    screen = Screen()
    shown_keys = keys or (("country", "indicator") if len(costing.countries) > 1 else ("indicator",))
    more = "more cost less: --out writes every line and year"
    show_page(screen, show_costing(costing, shown_keys), most=_ROWS, more=more)
    if costing.invented:
        screen.note("Scores are invented.")
        screen.blank()
    if costing.issues:
        shown = [issue for issue in costing.issues.worst_first if all_issues or issue.severity is not Severity.NOTE]
        if shown:
            screen.issues(Issues(shown), len(shown) if all_issues else FEW, "show all with --issues")
        if len(shown) < len(costing.issues):
            screen.note(f"{counted(len(costing.issues) - len(shown), 'note')}: show them with --issues")
            screen.blank()
    if out is not None:
        _write(costing, out)
        echo(out.as_posix())


def _list_tables(path: Path) -> list[Path]:
    """Return the tables in a folder, or the file itself."""
    if path.is_file():
        return [path]
    if (path / "programme.toml").is_file():
        remedy = f"name the worksheet, and --programme {path} for its scores"
        raise click.UsageError(f"{path} is a programme and not a costing worksheet: {remedy}")
    paths = sorted(file for file in path.iterdir() if file.suffix.lower() in _TABLES and file.name[0] not in ".~")
    if not paths:
        raise click.UsageError(f"{path} contains no table: write cost lines as {', '.join(_TABLES)}")
    return paths


def _parse_currency(option: str, text: str) -> str:
    """Return the code of a currency, in capitals."""
    code = text.strip().upper()
    if pycountry.currencies.get(alpha_3=code) is None:
        raise click.UsageError(f"{option} {text}: {code} is not a currency of ISO 4217; write a code such as USD")
    return code


def _parse_number(text: str) -> Decimal | None:
    """Return a number with decimal point or comma, or None."""
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def _parse_rate(text: str) -> tuple[str, Decimal]:
    code, sign, written = text.partition("=")
    rate = _parse_number(written)
    if not sign or rate is None or not rate > 0:
        raise click.UsageError(f"--rate {text}: write CODE=RATE, such as EUR=1.08")
    return _parse_currency("--rate", code), rate


def _parse_share(text: str) -> Decimal:
    percent, share = text.endswith("%"), _parse_number(text.rstrip("% "))
    if share is None:
        raise click.UsageError(f"--inflation {text}: write a share, such as 3% or 0.03")
    if not percent and abs(share) >= 1:
        percents = f"{share:g}% or {share * 100:g}%"
        raise click.UsageError(f"--inflation {text} is {share * 100:g} % a year: write {percents}")
    return share.scaleb(-2 if percent else 0)


def _parse_scale(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    low, sign, high = text.partition("-")
    if not (sign and low.isdecimal() and high.isdecimal() and int(low) < int(high)):
        raise click.UsageError(f"--scale {text}: write LOW-HIGH, such as 0-5")
    return int(low), int(high)


def _write(costing: Costing, out: Path) -> None:
    """Write a row for each cost line and year.

    Amounts are rounded to cents.
    """
    table = to_table(costing)
    rows = ([f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row] for row in table.rows)
    write_atomic(out, "\ufeff" + format_csv([table.column_names, *rows], end="\r\n"))
