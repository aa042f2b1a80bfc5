"""Selects the subject that a writer accepts."""

from collections.abc import Callable, Mapping

from attrs import frozen

from capbuild.errors import WriteError, did_you_mean
from capbuild.frameworks import survey_questionnaire
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Delivery,
    Framework,
    Plan,
    Programme,
    Questionnaire,
    Score,
    Survey,
)
from capbuild.plugins import Writer
from capbuild.workspace.rounds.plans import Planning


@frozen(kw_only=True)
class _Request:
    """A request for a subject.

    Attributes:
        workspace: The programme's folder.
        round: Id of the round.
        country: Alpha-2 code of a country; empty for none.
        programme: The programme with its results and budget.
    """

    workspace: Planning
    round: str
    country: str
    programme: Programme

    def assessments(self) -> dict[str, Assessment]:
        """Assessments by country: one or all."""
        every = {one.country.alpha_2: one for one in self.workspace.assess(self.round)}
        return {code: one for code, one in every.items() if self.country in ("", code)}

    def plan(self) -> dict[str, Plan]:
        made = self.workspace.plan()
        return {} if made is None else {"": made}

    def framework(self) -> Framework:
        return self.workspace.edition(self.round)

    def scores(self) -> dict[str, Score]:
        return (
            {} if not self.country else {name: s for a in self.assessments().values() for name, s in a.scores.items()}
        )


#: Objects of a folder, by class: a writer gets the first class that it accepts. An empty name is for a single object.
_SOURCES: dict[type, Callable[[_Request], Mapping[str, object]]] = {
    AssessmentSet: lambda asked: {"": asked.workspace.assess(asked.round)},
    Assessment: _Request.assessments,
    Programme: lambda asked: {"": asked.programme},
    Plan: _Request.plan,
    Framework: lambda asked: {"": asked.framework()},
    Questionnaire: lambda asked: {"": survey_questionnaire(asked.framework())},
    Survey: lambda asked: {one.file: one for one in asked.workspace.collect(asked.round).readings},
    Delivery: lambda asked: {one.id: one for one in asked.workspace.monitoring.deliveries},
    Score: _Request.scores,
}


def find_subject(
    workspace: Planning, writer: Writer, round_: str, programme: Programme, *, country: str = "", of: str = ""
) -> object:
    """Return the subject of a writer for a round.

    Args:
        workspace: The programme's folder.
        writer: The writer.
        round_: Id of the round.
        programme: The programme with its results and budget.
        country: Alpha-2 code of a country, for writers of one country; empty for none.
        of: Id of a delivery or capacity, or name of a returned file, if the folder has several.

    Raises:
        WriteError: CB701, the folder has no object for the writer; CB733, it has several, or none of that name.
    """
    asked = _Request(workspace=workspace, round=round_, country=country, programme=programme)
    kinds = [kind for kind in _SOURCES if issubclass(kind, writer.accepts)]
    if country and Assessment in kinds and not writer.reports:
        kinds = [Assessment]
    for kind in kinds:
        found = _SOURCES[kind](asked)
        if of in found:
            return found[of]
        if not of and len(found) == 1:
            return next(iter(found.values()))
    raise _make_error(writer, kinds, asked, of)


def _make_error(writer: Writer, kinds: list[type], asked: _Request, of: str) -> WriteError:
    accepted = ", ".join(kind.__name__ for kind in writer.accepts)
    if not kinds:
        return WriteError(
            f"a programme's folder has nothing for writer {writer.name!r} writes",
            remedy=f"it writes: {accepted}; pass one in Python, with capbuild.write",
        )
    if Score in kinds and not asked.country:
        return WriteError(f"writer {writer.name!r} writes one country", code="CB733", remedy="name it with --country")
    known = [name for kind in kinds for name in _SOURCES[kind](asked) if name]
    which = "--country" if kinds == [Assessment] else "--of"
    what = f"nothing is named {of!r}{did_you_mean(of, known)}" if of else f"{len(known)} of: {accepted}"
    return WriteError(
        f"writer {writer.name!r} writes one thing, and the folder has {what}",
        code="CB733",
        remedy=f"name one with {which}: {', '.join(known[:10])}" if known else "this round has none",
    )
