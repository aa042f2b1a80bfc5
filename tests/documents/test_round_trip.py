"""Every kind of document: what is written, and that it comes back."""

import datetime
import json
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from capbuild import model
from capbuild.documents import dumps, load, loads
from capbuild.documents.envelope import class_of, kind_of, kinds, structure, unstructure
from capbuild.errors import DocumentError
from capbuild.model import (
    Answer,
    Assessment,
    AssessmentSet,
    Country,
    Finding,
    Level,
    Method,
    Missing,
    Money,
    Need,
    Recipe,
    Response,
    Round,
    Score,
    Verdict,
)
from capbuild.text import Text

FIXTURES = Path(__file__).parents[1] / "data" / "schema" / "v1"


def test_every_class_of_the_model_is_a_kind():
    classes = [getattr(model, name) for name in model.__all__]
    attrs_classes = {cls for cls in classes if isinstance(cls, type) and attrs.has(cls)}
    assert set(kinds().values()) == attrs_classes
    assert list(kinds()) == sorted(kinds())
    assert all(class_of(kind) is cls and kind_of(cls) == kind for kind, cls in kinds().items())
    assert kind_of(AssessmentSet) == "assessment-set"


@pytest.mark.parametrize("kind", kinds())
def test_documents_of_version_1_are_still_read(kind, samples):
    found = load(FIXTURES / f"{kind}.json")
    assert type(found) is class_of(kind)
    assert found == samples[class_of(kind)]


@pytest.mark.parametrize("kind", kinds())
def test_documents_are_written_as_in_version_1(kind, samples):
    assert dumps(samples[class_of(kind)]) == (FIXTURES / f"{kind}.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("text", "text"),
        ("", ""),
        (True, True),
        (0, 0),
        (2.0, 2.0),
        (("a", "b"), ["a", "b"]),
        ((), []),
        (datetime.date(2016, 1, 2), {"date": "2016-01-02"}),
        (datetime.datetime(2016, 1, 2, 3, 4, tzinfo=datetime.UTC), {"datetime": "2016-01-02T03:04:00+00:00"}),
        (datetime.time(9, 30), {"time": "09:30:00"}),
        (model.GeoPoint(18.0, -76.75), {"place": {"latitude": 18.0, "longitude": -76.75}}),
        (Missing.DONT_KNOW, {"missing": "don't know"}),
    ],
)
def test_answers_are_plain_where_json_has_the_type(value, written):
    answer = Answer("q1", value)
    assert unstructure(answer) == {"question": "q1", "value": written}
    back = structure(unstructure(answer), Answer)
    assert back == answer
    assert type(back.value) is type(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [(Verdict.YES, {"verdict": "yes"}), (3, 3), (2.5, 2.5), (Missing.REFUSED, {"missing": "refused"})],
)
def test_findings_keep_the_type_of_their_value(value, written, jamaica):
    finding = Finding(country=jamaica, target="TEC-2", value=value, source="s")
    raw = unstructure(finding)
    assert raw["value"] == written
    assert type(structure(raw, Finding).value) is type(value)


def test_settings_of_a_method_keep_their_type():
    method = Method(name="mean", parameters={"a": 1, "b": 1.0, "c": True, "d": "1"})
    back = structure(unstructure(method), Method)
    assert [type(value) for value in back.parameters.values()] == [int, float, bool, str]


def test_enums_come_back_as_members():
    source = structure({"id": "b", "kind": "baseline", "title": "t", "reference_date": "2016-01-01"}, Round)
    assert source.kind is model.RoundKind.BASELINE


def test_a_text_is_plain_only_when_nothing_would_be_lost():
    assert unstructure(Level(code="L1", order=1, label="One"))["label"] == "One"
    assert unstructure(Level(code="L1", order=1, label=Text("One", "en")))["label"] == {
        "source": "One",
        "language": "en",
    }


def test_origins_and_names_come_back_though_equality_leaves_them_out(samples):
    response = samples[Response]
    back = loads(dumps(response), Response)
    assert [answer.origin for answer in back.answers] == [answer.origin for answer in response.answers]
    renamed = attrs.evolve(samples[Country], name="Jamdown")
    assert loads(dumps(renamed)).name == "Jamdown"


def test_equal_objects_are_written_alike():
    one = Method(name="mean", parameters={"a": 1, "b": 2})
    assert dumps(one) == dumps(Method(name="mean", parameters={"b": 2, "a": 1}))
    scale = model.Scale(id="s", minimum=0, maximum=100)
    assert dumps(scale) == dumps(model.Scale(id="s", minimum=-0.0, maximum=100.0))
    amounts = ["1200.50", "1200.5", "1.2005E+3"]
    assert len({dumps(Money(Decimal(amount))) for amount in amounts}) == 1
    many = Decimal("1234567890123456789012345678901234.5")
    assert loads(dumps(Money(many))).amount == many


