"""Hostile workbooks among the real files, and options that real exports need; their facts are compared elsewhere."""

import pytest

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.io.format_detection import rank_claims
from capbuild.model import ColumnUse
from capbuild.plugins import InputFile

pytestmark = pytest.mark.corpus


HOSTILE = {
    "xlsx_entity_expansion.xlsx": "CB112",
    "xlsx_external_entity.xlsx": "CB112",
    "xlsx_zip_bomb_200MB.xlsx": "CB112",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused(corpus, host, name):
    with pytest.raises(ReadError) as caught:
        cb.read(corpus / "synthetic" / "hostile" / name, host=host)
    assert caught.value.code == HOSTILE[name]


def test_a_far_cell_costs_its_row_and_no_more(corpus, host):
    reading = cb.read(corpus / "synthetic/hostile/xlsx_far_cell.xlsx", host=host)
    assert [[(a.question, a.value) for a in response] for response in reading.responses] == [[("q1", "x")]]
    assert reading.reconciliation.sheets[0].filled == 4  # the far cell is a space, which is no content
    assert reading.reconciliation.adds_up


def test_a_false_dimension_is_ignored(corpus, host):
    reading = cb.read(corpus / "synthetic/hostile/xlsx_wrong_dimension.xlsx", host=host)
    assert len(reading.responses) == 3


def test_other_hostile_files_are_not_ours(corpus, host):
    for name in ("deep.json", "entity_expansion.xml", "external_entity.xml", "lsa_path_traversal.lsa"):
        source = InputFile(name, path=corpus / "synthetic/hostile" / name)
        try:
            found = rank_claims(source, host)
        except ReadError:
            continue
        assert "sheets" not in {s.reader.name for s in found}


def test_a_list_of_options_takes_joined_answers_apart(corpus, host):
    units = ["Cybercrime unit, national", "Forensic lab, national"]
    reading = cb.read(
        corpus / "synthetic/google_forms_responses.csv",
        host=host,
        options={"choices": {"Which units exist? (tick all)": units}},
    )
    answers = [response["Which units exist? (tick all)"].value for response in reading.responses]
    assert answers == [(*units, "Other: CERT, sectoral"), ("Forensic lab, national",)]


def test_personal_columns_are_flagged(corpus, host):
    reading = cb.read(corpus / "synthetic/msforms_responses.xlsx", host=host)
    columns = reading.reconciliation.sheets[0].columns
    assert [c.name for c in columns if c.use is ColumnUse.PERSONAL] == ["Email", "Name"]
