"""SDMX files, read back by sdmx1: values, statuses, disclosure, hostile text."""

import csv
import io
from collections import Counter
from collections.abc import Callable

import capbuild_sdmx
import pytest
import sdmx
from attrs import evolve
from capbuild_sdmx import SdmxOptions, find_observation_status
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, Missing, Programme, Verdict
from capbuild.plugins import Host, RenderContext, make_options

HOST = Host(plugins={"capbuild-sdmx": capbuild_sdmx}, discover=False)
NAMES = ("sdmx-csv", "sdmx-ml")
TEXTS = [
    "<script>&amp;</script>]]>",
    "\u202eabc\u202c مرحبا בית",
    "x" * 5000,
    "=cmd|' /C calc'!A0",
    "-1+1",
    "the \"quoted\" and 'other', name",
    "a\nb\r\nc\x00\x0b\ufffe",
]


def made(name: str, subject: object, context: RenderContext, **options: str) -> dict[str, bytes]:
    writer = HOST.writers[name]
    given = make_options(writer.options, options, name)
    return {file.name: b"".join(file.chunks) for file in writer.write(subject, context, given)}


def observations(files: dict[str, bytes], flow: str) -> list[tuple[dict[str, str], str | None, dict[str, str]]]:
    """Key, value and attributes of every observation, as sdmx1 reads them."""
    structure = sdmx.read_sdmx(io.BytesIO(files["structure.xml"]))
    definition = structure.structure[flow.upper()]
    name = next(file for file in files if file.startswith(flow))
    if name.endswith(".csv"):
        from sdmx.reader.csv import Reader

        message = Reader().convert(io.BytesIO(files[name]), structure=definition)
    else:
        message = sdmx.read_sdmx(io.BytesIO(files[name]), structure=definition)
    found = []
    for one in (obs for data in message.data for obs in data.obs):
        key = {part.id: str(part.value) for part in one.dimension.values.values()}
        attributes = {k: str(getattr(v, "value", v)) for k, v in one.attached_attribute.items()}
        value = getattr(one.value, "id", one.value)
        found.append((key, None if value in (None, "") else str(value), {k: v for k, v in attributes.items() if v}))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_sdmx1_reads_the_scores(name: str, baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    read = observations(made(name, baseline, context()), "scores")
    values = {(key["REF_AREA"], key["CAPACITY"]): (value, found) for key, value, found in read}
    assert len(values) == len(read)
    for assessment in baseline:
        for score in assessment.indicators:
            value, found = values[assessment.country.alpha_2, score.capacity.id]
            assert score.plausible is not None
            expected = score.plausible.lowest if score.plausible.settled else None
            assert (None if value is None else float(value)) == expected
            assert found["OBS_STATUS"] == ("O" if expected is None else "A")
            assert (found["LOWEST"], found["HIGHEST"]) == (str(score.plausible.lowest), str(score.plausible.highest))
            assert found["CONF_STATUS"] == "N"
            assert found["NOTICE"] == "Invented answers"
    silent = [(value, found["OBS_STATUS"]) for (area, _), (value, found) in values.items() if area == "PE"]
    assert silent == [(None, "L")] * len(baseline.framework.indicators)


@pytest.mark.parametrize("name", NAMES)
def test_sdmx1_reads_the_answers_with_why_there_is_none(
    name: str, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    read = observations(made(name, baseline, context()), "criteria")
    results = [r for a in baseline for score in a.indicators for r in score.results]
    assert len(read) == len(results)
    answers = Counter(value for _, value, _ in read)
    assert answers == Counter(None if isinstance(r.value, Missing) else r.value.value for r in results)
    statuses = Counter(found["OBS_STATUS"] for _, value, found in read if value is None)
    assert statuses == Counter(find_observation_status(r.value) for r in results if isinstance(r.value, Missing))
    assert {"L", "O", "Q"} <= set(statuses)
    kept_back = {found["CONF_STATUS"] for _, _, found in read if found.get("MISSING_KIND") == "confidential"}
    assert kept_back == {"C"}
    assert {found["OBS_STATUS"] for _, value, found in read if value is not None} <= {"A", "V"}


def test_both_formats_say_the_same(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    for flow in ("scores", "criteria"):
        assert observations(made("sdmx-csv", baseline, context()), flow) == observations(
            made("sdmx-ml", baseline, context()), flow
        )


def test_the_structure_names_every_code(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    files = made("sdmx-csv", baseline, context())
    message = sdmx.read_sdmx(io.BytesIO(files["structure.xml"]))
    assert set(message.dataflow) == {"SCORES", "CRITERIA"}
    criteria = message.codelist["CL_CRITERION"]
    assert len(criteria) == len(baseline.framework.criteria)
    first = next(iter(baseline.framework.criteria.values()))
    assert criteria[first.id.replace(".", "_")].name["en"] == first.text.get("en")
    assert criteria[first.id.replace(".", "_")].name["es"] == first.text.get("es")
    assert set(message.codelist["CL_AREA"].items) == {"BB", "GD", "PE"}
    for flow in ("scores.csv", "criteria.csv"):
        for row in csv.DictReader(io.StringIO(files[flow].decode(), newline="")):
            definition = message.structure[flow.removesuffix(".csv").upper()]
            for component in (*definition.dimensions, *definition.attributes):
                listed = component.local_representation.enumerated
                assert listed is None or not row[component.id] or row[component.id] in listed.items


def test_every_kind_of_missing_has_a_status() -> None:
    assert {find_observation_status(kind) for kind in Missing} == {"L", "M", "O", "Q"}
    assert find_observation_status(Missing.CONFIDENTIAL) == "Q"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("audience", "label"), [("donor", "N"), ("public", "F")])
def test_others_see_countries_that_agreed(
    name: str, audience: str, label: str, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    files = made(name, baseline, context(audience=audience))
    assert {key["REF_AREA"] for key, _, _ in observations(files, "scores")} == {"BB"}
    assert {found["CONF_STATUS"] for _, _, found in observations(files, "scores")} == {label}
    for content in files.values():
        assert b"Grenada" not in content
        assert b"Peru" not in content


def test_what_the_public_may_never_see_is_not_there(
    baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    hidden = {c.id.replace(".", "_") for c in baseline.framework.criteria.values() if not c.public}
    for audience in ("donor", "public"):
        read = observations(made("sdmx-csv", baseline, context(audience=audience)), "criteria")
        shown = {key["CRITERION"] for key, _, _ in read}
        assert (hidden & shown == hidden) is (audience == "donor" or not hidden)
        assert {found["CONF_STATUS"] for key, _, found in read if key["CRITERION"] in hidden} <= {"C"}


@pytest.mark.parametrize("name", NAMES)
def test_an_audience_that_the_policy_does_not_name_is_refused(
    name: str, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    for subject in (baseline, baseline["BB"]):
        with pytest.raises(WriteError) as refused:
            made(name, subject, context(audience="regional"))
        assert refused.value.code == "CB703"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_twice(name: str, baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    assert made(name, baseline, context()) == made(name, baseline, context())


@pytest.mark.parametrize("name", NAMES)
def test_one_country_and_none(
    name: str, baseline: AssessmentSet, programme: Programme, context: Callable[..., RenderContext]
) -> None:
    files = made(name, baseline["GD"], context(audience="country"))
    assert {key["REF_AREA"] for key, _, _ in observations(files, "scores")} == {"GD"}
    assert b"Barbados" not in b"".join(files.values())
    empty = made(name, evolve(baseline, assessments=[], silent=[]), context())
    assert sdmx.read_sdmx(io.BytesIO(empty["structure.xml"])).codelist["CL_AREA"].items == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_stays_text(
    name: str, text: str, hostile: Callable[[str], AssessmentSet], context: Callable[..., RenderContext]
) -> None:
    files = made(name, hostile(text), context())
    read = observations(files, "criteria")
    assert [value for _, value, _ in read] == [Verdict.YES.value] * 2
    assert len({key["CRITERION"] for key, _, _ in read}) == 2
    for file, content in files.items():
        if file.endswith(".xml"):
            assert "script" not in {etree.QName(element).localname for element in etree.fromstring(content).iter()}
        else:
            rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
            assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


@settings(max_examples=30)
@given(text=st.text(min_size=1, max_size=30))
def test_any_text_makes_files_that_can_be_parsed(
    text: str, hostile: Callable[[str], AssessmentSet], context: Callable[..., RenderContext]
) -> None:
    files = made("sdmx-ml", hostile(text), context())
    roots = {etree.QName(etree.fromstring(content)).localname for content in files.values()}
    assert roots == {"Structure", "StructureSpecificData"}


def test_options_are_checked(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    files = made("sdmx-csv", baseline, context(), agency="IDB", version="2.1")
    assert b"IDB:SCORES(2.1)" in files["scores.csv"]
    for wrong in ({"agency": "<a>"}, {"version": "one"}):
        with pytest.raises(ValueError, match="must match"):
            SdmxOptions(**wrong)
