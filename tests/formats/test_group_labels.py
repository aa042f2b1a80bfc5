"""Labels above runs of columns belong to the header. All answers are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb

COUNTRIES = ["Peru", "Kenya", "Jamaica", "Ghana", "Chile", "Egypt"]
GROUPS = {
    "en": ("Country", ["Legal framework", "Staff and training", "Equipment"]),
    "de": ("Land", ["Rechtsrahmen", "Personal und Ausbildung", "Ausrüstung"]),
    "ru": ("Страна", ["Правовая база", "Персонал и обучение", "Оборудование"]),
    "ar": ("البلد", ["الإطار القانوني", "الموظفون والتدريب", "المعدات"]),
    "zh": ("国家", ["法律框架", "人员与培训", "设备"]),
    "sw": ("Nchi", ["Mfumo wa sheria", "Wafanyakazi na mafunzo", "Vifaa"]),
}
TEXTS = ["old machines", "no money", "few people"]


def _lines(country, groups, widths, rows, kinds):
    top = ["", *(text for group, width in zip(groups, widths, strict=True) for text in (group, *[""] * (width - 1)))]
    asked = [f"Item {n}" for n in range(1, sum(widths) + 1)]
    body = []
    for row, place in enumerate(COUNTRIES[:rows]):
        cells = {"t": TEXTS[row % 3], "y": "yes" if row % 2 else "no", "n": str(10 + row)}
        body.append([place, *(cells[kind] for kind in kinds[: len(asked)])])
    return [top, [country, *asked], *body], asked


@given(
    st.sampled_from(sorted(GROUPS)),
    st.permutations([1, 2, 3]),
    st.integers(4, 6),
    st.text("tyn", min_size=6, max_size=6),
    st.booleans(),
)
def test_group_labels_are_part_of_the_questions(language, widths, rows, kinds, titled):
    country, groups = GROUPS[language]
    lines, asked = _lines(country, groups, widths, rows, kinds)
    above = [["Survey 2023", *[""] * len(asked)], [""] * (len(asked) + 1)] if titled else []
    reading = cb.read("\n".join(";".join(line) for line in [*above, *lines]).encode(), name="a.csv")
    owners = [group for group, width in zip(groups, widths, strict=True) for _ in range(width)]
    want = [f"{group} - {item}" for group, item in zip(owners, asked, strict=True)]
    assert [list(dict.fromkeys(a.question for a in r.answers)) for r in reading.responses] == [want] * rows


def test_groups_of_groups_are_part_of_the_questions():
    lines = [["", "Before", "", "", "", "After", "", "", ""], ["", "Law", "", "Staff", "", "Law", "", "Staff", ""]]
    lines.append(["Country", *["Difficulty", "Any?", "Cases", "Plan?"] * 2])
    lines += [[place, *["old machines", "no", "3", "yes"] * 2] for place in COUNTRIES]
    reading = cb.read("\n".join(";".join(line) for line in [["Survey"], [], *lines]).encode(), name="a.csv")
    asked = [answer.question for answer in reading.responses[0].answers]
    assert asked == [f"{when} - {of}" for when in ("Before", "After") for of in (
        "Law - Difficulty", "Law - Any?", "Staff - Cases", "Staff - Plan?"
    )]  # fmt: skip


@pytest.mark.parametrize("above", [";Visit:;;2016;;", ";;;;;", "Survey;;Peru;;;", ";Filled in by hand;;;;"])
def test_other_lines_above_a_header_are_no_groups(above):
    lines = [above, "Country;Law;Staff;Cases;Plan;Cars", *(f"{place};yes;3;4;no;5" for place in COUNTRIES)]
    reading = cb.read("\n".join(lines).encode(), name="a.csv")
    assert [answer.question for answer in reading.responses[0].answers][-4:] == ["Staff", "Cases", "Plan", "Cars"]


OPTIONS = {
    "en": ("Country", ["Yes", "No", "Don't know"]),
    "fr": ("Pays", ["Oui", "Non", "Ne sait pas"]),
    "ru": ("Страна", ["Да", "Нет", "Не знаю"]),
    "zh": ("国家", ["是", "否", "不知道"]),
    "sw": ("Nchi", ["Ndiyo", "Hapana", "Sijui"]),
}


@given(st.sampled_from(sorted(OPTIONS)), st.integers(2, 3), st.integers(1, 2), st.data())
def test_options_above_counts_and_shares_are_part_of_the_questions(language, options, questions, data):
    country, names = OPTIONS[language]
    asked = ["Is there a law?", "Is there a budget?"][:questions]
    width = 2 * options
    top = ["", *(text for question in asked for text in (question, *[""] * (width - 1)))]
    above = ["", *(text for name in names[:options] * questions for text in (name, ""))]
    head = [country, *["n", "%"] * options * questions]
    rows = [[place, *(str(data.draw(st.integers(1, 99))) for _ in head[1:])] for place in COUNTRIES[:4]]
    reading = cb.read("\n".join(";".join(line) for line in [top, above, head, *rows]).encode(), name="a.csv")
    want = [f"{question} - {name} - {of}" for question in asked for name in names[:options] for of in ("n", "%")]
    assert [[a.question for a in response.answers] for response in reading.responses] == [want] * 4
    assert [[str(a.value) for a in response.answers] for response in reading.responses] == [row[1:] for row in rows]


@given(st.lists(st.integers(0, 2), min_size=4, max_size=4), st.integers(0, 2))
def test_one_option_of_a_question_may_be_marked_in_all_rows(first, second):
    names = ["Yes", "Partly", "No"]
    lines = [["", "Is there a law?", "", "", "Is there a plan?", "", ""], ["Country", *names, *names]]
    for place, option in zip(COUNTRIES, first, strict=False):
        lines.append([place, *("x" if i == option else "" for i in range(3))])
        lines[-1] += ["x" if i == second else "" for i in range(3)]
    reading = cb.read("\n".join(";".join(line) for line in lines).encode(), name="a.csv")
    chosen = [[a.value if isinstance(a.value, str) else a.value[0] for a in r.answers] for r in reading.responses]
    assert chosen == [[names[option], names[second]] for option in first]
