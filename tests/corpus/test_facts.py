"""`capbuild inspect --facts` against what other tools counted in every real file of the survey formats.

A fact that is not met is argued here, with its reason; an argument that is no longer needed fails the test.
"""

import datetime
from collections import Counter

import pytest

from capbuild.errors import ReadError
from capbuild.io import country, read
from capbuild.io.reading import file_facts
from capbuild.model import Missing, ResponseStatus
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

FOLDERS = (
    "cspro", "fhir", "ddi",
    "formbricks", "google-forms", "kobo-odk-submissions", "limesurvey", "messy-spreadsheets", "odk-xform-xml",
    "qualtrics", "redcap", "spss-stata", "surveyjs", "surveymonkey", "synthetic", "typeform", "xlsform",
)  # fmt: skip
#: Files of formats that are read by nobody yet, and files that are hostile on purpose (a test of their own).
ASIDE = (
    "ddi/cb__dataset-finchDC", "ddi/cb__survey2ddi_responses",
    "surveymonkey/api_", "synthetic/hostile/", "synthetic/jotform", "synthetic/tally",
    "redcap/arm-multiple-delete__arm", "redcap/arm-multiple-delete__event", "redcap/longitudinal__arm",
    "redcap/longitudinal__event",
)  # fmt: skip
#: What another tool said when it failed: we refuse the file too, and clearly; or we read it.
REFUSED = {
    "kobo-odk-submissions/openrosa_xml/submission.xml": "CB128",
    "messy-spreadsheets/calamine__any_sheets.xlsb": "SHEET1",
    "messy-spreadsheets/calamine__issue_594_dos.ods": "CB105",
    "messy-spreadsheets/calamine__pass_protected.xlsx": "SHEET2",
    "redcap/empty-rows__data.csv": "CB103",
    "redcap/potentially-problematic-dictionary__data.csv": "CB103",
}
#: The note of the expectation says what is in the file that another tool could not read by default.
READ = {"spss-stata/datetime.sav": {"rows": 2, "variables": 3}}
#: Words about how a fact was found, and remarks to people: nothing to compare.
REMARKS = {"tool", "note", "seen", "must", "dim", "fhir.resources"}

