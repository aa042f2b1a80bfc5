"""What lies inside an assessment is written once: its parts leave out what they share with it.

A score leaves out its capacity and scale where they are the framework's, a finding its country where it is the
assessment's, an assessment in a set the framework, round and recipe where they are the set's. Read back, they are not
only equal to what they were but the very same objects.
"""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from attrs import evolve, frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.gen import override

from capbuild.documents._classes import Reader, class_reader, class_writer
from capbuild.documents._misfit import Misfit
from capbuild.frozen import FrozenMap
from capbuild.model.assessment import Assessment, AssessmentSet, Round, RoundKind
from capbuild.model.capacity import Capacity, Scale
from capbuild.model.country import Country
from capbuild.model.dossier import Dossier
from capbuild.model.evidence import Finding
from capbuild.model.framework import Framework
from capbuild.model.recipe import Recipe
from capbuild.model.score import Score

#: Fields that a class may leave out inside another, by the class at the top of the document.
_IN_A_SET: dict[type[Any], tuple[str, ...]] = {
    Assessment: ("framework", "round", "recipe"),
    Score: ("capacity", "scale"),
    Finding: ("country",),
}
INHERITED: dict[type[Any], dict[type[Any], tuple[str, ...]]] = {
    Assessment: {Score: ("capacity", "scale"), Finding: ("country",)},
    AssessmentSet: _IN_A_SET,
    Dossier: _IN_A_SET,  # its earlier round is a set
}


@frozen
class _Around:
    """What the object at hand lies in."""

    whole: AssessmentSet | None = None
    framework: Framework | None = None
    country: Country | None = None


_around: ContextVar[_Around] = ContextVar("around", default=_Around())  # noqa: B039 (frozen)


@contextmanager
def _inside(**parts: Any) -> Iterator[None]:
    token = _around.set(evolve(_around.get(), **parts))
    try:
        yield
    finally:
        _around.reset(token)


class _AnyFramework(Framework):
    """Stands in for a framework that does not fit, so that what depends on it is not reported as well."""

    def __contains__(self, name: object) -> bool:
        return True


_NO_SCALE = Scale(id="-")
_NO_CAPACITY = Capacity(id="-", title="-")
#: Stand-ins for parts that did not fit: their owner is never made, but its other problems are found.
_STAND_INS: dict[type[Any], Any] = {
    Country: Country(alpha_2="ZZ", alpha_3="ZZZ", name="-"),
    Framework: _AnyFramework(id="-", edition="-", title="-", scales=(_NO_SCALE,), roots=()),
    Round: Round(id="-", kind=RoundKind.BASELINE, title="-", reference_date=datetime.date.min),
    Recipe: Recipe(),
}


def _attempt(converter: Converter, raw: dict[str, Any], name: str, cls: type[Any]) -> tuple[Any, Any]:
    """Return the part, or a stand-in; and the field of the owner, raw where it does not fit, to be reported there."""
    try:
        part = converter.structure(raw[name], cls)
    except (BaseValidationError, Misfit, KeyError):
        return _STAND_INS[cls], {name: raw[name]} if name in raw else {}
    return part, {name: part}


def _same_country(one: Country, other: Country | None) -> bool:
    """Equality of countries leaves out the name, which must come back too."""
    return other is not None and (one is other or (one == other and one.name == other.name))


def _scale_of(framework: Framework, capacity: Capacity | None) -> Scale | None:
    return framework.scale_of(capacity) if capacity is not None and framework.scales else None


def _add_finding(converter: Converter) -> None:
    read, write = class_reader(converter, Finding), class_writer(converter, Finding)

    def structure(raw: Any, cls: Any) -> Any:
        home = _around.get().country
        if home is not None and type(raw) is dict and "country" not in raw:
            raw = {"country": home, **raw}
        return read(raw, cls)

    def unstructure(finding: Finding) -> Any:
        raw = write(finding)
        if _same_country(finding.country, _around.get().country):
            del raw["country"]
        return raw

    converter.register_structure_hook(Finding, structure)
    converter.register_unstructure_hook(Finding, unstructure)


