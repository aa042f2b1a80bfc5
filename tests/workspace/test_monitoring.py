"""Tables of training, results, money and external series: everything wrong is told at once, with its cell."""

import datetime

import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.reports.sections.results_framework import make_result_lines
from capbuild.workspace.rounds.dossiers import make_donor_dossier

DELIVERIES = "delivery,activity,title,start,end,place,host,language,trainers,criteria,cancelled\n"
ENROLMENTS = "participant,delivery,country,role,sex,status\n"
EVALUATIONS = "delivery,participant,level,moment,instrument,value,maximum\n"


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def told(folder):
    return [(i.code, str(i.origin)) for i in cb.open_workspace(folder).monitoring.issues]


def test_good_tables_are_read_and_reach_the_dossier(folder):
    put(
        folder,
        "training/deliveries.csv",
        "Invented\n" + DELIVERIES + "D1,,X,2016-09-01,,Kingston,Jamaica,en,3,TEC-2.2a; TEC-2.3a,\n",
    )
    put(folder, "training/enrolments.csv", ENROLMENTS + "P-1,D1,JAM,,female,certified\nP-2,D1,Belize,,,\n")
    put(
        folder,
        "training/evaluations.csv",
        EVALUATIONS + "D1,P-1,learning,before,test,8,20\nD1,P-1,learning,after,test,12,20\n",
    )
    put(
        folder,
        "budget.csv",
        "line,title,year,planned,committed,spent,currency,recurring,rate_date\nb,B,2016,100.10,,50,CAD,yes,\n",
    )
    dossier = cb.open_workspace(folder).dossier("baseline")
    assert told(folder) == []
    (delivery,) = dossier.deliveries
    assert (delivery.course, delivery.end, delivery.host.alpha_2) == ("D1", delivery.start, "JM")
    assert delivery.criteria == ("TEC-2.2a", "TEC-2.3a")
    assert [(e.participant, e.country.alpha_2, e.status.value, e.sex.value) for e in dossier.enrolments] == [
        ("P-1", "JM", "certified", "female"), ("P-2", "BZ", "nominated", "not stated"),
    ]  # fmt: skip
    assert [e.value for e in dossier.evaluations] == [8, 12]
    assert str(dossier.budgets[0].amount) == "CAD 100.10"


def test_risks_are_texts_of_any_shape_and_each_fault_has_its_place(folder):
    listed = '["Staff leave.", 3, { en = "Floods", es = "Inundaciones" }, { text = "Elections", extra = 1 }, {}]'
    put(folder, "results.toml", f'[[results]]\nid = "r"\ntitle = "R"\nkind = "output"\nrisks = {listed}\n')
    (result,) = cb.open_workspace(folder).monitoring.results
    assert [text.get("es") for text in result.risks] == ["Staff leave.", "Inundaciones", "Elections"]
    assert told(folder) == [
        ("CB603", "results.toml:5 results[1].risks[2].text"),
        ("CB603", "results.toml:5 results[1].risks[4].extra"),
        ("CB603", "results.toml:5 results[1].risks"),
    ]


def test_every_problem_of_training_is_told_at_once(folder):
    put(
        folder,
        "training/deliveries.csv",
        DELIVERIES
        + "D1,,X,2016-09-01,,,,,,TEC-2.9z,\n"
        + "D1,,X,2016-09-01,,,,,,,\n"
        + "D2,,X,soon,,,,,,,\n"
        + "D3,,X,2016-09-02,2016-09-01,,,,,,\n",
    )
    put(
        folder,
        "training/enrolments.csv",
        ENROLMENTS + "Ana Pérez,D1,Jamaica,,woman,done\nP-2,D9,Jamaica,,,\nP-3,D1,Cuba,,,\nP-4,D1,,,,\n",
    )
    put(
        folder,
        "training/evaluations.csv",
        EVALUATIONS
        + "D1,P-9,learning,after,test,8,20\nD1,,reaction,after,form,6,5\nD1,,joy,after,form,many,5\n"
        + "D1,,reaction,after,form,,5\nD1,,reaction,after,form,Refused,5\nD1,,,after,form,3,5\n",
    )
    assert told(folder) == [
        ("CB840", "training/deliveries.csv:J2"),
        ("CB672", "training/deliveries.csv:A3"),
        ("CB603", "training/deliveries.csv:D4"),
        ("CB603", "training/deliveries.csv:E5"),
        ("CB671", "training/enrolments.csv:A2"),
        ("CB603", "training/enrolments.csv:F2"),
        ("CB603", "training/enrolments.csv:E2"),
        ("CB840", "training/enrolments.csv:B3"),
        ("CB403", "training/enrolments.csv:C4"),
        ("CB603", "training/enrolments.csv:C5"),
        ("CB841", "training/evaluations.csv:B2"),
        ("CB842", "training/evaluations.csv:F3"),
        ("CB603", "training/evaluations.csv:C4"),
        ("CB603", "training/evaluations.csv:F4"),
        ("CB603", "training/evaluations.csv:C7"),
    ]
    kept = cb.open_workspace(folder).monitoring.evaluations
    assert [one.value for one in kept] == [8, Missing.NO_ANSWER, Missing.REFUSED], "an empty cell is no zero"
    assert cb.open_workspace(folder).validate().count("error") >= 10


