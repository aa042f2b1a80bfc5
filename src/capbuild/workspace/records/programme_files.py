"""Writing of programme.toml, results.toml and budget.csv."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.countries import country_by_code
from capbuild.documents.toml import changed_fields, toml_key, toml_value
from capbuild.escaping import format_csv
from capbuild.model import BudgetLine, Country, Participation, Programme, Result, SizeProfile
from capbuild.workspace.records.folder_tables import BUDGET

#: Comments on keys, by table.
_COMMENTS = {
    ("programme", "framework"): "see: capbuild plugins --frameworks",
    ("programme", "languages"): "languages of the reports; the first one leads",
    ("programme", "invented"): "answers are invented: set to false when yours are real",
    ("rounds", "kind"): "baseline, midline or endline",
    ("rounds", "reference_date"): 'results are true of this day; "last 12 months" runs back from it',
    ("rounds", "end"): "returns received after it are late",
    ("documents", "categories"): "codes of IATI's list DocumentCategory",
}
_PARTICIPANTS = "# One block a country, in any spelling. size: solo (1-2 people), small (3-9) or standard (10 or more)."


def _format_table(header: str, pairs: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield the lines of a TOML table, with comments."""
    yield ""
    yield header
    for name, value in pairs:
        line = f"{toml_key(name)} = {toml_value(value)}"
        comment = _COMMENTS.get((header.strip("[]"), name))
        yield f"{line:<32} # {comment}" if comment else line


def format_programme(
    programme: Programme,
    *,
    sizes: Mapping[Country, SizeProfile] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    tail: str = "",
    as_returned: bool = False,
) -> str:
    """Return a programme as programme.toml.

    Args:
        programme: The programme; its results and budget have files of their own.
        sizes: Size of each country's service.
        options: Writer options by writer name.
        tail: Text to append: tables that are not part of `Programme`.
        as_returned: Whether countries that returns name also take part.
    """
    keys = (
        "id", "title", "framework", "languages", "invented", "description", "notice", "disclaimer",
    )  # fmt: skip
    fields = changed_fields(programme) | {"languages": programme.languages, "framework": programme.framework}
    top: list[tuple[str, Any]] = [(name, fields[name]) for name in keys if name in fields]
    if as_returned or not programme.participations:
        top.append(("participants", "as returned"))
    lines = ["# A programme of capbuild. Every line may be changed; what begins with # is a comment."]
    lines += _format_table("[programme]", top)
    for name in ("organisations", "phases", "rounds"):
        for item in getattr(programme, name):
            lines += _format_table(f"[[{name}]]", changed_fields(item).items())
    lines += ["", _PARTICIPANTS] if programme.participations else []
    for number, part in enumerate(programme.participations):
        block = list(_format_table("[[participants]]", _list_participant_fields(part, (sizes or {}).get(part.country))))
        lines += block if number else block[1:]
    for document in programme.documents:
        lines += _format_table("[[documents]]", changed_fields(document).items())
    lines += _format_money(programme)
    if programme.evaluation:
        lines += _format_table("[evaluation]", ((name.value, text) for name, text in programme.evaluation.items()))
    for writer, given in (options or {}).items():
        if given:
            lines += ["", "# Facts that the writer of this format asks for, and a programme does not hold."]
            lines += list(_format_table(f"[reports.options.{toml_key(writer)}]", given.items()))[1:]
    return "\n".join(lines) + "\n" + tail


def _format_money(programme: Programme) -> Iterator[str]:
    if programme.currency:
        yield from _format_table("[money]", [("currency", programme.currency)])
    for rate in programme.rates:
        yield from _format_table("[[money.rates]]", {**changed_fields(rate), "rate": float(rate.rate)}.items())


def _list_participant_fields(part: Participation, size: SizeProfile | None) -> Iterator[tuple[str, Any]]:
    usual = country_by_code(part.country.alpha_2).name
    yield "country", usual
    yield from [("name", part.country.name)] if part.country.name != usual else []
    yield from changed_fields(part, "country").items()
    yield from [("size", size)] if size is not None else []


def format_results(results: Iterable[Result]) -> str:
    """Return a results chain as results.toml."""
    lines = ["# The results framework. Output is what the programme did, outcome is what was found in countries."]
    for result in results:
        lines += _format_table("[[results]]", changed_fields(result, "indicators").items())
        for indicator in result.indicators:
            lines += _format_table("[[results.indicators]]", changed_fields(indicator).items())
    return "\n".join(lines) + "\n"


def format_budget(budgets: Iterable[BudgetLine]) -> str:
    """Format budget lines as CSV, with a column per language.

    Args:
        budgets: The lines.
    """
    lines = list(budgets)
    languages = sorted({tag for line in lines for tag in line.title.translations if re.fullmatch("[a-z]{2,3}", tag)})
    rows: list[list[str]] = [[*BUDGET.columns, *(f"title_{tag}" for tag in languages)]]
    for budget in lines:
        texts = (budget.title.translations.get(tag) for tag in languages)
        cells = BUDGET.format_row(budget, currency=budget.amount.currency)
        rows.append([*cells.values(), *("" if text is None else text.text for text in texts)])
    return format_csv(rows)
