"""Returns of one template in a folder: an uncertain one is read as the others, and one that differs is reported."""

from pathlib import PurePath

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild as cb
from benchmarks.layouts.files import Style, write
from benchmarks.layouts.generate import Table
from capbuild.io import read_all

COUNTRIES = ("Peru", "Kenya", "Jamaica", "Ghana", "Nepal", "Fiji", "Chad", "Chile")
#: Questions with their possible answers.
ASKED = {
    "Number of staff": (3, 17, 240),
    "Is there a law": ("yes", "no"),
    "Date of the last audit": ("2019-03-11", "2021-07-30"),
    "Annual budget": (1500, 98000),
    "Is there a laboratory": ("yes", "no", "partly"),
    "Name of the unit": ("Crime office", "Cyber unit"),
    "Number of vehicles": (2, 5, 11),
}
SUFFIXES = ("csv", "xlsx", "ods")


def form(questions, country, answer):
    lines = [(question, answer(question, 0)) for question in questions]
    return [("Survey of capacity", None), ("Country", country), *lines]


def records(questions, country, answer):
    return [("Country", *questions), *((country, *(answer(question, n) for question in questions)) for n in range(3))]


def across(questions, country, answer):
    years = (2019, 2020, 2021)
    numbers = ([answer(question, n) for n in range(3)] for question in questions)
    return [("Indicator", *years), *((q, *line) for q, line in zip(questions, numbers, strict=True))]


def contents(rows, suffix):
    table = Table("return", "en")
    sheet = table.sheet()
    for row, cells in enumerate(rows, 1):
        sheet.line(row, "answer", *cells)
    return write(table, Style(suffix))


@st.composite
def folders(draw):
    """Returns of one template by country, of which one has one answer in two at most, and the name of that one."""
    shape = draw(st.sampled_from((form, records, across)))
    questions = draw(st.lists(st.sampled_from(list(ASKED)), min_size=4, max_size=7, unique=True))
    countries = draw(st.lists(st.sampled_from(COUNTRIES), min_size=3, max_size=8, unique=True))
    few, files = draw(st.sampled_from(countries)), {}
    for country in countries:
        keep = draw(st.sets(st.sampled_from(questions), min_size=1, max_size=2)) if country == few else questions

        def answer(question, number, keep=keep):
            said = (number + draw(st.integers(1, 90))) if shape is across else draw(st.sampled_from(ASKED[question]))
            return said if question in keep else None

        files[f"{country.lower()}.{draw(st.sampled_from(SUFFIXES))}"] = shape(questions, country, answer)
    name = next(name for name in files if name.startswith(few.lower()))
    return files, name


def save(folder, files):
    folder.mkdir()
    for name, rows in files.items():
        (folder / name).write_bytes(contents(rows, PurePath(name).suffix[1:]))
    return folder


def read_folder(folder):
    return {PurePath(survey.file).name: survey for survey in read_all(folder)}


def shapes(survey):
    return [table.shape for table in survey.layout.tables]


def answers(survey):
    return [
        (response.country, survey.questionnaire[answer.question].text, answer.value)
        for response in survey.responses
        for answer in response.answers
        if not answer.is_missing
    ]


def differing(surveys):
    return {name: [i for i in one.issues if i.code == "CB125"] for name, one in surveys.items()}


SETTINGS = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(folders())
def test_an_uncertain_return_is_read_as_the_others(tmp_path_factory, drawn):
    files, few = drawn
    folder = save(tmp_path_factory.mktemp("x") / "returns", files)
    alone = {name: cb.read(folder / name) for name in files}
    together = read_folder(folder)
    others = [alone[name] for name in files if name != few]
    if all(survey.layout.confidence >= 0.8 for survey in others):
        assert shapes(together[few]) == shapes(others[0])
        assert len(answers(together[few])) == sum(cell is not None for row in files[few] for cell in row[1:]) - (
            1 if shapes(others[0]) == ["form"] else len(files[few][0]) - 1
        )
        assert together[few].layout.confidence >= 0.8
    for name in files:
        if name != few and alone[name].layout.confidence >= 0.8:
            assert answers(together[name]) == answers(alone[name])
    assert not any(differing(together).values())


@SETTINGS
@given(folders())
def test_the_order_of_files_has_no_effect(tmp_path_factory, drawn):
    files, _ = drawn
    names = {name: f"{len(files) - place}-{name}" for place, name in enumerate(files)}
    first = read_folder(save(tmp_path_factory.mktemp("x") / "returns", files))
    second = read_folder(save(tmp_path_factory.mktemp("x") / "returns", {names[n]: rows for n, rows in files.items()}))
    for name in files:
        assert answers(first[name]) == answers(second[names[name]])
        assert shapes(first[name]) == shapes(second[names[name]])


@SETTINGS
@given(folders(), st.data())
def test_a_return_that_differs_has_one_issue(tmp_path_factory, drawn, data):
    files, few = drawn
    odd = data.draw(st.sampled_from([name for name in files if name != few]))
    rows = [list(row) for row in files[odd]]
    across_questions = rows[0][1] in ASKED
    old = rows[0][1] if across_questions else rows[-1][0]
    if across_questions:
        rows[0][1] = "Colour of the flag"
    else:
        rows[-1][0] = "Colour of the flag"
    found = differing(read_folder(save(tmp_path_factory.mktemp("x") / "returns", {**files, odd: rows})))
    assert [name for name, issues in found.items() if issues] == [odd]
    (issue,) = found[odd]
    assert PurePath(issue.origin.file).name == odd
    assert old in issue.message
    assert "Colour of the flag" in issue.message
    assert issue.remedy


@SETTINGS
@given(st.permutations(COUNTRIES), st.lists(st.integers(100, 900), min_size=24, max_size=24))
def test_a_short_table_has_the_columns_of_its_siblings(tmp_path_factory, countries, numbers):
    """Two rows do not show that the name of an indicator is the header of countries; the eight of the others do."""
    lines = [(place, *(n / 10 for n in numbers[3 * i : 3 * i + 3])) for i, place in enumerate(countries)]
    header = ("Officers trained (annual percent change)", 2013, 2014, 2015)
    files = {"a.csv": [header, *lines[:2]], "b.csv": [header, *lines], "c.csv": [header, *lines[::-1]]}
    short = read_folder(save(tmp_path_factory.mktemp("x") / "returns", files))["a.csv"]
    found = {response.country.name: [a.value for a in response.answers] for response in short.responses}
    assert found == {place: list(values) for place, *values in lines[:2]}
