"""Documents that do not fit: one error that names every problem, its place and the likely meaning."""

import json

import pytest

from capbuild import documents
from capbuild.documents import Migration, envelope, loads
from capbuild.documents.envelope import Version, migrate, structure
from capbuild.errors import DocumentError, ModelError
from capbuild.model import AssessmentSet, Country, Coverage, Framework, Question, Recipe, Scale

JAMAICA = {"alpha_2": "JM", "alpha_3": "JAM", "name": "Jamaica"}
FRAME = {"id": "p", "edition": "1", "title": "P", "scales": [{"id": "s"}], "roots": [{"id": "A", "title": "a"}]}
ROUND = {"id": "b", "kind": "baseline", "title": "B", "reference_date": "2016-01-01"}
SCORE = {"coverage": {"answered": 0, "settled": 0, "applicable": 0}}


def document(data, kind="country", version="1.0"):
    return json.dumps({"capbuild": version, "kind": kind, "data": data})


def problems(text, **wanted):
    with pytest.raises(DocumentError) as caught:
        loads(text, **wanted)
    return dict(caught.value.problems)


def error(text):
    with pytest.raises(DocumentError) as caught:
        loads(text)
    return caught.value


@pytest.mark.parametrize(
    ("cls", "data", "path", "message"),
    [
        (Country, {**JAMAICA, "name": None}, "$.name", "must be a text, not null"),
        (Country, {**JAMAICA, "name": 3}, "$.name", "must be a text, not 3"),
        (Coverage, {"answered": 3.9, "settled": 0, "applicable": 9}, "$.answered", "must be a whole number, not 3.9"),
        (Coverage, {"answered": True, "settled": 0, "applicable": 9}, "$.answered", "must be a whole number, not true"),
        (Coverage, {"answered": "3", "settled": 0, "applicable": 9}, "$.answered", 'must be a whole number, not "3"'),
        (Scale, {"id": "s", "ascending": "false"}, "$.ascending", 'must be true or false, not "false"'),
        (Scale, {"id": "s", "ascending": 0}, "$.ascending", "must be true or false, not 0"),
        (Scale, {"id": "s", "minimum": True}, "$.minimum", "must be a finite number, not true"),
        (Scale, {"id": "s", "minimum": 10**400}, "$.minimum", "must be a number that a computer can hold"),
        (Recipe, {"lead": "abc"}, "$.lead", 'must be a list, not "abc"'),
        (Recipe, {"lead": {"a": 1}}, "$.lead", "must be a list, not an object"),
        (Recipe, {"lead": ["a", 1]}, "$.lead[1]", "must be a text, not 1"),
        (Recipe, {"methods": []}, "$.methods", "must be an object, not a list"),
        (Recipe, [], "$", "must be an object, not a list"),
        (Recipe, "x", "$", 'must be an object, not "x"'),
        (AssessmentSet, [], "$", "must be an object, not a list"),
        (Recipe, {"name": {1}}, "$.name", "must be a text, not {1}"),
    ],
)
def test_scalars_are_never_guessed_at(cls, data, path, message):
    with pytest.raises(DocumentError) as caught:
        structure(data, cls)
    assert caught.value.problems == ((path, message),)


@pytest.mark.parametrize("text", ["20160102", "2016-W01-1", "2016-02-30", "2016-01-02T00:00:00", "2016", 2016, None])
def test_dates_are_full_iso_dates(text):
    found = problems(document({"country": "JM", "audience": "public", "date": text}, "consent"))
    assert list(found) == ["$.data.date"]


@pytest.mark.parametrize("text", ["1963-8", "63", " 1963", "1963-13", 1963])
def test_partial_dates_have_three_forms(text):
    data = {"group": "G", "country": "JM", "status": "member", "source": "s", "since": text}
    assert list(problems(document(data, "membership"))) == ["$.data.since"]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1,200", " 1", "", 1200, 1.5, "1e9999999999"])
def test_amounts_are_decimal_texts(amount):
    assert list(problems(document({"amount": amount}, "money"))) == ["$.data.amount"]


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"missing": "dont know"}, 'did you mean "don\'t know"'),
        ({"mising": "refused"}, "did you mean 'missing'"),
        ({"date": "2016-01-02", "time": "09:00:00"}, "not an object"),
        (["a", 1], "not a list"),
        (None, "not null"),
    ],
)
def test_answers_of_no_type_are_refused(value, part):
    ((_, message),) = problems(document({"question": "q", "value": value}, "answer")).items()
    assert part in message


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_are_finite(number):
    text = document({"id": "s", "minimum": 0}, "scale").replace('"minimum": 0', f'"minimum": {number}')
    assert list(problems(text)) == ["$.data.minimum"]
    answer = document({"question": "q", "value": 0}, "answer").replace('"value": 0', f'"value": {number}')
    assert list(problems(answer)) == ["$.data.value"]


