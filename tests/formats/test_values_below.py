"""Forms in one column, each label above its value, read as the same form in two columns. All answers are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.layouts.values_below import pair_below

#: A word for country, a country and three labels in twelve languages, written by hand.
FORMS = {
    "en": ("Country", "Peru", "Is there a law?", "Number of staff", "Main difficulty"),
    "es": ("País", "Perú", "¿Existe una ley?", "Número de funcionarios", "Principal dificultad"),
    "fr": ("Pays", "Pérou", "Existe-t-il une loi ?", "Nombre d'agents", "Principale difficulté"),
    "nl": ("Land", "Peru", "Is er een wet?", "Aantal medewerkers", "Grootste probleem"),
    "pt": ("País", "Peru", "Existe uma lei?", "Número de funcionários", "Principal dificuldade"),
    "it": ("Paese", "Perù", "Esiste una legge?", "Numero di addetti", "Difficoltà principale"),
    "de": ("Land", "Peru", "Gibt es ein Gesetz?", "Zahl der Beschäftigten", "Größte Schwierigkeit"),
    "ar": ("البلد", "بيرو", "هل يوجد قانون؟", "عدد الموظفين", "الصعوبة الرئيسية"),
    "ru": ("Страна", "Перу", "Есть ли закон?", "Число сотрудников", "Главная трудность"),
    "zh": ("国家", "秘鲁", "是否有法律?", "工作人员数量", "主要困难"),
    "id": ("Negara", "Peru", "Apakah ada undang-undang?", "Banyaknya pegawai", "Kesulitan utama"),
    "sw": ("Nchi", "Peru", "Je, kuna sheria?", "Idadi ya wafanyakazi", "Ugumu mkuu"),
}


def _answers(reading):
    return [(r.country and r.country.alpha_2, [(a.question, a.value) for a in r.answers]) for r in reading.responses]


@given(
    st.sampled_from(sorted(FORMS)),
    st.lists(st.integers(2, 900), min_size=2, max_size=2),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "Survey 2023\n\n"]),
)
def test_labels_above_values_say_what_labels_beside_them_say(language, numbers, apart, colon, title):
    country, place, law, staff, text = FORMS[language]
    mark = ":" if colon else ""
    lines = [(country, place), (law, "12"), (f"{staff}{mark}", str(numbers[0])), (f"{text}{mark}", str(numbers[1]))]
    between = "\n\n" if apart else "\n"
    below = cb.read((title + between.join(f"{a}\n{b}" for a, b in lines)).encode(), name="a.csv")
    beside = cb.read((title + "\n".join(f"{a}\t{b}" for a, b in lines)).encode(), name="a.tsv")
    assert _answers(below) == _answers(beside) == [("PE", [(law, 12), (staff, numbers[0]), (text, numbers[1])])]
    assert below.reconciliation.adds_up


def test_titles_notes_and_unanswered_questions_are_no_answers():
    lines = ["Return of the ministry", "", "Country:", "Peru", "", "Any law?", "", "Staff", "12", "", "Any plan?", "no"]
    reading = cb.read("\n".join([*lines, "", "Source: ministry, 2023"]).encode(), name="a.csv")
    (response,) = reading.responses
    found = {answer.question: answer.value for answer in response.answers}
    assert found == {"Any law?": cb.Missing.NO_ANSWER, "Staff": 12, "Any plan?": "no"}
    assert [answer.origin.row for answer in response.answers] == [6, 9, 12]
    assert reading.reconciliation.sheets[0].filled == 9
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize(
    "lines",
    [
        ["Country", "Peru", "Kenya", "Jamaica", "Ghana"],
        ["This table has the returns of 2023.", "It was made by hand.", "Ask the ministry for more."],
        ["Staff", "12", "13", "15", "9"],
        ["Country", "Peru", "Law", "yes", "Law", "no"],
    ],
)
def test_lists_and_texts_are_no_forms(lines):
    reading = cb.read("\n".join(lines).encode(), name="a.csv")
    assert not [table for sheet in reading.reconciliation.sheets for table in sheet.tables if table.shape == "form"]


def test_a_label_below_a_label_has_a_value_of_its_own():
    assert pair_below([1, 2, 3, 4], ["Any law?", "Any plan?", "no", "Staff"]) == [(0, None), (1, 2), (3, None)]
    assert pair_below([1, 2, 3], ["Part one", "Staff", 12]) == [(0, None), (1, 2)]


def test_commas_of_sentences_do_not_divide_a_column():
    lines = ["Nchi", "Kenya", "", "Je, kuna sheria?", "ndiyo", "", "Je, kuna mpango?", "hapana", "", "Watu", "12"]
    (response,) = cb.read("\n".join(lines).encode(), name="a.csv").responses
    assert [a.question for a in response.answers] == ["Je, kuna sheria?", "Je, kuna mpango?", "Watu"]


@pytest.mark.parametrize("country", [("Country", "Peru"), ("Land", "Chili"), ("Страна", "Перу"), ("国家", "秘鲁")])
@pytest.mark.parametrize("values", [["high", "slow work", "yes"], ["no", "slow work", "high"]])
def test_a_line_for_the_country_begins_a_form_of_texts(country, values):
    lines = [country, ("", ""), *zip(("Level", "Difficulty", "Any law"), values, strict=True)]
    reading = cb.read("\n".join(";".join(line) for line in lines).encode(), name="a.csv")
    (response,) = reading.responses
    assert response.country is not None
    assert [(a.question, a.value) for a in response.answers] == list(
        zip(("Level", "Difficulty", "Any law"), values, strict=True)
    )
