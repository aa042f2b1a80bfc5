"""Example plugin with a reader, a writer and countries.

Reads answer lines (`Jamaica | TEC-2.2a | yes`), resolves flags as countries, and writes tab-separated scores.
"""

from collections.abc import Iterator

from attrs import frozen

from capbuild.errors import ReadError
from capbuild.model import Answer, AssessmentSet, Issue, Missing, Response
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, NoOptions, Reader, RenderContext, Writer, hookimpl
from capbuild.reports import escape_formula

CAPBUILD_API = 1


@frozen(kw_only=True)
class LinesOptions:
    """How lines are cut.

    Attributes:
        separator: Separator of country, question and answer.
    """

    separator: str = "|"


def sniff(source: InputFile) -> Claim | None:
    """Claim files that end in `.answers`."""
    return Claim(Confidence.SIGNATURE, "the suffix .answers") if source.suffix == ".answers" else None


def read(source: InputFile, options: LinesOptions) -> Iterator[Response | Issue]:
    """Yield a response per line, issues for malformed lines."""
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{source.name} is not UTF-8: {error}", origin=Origin(source.name)) from error
    for row, line in enumerate(text.splitlines(), start=1):
        at = Origin(source.name, row=row)
        parts = [part.strip() for part in line.split(options.separator)]
        if len(parts) == 3:
            answer = Answer(parts[1], parts[2] or Missing.NO_ANSWER, origin=at)
            yield Response(id=str(row), place=parts[0], answers=[answer], origin=at)
        elif line.strip():
            yield Issue.error("LINES1", f"{line!r} has not three parts", at)


def write(subject: AssessmentSet, _context: RenderContext, _options: NoOptions) -> Iterator[str]:
    """Yield a line for each score.

    It has country, capacity and result, and a mark if the data are invented.
    """
    for assessment in subject:
        mark = ("invented",) if assessment.invented else ()
        for score in assessment:
            cells = (assessment.country.alpha_3, score.capacity.id, str(score), *mark)
            yield "\t".join(escape_formula(" ".join(cell.split())) for cell in cells) + "\n"


@hookimpl
def register_readers() -> list[Reader]:
    """Return the reader of lines."""
    title = "Answers on lines"
    return [
        Reader(name="lines", title=title, sniff=sniff, read=read, options=LinesOptions, suffixes=(".answers",)),
    ]


@hookimpl
def resolve_country(text: str) -> str | None:
    """Return the country of a flag emoji."""
    flag = text.strip()
    letters = "".join(chr(ord(sign) - 0x1F1E6 + ord("A")) for sign in flag if 0x1F1E6 <= ord(sign) <= 0x1F1FF)
    return letters if len(letters) == len(flag) == 2 else None


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer of tab-separated scores."""
    return [Writer(name="tsv", title="Scores, by tabs", accepts=(AssessmentSet,), write=write, suffixes=(".tsv",))]