def test_every_problem_is_listed_in_the_order_of_the_document():
    data = {
        "titel": "Police",
        "id": " p",
        "edition": 3,
        "scales": [{"id": "s", "kind": "ordnal", "minimum": 5, "maximum": 1}, {"id": ""}],
        "roots": [{"id": "A", "title": "a", "criteria": [{"id": "A.1", "text": 1, "step": 0, "points": -1}]}],
    }
    assert problems(document(data, "framework")) == {
        "$.data.titel": "is not a field of Framework (did you mean 'title'?)",
        "$.data.id": "Framework.id must be a text without white space at its ends, not ' p'",
        "$.data.edition": "must be a text, not 3",
        "$.data.scales[0].kind": "must be one of 'ordinal', 'points', 'percent', 'count', not \"ordnal\""
        " (did you mean 'ordinal'?)",
        "$.data.scales[1].id": "Scale.id must be a text without white space at its ends, not ''",
        "$.data.roots[0].criteria[0].text": "must be an object, not 1",
        "$.data.roots[0].criteria[0].step": "Criterion.step must be at least 1, not 0",
        "$.data.roots[0].criteria[0].points": "Criterion.points must be at least 0, not -1.0",
        "$.data.title": "is required",
    }


def test_rules_that_fields_keep_together_are_named_at_their_field():
    found = problems(document({"id": "s", "minimum": 5, "maximum": 1}, "scale"))
    assert found == {"$.data.minimum": "Scale.minimum must be less than the maximum 1, not 5.0"}
    found = problems(document({"answered": 1, "settled": 2, "applicable": 3}, "coverage"))
    assert found == {"$.data": "Coverage.checked, settled, answered, applicable must not decrease, not (0, 2, 1, 3)"}


def test_keys_of_maps_are_shown_as_they_are():
    data = {"lowest": 1, "highest": 2, "probabilities": {"1": 0.5, "02": 0.5, "x": "y"}}
    assert list(problems(document(data, "plausible-levels"))) == [
        "$.data.probabilities['02']",
        "$.data.probabilities.x",
    ]


class TestAssessments:
    """A fault of the framework is named once, not again at everything that stands on it."""

    def whole(self, **parts):
        one = {"country": JAMAICA, "scores": {"A": SCORE}, "unmapped": [], **parts.pop("one", {})}
        data = {"framework": FRAME, "round": ROUND, "assessments": [one], **parts}
        return document(data, "assessment-set")

    def test_it_is_read(self):
        assert loads(self.whole(), AssessmentSet)["JM"]["A"].capacity.id == "A"

    def test_a_framework_that_does_not_fit(self):
        found = problems(self.whole(framework={**FRAME, "edition": 1}, one={"state": "dreaft"}))
        assert list(found) == ["$.data.framework.edition", "$.data.assessments[0].state"]

    def test_a_framework_and_a_round_that_are_missing(self):
        text = document({"assessments": [{"country": JAMAICA, "scores": {"A": SCORE}}]}, "assessment-set")
        assert problems(text) == {"$.data.framework": "is required", "$.data.round": "is required"}

    def test_a_country_that_does_not_fit(self):
        finding = {"target": "A", "value": {"verdict": "yess"}, "source": "s"}
        found = problems(self.whole(one={"country": {**JAMAICA, "alpha_2": "jm"}, "unmapped": [finding]}))
        assert list(found) == [
            "$.data.assessments[0].country.alpha_2",
            "$.data.assessments[0].unmapped[0].value",
        ]

    def test_a_score_of_no_capacity(self):
        ((path, message),) = problems(self.whole(one={"scores": {"B": SCORE}})).items()
        assert path == "$.data.assessments[0].scores"
        assert message == "Assessment.scores must name capacities of p 1, not ['B']"

    @pytest.mark.parametrize("shape", [3, "x", None, []])
    def test_parts_of_a_wrong_shape(self, shape):
        assert list(problems(self.whole(assessments=shape or 3))) == ["$.data.assessments"]
        assert list(problems(self.whole(one={"scores": shape}))) == ["$.data.assessments[0].scores"]
        assert list(problems(self.whole(one={"scores": {"A": shape}}))) == ["$.data.assessments[0].scores.A"]
        assert list(problems(self.whole(assessments=[shape]))) == ["$.data.assessments[0]"]


class TestEnvelope:
    def test_an_unknown_kind(self):
        found = error(document({}, "assesment-set"))
        assert found.code == "CB012"
        assert "did you mean 'assessment-set'" in str(found)

    def test_another_kind_than_the_one_wanted(self):
        with pytest.raises(DocumentError, match="contains a country, not a framework") as caught:
            loads(document(JAMAICA), Framework)
        assert caught.value.code == "CB012"
        assert loads(document(JAMAICA), Country).name == "Jamaica"

    @pytest.mark.parametrize(
        ("text", "paths"),
        [
            ("[]", ["$"]),
            ("3", ["$"]),
            ("{}", ["$.capbuild", "$.kind", "$.data"]),
            ('{"capbuild": "1.0", "kind": "country", "dta": {}}', ["$.dta", "$.data"]),
            ('{"capbuild": "1.0", "kind": 3, "data": {}}', ["$.kind"]),
            ('{"capbuild": 1.0, "kind": "country", "data": {}}', ["$.capbuild"]),
            ('{"capbuild": "1", "kind": "country", "data": {}}', ["$.capbuild"]),
            ('{"capbuild": "1.0", "kind": "country", "data": 3}', ["$.data"]),
        ],
    )
    def test_what_is_not_an_envelope(self, text, paths):
        assert list(problems(text)) == paths

    def test_a_newer_major_version(self):
        found = error(document({"anything": 1}, "anything", "2.0"))
        assert found.code == "CB011"
        assert "its version is 2.0, this capbuild reads 1.0" in found.message
        assert found.remedy

    def test_a_newer_minor_version_is_read_if_it_fits(self):
        assert loads(document(JAMAICA, version="1.9")).name == "Jamaica"

    @pytest.mark.parametrize(("data", "kind"), [({**JAMAICA, "capital": "Kingston"}, "country"), ({}, "new-kind")])
    def test_a_newer_minor_version_that_does_not_fit_says_so(self, data, kind):
        found = error(document(data, kind, "1.9"))
        assert found.code == "CB011"
        assert len(found.problems) == 1