class TestAssessments:
    """What an assessment shares with its parts is written once."""

    def test_a_score_is_its_key_and_its_figures(self, samples):
        raw = unstructure(samples[Assessment])
        assert set(raw["scores"]) == {"TEC-2"}
        assert not {"capacity", "scale"} & set(raw["scores"]["TEC-2"])
        assert "country" not in raw["scores"]["TEC-2"]["results"][0]["findings"][0]
        assert {"capacity", "scale"} <= set(unstructure(samples[Score]))

    def test_restored_parts_are_the_same_objects(self, samples):
        back = loads(dumps(samples[AssessmentSet]), AssessmentSet)
        assessment = back["JM"]
        assert assessment.framework is back.framework
        assert assessment.round is back.round
        assert assessment.recipe is back.recipe
        assert assessment["TEC-2"].capacity is back.framework["TEC-2"]
        assert assessment["TEC-2"].scale is back.framework.scales[0]
        assert assessment.findings[0].country is assessment.country

    def test_a_set_writes_the_framework_once(self, samples):
        raw = unstructure(samples[AssessmentSet])
        assert not {"framework", "round", "recipe"} & set(raw["assessments"][0])

    def test_what_differs_is_written_in_full(self, samples, jamaica):
        assessment = samples[Assessment]
        capacity = attrs.evolve(assessment["TEC-2"].capacity, title="Another")
        scale = attrs.evolve(assessment["TEC-2"].scale, unit="step")
        score = attrs.evolve(assessment["TEC-2"], capacity=capacity, scale=scale)
        renamed = attrs.evolve(assessment.unmapped[0], country=attrs.evolve(jamaica, name="Jamdown"))
        odd = attrs.evolve(assessment, scores={"TEC-2": score}, unmapped=[renamed], recipe=Recipe())
        odd = attrs.evolve(odd, round=attrs.evolve(odd.round, id="other"))
        whole = attrs.evolve(samples[AssessmentSet], assessments=[odd])
        back = loads(dumps(whole), AssessmentSet)
        assert back == whole
        assert back["JM"].unmapped[0].country.name == "Jamdown"

    def test_scores_stand_in_the_order_of_the_framework(self, samples):
        assessment = samples[Assessment]
        root = attrs.evolve(assessment["TEC-2"], capacity=assessment.framework["TEC"], results=())
        both = attrs.evolve(assessment, scores={"TEC-2": assessment["TEC-2"], "TEC": root})
        assert list(unstructure(both)["scores"]) == ["TEC", "TEC-2"]
        assert loads(dumps(both)) == both


@pytest.mark.parametrize("value", [object(), 3, {"a": 1}, Text("x"), Missing.REFUSED])
def test_what_is_no_document_is_refused(value):
    with pytest.raises(DocumentError) as caught:
        dumps(value)
    assert caught.value.code == "CB012"


def test_what_json_cannot_hold_is_refused_with_its_place():
    answers = [Answer("a", float("nan")), Answer("b", 1.0), Answer("c", float("inf"))]
    with pytest.raises(DocumentError) as caught:
        dumps(model.Response(id="r", answers=answers))
    assert [path for path, _ in caught.value.problems] == ["$.data.answers[0].value", "$.data.answers[2].value"]


def test_a_value_that_would_not_be_read_back_is_not_written():
    with pytest.raises(DocumentError):
        dumps(Answer("q", {"a": 1}))


def test_a_country_of_a_need_is_written_as_its_code_where_that_gives_it_back():
    own = Country(alpha_2="XA", alpha_3="XAX", name="Atlantis")
    made = Need(id="N", kind="skill", statement="N", countries=["JM", own, "other 1"])
    written = json.loads(dumps(made))["data"]["countries"]
    assert written == ["JM", {"alpha_2": "XA", "alpha_3": "XAX", "name": "Atlantis"}, "other 1"]
    read = loads(dumps(made), Need)
    assert [(type(one).__name__, one.alpha_2) for one in read.countries] == [
        ("Country", "JM"), ("Country", "XA"), ("OtherCountry", "other 1"),
    ]  # fmt: skip
    assert read == made


@pytest.mark.parametrize("code", ["jm", "XQ", "Jamaica", "", "other 0", 5])
def test_what_is_no_code_of_a_country_is_refused(code):
    data = {"id": "N", "kind": "skill", "statement": "N", "countries": ["JM", code]}
    with pytest.raises(DocumentError) as refused:
        loads(json.dumps({"capbuild": "1.0", "kind": "need", "data": data}))
    assert refused.value.problems[0][0].startswith("$.data.countries")
