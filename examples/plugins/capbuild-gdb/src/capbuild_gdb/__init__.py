"""Reader of Global Data Barometer country files.

They have scores, justifications, evidence and sub-answers.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from capbuild.errors import ModelError, ReadError
from capbuild.model import Answer, Assessment, Citation, Issue, Missing, Respondent, Response, Survey
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, NoOptions, Reader, hookimpl

if TYPE_CHECKING:
    import click

CAPBUILD_API = 1


def sniff(source: InputFile) -> Claim | None:
    """Claim JSON that begins with the country of the Barometer."""
    start = source.head(400).decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    known = start.startswith("{") and '"country_info"' in start and '"regional_hub"' in start
    return Claim(Confidence.SIGNATURE, "keys country_info and regional_hub") if known else None


def read(source: InputFile, _options: NoOptions) -> Iterator[Response | Issue]:
    """Yield one response: an answer an indicator, then its sub-answers."""
    try:
        data = json.loads(source.content)
        records = enumerate(data["indicators"])
        yield Response(
            id=data["country_info"]["iso"],
            place=data["country_info"]["country_name"],
            respondent=Respondent(pseudonym="researcher", kind="expert"),
            answers=[answer for number, record in records for answer in _answers(record, source.name, number)],
            origin=Origin(source.name, path="$"),
        )
    except (AttributeError, KeyError, ModelError, RecursionError, TypeError, ValueError) as error:
        raise ReadError(f"{source.name} is no country file: {error!r}", origin=Origin(source.name)) from error


def _answers(record: dict[str, Any], file: str, number: int) -> Iterator[Answer]:
    path = f"$.indicators[{number}]"
    score = record["score"]
    yield Answer(
        record["indicator_id"],
        Missing.NO_ANSWER if score in (None, "") else float(score),
        comment=record.get("justification") or None,
        citations=tuple(Citation(e.get("title") or "", e.get("link") or "") for e in record.get("evidence", ())),
        origin=Origin(file, path=f"{path}.score"),
    )
    for place, part in enumerate(record.get("responses", ())):
        text = part.get("response_text")
        value = Missing.NO_ANSWER if text in (None, "") else text
        yield Answer(part["varname"], value, origin=Origin(file, path=f"{path}.responses[{place}].response_text"))


@hookimpl
def check_reading(reading: Survey) -> Iterator[Issue]:
    """Report scores above zero without justification.

    Only Barometer files are checked.
    """
    for response in reading.responses if reading.format == "gdb" else ():
        for answer in response:
            bare = isinstance(answer.value, float) and answer.value > 0 and not (answer.comment or answer.citations)
            if bare and answer.raw is None:
                yield Issue(
                    code="GDB1",
                    severity="note",
                    message=f"{answer.question} has {answer.value:g} points, no justification and no evidence",
                    origin=answer.origin,
                )


@hookimpl
def check_assessment(assessment: Assessment) -> list[Issue]:
    """Report a Barometer country whose indicators are all equal."""
    if assessment.framework.id != "gdb":
        return []
    values = {score.value for score in assessment if not score.capacity.children}
    same = f"{assessment.country}: every indicator has {values} points"
    return [Issue(code="GDB2", severity="warning", message=same)] if len(values) == 1 else []


@hookimpl
def register_readers() -> list[Reader]:
    """Return the reader of country files."""
    return [
        Reader(name="gdb", title="Global Data Barometer, country file", sniff=sniff, read=read, suffixes=(".json",))
    ]


@hookimpl
def register_commands() -> "list[click.Command]":
    """Return the command `gdb-unfounded`."""
    import click  # only the command line asks, and it has click

    from capbuild import read as read_survey

    @click.command("gdb-unfounded")
    @click.argument("file", type=click.Path())
    def unfounded(file: str) -> None:
        """List a FILE's indicators with points but no justification."""
        for issue in read_survey(file, format="gdb").issues:
            if issue.code == "GDB1":
                click.echo(issue.message)

    return [unfounded]
