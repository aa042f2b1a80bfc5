"""What a table is, told by where its texts stand. All answers are invented, and cells are counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.layouts.cell_grid import Area, CellGrid
from capbuild.formats.layouts.header import join_header

#: Country, title, label and words of a language: country, question, answer, three places, three questions.
WORDS = {
    "en": ("Country", "Topic", "Reply", ["Peru", "Kenya", "Chad"], ["Flood plan in place", "Staff of the lab", "Law"]),
    "es": ("País", "Tema", "Respuesta", ["Perú", "Kenia", "Chad"], ["Plan vigente", "Personal del laboratorio", "Ley"]),
    "de": ("Land", "Thema", "Antwort", ["Peru", "Kenia", "Tschad"], ["Plan vorhanden", "Personal", "Gesetz"]),
    "nl": ("Land", "Onderwerp", "Antwoord", ["Peru", "Kenia", "Tsjaad"], ["Plan aanwezig", "Personeel", "Wet"]),
    "ru": ("Страна", "Тема", "Ответ", ["Перу", "Кения", "Чад"], ["План принят", "Персонал", "Закон"]),
    "ar": ("الدولة", "الموضوع", "الإجابة", ["بيرو", "كينيا", "تشاد"], ["الخطة معتمدة", "الموظفون", "القانون"]),
    "zh": ("国家", "主题", "回答", ["秘鲁", "肯尼亚", "乍得"], ["计划已通过", "人员", "法律"]),
    "sw": ("Nchi", "Mada", "Jibu", ["Peru", "Kenya", "Chad"], ["Mpango upo", "Wafanyakazi", "Sheria"]),
}
VALUES = [["ok", "12", "Act 3"], ["no", "5", "Act 14"], ["ok", "7", "draft"]]
CODES = ["PE", "KE", "TD"]

languages = st.sampled_from(sorted(WORDS))


def _read(lines, name="a.csv", encoding="utf-8"):
    return cb.read("\n".join(";".join(line) for line in lines).encode(encoding), name=name)


def _told(reading):
    """Return country, question, dimensions and value as text of each answer."""
    asked = {question.id: question for question in reading.questionnaire.questions}
    return [
        (
            response.country.alpha_2 if response.country else "",
            answer.question,
            asked[answer.question].group,
            str(answer.raw or answer.value),
        )
        for response in reading.responses
        for answer in response.answers
    ]


@given(languages, st.permutations(range(3)), st.booleans())
def test_answers_belong_to_the_texts_that_come_again_below_each_country(language, order, coded):
    country, topic, answer, places, asked = WORDS[language]
    names = [country, topic, answer]
    lines = [[*(names[i] for i in order), *(["ID"] if coded else [])]]
    for place, values in zip(places, VALUES, strict=True):
        for number, (text, value) in enumerate(zip(asked, values, strict=True)):
            row = [place, text, value]
            lines.append([*(row[i] for i in order), *([f"Q{number + 1}"] if coded else [])])
    reading = _read(lines)
    told = sorted((code, value) for code, _, _, value in _told(reading))
    assert told == sorted((code, v) for code, values in zip(CODES, VALUES, strict=True) for v in values)
    texts = {q.id: f"{q.id} {q.text}" for q in reading.questionnaire.questions}
    assert len(texts) == 3
    assert all(any(text in found for found in texts.values()) for text in asked)


@given(languages, st.sampled_from(["ID", "NO", "IT", "Code"]))
def test_a_code_left_of_the_questions_is_no_country(language, code):
    _, topic, _, places, asked = WORDS[language]
    lines = [[code, topic, *places]]
    columns = list(zip(*VALUES, strict=True))
    lines += [[f"1.{n}", text, *columns[n]] for n, text in enumerate(asked)]
    assert sorted({code for code, *_ in _told(_read(lines))}) == sorted(CODES)


@given(languages, st.integers(2, 4))
def test_a_label_once_before_its_questions_is_part_of_them(language, several):
    country, _, answer, places, asked = WORDS[language]
    groups = [f"{answer} {chr(65 + n)}" for n in range(several)]
    lines = [["", country, *places]]
    for group in groups:
        lines += [[group if not n else "", text, *VALUES[n]] for n, text in enumerate(asked)]
    reading = _read(lines)
    assert len({(code, question, group) for code, question, group, _ in _told(reading)}) == 9 * several
    assert [issue for issue in reading.issues if issue.code == "CB203"] == []
    texts = [f"{q.id} {q.group}" for q in reading.questionnaire.questions]
    assert all(sum(group in text for text in texts) == 3 for group in groups)


@given(languages, st.integers(2, 5), st.booleans(), st.booleans())
def test_pairs_right_of_a_form_are_answers(language, several, titled, dated):
    country, _, answer, places, asked = WORDS[language]
    lines = [[f"{answer} 2023", "", "", ""]] if titled else []
    lines.append([country, places[0], "", ""])
    lines += [["Date", "2023-03-17", "", ""]] if dated else []
    want = {}
    for n in range(several):
        left, right = f"{asked[0]} {n}", f"{asked[1]} {n}"
        want |= {left: "ok" if n % 2 else "no", right: str(10 + n)}
        lines.append([left, want[left], right, want[right]])
    lines.append([asked[2], "Act 3", "", ""])
    told = {question: value for _, question, _, value in _told(_read(lines))}
    assert want.items() <= told.items()


def test_a_group_that_is_not_merged_has_the_columns_of_those_that_are():
    rows = [["Question", "Peru", None, "Chad", None], [None, 2018, 2019, 2018, 2019], ["Law", 1, 2, 3, 4]]
    header = join_header(CellGrid("a.xlsx", rows, merged=[Area(0, 3, 0, 4)]), [0, 1], range(5))
    assert header.ids[2] == "Peru - 2019"
    other = [["Country", None, "Law", None], [None, "Region", "Act", "Year"], ["Peru", "South", "yes", 2013]]
    plain = join_header(CellGrid("a.xlsx", other, merged=[Area(0, 2, 0, 3)]), [0, 1], range(4))
    assert plain.ids[1] == "Region"  # no merged group has such columns


@pytest.mark.parametrize("mark", ["x", "✓", "yes"])
def test_a_question_stands_above_its_options(mark):
    lines = [["", "", "How do you warn?", "", ""], ["Country", "Who?", "Radio", "Posters", "Text messages"]]
    lines += [["Peru", "ministry", mark, "", mark], ["Chad", "army", "", mark, ""], ["Kenya", "police", mark, mark, ""]]
    reading = _read(lines)
    asked = {question for _, question, _, _ in _told(reading)}
    assert asked - {"Who?"}
    assert all("How do you warn?" in question for question in asked - {"Who?"})


@given(languages)
def test_questions_below_a_country_named_once_have_their_years(language):
    country, topic, _, places, asked = WORDS[language]
    lines = [[country, topic, "Unit", "2021/22", "2022/23"]]
    for n, place in enumerate(places):
        lines += [[place, asked[0], "persons", f"1{n}", f"2{n}"], ["", asked[1], "persons", f"3{n}", f"4{n}"]]
    told = {(code, value) for code, question, _, value in _told(_read(lines)) if asked[1] in question}
    assert told == {(code, f"{tens}{n}") for n, code in enumerate(CODES) for tens in (3, 4)}


def test_four_header_rows_below_groups():
    lines = [
        ["Region", "", "Lab", "", "", "", "Plan", "", "", ""],
        ["", "", "Men", "", "Women", "", "Men", "", "Women"],
    ]
    lines += [["", "Country", *["2016", "2017"] * 4], ["", "", *["persons"] * 8]]
    lines += [[place, name, *map(str, range(8))] for place, name in (("South", "Peru"), ("North", "Chad"))]
    asked = [q.id for q in _read(lines).questionnaire.questions][-8:]
    assert asked[0] == "Lab - Men - 2016 - persons"
    assert asked[7] == "Plan - Women - 2017 - persons"


def test_an_indicator_beside_numeric_values_is_the_question():
    head = "GHO (CODE),GHO (DISPLAY),YEAR (DISPLAY),COUNTRY (CODE),COUNTRY (DISPLAY),SEX (DISPLAY),Numeric,Low,High"
    rows = [
        f"I{i},{text},2019,{code},{name},{sex},{10 * i + j}.5,1,2"
        for i, text in ((1, "Laboratories"), (2, "Trained staff"))
        for code, name in (("PER", "Peru"), ("TCD", "Chad"))
        for j, sex in enumerate(("Male", "Female"))
    ]
    reading = cb.read("\n".join([head, *rows]).encode(), name="a.csv")
    told = [(code, value) for code, question, _, value in _told(reading) if "I2" in question and value.startswith("2")]
    assert sorted(told) == [("PE", "20.5"), ("PE", "21.5"), ("TD", "20.5"), ("TD", "21.5")]


def test_codes_of_countries_may_include_an_answer():
    lines = [["Code", "Law"], *([code, "draft"] for code in ("GD", "SI", "GU", "PL", "PE", "LV"))]
    assert [r.country.alpha_2 for r in _read(lines).responses] == ["GD", "SI", "GU", "PL", "PE", "LV"]


@given(languages, st.integers(0, 2))
def test_tables_beside_each_other_keep_their_countries(language, gap):
    country, topic, _, places, asked = WORDS[language]
    left = [[country, *asked], *([p, *v] for p, v in zip(places, VALUES, strict=True))]
    turned = [places[1], places[2], places[0]]
    right = [[country, f"{topic} 2", f"{topic} 3"], *([p, f"b{n}", f"c{n}"] for n, p in enumerate(turned))]
    left = [[*row[: gap + 1], "", *row[gap + 1 :]] for row in left] if gap else left  # a blank column within
    reading = _read([[*one, "", *other] for one, other in zip(left, right, strict=True)])
    told = {(code, value) for code, _, _, value in _told(reading)}
    assert {(code, value) for code, values in zip(CODES, VALUES, strict=True) for value in values} <= told
    assert {("KE", "b0"), ("TD", "b1"), ("PE", "b2"), ("KE", "c0")} <= told


@pytest.mark.parametrize("note", ["1) Noot: voorlopig.", "* Source: UN-XY", "Noot: voorlopig.", "provisional"])
def test_notes_below_a_column_of_numbers_are_no_answers(note):
    lines = [["No.", "Country", "Law", "Staff"], *([str(n + 1), p, "ok", "4"] for n, p in enumerate(WORDS["en"][3]))]
    reading = _read([*lines, [note, "", "", ""]])
    assert len(reading.responses) == 3
    assert sum(reading.reconciliation.sheets[0].left_out.values()) == 1


def test_totals_across_may_have_a_number_above():
    lines = [["", "No.", "1", "2", "", "3"], ["", "Country", "Peru", "Chad", "Subtotal South", "Kenya"]]
    lines += [
        ["Lab", "Men", "4", "5", "9", "6"],
        ["Lab", "Women", "1", "2", "3", "4"],
        ["Plan", "Men", "2", "2", "4", "7"],
    ]
    assert sorted({code for code, *_ in _told(_read(lines))}) == sorted(CODES)


@pytest.mark.parametrize(
    ("name", "code"),
    [("Cocos (Keeling) Islands (CCK)", "CC"), ("Turks- en Caicoseilanden (TCA)", "TC"), ("Гонконг (САР) (HKG)", "HK")],
)
def test_a_code_behind_a_name_of_several_parts(name, code):
    assert cb.country(name).alpha_2 == code


@pytest.mark.parametrize("name", ["Peru (CHL)", "Niger (NGA)"])
def test_a_code_of_another_country_is_refused(name):
    with pytest.raises(cb.CountryError):
        cb.country(name)
