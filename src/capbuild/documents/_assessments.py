"""Hooks for model classes, and compact assessments.

The hooks report every invalid field. A score omits its capacity and scale if they are the framework's, a finding its
country if it is the assessment's, an assessment in a set its framework, round and recipe if they are the set's. Reading
restores the same shared objects.
"""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import attrs
from attrs import evolve, frozen
from cattrs import Converter
from cattrs.errors import AttributeValidationNote, BaseValidationError, ClassValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from capbuild.documents._scalars import InvalidValueError, invalid_value, with_note
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.assessment import Assessment, AssessmentSet, Round, RoundKind
from capbuild.model.capacity import Capacity, Scale
from capbuild.model.country import Country
from capbuild.model.dossier import Dossier
from capbuild.model.evidence import Finding
from capbuild.model.framework import Framework
from capbuild.model.recipe import Recipe
from capbuild.model.score import Score

Reader = Callable[[Any, Any], Any]

Writer = Callable[[Any], Any]


def make_class_reader(converter: Converter, cls: type[Any]) -> Reader:
    """Return a reading hook that reports every invalid field."""
    attrs.resolve_types(cls)
    read = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True)

    def structure(raw: Any, _: object = None) -> Any:
        if type(raw) is dict:
            try:
                return read(raw, cls)
            except ClassValidationError as group:
                raise _check_all_rules(converter, cls, raw, group) from None
        # Nested values are passed on as already converted objects.
        if isinstance(raw, cls):
            return raw
        raise invalid_value("an object", raw)

    return structure


def _check_all_rules(
    converter: Converter, cls: type[Any], raw: dict[str, Any], group: ClassValidationError
) -> ClassValidationError:
    """Add rules that attrs skipped after an invalid field."""
    unfit, rest = group.group_exceptions()
    failed = {note.name for _, note in unfit}
    broken: list[Exception] = []
    for attribute in attrs.fields(cls):
        if attribute.validator is None or attribute.name in failed or attribute.name not in raw:
            continue
        value = converter.structure(raw[attribute.name], attribute.type)
        try:
            value = attribute.converter(value) if callable(attribute.converter) else value
            attribute.validator(object.__new__(cls), attribute, value)
        except ModelError as error:
            broken.append(with_note(error, AttributeValidationNote("rule", attribute.name, attribute.type)))
    if broken:
        rest = [error for error in rest if not isinstance(error, ModelError)]
    return group.derive([*(error for error, _ in unfit), *broken, *rest])


def make_class_writer(converter: Converter, cls: type[Any], **fields: Any) -> Writer:
    """Return a writing hook that omits default values."""
    attrs.resolve_types(cls)
    return make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=True, **fields)


def add_class_hooks(converter: Converter) -> None:
    """Register the hooks of all attrs classes."""
    converter.register_structure_hook_factory(attrs.has, lambda cls: make_class_reader(converter, cls))
    converter.register_unstructure_hook_factory(attrs.has, lambda cls: make_class_writer(converter, cls))


#: Fields that a class may omit inside another, by top-level class of the document.
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
class _OuterContext:
    """Objects that enclose the current one."""

    whole: AssessmentSet | None = None
    framework: Framework | None = None
    country: Country | None = None


_around: ContextVar[_OuterContext] = ContextVar("around", default=_OuterContext())  # noqa: B039 (frozen)


@contextmanager
def _enter_context(**parts: Any) -> Iterator[None]:
    token = _around.set(evolve(_around.get(), **parts))
    try:
        yield
    finally:
        _around.reset(token)


class _PlaceholderFramework(Framework):
    """Placeholder for an invalid framework, to avoid follow-up problems."""

    def __contains__(self, name: object) -> bool:
        return True


_NO_SCALE = Scale(id="-")

_NO_CAPACITY = Capacity(id="-", title="-")

#: Placeholders for invalid parts: their owner is never made, but its other problems are found.
_STAND_INS: dict[type[Any], Any] = {
    Country: Country(alpha_2="ZZ", alpha_3="ZZZ", name="-"),
    Framework: _PlaceholderFramework(id="-", edition="-", title="-", scales=(_NO_SCALE,), roots=()),
    Round: Round(id="-", kind=RoundKind.BASELINE, title="-", reference_date=datetime.date.min),
    Recipe: Recipe(),
}


