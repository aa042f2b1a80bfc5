"""JSON Schemas: made from the classes, committed, and true of every document."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from capbuild.documents import dumps, loads
from capbuild.documents.envelope import class_of, kinds
from capbuild.documents.schemas import schema, schema_text
from capbuild.errors import DocumentError
from capbuild.model import Assessment, AssessmentSet, Evidence

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "schema"
FORMATS = Draft202012Validator.FORMAT_CHECKER


def test_a_schema_is_committed_for_every_kind_and_no_other():
    assert sorted(path.name for path in FOLDER.glob("*")) == sorted(f"{kind}.schema.json" for kind in kinds())


@pytest.mark.parametrize("kind", kinds())
def test_the_committed_schema_is_the_one_the_classes_make(kind):
    committed = (FOLDER / f"{kind}.schema.json").read_text("utf-8")
    assert committed == schema_text(kind), "run: python tools/write_schemas.py"


@pytest.mark.parametrize("kind", kinds())
def test_schemas_are_valid_and_full_documents_fit_them(kind, samples):
    Draft202012Validator.check_schema(schema(kind))
    validator = Draft202012Validator(schema(kind), format_checker=FORMATS)
    validator.validate(json.loads(dumps(samples[class_of(kind)])))


def test_every_field_of_every_class_is_described():
    bare = {
        f"{name}.{field}"
        for kind in kinds()
        for name, made in schema(kind)["$defs"].items()
        for field, about in made.get("properties", {}).items()
        if not about.get("description")
    }
    # The one field of this class is what the class is.
    assert bare <= {"Issues.items"}


def test_ranges_patterns_and_defaults_come_from_the_classes():
    evidence = schema("evidence")["$defs"]["Evidence"]
    assert evidence["required"] == ["id", "title"]
    assert evidence["additionalProperties"] is False
    assert evidence["properties"]["reliability"] == {
        "description": "1 (low) to 3 (high).",
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": 3,
        "default": None,
    }
    assert evidence["properties"]["tlp"]["default"] == "TLP:AMBER"
    assert schema("country")["$defs"]["Country"]["properties"]["alpha_2"]["pattern"] == "^(?:[A-Z]{2})$"


@pytest.mark.parametrize(
    ("cls", "change"),
    [
        (Evidence, {"langauge": "en"}),
        (Evidence, {"reliability": 4}),
        (Evidence, {"id": " E1"}),
        (Evidence, {"tlp": "TLP:WHITE"}),
        (Evidence, {"date": "20160102"}),
    ],
)
def test_a_schema_refuses_what_the_reader_refuses(cls, change, samples):
    made = json.loads(dumps(samples[cls]))
    made["data"] |= change
    validator = Draft202012Validator(schema(made["kind"]), format_checker=FORMATS)
    assert not validator.is_valid(made)
    with pytest.raises(DocumentError):
        loads(json.dumps(made))


def test_parts_may_leave_out_what_they_share():
    one, many = schema("assessment")["$defs"], schema("assessment-set")["$defs"]
    assert set(one["Score"]["required"]) == {"coverage"} == set(many["Score"]["required"])
    assert {"framework", "round"} <= set(one[Assessment.__name__]["required"])
    assert many[Assessment.__name__]["required"] == ["country"]
    assert {"framework", "round"} <= set(many[AssessmentSet.__name__]["required"])
    assert {"capacity", "scale"} <= set(schema("score")["$defs"]["Score"]["required"])


def test_an_unknown_kind_has_no_schema():
    with pytest.raises(DocumentError) as caught:
        schema("contry")
    assert caught.value.code == "CB012"