def _scores_writer(converter: Converter) -> Callable[[FrozenMap[str, Score]], dict[str, Any]]:
    """Scores by capacity id, in the framework's order."""
    skipped = override(omit=True)
    write = class_writer(converter, Score, capacity=skipped, scale=skipped)

    def unstructure(scores: FrozenMap[str, Score]) -> dict[str, Any]:
        framework = _around.get().framework
        assert framework is not None  # noqa: S101 (set by the writer of assessments, which alone calls this)
        written: dict[str, Any] = {}
        for name, capacity in framework.capacities.items():
            score = scores.get(name)
            if score is None:
                continue
            own: dict[str, Any] = {}
            if score.capacity is not capacity and score.capacity != capacity:
                own["capacity"] = converter.unstructure(score.capacity, Capacity)
            if score.scale != _scale_of(framework, capacity):
                own["scale"] = converter.unstructure(score.scale, Scale)
            written[name] = own | write(score)
        return written

    return unstructure


def _scores_filled(raw: Any, framework: Framework) -> Any:
    """Give each raw score the framework's capacity and scale, where it has none of its own."""
    if type(raw) is not dict:
        return raw
    filled = {}
    for name, score in raw.items():
        capacity = framework.capacities.get(name)
        inherited = {"capacity": capacity or _NO_CAPACITY, "scale": _scale_of(framework, capacity) or _NO_SCALE}
        filled[name] = {**inherited, **score} if type(score) is dict else score
    return filled


def _add_assessment(converter: Converter) -> None:
    read = class_reader(converter, Assessment)
    scores = override(unstruct_hook=_scores_writer(converter))
    shared = dict.fromkeys(INHERITED[AssessmentSet][Assessment], override(omit=True))
    write_whole = class_writer(converter, Assessment, scores=scores)
    write_part = class_writer(converter, Assessment, scores=scores, **shared)

    def structure(raw: Any, cls: Any) -> Any:
        if type(raw) is not dict:
            return read(raw, cls)
        framework, framework_field = _attempt(converter, raw, "framework", Framework)
        country, country_field = _attempt(converter, raw, "country", Country)
        scores_field = {"scores": _scores_filled(raw["scores"], framework)} if "scores" in raw else {}
        with _inside(country=country):
            return read(raw | framework_field | country_field | scores_field, cls)

    def unstructure(assessment: Assessment) -> Any:
        whole = _around.get().whole
        with _inside(framework=assessment.framework, country=assessment.country):
            if whole is None:
                return write_whole(assessment)
            own: dict[str, Any] = {}
            if assessment.round != whole.round:
                own["round"] = converter.unstructure(assessment.round, Round)
            if assessment.recipe != whole.recipe:
                own["recipe"] = converter.unstructure(assessment.recipe, Recipe)
            return own | write_part(assessment)

    converter.register_structure_hook(Assessment, structure)
    converter.register_unstructure_hook(Assessment, unstructure)


def _assessments_filled(raw: Any, shared: dict[str, Any]) -> Any:
    if type(raw) is not list:
        return raw
    return [{**shared, **item} if type(item) is dict else item for item in raw]


def _add_set(converter: Converter) -> None:
    read: Reader = class_reader(converter, AssessmentSet)
    write = class_writer(converter, AssessmentSet)

    def structure(raw: Any, cls: Any) -> Any:
        if type(raw) is not dict:
            return read(raw, cls)
        filled, shared = dict(raw), {}
        for name, part in (("framework", Framework), ("round", Round), ("recipe", Recipe)):
            shared[name], field = _attempt(converter, raw, name, part)
            filled |= field
        if "assessments" in raw:
            filled["assessments"] = _assessments_filled(raw["assessments"], shared)
        return read(filled, cls)

    def unstructure(whole: AssessmentSet) -> Any:
        with _inside(whole=whole):
            return write(whole)

    converter.register_structure_hook(AssessmentSet, structure)
    converter.register_unstructure_hook(AssessmentSet, unstructure)


def add_nesting(converter: Converter) -> None:
    """Register the hooks of findings, assessments and sets, the inner ones first."""
    _add_finding(converter)
    _add_assessment(converter)
    _add_set(converter)
