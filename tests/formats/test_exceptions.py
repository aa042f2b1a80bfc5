"""One cell that does not fit: the other answers, the layout and the types stay as they are."""

from collections import Counter
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import capbuild as cb
from capbuild.formats import main_kind

KINDS = st.sampled_from(["integer", "decimal", "date", "text"])


@given(st.lists(KINDS))
def test_one_answer_of_another_kind_does_not_change_the_kind_of_all(kinds):
    alike = {"integer": "number", "decimal": "number"}
    found = main_kind(Counter(kinds), "decimal", "integer")
    named = [alike.get(kind, kind) for kind in kinds]
    most = [kind for kind in {*named} if named.count(kind) >= max(2, len(named) - 1)]
    if len({*named}) > 1:
        assert [alike.get(found, found)] == (most or [None])
    if found == "integer":
        assert "decimal" not in kinds


def test_a_text_in_place_of_a_mark_on_a_form_is_the_answer_or_a_remark():
    lines = [
        "A law?,yes,see annex,no,x",
        "A unit?,yes,,no,x",
        "Trained?,yes,,no,soon",
        "A lab?,yes,x,no,",
        "Stored?,yes,x,no,",
    ]
    survey = cb.read("\n".join(["Country,Ghana,,,", *lines]).encode(), name="form.csv")
    (response,) = survey.responses
    assert [answer.value for answer in response] == ["no", "no", "soon", "yes", "yes"]
    assert response["A law?"].comment == "see annex"
    assert survey.reconciliation.adds_up


def test_sheets_with_the_same_labels_share_a_layout():
    labels = ["Mate van samenwerking", "Aantal computers", "Is er een nationale strategie?", "Grootste probleem"]
    book = Workbook()
    book.remove(book.active)
    values = {
        "Chili": ("Laag", 10, "ja", "geld"),
        "Ghana": ("Hoog", 7, "nee", "tijd"),
        "Peru": ("Laag", 4, "ja", "geld"),
    }
    for name, cells in values.items():
        sheet = book.create_sheet(name)
        for line in zip(labels, cells, strict=True):
            sheet.append(line)
    out = BytesIO()
    book.save(out)
    survey = cb.read(out.getvalue(), name="returns.xlsx")
    read = {r.country.name: tuple(r[label].value for label in labels) for r in survey.responses}
    assert read == {"Chile": values["Chili"], "Ghana": values["Ghana"], "Peru": values["Peru"]}