RESULTS = """
[[results]]
id = "o"
kind = "immediate outcome"
title = "O"
contributes_to = "p"
[[results.indicators]]
id = "i"
title = "I"
computed = "enrolments completed"
[[results]]
id = "p"
kind = "output"
title = "P"
contributes_to = "q"
criteria = ["TEC-99"]
surprise = 1
[[results.indicators]]
id = "j"
title = "J"
computed = "people happy"
[results.indicators.targets]
"2016" = "many"
[[results]]
id = "p"
kind = "goal"
title = "P again"
"""


def test_every_problem_of_results_is_told_at_once(folder):
    put(folder, "results.toml", RESULTS)
    found = [(i.code, i.message.split(" (did")[0]) for i in cb.open_workspace(folder).monitoring.issues]
    assert [code for code, _ in found] == [
        "CB843",
        "CB840",
        "CB603",
        "CB840",
        "CB603",
        "CB603",
        "CB672",
        "CB844",
        "CB840",
    ]
    assert "counts what the programme did" in found[0][1]
    assert any("contributes to 'q', which does not exist" in message for _, message in found)


COUNTED = """
[[results]]
id = "o"
kind = "output"
title = "O"
[[results.indicators]]
id = "i"
title = "I"
computed = "enrolments completed"
"""


def test_actuals_are_computed_when_reports_are_made(folder):
    put(folder, "training/deliveries.csv", DELIVERIES + "D1,,X,2016-09-01,,,,,,,\n")
    put(folder, "training/enrolments.csv", ENROLMENTS + "P-1,D1,Jamaica,,female,completed\n")
    put(folder, "results.toml", COUNTED)
    (result,) = cb.open_workspace(folder).dossier("baseline").results
    assert dict(result.indicators[0].actuals) == {"2016": 1, "2016; JM": 1, "2016; sex=female": 1}


REGISTER = """
[[series]]
id = "s"
provider = "P"
edition = "1"
title = "Index"
file = "index.csv"
countries = "Land"
values = "Score"
maximum = 100
missing = ["k.A."]
capacities = ["TEC-2"]
"""


def test_a_real_looking_table_of_another_provider(folder):
    put(folder, "external/external.toml", REGISTER)
    rows = ["Source: somebody", "Land;Region;Score", "Jamaica ;Americas;58.0", "Belize;Americas;k.A."]
    table = "\n".join([*rows, "Iceland;Europe;81", "Atlantis;Sea;3", ""])
    put(folder, "external/index.csv", table)
    workspace = cb.open_workspace(folder)
    (series,) = workspace.monitoring.external
    assert dict(series.values) == {"JM": 58.0}
    assert dict(series.missing) == {"BZ": Missing.NOT_COLLECTED}
    (issue,) = workspace.monitoring.issues
    assert (issue.code, issue.severity.value) == ("CB846", "note")
    assert "1 rows of countries that do not take part, 1 not understood: 'Atlantis'" in issue.message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(("delimiter", "mark"), [(";", ","), ("\t", "."), (",", ".")])
def test_a_published_table_as_a_spreadsheet_saves_it(folder, encoding, delimiter, mark):
    put(folder, "external/external.toml", REGISTER)
    lines = [
        "A title, with commas, and a bit more, of them",
        "Land|Región|Score",
        f"Jamaica|América|76{mark}67",
        "Belize",
        "",
    ]
    data = "\n".join(lines).replace("|", delimiter).encode(encoding)
    (folder / "external" / "index.csv").write_bytes(data)
    tracked = cb.open_workspace(folder).monitoring
    (series,) = tracked.external
    # The value of 92 of 120 points, as NCSI publishes it; a row that ends before the value has none.
    assert (dict(series.values), dict(series.missing)) == ({"JM": 76.67}, {"BZ": Missing.NOT_COLLECTED})
    assert {issue.code for issue in tracked.issues} == ({"CB106"} if encoding == "cp1252" else set())


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("PK\x03\x04", "CB603"),
        ("Land,Points\nJamaica,1\n", "CB603"),
        ("Land,Score\nJamaica,high\n", "CB201"),
        ("Land,Score\nJamaica,1\nJAM,2\n", "CB672"),
        ("Land,Score\nJamaica,101\n", "CB603"),
        (None, "CB604"),
    ],
)
def test_what_is_wrong_with_an_external_table_is_told(folder, table, code):
    put(folder, "external/external.toml", REGISTER)
    if table is not None:
        put(folder, "external/index.csv", table)
    assert code in {i.code for i in cb.open_workspace(folder).monitoring.issues}


