"""The real files beside the project: each is claimed by its own reader, and says what was counted in it.

Facts that are not met are argued in `ARGUED`; everything else must fit.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from capbuild_xlsform.definitions import load_forms
from capbuild_xlsform.form import Form
from capbuild_xlsform.kinds import Structure, kind_of
from capbuild_xlsform.safe import local_name, parse_xml
from capbuild_xlsform.sheets import read_definition
from capbuild_xlsform.tables import tables_in
from capbuild_xlsform.xform import read_xform

from capbuild.errors import ReadError
from capbuild.io import read
from capbuild.io.sniffing import claims
from capbuild.model import Severity
from capbuild.plugins import Confidence, InputFile

pytestmark = pytest.mark.corpus

OWN = ("xlsform", "odk-xform-xml", "kobo-odk-submissions")
MINE = {"xlsform", "odk-xform", "kobo-csv", "kobo-xlsx", "kobo-json", "openrosa-xml"}
#: Files of these folders that are not of these formats: SPSS files belong to the reader of SPSS files.
OTHERS = (".sav",)

_END = "the counter took the metadata question 'end' for the end of a group"
_PHONE = "'phone number' is asked of a person (the reference parser makes an input of it), 'phonenumber' is metadata"
_ONCE = "rows with one instanceID are one submission whose repeat was flattened; it must not be counted twice"
_BOOLEAN = "a boolean cell is TRUE or FALSE, as the spreadsheet shows it and the reference parser names it"
#: Why a fact is not what the reader finds, by the end of the file's path and the fact.
ARGUED = {
    ("all_types_survey.xlsx", "structure_rows"): _END,
    ("bug__UCL_Biomass_Plot_Form.xlsx", "structure_rows"): _END,
    ("bug__calculate_without_calculation.xls", "structure_rows"): _END,
    ("bug__duplicate_columns.xlsx", "structure_rows"): _END,
    ("demo.xlsx", "structure_rows"): _END,
    ("demo_adapt1.xlsx", "structure_rows"): _END,
    ("flat_xlsform_test.xlsx", "structure_rows"): _END,
    ("testB.xlsx", "structure_rows"): _END,
    ("bug__ODKValidateWarnings.xlsx", "meta_rows"): _PHONE,
    ("bug__group_name_test.xls", "meta_rows"): _PHONE,
    ("group.xlsx", "meta_rows"): _PHONE,
    ("flat_xlsform_test.xlsx", "meta_rows"): "'uri:deviceid' is the metadata 'deviceid' in its old spelling",
    ("bug__duplicate_columns.xlsx", "languages"): "'label::english' stands in the choices and in media columns",
    ("field-list.xlsx", "languages"): "the reference parser counts chinese too: the choices have 'label::chinese'",
    (
        "bug__blank_second_row.xls",
        "settings",
    ): "a cell with the number 1 is version '1', as a form means it",
    ("widgets.xls", "settings"): _BOOLEAN,
    ("bug__duplicate_columns.xlsx", "settings"): _BOOLEAN,
    ("flat_xlsform_test.xlsx", "settings"): _BOOLEAN,
    ("bug__extra_columns.xls", "controls_total"): "the third row has an unknown type; it is kept as text and told",
    ("table-list.xls", "controls_total"): "'table-list' makes the parser add a control that repeats the heads",
    ("widgets.xls", "controls_total"): "'table-list' makes the parser add a control that repeats the heads",
    ("analysis_form__analysis_form.json", "responses"): "six questions for analysts, not six submissions",
    ("selectone_to_multiple__submissions.json", "responses"): "nine submissions stand under a misspelt key",
    ("kpi/tutorial_w_repeats_flattened.csv", "responses"): _ONCE,
    ("onadata/tutorial_w_repeats_flattened.csv", "responses"): _ONCE,
    ("kpi/tutorial_w_repeats_flattened.csv", "n_a_cells"): _ONCE,
    ("onadata/tutorial_w_repeats_flattened.csv", "n_a_cells"): _ONCE,
    ("Geoshapes.csv", "n_a_cells"): "both stand in the second time of a repeat that was answered once: no answers",
    ("grouped_repeatable_alias__v1.json", "begin_repeat"): "'begin lgroup' is the old spelling of a repeat",
    ("select_one_legacy__v1.json", "select_one"): "'select one emperors' is the old spelling of select_one",
    ("flat_xlsform_test.xlsx", "controls_total"): "'table-list' makes the parser add a control that repeats the heads",
    ("universal_newline.csv", "responses"): "a definition (a section 'survey'), not 106 submissions",
}
#: Share of the facts that must be right; the rest must be argued, so this can only rise.
FLOOR = 0.97


@pytest.fixture(scope="module")
def expected(corpus: Path) -> dict[str, Any]:
    return json.loads((corpus / "expected.json").read_text(encoding="utf-8"))["files"]


def _sheet_facts(source: InputFile, form: Form) -> dict[str, Any]:
    """Count rows as the expectation does, from what the reader made of the sheets."""
    found = read_definition(tables_in(source))
    kinds = [(row.get("type"), kind_of(row.get("type"))) for row in found.rows.survey]
    structures = Counter(kind.structure for _, kind in kinds)
    types = Counter(kind.type.value for _, kind in kinds if kind.structure is Structure.ITEM)
    return {
        "sheets": list(found.names),
        "survey_columns": list(found.heads),
        "survey_rows_with_type": len(found.rows.survey),
        "begin_repeat": structures[Structure.REPEAT] + structures[Structure.LOOP],
        "begin_group": structures[Structure.GROUP],
        "select_one": types["select one"],
        "select_multiple": types["select multiple"],
        "or_other": sum(kind.or_other for _, kind in kinds),
        "structure_rows": len(kinds) - structures[Structure.ITEM],
        "meta_rows": sum(kind.meta for _, kind in kinds),
        "note_rows": types["note"],
        "calculate_rows": sum(written == "calculate" for written, _ in kinds),
        "languages": sorted(form.languages),
        "choice_lists": len(form.lists),
        "choices_total": sum(map(len, form.lists.values())),
        "choices_per_list": {name: len(choices) for name, choices in form.lists.items()},
        "settings": {_key(name): text for name, text in found.rows.settings.items()},
        "controls_total": sum(not item.meta and item.type.value != "calculated" for item in form.items),
    }


def _key(name: str) -> str:
    return {"id_string": "form_id", "title": "form_title"}.get(name.casefold(), name.casefold())


def _xlsform(facts: dict[str, Any]) -> dict[str, Any]:
    wanted = {name: fact for name, fact in facts.items() if name != "pyxform"}
    if "settings" in wanted:
        wanted["settings"] = {_key(name): text for name, text in wanted["settings"].items()}
    total = facts["pyxform"].get("controls_total")
    return wanted | ({"controls_total": total} if total is not None else {})


def _xform_facts(source: InputFile) -> dict[str, Any]:
    parts = read_xform(parse_xml(source.content, source.name, 100), source.name)
    controls = Counter(control.tag for control in parts.controls)
    counts = parts.counts
    return {
        "controls": dict(controls),
        "controls_total": controls.total(),
        "repeats": counts["repeat"],
        "groups": counts["group"],
        "binds": counts["binds"],
        "translations": parts.itext.languages,
        "body_items": counts["item"],
        "itemsets": counts["itemset"],
        "instances": counts["instances"],
    }


def _json_facts(source: InputFile, reading: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"responses": len(reading.responses)}
    try:
        form = load_forms(source)[-1].form
    except ReadError:
        return {**found, "version": None}
    data = json.loads(source.content)
    content = data.get("content", data) if isinstance(data, dict) else {}
    kinds = [kind_of(item.written) for item in form.items]
    labels = [row["label"] for row in content.get("survey", ()) if isinstance(row.get("label"), list)]
    return found | {
        "version": form.version or None,
        "survey_rows": len(content.get("survey", ())),
        "begin_repeat": sum(group.repeat for group in form.groups),
        "begin_group": sum(not group.repeat for group in form.groups),
        "questions_excl_structure": sum(item.other_of is None for item in form.items),
        "select_one": sum(kind.type.value == "select one" for kind in kinds),
        "select_multiple": sum(kind.type.value == "select multiple" for kind in kinds),
        "choice_lists": len(form.lists),
        "choices_total": sum(map(len, form.lists.values())),
        "languages": list(form.languages) or ("label is a list of 1" if labels else []),
    }


def _table_facts(reading: Any) -> dict[str, Any]:
    sheet = reading.reconciliation.sheets[0]
    columns = [column for column in sheet.columns if column.name]
    found: dict[str, Any] = {
        "responses": len(reading.responses),
        "columns": len(sheet.columns),
        "rows_incl_header": sheet.rows_in + 1,
        "n_a_cells": sum(a.raw == "n/a" for r in reading.responses for a in r.answers) + sheet.left_out.get("n/a", 0),
        "empty_headers": len(sheet.columns) - len(columns),
        "duplicate_headers": len(columns) - len({column.name for column in columns}),
    }
    return found


def _xml_facts(source: InputFile) -> dict[str, Any]:
    root = parse_xml(source.content, source.name, 100)
    return {"root": local_name(root.tag), "leaves": sum(len(element) == 0 for element in root.iter())}


def _found(path: str, source: InputFile, host: Any) -> dict[str, Any]:
    """Return what the reader finds in a file, by the names of the facts."""
    reading = read(source, host=host)
    assert reading.reconciliation.adds_up, path
    assert not [issue for issue in reading.issues if issue.severity is Severity.ERROR], path
    if reading.format == "xlsform" and "/xlsform/" not in f"/{path}":
        return {"responses": 0}  # a definition, or choices beside one, in the folder of another format
    if reading.format == "xlsform":
        return _sheet_facts(source, load_forms(source)[0].form)
    if reading.format == "odk-xform":
        return _xform_facts(source)
    if reading.format == "kobo-json":
        return _json_facts(source, reading)
    if reading.format == "openrosa-xml" and path.endswith(".zip"):
        return {"members": len(source.members), "xml_instances": len(reading.responses) + 1}
    if reading.format == "openrosa-xml":
        return _xml_facts(source)
    return _table_facts(reading)


def _own_files(expected: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, entry) for path, entry in expected.items() if entry["format"] in OWN and not path.endswith(OTHERS)]


def test_every_file_is_claimed_by_its_reader_alone(expected, corpus, host):
    for path, entry in expected.items():
        found = claims(InputFile(path, path=corpus / path), host)
        sure = [s for s in found if s.claim.confidence is found[0].claim.confidence]
        mine = [s.reader.name for s in found if s.reader.name in MINE and s.claim.confidence > Confidence.NAME]
        if entry["format"] in OWN and not path.endswith(OTHERS):
            assert len(sure) == 1, path
            assert sure[0].reader.name in MINE, path
        elif "kobo" not in path:
            assert not mine, path


def test_a_template_with_an_undeclared_prefix_is_refused(expected, corpus, host):
    path = next(path for path, entry in expected.items() if entry["format"] in OWN and "tool_error" in entry["facts"])
    with pytest.raises(ReadError, match="not well-formed"):
        read(corpus / path, host=host)


def test_facts(expected, corpus, host, capsys):
    rows: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    argued: set[tuple[str, str]] = set()
    for path, entry in _own_files(expected):
        if "tool_error" in entry["facts"]:
            continue
        found = _found(path, InputFile(path, path=corpus / path), host)
        facts = _xlsform(entry["facts"]) if "pyxform" in entry["facts"] else entry["facts"]
        count = rows.setdefault(path.rpartition("/")[0], Counter())
        count["files"] += 1
        for name, fact in facts.items():
            if name not in found:
                continue
            reason = next((key for key in ARGUED if path.endswith(key[0]) and key[1] == name), None)
            if found[name] == fact:
                count["right"] += 1
            elif reason is not None:
                argued.add(reason)
                count["argued"] += 1
            else:
                count["wrong"] += 1
                wrong.append(f"{path}: {name} is {found[name]!r}, expected {fact!r}")
    with capsys.disabled():
        print(f"\n{'folder':<42}{'files':>7}{'right':>7}{'argued':>8}{'wrong':>7}")
        for folder, count in rows.items():
            print(f"{folder:<42}{count['files']:>7}{count['right']:>7}{count['argued']:>8}{count['wrong']:>7}")
    total = sum(count["right"] + count["argued"] + count["wrong"] for count in rows.values())
    assert not wrong, "\n".join(wrong)
    assert sum(count["right"] for count in rows.values()) >= FLOOR * total
    assert argued == {key for key in ARGUED if any(path.endswith(key[0]) for path, _ in _own_files(expected))}


def test_no_answer_is_lost(expected, corpus, host):
    """Every text that an instance stores is in an answer, in a missing's raw text, or in the response itself."""
    for path, _ in _own_files(expected):
        if "openrosa_xml/" not in path or path.endswith("/submission.xml"):
            continue
        source = InputFile(path, path=corpus / path)
        response = read(source, host=host).responses[0]
        known = {str(part) for a in response for part in (a.value if isinstance(a.value, tuple) else (a.value, a.raw))}
        known |= {a.raw or "" for a in response} | {response.id, f"uuid:{response.id}"}
        for element in parse_xml(source.content, path, 100).iter():
            text = (element.text or "").strip()
            if text and len(element) == 0:
                shown = any(text == one or text in one for one in known) or _same(text, response)
                assert shown, (path, element.tag, text)


def _same(text: str, response: Any) -> bool:
    numbers = [part for a in response for part in (str(a.value),)]
    return any(text.split(" ")[0].rstrip("0").rstrip(".") in number for number in numbers)


def test_the_hostile_files_end_in_an_error_or_in_issues(corpus, host):
    for path in sorted((corpus / "synthetic" / "hostile").iterdir()):
        for reader in sorted(MINE):
            try:
                read(path, format=reader, host=host)
            except ReadError:
                continue
