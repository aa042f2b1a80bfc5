"""Write assessments as a brief: a page for people, and a table of levels for programs."""

import csv
import io
from collections.abc import Iterator
from html import escape

from capbuild.model import Assessment, AssessmentSet, Score
from capbuild.plugins import NoOptions, OutputFile, RenderContext, Writer, hookimpl
from capbuild.reports import escape_formula, get_country_name, list_disclosed

CAPBUILD_API = 1
HEAD = (
    "country",
    "capacity",
    "title",
    "result",
    "lowest",
    "highest",
    "answered",
    "settled",
    "applicable",
    "missing",
    "review",
)


def write(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[OutputFile]:
    """Yield the page and the table."""
    shown = list_disclosed(subject, context)
    yield OutputFile("brief.html", page(subject, shown, context))
    yield OutputFile("levels.csv", table(shown, context))


def text_of(score: Score, language: str) -> str:
    """Return a result as the language says it."""
    return str(score)


def page(subject: AssessmentSet | Assessment, shown: tuple[Assessment, ...], context: RenderContext) -> Iterator[str]:
    """Yield the page."""
    language = context.language
    yield f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8"><title>Brief</title>\n'
    title = context.programme.title.get(language) if context.programme else subject.framework.title.get(language)
    yield f"<h1>{escape(title)}</h1>\n"
    yield f"<p>{escape(subject.round.title.get(language))}</p>\n"
    if context.is_invented(subject):
        yield "<p><strong>Invented answers</strong></p>\n"
    for one in shown:
        yield f"<h2>{escape(get_country_name(one.country, language))}</h2>\n"
        yield f"<p>{escape(one.state.value)}, {one.coverage.answered} of {one.coverage.applicable}</p><table>\n"
        for score in one:
            yield "".join(f"<td>{escape(cell)}</td>" for cell in row(score, language)).join(("<tr>", "</tr>\n"))
            for result in score.results:
                state = f"{result.target}: {result.state.value}, {len(result.findings)}"
                value = getattr(result.value, "value", result.value)
                yield f"<tr><td>{escape(state)}</td><td>{escape(str(value))}</td></tr>\n"
        yield "</table>\n"
    if isinstance(subject, AssessmentSet) and subject.silent:
        names = ", ".join(get_country_name(country, language) for country in subject.silent)
        yield f"<p>No answer: {escape(names)}</p>\n"
    yield "</html>\n"


def row(score: Score, language: str) -> list[str]:
    """Return the cells of a score."""
    missing = "; ".join(f"{kind}: {count}" for kind, count in sorted(score.missing.items()))
    possible = score.plausible
    return [
        score.capacity.id,
        score.capacity.title.get(language),
        text_of(score, language),
        str(possible.lowest) if possible else "",
        str(possible.highest) if possible else "",
        str(score.coverage.answered),
        str(score.coverage.settled),
        str(score.coverage.applicable),
        missing,
        score.review.reason if score.review else "",
    ]


def table(shown: tuple[Assessment, ...], context: RenderContext) -> Iterator[str]:
    """Yield the table."""
    yield line(HEAD)
    for one in shown:
        for score in one:
            yield line([one.country.alpha_3, *row(score, context.language)])


def line(cells: "list[str] | tuple[str, ...]") -> str:
    """Return a line of CSV."""
    to = io.StringIO()
    csv.writer(to).writerow([escape_formula(cell) for cell in cells])
    return to.getvalue()


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `ledgerbook`."""
    return [
        Writer(
            name="ledgerbook",
            title="Ledgerbook",
            accepts=(AssessmentSet, Assessment),
            write=write,
            suffixes=(".ledgerbook",),
            discloses=True,
        )
    ]
