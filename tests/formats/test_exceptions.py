"""One cell that does not fit: the other answers, the layout and the types stay as they are."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import capbuild as cb
from capbuild.formats import KindsSeen

WORDS = st.sampled_from(["1", "2", "see remark", "2.5", "x"])


def kind(text):
    return "number" if text[0].isdigit() else "text"


@given(st.lists(WORDS), st.randoms(use_true_random=False))
def test_the_kind_of_answers_depends_neither_on_order_nor_on_repetitions(texts, rng):
    seen, again = KindsSeen(), KindsSeen()
    for text in texts:
        seen.add(kind(text), text)
    for text in rng.sample(2 * texts, 2 * len(texts)):
        again.add(kind(text), text)
    assert seen.main() == again.main()
    distinct = {"number": set(), "text": set()}
    for text in texts:
        distinct[kind(text)].add(text)
    few, most = sorted(distinct.values(), key=len)
    if len(most) > 1:
        assert (seen.main() is None) == (len(few) > 1)


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