_END = "the counter took the metadata question 'end' for the end of a group"
_PHONE = "'phone number' is asked of a person (the reference parser makes an input of it), 'phonenumber' is metadata"
_ONCE = "rows with one instanceID are one submission whose repeat was flattened; it must not be counted twice"
_BOOLEAN = "a boolean cell is TRUE or FALSE, as the spreadsheet shows it and the reference parser names it"
_SUBITEMS = "parts of an item stand in the list of items, with the mark subitem"
_FORM = "it contains the sections of a form, not 106 submissions, so it has none of the columns of an export"
ARGUED = {
    ("cspro/Census_Dictionary.dcf", "subitems"): _SUBITEMS,
    ("cspro/Household.dcf", "subitems"): _SUBITEMS,
    ("cspro/PopstanLFS.dcf", "subitems"): _SUBITEMS,
    ("all_types_survey.xlsx", "structure_rows"): _END,
    ("bug__UCL_Biomass_Plot_Form.xlsx", "structure_rows"): _END,
    ("bug__calculate_without_calculation.xls", "structure_rows"): _END,
    ("bug__duplicate_columns.xlsx", "structure_rows"): _END,
    ("demo.xlsx", "structure_rows"): _END,
    ("demo_adapt1.xlsx", "structure_rows"): _END,
    ("flat_xlsform_test.xlsx", "structure_rows"): _END,
    ("xlsform/testB.xlsx", "structure_rows"): _END,
    ("bug__ODKValidateWarnings.xlsx", "meta_rows"): _PHONE,
    ("bug__group_name_test.xls", "meta_rows"): _PHONE,
    ("xlsform/group.xlsx", "meta_rows"): _PHONE,
    ("flat_xlsform_test.xlsx", "meta_rows"): "'uri:deviceid' is the metadata 'deviceid' in its old spelling",
    ("bug__duplicate_columns.xlsx", "languages"): "'label::english' stands in the choices and in media columns",
    ("field-list.xlsx", "languages"): "the reference parser counts chinese too: the choices have 'label::chinese'",
    ("bug__blank_second_row.xls", "settings"): "a cell with the number 1 is version '1', as a form means it",
    ("widgets.xls", "settings"): _BOOLEAN,
    ("bug__duplicate_columns.xlsx", "settings"): _BOOLEAN,
    ("flat_xlsform_test.xlsx", "settings"): _BOOLEAN,
    ("bug__extra_columns.xls", "controls_total"): "the third row has an unknown type; it is kept as text and told",
    ("analysis_form__analysis_form.json", "responses"): "six questions for analysts, not six submissions",
    ("selectone_to_multiple__submissions.json", "responses"): "nine submissions stand under a misspelt key",
    ("kpi/tutorial_w_repeats_flattened.csv", "responses"): _ONCE,
    ("onadata/tutorial_w_repeats_flattened.csv", "responses"): _ONCE,
    ("kpi/tutorial_w_repeats_flattened.csv", "n_a_cells"): _ONCE,
    ("onadata/tutorial_w_repeats_flattened.csv", "n_a_cells"): _ONCE,
    ("Geoshapes.csv", "n_a_cells"): "both stand in the second time of a repeat that was answered once: no answers",
    ("grouped_repeatable_alias__v1.json", "begin_repeat"): "'begin lgroup' is the old spelling of a repeat",
    ("select_one_legacy__v1.json", "select_one"): "'select one emperors' is the old spelling of select_one",
    ("universal_newline.csv", "responses"): _FORM,
    ("universal_newline.csv", "group_or_split_columns"): _FORM,
    ("universal_newline.csv", "meta_columns"): _FORM,
    ("universal_newline.csv", "n_a_cells"): _FORM,
    ("universal_newline.csv", "repeat_index_columns"): _FORM,
    ("bulk_submission.zip", "xml_instances"): "one of its three XML files is the form, and two are instances",
    ("xlsformfill/testdata.csv", "encoding"): 'the byte is the apostrophe of "don\'t": Windows-1252',
    ("food-world-cup-data.csv", "encoding"): "the byte is a no-break space: Macintosh Roman",
    ("1900-02-29.xlsx", "sheets.Sheet1.dates"): "29 February 1900 is a day that never was: it stays a text",
    ("calamine__errors.xlsx", "sheets.Feuil1.errors"): "counted on formulas; their saved results are seven errors",
    ("calamine__strict_iso_paths.xlsx", "sheet names"): "it has a second sheet, which the counter did not find",
    ("simple__metadata.csv", "matrix_groups"): "the one name counted is 'NA', which R writes for a blank",
    ("purpose.xlsx", "sheets.NZ.Stat export.errors"): "counted on formulas; their saved results are three #NAME?",
}
#: Facts whose parts are compared one by one.
NESTED = {"sheets", "structure", "pyxform"}


@pytest.fixture(scope="module")
def host():
    return Host()


def ours(path):
    return path.startswith(tuple(f"{folder}/" for folder in FOLDERS)) and not path.startswith(ASIDE)


def leaves(facts, path=()):
    """Yield the facts of a file with their names, those in tables of sheets or members one by one."""
    for name, value in facts.items():
        nested = name in NESTED or name.endswith(".lsr") or path[:1] == ("sheets",)
        if name in REMARKS and not (path and path[0] == "sheets" and name != "dim"):
            continue
        if isinstance(value, dict) and nested:
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def stated(facts):
    """The expectation in our words: of the reference parser's counts the controls, and names of settings alike."""
    plain = {name: value for name, value in facts.items() if name != "pyxform"}
    if "controls_total" in facts.get("pyxform", {}):
        plain["controls_total"] = facts["pyxform"]["controls_total"]
    if "settings" in plain:
        names = {"id_string": "form_id", "title": "form_title"}
        plain["settings"] = {names.get(n.casefold(), n.casefold()): text for n, text in plain["settings"].items()}
    return dict(leaves(plain))