@pytest.mark.corpus
def test_a_published_table_of_indices(folder, corpus):
    real = corpus / "domain" / "indices" / "cyber_indices_blank_missing.csv"
    put(folder, "external/index.csv", real.read_text("utf-8-sig"))
    put(folder, "external/external.toml", REGISTER.replace("Land", "Country").replace('"Score"', '"GCI"'))
    (series,) = cb.open_workspace(folder).monitoring.external
    # As printed in the table: Jamaica 32.53, Belize 10.29.
    rows = {line.split(",")[0]: line.split(",") for line in real.read_text("utf-8-sig").splitlines()}
    assert dict(series.values) == {"JM": float(rows["Jamaica"][3]), "BZ": float(rows["Belize"][3])}


def test_no_table_is_no_problem(folder):
    tracked = cb.open_workspace(folder).monitoring
    assert (tracked.issues, tracked.deliveries, tracked.results, tracked.external) == ((), (), (), ())


def test_more_spent_than_planned_is_told(folder):
    headers = "line,title,year,planned,committed,spent,currency,recurring,rate_date\n"
    put(folder, "budget.csv", headers + "a,A,2016,100,,150,CAD,,\nb,B,2016,,,,CAD,,\nc,C,2016,ten,,,cad,,\n")
    assert [i.code for i in cb.open_workspace(folder).monitoring.issues] == ["CB845", "CB603", "CB603"]


def test_a_budget_line_of_one_year_counts_once(folder):
    headers = "line,title,year,planned,currency\n"
    put(folder, "budget.csv", headers + "a,A,2016,100,CAD\na,A,2017,100,CAD\na,A,2016,900,CAD\n")
    tracked = cb.open_workspace(folder).monitoring
    assert [str(line.amount) for line in tracked.budgets] == ["CAD 100", "CAD 100"]
    (issue,) = tracked.issues
    assert (issue.code, issue.origin.row, "row 2" in issue.message) == ("CB672", 4, True)


def test_a_title_may_stand_in_more_languages_and_in_no_other_column(folder):
    headers = "line,title,title_es,title_pt,year_es,planned,currency\n"
    put(folder, "budget.csv", headers + "a,Courses,Cursos,,1,100,CAD\n")
    workspace = cb.open_workspace(folder)
    (line,) = workspace.monitoring.budgets
    assert [line.title.get(language) for language in ("en", "es", "pt")] == ["Courses", "Cursos", "Courses"]
    assert [i.message for i in workspace.monitoring.issues] == ["unknown column 'year_es' (did you mean 'year'?)"]


def test_what_is_held_after_a_report_does_not_count_in_it(folder):
    put(
        folder,
        "training/deliveries.csv",
        DELIVERIES
        + "D1,,X,2016-03-01,,,,,,,\nD2,,X,2016-06-01,,,,,,,\n"
        + "D3,,X,2016-09-01,,,,,,,\nD4,,X,2016-05-01,,,,,,,yes\n",
    )
    put(
        folder,
        "results.toml",
        '[[results]]\nid = "r"\nkind = "activity"\ntitle = "Held"\n[[results.indicators]]\nid = "i"\ntitle = "Held"\n'
        'computed = "deliveries held"\ntargets = { "2016-01-01/2017-12-31" = 5 }\n',
    )
    workspace = cb.open_workspace(folder)

    def now(until):
        (result,) = make_donor_dossier(workspace, "baseline", until).results
        (line,) = make_result_lines(result, workspace.programme, until or datetime.date(2016, 6, 30))
        return line.value and line.value.value, line.to_go

    assert now(None) == (2, 3)
    assert now(datetime.date(2016, 5, 31)) == (1, 4)
    assert now(datetime.date(2016, 12, 31)) == (3, 2)
    (result,) = workspace.dossier("baseline").results
    assert result.indicators[0].actuals["2016"] == 3