def _load_part(converter: Converter, raw: dict[str, Any], name: str, cls: type[Any]) -> tuple[Any, Any]:
    """Return a part, and its field by name.

    For an invalid part, these are a placeholder and the raw field.
    """
    try:
        part = converter.structure(raw[name], cls)
    except (BaseValidationError, InvalidValueError, KeyError):
        return _STAND_INS[cls], {name: raw[name]} if name in raw else {}
    return part, {name: part}


def _is_same_country(one: Country, other: Country | None) -> bool:
    """True if two countries agree, names included."""
    return other is not None and (one is other or (one == other and one.name == other.name))


def _scale_of(framework: Framework, capacity: Capacity | None) -> Scale | None:
    return framework.scale_of(capacity) if capacity is not None and framework.scales else None


def _add_finding(converter: Converter) -> None:
    read, write = make_class_reader(converter, Finding), make_class_writer(converter, Finding)

    def structure(raw: Any, cls: Any) -> Any:
        home = _around.get().country
        if home is not None and type(raw) is dict and "country" not in raw:
            raw = {"country": home, **raw}
        return read(raw, cls)

    def unstructure(finding: Finding) -> Any:
        raw = write(finding)
        if _is_same_country(finding.country, _around.get().country):
            del raw["country"]
        return raw

    converter.register_structure_hook(Finding, structure)
    converter.register_unstructure_hook(Finding, unstructure)


def _make_scores_writer(converter: Converter) -> Callable[[FrozenMap[str, Score]], dict[str, Any]]:
    """Return a function that writes scores in framework order."""
    skipped = override(omit=True)
    write = make_class_writer(converter, Score, capacity=skipped, scale=skipped)

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


def _fill_scores(raw: Any, framework: Framework) -> Any:
    """Add the framework's capacity and scale to raw scores."""
    if type(raw) is not dict:
        return raw
    filled = {}
    for name, score in raw.items():
        capacity = framework.capacities.get(name)
        inherited = {"capacity": capacity or _NO_CAPACITY, "scale": _scale_of(framework, capacity) or _NO_SCALE}
        filled[name] = {**inherited, **score} if type(score) is dict else score
    return filled


def _add_assessment(converter: Converter) -> None:
    read = make_class_reader(converter, Assessment)
    scores = override(unstruct_hook=_make_scores_writer(converter))
    shared = dict.fromkeys(INHERITED[AssessmentSet][Assessment], override(omit=True))
    write_whole = make_class_writer(converter, Assessment, scores=scores)
    write_part = make_class_writer(converter, Assessment, scores=scores, **shared)

    def structure(raw: Any, cls: Any) -> Any:
        if type(raw) is not dict:
            return read(raw, cls)
        framework, framework_field = _load_part(converter, raw, "framework", Framework)
        country, country_field = _load_part(converter, raw, "country", Country)
        scores_field = {"scores": _fill_scores(raw["scores"], framework)} if "scores" in raw else {}
        with _enter_context(country=country):
            return read(raw | framework_field | country_field | scores_field, cls)

    def unstructure(assessment: Assessment) -> Any:
        whole = _around.get().whole
        with _enter_context(framework=assessment.framework, country=assessment.country):
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


def _fill_assessments(raw: Any, shared: dict[str, Any]) -> Any:
    if type(raw) is not list:
        return raw
    return [{**shared, **item} if type(item) is dict else item for item in raw]


def _add_set(converter: Converter) -> None:
    read: Reader = make_class_reader(converter, AssessmentSet)
    write = make_class_writer(converter, AssessmentSet)

    def structure(raw: Any, cls: Any) -> Any:
        if type(raw) is not dict:
            return read(raw, cls)
        filled, shared = dict(raw), {}
        for name, part in (("framework", Framework), ("round", Round), ("recipe", Recipe)):
            shared[name], field = _load_part(converter, raw, name, part)
            filled |= field
        if "assessments" in raw:
            filled["assessments"] = _fill_assessments(raw["assessments"], shared)
        return read(filled, cls)

    def unstructure(whole: AssessmentSet) -> Any:
        with _enter_context(whole=whole):
            return write(whole)

    converter.register_structure_hook(AssessmentSet, structure)
    converter.register_unstructure_hook(AssessmentSet, unstructure)


def add_assessment_hooks(converter: Converter) -> None:
    """Register the hooks of findings, assessments and sets, inner first."""
    _add_finding(converter)
    _add_assessment(converter)
    _add_set(converter)