class TestJson:
    @pytest.mark.parametrize(
        ("text", "row", "column"),
        [('{"a": 1,\n "b" 2}', 2, 6), ("", 1, 1), ("{} {}", 1, 4), ('{"a": "', 1, 7), ("{'a': 1}", 1, 2)],
    )
    def test_the_place_is_named(self, text, row, column):
        with pytest.raises(DocumentError) as caught:
            loads(text, name="a.json")
        found = caught.value
        assert (found.code, found.origin.file, found.origin.row, found.origin.column) == (
            "CB013",
            "a.json",
            row,
            column,
        )

    def test_a_key_that_stands_twice(self):
        found = error('{"capbuild": "1.0", "kind": "country", "kind": "money", "data": {}}')
        assert found.code == "CB013"
        assert "the key 'kind' twice" in found.message

    def test_a_number_of_too_many_digits(self):
        assert error('{"a": ' + "9" * 5000 + "}").code == "CB013"

    @pytest.mark.parametrize("opened", ["[", '{"a":', '["[[[", '])
    def test_nesting_has_a_limit(self, opened):
        assert error(opened * 101).code == "CB118"
        assert error(opened * 100_000).code == "CB118"
        assert error(opened * 99).code == "CB013"

    def test_brackets_in_texts_do_not_count(self):
        assert loads(document({**JAMAICA, "name": '\\"' + "[{" * 200})).name.endswith("[{")

    def test_a_text_that_never_ends_is_read_once(self):
        assert error('{"a": ' + '"\\' * 200_000).code == "CB013"

    def test_what_nests_too_deep_to_be_read_is_not_written(self):
        from capbuild.model import Capacity

        node = Capacity(id="n", title="t")
        for _ in range(60):
            node = Capacity(id="n", title="t", children=[node])
        with pytest.raises(DocumentError) as caught:
            documents.dumps(node)
        assert caught.value.code == "CB118"


class TestMigrations:
    """No version has gone before 1.0, so the chain is shown on made steps."""

    steps = (
        Migration(
            before=Version(1, 1),
            after=Version(1, 2),
            kinds=("question",),
            why="help became hint",
            change=lambda data: {**{k: v for k, v in data.items() if k != "help"}, "hint": data["help"]},
        ),
        Migration(
            before=Version(1, 0),
            after=Version(1, 1),
            why="label became text",
            change=lambda data: {"text": data.pop("label"), **data},
        ),
    )

    def test_steps_are_taken_in_order_from_the_version_of_the_document(self):
        old = {"id": "q1", "label": "Who?", "help": "You"}
        assert migrate(old, "question", Version(1, 0), self.steps) == {"id": "q1", "text": "Who?", "hint": "You"}
        assert old == {"id": "q1", "label": "Who?", "help": "You"}
        assert migrate(old, "choice", Version(1, 0), self.steps) == {"id": "q1", "text": "Who?", "help": "You"}
        middle = {"id": "q1", "text": "Who?", "help": "You"}
        assert migrate(middle, "question", Version(1, 1), self.steps) == {"id": "q1", "text": "Who?", "hint": "You"}
        assert migrate(middle, "question", Version(1, 2), self.steps) is middle

    def test_a_document_of_an_earlier_version_is_read(self, monkeypatch):
        monkeypatch.setattr(envelope, "MIGRATIONS", self.steps)
        monkeypatch.setattr(envelope, "VERSION", Version(1, 2))
        question = loads(document({"id": "q1", "label": "Who?", "help": "You"}, "question", "1.0"), Question)
        assert (str(question.text), str(question.hint)) == ("Who?", "You")

    def test_a_step_leads_forward(self):
        with pytest.raises(ModelError, match="must be later"):
            Migration(before=Version(1, 1), after=Version(1, 0), why="", change=dict)

    @pytest.mark.parametrize("text", ["1", "1.0.0", "01.0", "1.-1", "v1.0", "", None, 1.0])
    def test_versions_have_one_form(self, text):
        with pytest.raises(ModelError):
            Version.parse(text)

    def test_the_chain_ends_at_the_version_written(self):
        assert all(step.after <= envelope.VERSION for step in envelope.MIGRATIONS)
