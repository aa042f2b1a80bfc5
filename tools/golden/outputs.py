"""Golden results of all writers on the example."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from attrs import evolve

from capbuild.disclosure.control import COUNTRY_KINDS
from capbuild.errors import WriteError
from capbuild.frameworks import survey_questionnaire
from capbuild.io import read
from capbuild.io.writing import render_files
from capbuild.model import AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.plugins.types import RenderCache
from capbuild.reports import Report, build, make_explorer
from capbuild.reports.kinds import KINDS
from capbuild.reports.model import Figure, TileMap
from capbuild.workspace import Workspace, run
from tools.golden.files import ROOT
from tools.golden.readings import HOST
from tools.golden.structure import numbers, series, summary

__all__ = ["EXAMPLE", "output_results", "report_results"]

EXAMPLE = ROOT / "examples" / "americas-2015"
#: A survey for the writers of readings: each kind of answer, and missing ones.
SURVEY = """\
country,respondent,Since,Staff,Cost,TEC-2.2a,Remark
Jamaica,police,2015-04-01,12,1.5,yes,a unit of its own
Barbados,police,,0,,n/a,
Peru,prosecution,2014-12-31,don't know,2.25,no,"a ""quote"", and a comma"
"""
#: Kinds for which more or less is withheld than for others of the same audience.
_SHOWN_OTHERWISE = ("donor", "logframe", "redactions")
#: Written with times of their own.
_ASIDE = ("run.json",)


def report_results(workspace: Workspace) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every kind of report for every audience.

    A report is data: sections, tables with their columns, and numbers.
    """
    for round_ in (one.id for one in workspace.rounds):
        subject, dossier = workspace.assess(round_), workspace.dossier(round_)
        for audience in workspace.programme.disclosure.audiences:
            shared = RenderCache()
            for kind in KINDS:
                context = RenderContext(
                    programme=workspace.programme, dossier=dossier, audience=audience, kind=kind,
                    country="JM" if kind in COUNTRY_KINDS else "", shared=None if kind in _SHOWN_OTHERWISE else shared,
                )  # fmt: skip
                yield f"{round_} {kind} for {audience}", _report(subject, context)
        context = RenderContext(programme=workspace.programme, dossier=dossier, kind="profile")
        for place in subject.countries:  # others get a part of the same pages
            yield f"{round_} profile of {place.alpha_2}", _report(subject, evolve(context, country=place.alpha_2))


def _report(subject: AssessmentSet, context: RenderContext) -> dict[str, str]:
    try:
        if context.kind == "explorer":
            return {"data": summary(list(numbers(make_explorer(subject, context).to_json())))}
        return dict(_parts(build(subject, context)))
    except WriteError as error:
        return {"refused": error.code}


def _parts(report: Report) -> Iterator[tuple[str, str]]:
    yield "sections", " ".join(section.id for section in report.sections)
    yield "facts", summary(list(numbers(report.facts)))
    yield "lists", " ".join(str(len(one.items)) for one in report.lists)
    for section in report.sections:
        others = []
        for block in section.blocks:
            if isinstance(block, Figure):
                columns = " ".join(column.id for column in block.columns)
                rows = [row.cells for row in block.rows]
                cells = list(numbers([*rows, block.total.cells if block.total else ()]))
                yield f"{section.id} {block.id}", f"{block.kind}: {columns}; rows {len(rows)}; {summary(cells)}"
            elif isinstance(block, TileMap):
                tiles = [f"{one.code}={one.shade}" for one in block.tiles]
                yield f"{section.id} {block.id}", summary(tiles)
            else:
                others.append(block)
        if others:
            yield f"{section.id} text", summary(list(numbers([section.lead, *others])))


def output_results(workspace: Workspace, out: Path) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield the series of every written file.

    The files of a run come first, then those of every other writer.
    """
    run(workspace, out=out)
    for path in sorted(out.rglob("*"), key=lambda one: one.as_posix()):
        if path.is_file() and path.name not in _ASIDE:
            yield path.relative_to(out).as_posix(), series(path.name, path.read_bytes())
    for name, files in _written(workspace):
        for base, content in files.items():
            suffix = HOST.writers[name.split()[0]].suffixes[:1] or (_suffix(content),)
            yield f"{name} {base}".rstrip(), series(base or f"made{suffix[0]}", content)


def _written(workspace: Workspace) -> Iterator[tuple[str, Mapping[str, str | bytes]]]:
    """Yield files of writers that a run omits.

    A writer gets the first class that it accepts; one of reports gets each.
    """
    round_ = workspace.rounds[-1].id
    every, dossier = workspace.assess(round_), workspace.dossier(round_)
    jamaica = every["JM"]
    subjects = (
        every, jamaica, next(iter(jamaica.scores.values())), workspace.framework,
        survey_questionnaire(workspace.framework), workspace.plan(), workspace.programme, dossier.deliveries[0],
        read(SURVEY.encode(), name="survey.csv", host=HOST),
    )  # fmt: skip
    make = partial(render_files, programme=workspace.programme, dossier=dossier, host=HOST)
    for writer in HOST.writers.values():
        accepted = writer.accepts if writer.reports else writer.accepts[:1]
        for subject in subjects:
            in_run = writer.name in workspace.settings.formats and subject is every
            if isinstance(subject, accepted) and not in_run:
                yield f"{writer.name} {type(subject).__name__}", make(subject, writer.name)


def _suffix(content: str | bytes) -> str:
    data: Any = content.encode() if isinstance(content, str) else content
    return ".xlsx" if data.startswith(b"PK") else ".xml" if data.lstrip().startswith(b"<") else ".csv"