def alike(name, found, value):
    """Compare one fact; an order that a file leaves open, and a sheet that is hidden more deeply, do not matter."""
    if name[-1] == "state" and value == "veryHidden":
        return found == "hidden"
    if name[-1] == "countries":  # whatever spelling
        return [country(text).alpha_2 for text in found] == [country(text).alpha_2 for text in value]
    if name[-1] == "languages" and isinstance(value, list) and isinstance(found, list):
        return sorted(found) == sorted(value)
    return found == value


def look_up(facts, name):
    for step in name:
        facts = facts.get(step, KeyError) if isinstance(facts, dict) else KeyError
    return facts


# --- files made by hand: what the answers must say ---


def by_hand(path, formats, host):
    """Facts of the hand-made files that only the responses tell."""
    kind = path.partition("/")[2]
    if kind not in HANDS:
        return {}
    reading = read(formats / path, name=path, host=host)
    return HANDS[kind](reading)


def _typeform(reading):
    (response,) = reading.responses
    return {"other_text": response["units.other"].value, "hidden": {"country": response["country"].value}}


def _labels(reading):
    (asked,) = [q for q in reading.questionnaire.questions if q.choices]
    return {"options": len(asked.choices), "select_multiple": 1}


def _repeats(reading):
    (asked,) = [q for q in reading.questionnaire.questions if q.choices]
    starts = [response["start"].value.isoformat()[-6:] for response in reading.responses]
    return {
        "options": len(asked.choices),
        "select_multiple": 1,
        "versions": [response.version for response in reading.responses],
        "timezones": starts,
        "other_text_column": next(q.id for q in reading.questionnaire.questions if q.id == "units_other"),
    }


def _long(reading):
    answers = [answer for response in reading.responses for answer in response]
    unknown = [a.raw for a in answers if a.value is Missing.DONT_KNOW]
    texts = {a.question for a in answers if "[" not in a.question}
    blank = [a.value for a in answers if a.raw in ("-", "–", "—")]
    return {
        "layout": "long",
        "respondents": len(reading.responses),
        "questions": len(texts),
        "rows": reading.reconciliation.total("rows_in"),
        "decimal_comma": any(a.raw == "4,5" and a.value == 4.5 for a in answers),
        "missing_code": f'{unknown[1]} with "{unknown[0]}"',
        "dash_means_empty": set(blank) <= {Missing.NO_ANSWER},
        "day_first": reading.responses[0].date == datetime.date(2016, 3, 1),
    }


def _microsoft(reading):
    return {"countries": [response.place for response in reading.responses]}


def _tabs(reading):
    return {"country": reading.responses[0].place, "questions": len(reading.questionnaire.questions)} | {
        "encoding": "utf-16-le with BOM"
    }


def _countries(reading):
    values = {a.raw if a.raw is not None else a.value for r in reading.responses for a in r}
    odd = [v for v in ("n/a", "2-3", "4 ") if v in values]
    asked = [q for q in reading.questionnaire.questions if q.group in ("Legal", "Operational", "Technical")]
    curacao = next(response for response in reading.responses if response.place == "Curaçao")
    first = min(a.origin.row for a in reading.responses[0] if a.origin.row > 3)
    foot = any("question not asked" in q.id for q in reading.questionnaire.questions)
    skipped = [s for s in reading.reconciliation.sheets if s.skipped]
    return {
        "country_sheets": len(reading.responses),
        "other_sheets": [f"{s.sheet} (hidden)" if "hidden" in s.skipped else s.sheet for s in skipped],
        "countries": [response.country.name for response in reading.responses],
        "questions_per_sheet": len({q.id.partition(" [")[0] for q in asked}),  # each round is one of its own
        "areas": [group.id for group in reading.questionnaire.groups if group.id in {q.group for q in asked}],
        "header_rows": [first - 2, first - 1],
        "first_data_row": first,
        "merged_area_cells": len({q.group for q in asked}) < len(asked),
        "visit_date_as_text_on": curacao.place if curacao["Visit"].value == "10-12 May 2016" else None,
        "score_values_to_handle": [*odd[:2], f"{odd[2]}(trailing space)", None, min(v for v in values if v == 0)],
        "foot_note_row": "must not become a question" if not foot else "a question",
    }


