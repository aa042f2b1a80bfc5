"""Tables of indicators with units and sources, in many languages. All figures are invented."""

from itertools import product

import pytest

import capbuild as cb

#: Country, indicator, unit, baseline, target, source, and three indicators, written by hand.
TABLES = {
    "es": ("País", "Indicador", "Unidad", "Punto de partida", "Objetivo", "Fuente", "Homicidios", "Presos", "Agentes"),
    "fr": ("Pays", "Indicateur", "Unité", "Référence", "Objectif", "Source", "Homicides", "Détenus", "Agents"),
    "de": ("Land", "Indikator", "Einheit", "Anfang", "Ziel", "Quelle", "Tötungsdelikte", "Gefangene", "Kräfte"),
    "ru": ("Страна", "Показатель", "Единица", "Начало", "Цель", "Источник", "Убийства", "Заключённые", "Полиция"),
    "zh": ("国家", "指标", "单位", "起点", "目标", "来源", "凶杀案", "囚犯", "警察"),
    "id": ("Negara", "Indikator", "Satuan", "Awal", "Sasaran", "Sumber", "Pembunuhan", "Tahanan", "Polisi"),
}


@pytest.mark.parametrize("language", TABLES)
@pytest.mark.parametrize("order", [(2, 3, 4, 5), (3, 4, 2, 5)])
def test_rows_are_questions_whatever_the_columns_are_called(language, order):
    country, *headers = TABLES[language][:6]
    body = [[name, "%", str(10 + n), str(20 + n), "ABC"] for n, name in enumerate(TABLES[language][6:])]
    lines = [[headers[0], *(headers[n - 1] for n in order)], *([row[0], *(row[n - 1] for n in order)] for row in body)]
    text = "\n".join(";".join(line) for line in [[f"{country}:", "Peru"], [], *lines])
    reading = cb.read(text.encode(), name="a.csv")
    found = {
        (name, answer.value)
        for response in reading.responses
        for answer in response.answers
        for name in TABLES[language][6:]
        if name in f"{answer.question} {reading.questions[answer.question].question.group or ''}"
    }
    assert found == {(name, base + n) for n, name in enumerate(TABLES[language][6:]) for base in (10, 20)}
    assert {response.country.alpha_2 for response in reading.responses} == {"PE"}


def test_a_date_of_publication_is_no_dimension_beside_a_period():
    headers = "Indicator;Country;Year;Sex;Value;Modified"
    keys = list(product(("Homicides", "Police"), ("Peru", "Chile", "Ghana"), ("2015", "2019"), "MF"))
    rows = [";".join([*key, str(n), f"2023-05-{n % 9 + 1:02}T04:00:00Z"]) for n, key in enumerate(keys, 20)]
    reading = cb.read("\n".join([headers, *rows]).encode(), name="a.csv")
    dimensions = {frozenset(q.dimensions) for q in reading.questionnaire.questions if q.dimensions}
    assert dimensions == {frozenset({"Year", "Sex"})}
    assert [len(response.answers) for response in reading.responses] == [8, 8, 8]


def test_a_language_column_that_nobody_filled_in_is_no_question():
    reading = cb.read(b"Country;Language;Law\nPeru;;yes\nChile;;no\n", name="a.csv")
    assert [answer.question for answer in reading.responses[0].answers] == ["Law"]
    reading = cb.read(b"Country;Language;Law\nPeru;Spanish;yes\nChile;;no\n", name="a.csv")
    assert [answer.question for answer in reading.responses[0].answers] == ["Language", "Law"]


@pytest.mark.parametrize(
    "headers", [["Difficulty", "Cars", "Law"], ["1.1 Why", "1.2 Cars", "1.3 Law"], ["Which?", "How many?", "Any?"]]
)
def test_rows_with_all_data_of_a_country_and_year_are_records(headers):
    rows = [f"{place};{year};{text};{n};yes" for n, (place, text, year) in enumerate(
        product(("Peru", "Chile", "Ghana", "Kenya"), ("no money", "old cars"), ("2019",)), 7
    )]  # fmt: skip
    rows = [row.replace("2019", "2021") if n % 2 else row for n, row in enumerate(rows)]
    reading = cb.read("\n".join([";".join(["Country", "Year", *headers]), *rows]).encode(), name="a.csv")
    assert [answer.question for answer in reading.responses[0].answers] == ["Year", *headers]
