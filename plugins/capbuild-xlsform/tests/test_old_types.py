"""Every type that the reference converter knows is known here, as the same kind of answer."""

import pytest
from capbuild_xlsform.definitions.definition_sheets import parse_header
from capbuild_xlsform.definitions.question_types import Structure, parse_type
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

KINDS = {
    "string": {"text", "note", "boolean", "select one", "select multiple", "calculated"},
    "int": {"integer", "decimal"},  # a range takes decimals where its steps are none
    "decimal": {"decimal"},
    "date": {"date"},
    "time": {"time"},
    "dateTime": {"datetime"},
    "geopoint": {"geopoint"},
    "geotrace": {"text"},
    "geoshape": {"text"},
    "barcode": {"text"},
    "binary": {"file"},
    "odk:rank": {"ranking"},
}


@pytest.mark.parametrize(
    ("written", "stored"),
    [(name, entry["bind"]["type"]) for name, entry in QUESTION_TYPE_DICT.items() if "type" in entry.get("bind", {})],
)
def test_types_of_the_reference_converter(written, stored):
    kind = parse_type(written)
    assert kind.structure is not Structure.ITEM or kind.type.value in KINDS[stored]


@pytest.mark.parametrize(
    ("written", "name"),
    [("count", "repeat_count"), ("constraining message", "constraint_message"), ("Body::appearance", "appearance")],
)
def test_old_heads(written, name):
    assert parse_header(written).name == name


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("select multiple using yn", ("select multiple", "yn", False)),
        ("select one using yn", ("select one", "yn", False)),
        ("calculate_here", ("calculated", None, False)),
        ("start_time", ("datetime", None, True)),
        ("sensor_statistic mean_light_level", ("decimal", None, True)),
        ("sensor_stream sound_level", ("file", None, True)),
        ("comments", ("file", None, True)),
    ],
)
def test_other_spellings_and_types_of_surveycto(written, kind):
    found = parse_type(written)
    assert (found.type.value, found.list_name, found.meta) == kind