def _qualtrics(reading):
    first, second = reading.responses
    seen = [a.raw for a in first if a.value is Missing.NO_ANSWER and a.raw]
    return {
        "finished": sum(response.status is ResponseStatus.SUBMITTED for response in reading.responses),
        "questions": len({q.id.partition("_")[0] for q in reading.questionnaire.questions if q.id.startswith("Q")}),
        "timezone": str(first.submitted.tzinfo),
        "physical_lines_in_body_differ": second.origin.row - first.origin.row > 1,
        "missing_code_seen": f"{seen[0]} = seen but not answered",
    }


HANDS = {
    "kobo_export_labels_semicolon.csv": _labels,
    "kobo_export_repeats.xlsx": _repeats,
    "long_cp1252.csv": _long,
    "msforms_responses.xlsx": _microsoft,
    "qualtrics_3row_bom.csv": _qualtrics,
    "typeform_webhook.json": _typeform,
    "utf16le_tab.txt": _tabs,
    "one_sheet_a_country.xlsx": _countries,
}


def compare(path, facts, formats, host):
    """Yield (fact, what was found, what was counted, whether they agree) for each fact of a file."""
    if path in REFUSED:
        with pytest.raises(ReadError) as caught:
            file_facts(formats / path, name=path, host=host)
        yield "refused", caught.value.code, REFUSED[path], caught.value.code == REFUSED[path]
        return
    found = file_facts(formats / path, name=path, host=host) | by_hand(path, formats, host)
    yield "adds up", found["adds_up"], True, found["adds_up"] is True
    if isinstance(facts.get("sheets"), dict):
        yield "sheet names", list(found["sheets"]), list(facts["sheets"]), set(found["sheets"]) == set(facts["sheets"])
    for name, value in stated(READ.get(path, facts)).items():
        here = look_up(found, name)
        yield ".".join(name), here, value, alike(name, here, value)


def test_every_fact_of_every_file(formats, expected, host, capsys):
    table, wrong, used = Counter(), [], set()
    for path in filter(ours, expected):
        folder = path.split("/")[0]
        table[folder, "files"] += 1
        for fact, found, value, right in compare(path, expected[path]["facts"], formats, host):
            reason = next((key for key in ARGUED if path.endswith(key[0]) and key[1] == fact), None)
            if right:
                table[folder, "right"] += 1
            elif reason is not None:
                used.add(reason)
                table[folder, "argued"] += 1
            else:
                table[folder, "wrong"] += 1
                wrong.append(f"{path} {fact}: {found!r}, not {value!r}")
    total = {column: sum(table[f, column] for f in FOLDERS) for column in ("files", "right", "argued", "wrong")}
    with capsys.disabled():
        print(f"\n{'folder':<24}{'files':>7}{'right':>7}{'argued':>8}{'wrong':>7}")
        for folder in FOLDERS:
            print(f"{folder:<24}" + "".join(f"{table[folder, c]:>{w}}" for c, w in WIDTHS.items()))
        print(f"{'all':<24}" + "".join(f"{total[c]:>{w}}" for c, w in WIDTHS.items()))
    assert not wrong, "\n".join(wrong)
    assert used == set(ARGUED)
    assert total["right"] > 2500


WIDTHS = {"files": 7, "right": 7, "argued": 8, "wrong": 7}
