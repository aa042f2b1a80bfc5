"""Labels in several languages, put into files as Stata's description of its format says; all labels are invented."""

import io
import struct

import numpy as np
import pandas as pd
import pytest

import capbuild as cb
from capbuild.errors import ReadError

SAID = {
    ("_dta", "_lang_list"): "en fr Kreyol",
    ("_dta", "_lang_c"): "en",
    ("unit", "_lang_v_fr"): "Y a-t-il une unité ?",
    ("unit", "_lang_l_fr"): "words_fr",
    ("staff", "_lang_v_fr"): "Effectif",
    ("unit", "_lang_v_Kreyol"): "Èske gen yon inite?",
    ("unit", "note1"): "asked of headers only",
}


def _made(version: int) -> bytes:
    """Return a file whose last variable brings the French table along."""
    frame = pd.DataFrame(
        {name: np.array([1, 2, 3], dtype="int8") for name in ("unit", "words_fr")} | {"staff": np.array([4, 5, 6.5])}
    )
    stream = io.BytesIO()
    frame.to_stata(
        stream, write_index=False, version=version, variable_labels={"unit": "Is there a unit?"},
        value_labels={"unit": {1: "Yes", 2: "No"}, "words_fr": {1: "Oui", 2: "Non", 3: "Prévue"}},
    )  # fmt: skip
    return stream.getvalue()


def _with(data: bytes, said: dict[tuple[str, str], str], version: int) -> bytes:
    """Put characteristics into a file, where its version has them."""
    if version == 114:
        (count,) = struct.unpack_from("<H", data, 4)
        at = 109 + count * (1 + 33 + 49 + 33 + 81) + 2 * (count + 1)
        records = b""
        for (owner, name), text in said.items():
            body = owner.encode().ljust(33, b"\0") + name.encode().ljust(33, b"\0") + text.encode("cp1252") + b"\0"
            records += struct.pack("<Bi", 1, len(body)) + body
        return data[:at] + records + data[at:]
    width = 33 if version == 117 else 129
    section = b""
    for (owner, name), text in said.items():
        encoded = text.encode("cp1252" if version == 117 else "utf-8")
        body = owner.encode().ljust(width, b"\0") + name.encode().ljust(width, b"\0") + encoded + b"\0"
        section += b"<ch>" + struct.pack("<I", len(body)) + body + b"</ch>"
    at, begin = data.index(b"<map>") + 5, data.index(b"<characteristics>") + len(b"<characteristics>")
    places = struct.unpack_from("<14Q", data, at)
    moved = struct.pack("<14Q", *(place + len(section) * (number > 8) for number, place in enumerate(places)))
    return data[:at] + moved + data[at + 112 : begin] + section + data[begin:]


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_labels_in_all_languages(read, version):
    found = read(_with(_made(version), SAID, version), "stata", "a.dta")
    unit, staff = found.form["unit"], found.form["staff"]
    assert (unit.text.source, unit.text.language, unit.text.get("fr")) == (
        "Is there a unit?", "en", "Y a-t-il une unité ?",
    )  # fmt: skip
    assert unit.text.get("x-kreyol") == "Èske gen yon inite?"
    assert (staff.text.source, staff.text.get("fr")) == ("staff", "Effectif")
    assert [(c.code, c.label.language, c.label.source, c.label.get("fr")) for c in unit.choices] == [
        ("1", "en", "Yes", "Oui"), ("2", "en", "No", "Non"), ("3", "fr", "Prévue", "Prévue"),
    ]  # fmt: skip
    assert found.form.languages == ("en", "fr", "x-kreyol")
    assert [value for value, _ in found.column("unit")] == ["1", "2", "3"]


@pytest.mark.parametrize("version", [114, 118])
def test_a_file_without_other_languages_is_as_before(read, version):
    plain = read(_made(version), "stata", "a.dta")
    one = {("_dta", "_lang_list"): "default", ("_dta", "_lang_c"): "default", ("unit", "note1"): "x"}
    again = read(_with(_made(version), one, version), "stata", "a.dta")
    assert again.form == plain.form
    assert plain.form["unit"].text.language == "und"


@pytest.mark.parametrize("version", [114, 118])
def test_damaged_characteristics_end_in_an_error_or_in_a_reading(version):
    data = _with(_made(version), SAID, version)
    begin = data.index(b"_lang_list") - 140
    told = set()
    for place in (begin, begin + 137, begin + 300):
        try:
            told.add(len(cb.read(data[:place] + b"\xff\xfe\xff" + data[place + 3 :], name="a.dta").responses))
        except ReadError as error:
            told.add(error.code)
    assert told <= {3, "SPSS1"}
