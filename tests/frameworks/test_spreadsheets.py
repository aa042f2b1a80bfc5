"""Frameworks in the layouts that people have: each written by hand, with the tree that a person sees in it."""

import datetime
import random
import tomllib
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Alignment

import capbuild as cb
from capbuild.frameworks import load_bundled
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.frameworks.spreadsheets.headers import text_language
from capbuild.model import Round, RoundKind, Source, SourceKind
from capbuild.plugins import CellTable
from capbuild.scoring.findings import AnswerReader, findings_from_response


def save(place, sheets, merged=(), indents=None):
    """Write a workbook: sheets as name = rows; merged ranges and indents are of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    first = book.worksheets[0]
    for area in merged:
        first.merge_cells(area)
    for cell, steps in (indents or {}).items():
        first[cell].alignment = Alignment(indent=steps)
    book.save(place)
    return place


def tree(framework):
    """Return ids, kinds and titles, indented by depth."""

    def lines(node, depth):
        yield f"{'  ' * depth}{node.id} {node.kind}: {node.title}"
        for child in node.children:
            yield from lines(child, depth + 1)

    return [line for root in framework.roots for line in lines(root, 0)]


def texts(node, language="en"):
    return {code: text.get(language) for code, text in node.level_texts.items()}


def steps(node):
    return [(one.id, one.step, str(one.text)) for one in node.criteria]


def labels(framework):
    return [f"{level.order} {level.label}" for level in framework.scales[0].levels]


def test_a_rubric_with_merged_dimensions_and_stages_across(tmp_path):
    rows = [
        ["National cybercrime maturity model, edition 2021"],
        [],
        ["Dimension", "Factor", "Aspect", "Start-up", "Formative", "Established", "Strategic", "Dynamic"],
        ["D1 Policy", "D1.1 Strategy", "Content", "none", "drafted", "adopted", "reviewed", "adapted"],
        [None, None, "Review", "none", "once", "yearly", "measured", "live"],
        [None, "D1.2 Response", "Team", "none", "named", "staffed", "tested", "shared"],
        ["D2 Law", "D2.1 Offences", None, "none", "some", "most", "all", "renewed"],
    ]
    draft = cb.read_framework(save(tmp_path / "m.xlsx", {"Model": rows}, ["A4:A6", "B4:B5"]))
    framework = draft.require()
    assert tree(framework) == [
        "D1 dimension: Policy",
        "  D1.1 factor: Strategy",
        "    D1.1.1 aspect: Content",
        "    D1.1.2 aspect: Review",
        "  D1.2 factor: Response",
        "    D1.2.1 aspect: Team",
        "D2 dimension: Law",
        "  D2.1 factor: Offences",
    ]
    assert (framework.edition, str(framework.title)) == ("2021", "National cybercrime maturity model, edition 2021")
    assert labels(framework) == ["1 Start-up", "2 Formative", "3 Established", "4 Strategic", "5 Dynamic"]
    assert texts(framework["D1.1.2"]) == dict(zip(("L1", "L2", "L3", "L4", "L5"), rows[4][3:], strict=True))
    assert texts(framework["D2.1"])["L4"] == "all"
    assert not draft.issues


def test_numbers_make_the_tree_and_levels_begin_at_0(tmp_path):
    rows = [
        ["Código", "Título", "Nivel 0", "Nivel 1: Básico", "Nivel 2: Pleno"],
        ["1", "Política", None, None, None],
        ["1.1", "Estrategia", "No hay.", "Hay borrador.", "Se aplica."],
        ["1.10", "Coordinación", "No hay.", "Hay acuerdo.", "Se reúne."],
        ["2", "Ley", None, None, None],
        ["2.1", "Delitos", "Ninguno.", "Algunos.", "Todos."],
    ]
    framework = cb.read_framework(save(tmp_path / "modelo.xlsx", {"Hoja1": rows})).require()
    assert tree(framework) == [
        "1 dimension: Política",
        "  1.1 indicator: Estrategia",
        "  1.10 indicator: Coordinación",
        "2 dimension: Ley",
        "  2.1 indicator: Delitos",
    ]
    assert framework.languages == ("es",)
    assert labels(framework) == ["0 Nivel 0", "1 Básico", "2 Pleno"]
    assert texts(framework["1.10"], "es") == {"L0": "No hay.", "L1": "Hay acuerdo.", "L2": "Se reúne."}


def test_one_row_a_criterion_in_two_languages(tmp_path):
    place = tmp_path / "criteria.csv"
    place.write_text(
        "Domain;Indicator;Level;Question (EN);Pregunta;Check\n"
        "Law;Offences;1;Is there a law?;¿Hay ley?;D\n"
        ";;2;Is it applied?;¿Se aplica?;R\n"
        ";Procedure;1;Is search possible?;¿Hay registro?;D\n",
        encoding="utf-8",
    )
    draft = cb.read_framework(place)
    framework = draft.require()
    assert tree(framework) == ["1 domain: Law", "  1.1 indicator: Offences", "  1.2 indicator: Procedure"]
    assert steps(framework["1.1"]) == [("1.1.1a", 1, "Is there a law?"), ("1.1.2a", 2, "Is it applied?")]
    assert framework.criteria["1.1.2a"].text.get("es") == "¿Se aplica?"
    assert framework.criteria["1.1.2a"].check.value == "R"
    assert labels(framework) == ["0 Level 0", "1 Level 1", "2 Level 2"]
    assert any("level 0 was added" in one.assumed and str(one.origin) == "criteria.csv:C2" for one in draft.questions)


@pytest.mark.parametrize("spaces", [True, False], ids=["spaces", "indents"])
def test_indents_make_the_tree_and_points_the_figures(tmp_path, spaces):
    names = [(0, "Policy", None), (1, "Strategy", 3), (1, "Plan", 2), (0, "Law", None), (1, "Offences", 1)]
    rows = [["Item", "Points"], *([("  " * depth if spaces else "") + name, points] for depth, name, points in names)]
    indents = {} if spaces else {f"A{row}": depth for row, (depth, _, _) in enumerate(names, 2) if depth}
    framework = cb.read_framework(save(tmp_path / "points.xlsx", {"S": rows}, indents=indents)).require()
    assert tree(framework) == [
        "total total: points",
        "  1 dimension: Policy",
        "    1.1 indicator: Strategy",
        "    1.2 indicator: Plan",
        "  2 dimension: Law",
        "    2.1 indicator: Offences",
    ]
    assert [node.weight for node in framework.walk()] == [1.0, 5, 3, 2, 1, 1]
    assert [one.points for one in framework.criteria.values()] == [3, 2, 1]
    answers = dict(zip(framework.criteria, ("yes", "no", "yes"), strict=True))
    assert judged(framework, answers)["total"].value == pytest.approx(100 * 4 / 6)


def test_points_weigh_below_pillars_that_have_weights(tmp_path):
    """Counted by hand: 5 of 6 points of a pillar of 50 %, 3 of 5 of one of 30 %, 1 of 4 of one of 20 %."""
    pillars = {"A": ("50%", (3, 2, 1)), "B": ("30%", (2, 2, 1)), "C": ("20%", (3, 1))}
    rows = [["No", "Indicator", "Points", "Weight"]]
    for name, (weight, points) in pillars.items():
        rows.append([name, f"Pillar {name}", sum(points), weight])
        rows += [[f"{name}.{n}", f"Indicator {name}{n}", one, None] for n, one in enumerate(points, 1)]
    draft = cb.read_framework(save(tmp_path / "pillars.xlsx", {"S": rows}))
    answers = zip(draft.require().criteria, ("yes", "yes", "no", "no", "yes", "yes", "no", "yes"), strict=True)
    score = judged(draft.require(), dict(answers))
    shares = [100 * 5 / 6, 60, 25]
    assert [score[name].value for name in "ABC"] == pytest.approx(shares)
    assert score["total"].value == pytest.approx(0.5 * shares[0] + 0.3 * shares[1] + 0.2 * shares[2])
    assert any("weighted by their weights and points" in one.assumed for one in draft.questions)


def test_a_sheet_a_dimension_with_weights(tmp_path):
    head = ["Indicator", "Weight", "1", "2", "3", "4"]
    sheets = {
        "D1 Policy": [head, ["Strategy", "60%", "a", "b", "c", "d"], ["Plan", "40%", "e", "f", "g", "h"]],
        "D2 Law": [head, ["Offences", 1, "a", "b", "c", "d"]],
    }
    framework = cb.read_framework(save(tmp_path / "weights.xlsx", sheets)).require()
    assert tree(framework)[1:] == [
        "  D1 dimension: Policy",
        "    D1.1 indicator: Strategy",
        "    D1.2 indicator: Plan",
        "  D2 dimension: Law",
        "    D2.1 indicator: Offences",
    ]
    assessed = judged(framework, {"D1.1": 4, "D1.2": 2, "D2.1": 1})
    assert assessed["D1"].value == pytest.approx(0.6 * 100 + 0.4 * 50)
    assert assessed["total"].value == pytest.approx((80 + 25) / 2)


def test_headers_say_maturity_level_and_a_list_without_levels_holds_values(tmp_path):
    rows = [["Ref", "Area", "Maturity Level 1 – Initial", "Maturity Level 2 – Defined"], ["a", "Law", "none", "all"]]
    framework = cb.read_framework(save(tmp_path / "m.xlsx", {"M": rows})).require()
    assert labels(framework) == ["1 Initial", "2 Defined"]
    plain = cb.read_framework(save(tmp_path / "p.xlsx", {"M": [row[:2] for row in rows]}))
    assert plain.require().scales[0].ends == (0, 100)
    assert any("a value from 0 to 100" in one.assumed for one in plain.questions)


def test_a_sheet_a_language(tmp_path):
    sheets = {
        "English": [
            ["ID", "Factor", "Indicator", "Level 1: Low", "Level 2: High"],
            ["a1", "Law", "Offences", "none", "all"],
        ],
        "Français": [
            ["ID", "Facteur", "Indicateur", "Niveau 1 : Bas", "Niveau 2 : Haut"],
            ["a1", "Loi", "Infractions", "rien", "tout"],
        ],
    }
    framework = cb.read_framework(save(tmp_path / "l.xlsx", sheets)).require()
    assert framework.languages == ("en", "fr")
    assert framework["a1"].title.get("fr") == "Infractions"
    assert framework["1"].title.get("fr") == "Loi"
    assert texts(framework["a1"], "fr") == {"L1": "rien", "L2": "tout"}
    assert [level.label.get("fr") for level in framework.scales[0].levels] == ["Bas", "Haut"]


def language_sheets(theirs):
    head = ["ID", "Factor", "Indicator", "Level 1: Low", "Level 2: High"]
    autre = ["ID", "Facteur", "Indicateur", "Niveau 1 : Bas", "Niveau 2 : Haut"]
    ours = [["a1", "Law", "Offences", "none", "all"], ["a2", "Law", "Evidence", "no rule", "a code"]]
    return {"English": [head, *ours], "Français": [autre, *theirs]}


def test_sheets_of_languages_are_matched_by_id_whatever_their_order(tmp_path):
    theirs = [["a2", "Loi", "Preuve", "aucune règle", "un code"], ["a1", "Loi", "Infractions", "rien", "tout"]]
    draft = cb.read_framework(save(tmp_path / "l.xlsx", language_sheets(theirs)))
    assert texts(draft.require()["a1"], "fr") == {"L1": "rien", "L2": "tout"}
    assert not any("in the order of" in one.assumed for one in draft.questions)


def test_sheets_of_languages_without_ids_ask_whether_the_order_is_the_same(tmp_path):
    sheets = {
        name: [row[1:] for row in rows]
        for name, rows in language_sheets(
            [["", "Loi", "Infractions", "rien", "tout"], ["", "Loi", "Preuve", "aucune règle", "un code"]]
        ).items()
    }
    draft = cb.read_framework(save(tmp_path / "l.xlsx", sheets))
    assert [one.assumed for one in draft.questions if "in the order of" in one.assumed] != []


def test_a_row_of_another_id_is_an_error_and_not_a_translation(tmp_path):
    theirs = [["a1", "Loi", "Infractions", "rien", "tout"], ["b7", "Loi", "Preuve", "aucune règle", "un code"]]
    draft = cb.read_framework(save(tmp_path / "l.xlsx", language_sheets(theirs)))
    assert any("b7 is not in the sheet 'English'" in issue.message for issue in draft.issues)


def test_answer_scales_of_their_own(tmp_path):
    rows = [
        ["Area", "Question", "Answers"],
        ["Legal", "How complete is the law?", "0-5"],
        [None, "Is there a team?", "Yes / No"],
        [None, "Is training given?", "always; sometimes; never"],
        ["Practice", "How far is it implemented?", "FI/LI/PI/NI"],
        [None, "Who leads?", "Ministry; Police; Nobody"],
    ]
    draft = cb.read_framework(save(tmp_path / "answers.xlsx", {"Q": rows}))
    framework = draft.require()
    scales = {one.id: [str(level.label) for level in one.levels] for one in framework.scales}
    assert scales == {
        "answers-1": ["0", "1", "2", "3", "4", "5"],
        "answers-2": ["never", "sometimes", "always"],
        "answers-3": ["NI", "PI", "LI", "FI"],
        "answers-4": ["Ministry", "Police", "Nobody"],
        "percent": [],
    }
    assert framework.scales[0].ends == (0, 5)
    unsure = [str(one.origin) for one in draft.questions if "from the lowest" in one.assumed]
    assert unsure == ["answers.xlsx!Q:C6"]
    assert [one.id for one in framework["1.2"].criteria] == ["1.2.1"]


@pytest.mark.parametrize("place", ["Levels", "Échelle", "above"])
def test_levels_known_by_number_have_the_names_that_the_file_gives_them(tmp_path, place):
    named = [["code", "label"], ["0", "Rien"], ["1", "Prévu"], ["2", "Fait"]]
    rows = [["Domaine", "Indicateur", "Réponses"], ["Port", "Grues", "0-2"], ["", "Quais", "0-2"]]
    sheets = {"M": rows, place: named} if place != "above" else {"M": [["Ports (inventé)"], *named[1:], *rows]}
    if place == "Échelle":
        named[0] = ["Note", "Sens"]
        sheets["Pays"] = [["No"], [1, "Chili"], [2, "Cuba"], [3, "Pérou"]]
    draft = cb.read_framework(save(tmp_path / "ports.xlsx", sheets))
    framework = draft.require()
    assert labels(framework) == ["0 Rien", "1 Prévu", "2 Fait"]
    assert [framework.scale_of(node) for node in framework.indicators] == [framework.scales[0]] * 2
    assert any("'Pays' was not read" in one.assumed for one in draft.questions) == (place == "Échelle")


@pytest.mark.parametrize(("headers", "columns", "names"), [
    ("Responsable,Absent,Ébauché,En place,Exemplaire,Commentaire",
     ("DG,DG,ONE", "Aucune,Aucune,Aucun", "Projet,Créée,Villes", "Votée,Dotée,Bourgs", "Révisée,Certifiée,Pays",
      ",voir l'annexe du rapport annuel,"), ["1 Absent", "2 Ébauché", "3 En place", "4 Exemplaire"]),
    ("Domaine,Unité,Fréquence,Responsable,Source",
     ("Eau,Eau,Air", "%,nombre,nombre", "annuelle,annuelle,mensuelle", "DG,ONE,DEP", "A,B,C"), []),
])  # fmt: skip
def test_levels_of_unknown_names_and_short_texts_are_told_from_facts(tmp_path, headers, columns, names):
    cells = zip(*(column.split(",") for column in columns), strict=True)
    rows = [["Indicateur", *headers.split(",")], *([name, *row] for name, row in zip("ABC", cells, strict=True))]
    framework = cb.read_framework(save(tmp_path / "m.xlsx", {"M": rows})).require()
    assert (labels(framework) if framework.scales else []) == names


def test_rows_that_are_no_nodes_are_left_out_and_said(tmp_path):
    header = ["Pilar", "Indicador", "Peso", "Nulo", "En obras", "Pleno"]
    rows = [
        ["Puertos del sur (inventado)", None, None, None, None, "Versión 3.2"],
        header,
        ["Muelles", "Grúas", 0.3, "Ninguna", "Una", "Todas"],
        [None, "Boyas", 0.2, "Ninguna", "Pocas", "Muchas"],
        ["Subtotal muelles", None, 0.5],
        header,
        ["Agua", "Dragado", 0.5, "Nunca", "A veces", "Cada año"],
        ["TOTAL", None, 1],
        [None, "Total", "100 %"],
        ["Fuente: elaboración propia"],
    ]
    draft = cb.read_framework(save(tmp_path / "p.xlsx", {"M": rows}))
    framework = draft.require()
    assert tree(framework)[1:] == [
        "  1 pillar: Muelles", "    1.1 indicator: Grúas", "    1.2 indicator: Boyas",
        "  2 pillar: Agua", "    2.1 indicator: Dragado",
    ]  # fmt: skip
    assert (str(framework.title), framework.edition) == ("Puertos del sur (inventado)", "3.2")
    assert labels(framework) == ["1 Nulo", "2 En obras", "3 Pleno"]
    assert [framework[name].weight for name in ("1", "1.1", "1.2", "2")] == [0.5, 0.3, 0.2, 0.5]
    assert "rows 5, 8, 9 left out" in str(draft)
    assert [issue.origin.row for issue in draft.issues] == [10]


def test_one_row_a_level_of_an_indicator(tmp_path):
    rows = [
        ["Dimension", "Indicator", "Level", "Description"],
        ["Law", "Offences", "Initial", "None."],
        [None, None, "Managed", "Some."],
        [None, None, "Defined", "All."],
        [None, "Powers", "Initial", "None."],
        [None, None, "Managed", "Some."],
        [None, None, "Defined", "All."],
    ]
    framework = cb.read_framework(save(tmp_path / "long.xlsx", {"L": rows})).require()
    assert labels(framework) == ["1 Initial", "2 Managed", "3 Defined"]
    assert texts(framework["1.2"]) == {"L1": "None.", "L2": "Some.", "L3": "All."}
    assert not framework.criteria


def test_practices_with_ids_and_a_maturity_level_of_their_own(tmp_path):
    rows = [
        ["Domain", "Objective", "ID", "Practice", "MIL"],
        ["ASSET", "Manage assets", "ASSET-1a", "Assets are listed.", 1],
        [None, None, "ASSET-1b", "The list is kept up to date.", 2],
        ["THREAT", "Reduce threats", "THREAT-1a", "Sources are known.", 1],
    ]
    framework = cb.read_framework(save(tmp_path / "practices.xlsx", {"P": rows})).require()
    assert steps(framework["1.1"]) == [
        ("ASSET-1a", 1, "Assets are listed."),
        ("ASSET-1b", 2, "The list is kept up to date."),
    ]
    assessed = judged(framework, {"ASSET-1a": "yes", "ASSET-1b": "no", "THREAT-1a": "no"})
    assert (assessed["1.1"].level, assessed["2.1"].level) == (1, 0)


def test_a_header_over_two_rows_in_dutch_and_headings_between_rows(tmp_path):
    rows = [
        ["Indicator", "Volwassenheidsniveau", None, None],
        [None, "1", "2", "3"],
        ["Beleid", None, None, None],
        ["Strategie", "geen", "concept", "vastgesteld"],
        ["Recht", None, None, None],
        ["Strafbare feiten", "geen", "enkele", "alle"],
    ]
    framework = cb.read_framework(save(tmp_path / "nl.xlsx", {"Blad1": rows}, ["B1:D1"])).require()
    assert tree(framework) == [
        "1 dimension: Beleid",
        "  1.1 indicator: Strategie",
        "2 dimension: Recht",
        "  2.1 indicator: Strafbare feiten",
    ]
    assert texts(framework["2.1"])["L3"] == "alle"


def judged(framework, answers):
    """Return the assessment of one country with these answers."""
    rows = "\n".join(f"Peru,{name},{answer}" for name, answer in answers.items())
    reading = cb.read(f"country,question,answer\n{rows}\n".encode(), name="answers.csv")
    source = Source(id="survey", kind=SourceKind.SURVEY, title="Survey")
    reader = AnswerReader.make(framework)
    found = [findings_from_response(one, cb.country("Peru"), source, reader) for one in reading.responses]
    assert not [one for each in found for one in each.unread]
    findings = [finding for each in found for finding in each.findings]
    baseline = Round(id="r", kind=RoundKind.BASELINE, title="R", reference_date=datetime.date(2026, 1, 1))
    return cb.assess(findings, framework, round=baseline, sources=[source])["Peru"]


def test_a_level_is_answered_by_its_number_code_or_name(tmp_path):
    rows = [["Indicator", "Level 0: None", "Level 1: Ad hoc"], ["Law", "none", "some"], ["Team", "none", "one"]]
    framework = cb.read_framework(save(tmp_path / "r.xlsx", {"R": rows})).require()
    for word, level in (("0", 0), ("1", 1), ("L1", 1), ("Ad hoc", 1), ("none", 0), ("1 - Ad hoc", 1)):
        assessed = judged(framework, {"1": word, "2": "1"})
        assert (assessed["1"].level, assessed["2"].level) == (level, 1), word
    assert str(judged(framework, {"1": "0", "2": "1"})["1"]).startswith("L0 None")


def test_a_footnote_below_the_table_is_no_dimension(tmp_path):
    rows = [
        ["Dimension", "Indicator", "Level 0", "Level 1"],
        ["D1 Policy", "D1.1 Strategy", "none", "adopted"],
        [None, "D1.2 Budget", "none", "its own line"],
        [],
        ["Source: regional secretariat, 2024. Working paper."],
    ]
    draft = cb.read_framework(save(tmp_path / "m.xlsx", {"Model": rows}))
    assert [node.id for node in draft.require().walk()] == ["D1", "D1.1", "D1.2"]
    (issue,) = [one for one in draft.issues if "nothing below it" in one.message]
    assert (issue.severity, issue.origin.row) == ("warning", 5)


TEXTS = {
    "en": ("The police have a unit", "There is no unit", "It is staffed and works"),
    "es": ("La policía tiene una unidad", "No existe la unidad", "Existe y está dotada de personal"),
    "fr": ("La police a une unité", "L'unité n'existe pas", "Elle existe et est dotée de personnel"),
    "nl": ("De politie heeft een eenheid", "Er is geen eenheid", "De eenheid is er en heeft mensen"),
    "pt": ("A polícia tem uma unidade", "Não existe a unidade", "Existe e tem pessoal para isso"),
}
HEADERS = {
    "plain": ("ID", "Indicator", "0", "1"),
    "es": ("Código", "Indicador", "Nivel 0", "Nivel 1"),
    "nl": ("Nr", "Indicator", "Niveau 0", "Niveau 1"),
}


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("tag", TEXTS)
def test_texts_have_their_own_language_whatever_that_of_the_headers(tag, header):
    rows = [HEADERS[header], ("1", *TEXTS[tag])]
    framework = draft_framework([CellTable("M", rows)], "m.xlsx").framework
    assert framework.languages == (tag,)
    assert framework["1"].title.language == framework["1"].level_texts["L1"].language == tag


def known_texts():
    """Texts of the framework that capbuild comes with, by language; those in Portuguese are of generated tables."""
    bundled = load_bundled("police_cyber")
    known = {tag: [c.text.get(tag) for c in bundled.criteria.values()] for tag in bundled.languages}
    table = tomllib.loads((Path(__file__).parents[2] / "benchmarks/layouts/texts.toml").read_text("utf-8"))["pt"]
    return known | {"pt": [*table["questions"], *table["remarks"], *table["agencies"]]}


def test_languages_of_a_dozen_texts_are_told_and_never_mistaken():
    known, chance = known_texts(), random.Random(7)
    found = {tag: [text_language(chance.sample(texts, 12)) for _ in range(200)] for tag, texts in known.items()}
    assert {tag: set(told) - {""} for tag, told in found.items()} == {tag: {tag} for tag in known}
    assert sum(told == tag for tag, every in found.items() for told in every) >= 990


def test_the_language_of_short_texts_is_told_or_left_open():
    """Six texts of two to four words, as levels have: one in 200 is mistaken at most."""
    chance = random.Random(3)
    for tag, texts in known_texts().items():
        cut = [words[i : i + 4] for text in texts for words in [text.split()] for i in range(max(1, len(words) - 3))]
        samples = [[words[: chance.randint(2, 4)] for words in chance.choices(cut, k=6)] for _ in range(600)]
        told = [text_language(map(" ".join, sample)) for sample in samples]
        assert sum(one not in (tag, "") for one in told) <= 3, tag


@pytest.mark.parametrize(("before", "levels", "behind"), [
    ("", "Inicial,Básico,Intermedio,Avanzado", ""),
    ("", "Etapa nueva,Inicial,Formativo,Establecido", ""),
    ("", "Initial,Developing,Established,Advanced stage", "Owner,Comment"),
    ("Owner", "Initial,Developing,Established,Fully grown", "Comment"),
])  # fmt: skip
def test_a_column_of_words_beside_levels_known_by_name_is_a_level(tmp_path, before, levels, behind):
    """Others than levels repeat or are short, and are left out with a question."""
    headers = [text for text in ("Domain,Indicator", before, levels, behind) if text]
    own = {"Owner": ("Police", "Police", "Court"), "Comment": ("", "see annex", "")}
    rows = []
    for n, name in enumerate(("1.1 Law", "1.2 Unit", "1.3 Lab")):
        asked = [f"{name} has what stage {k} asks for" for k, _ in enumerate(levels.split(","))]
        more = [own[one][n] for one in behind.split(",") if one]
        rows.append(["D1 Rule", name, *([own[before][n]] if before else []), *asked, *more])
    path = tmp_path / "model.csv"
    path.write_text("\n".join([",".join(headers), *map(",".join, rows)]), encoding="utf-8")
    framework = cb.read_framework(path).require()
    assert [level.label.source for level in framework.scales[0].levels] == levels.split(",")
    assert [text.source[-16:] for text in framework["1.2"].level_texts.values()] == [
        f"stage {k} asks for" for k in range(4)
    ]


@pytest.mark.parametrize(("column", "cells"), [("Weight", "321"), ("Target", "132"), ("Description", "abc")])
def test_what_differs_between_the_criteria_of_an_indicator_is_not_given_to_it(tmp_path, column, cells):
    rows = zip(("Acts", "Acts", "Unit"), ("Is there an act?", "In force?", "Is there one?"), cells, strict=True)
    (tmp_path / "m.csv").write_text(f"Indicator,Criterion,{column}\n" + "\n".join(map(",".join, rows)), "utf-8")
    draft = cb.read_framework(tmp_path / "m.csv")
    assert any("beside criteria was not read" in str(one) for one in draft.questions)


def test_a_rule_for_one_kind_leaves_the_others_their_means(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ("No.", "Capacity", "Indicator", "Points"),
        ("1.1", "Law", "Act in force", 3),
        ("1.2", None, "Body named", 1),
        ("2.1", "Team", "Staff trained", 4),
    ):
        book.active.append(row)
    rules = book.create_sheet("Rules")
    rules.append(("table", "key", "value"))
    rules.append(
        ("methods", "indicator", '{ name = "points", missing = "zero", rule = "Guide: no evidence, no points" }')
    )
    book.save(tmp_path / "f.xlsx")
    framework = cb.read_framework(tmp_path / "f.xlsx").require()
    survey = cb.read(b"country,1.1.1,1.2.1\nTogo,yes,no\n", name="a.csv")
    day = Round(id="r", kind=RoundKind.BASELINE, title="R", reference_date=datetime.date(2026, 1, 1))
    (togo,) = cb.assess(survey, framework, round=day)
    # 3 of 4 points; none of 4, as nobody answered; 3 of 8.
    assert [togo[name].value for name in ("1", "2", "total")] == [75, 0, 37.5]


def draft(rows):
    return draft_framework(
        [CellTable("Model", [tuple("" if cell is None else str(cell) for cell in r) for r in rows])], "m"
    )


@pytest.mark.parametrize("headers", [("A Law", "B Data"), ("Law", "Data")], ids=["letters", "names"])
def test_headings_in_the_column_of_indicators_are_above_them(headers):
    rows = [("Component", "Code", "Practice", "Level")]
    for head, letter in zip(headers, "AB", strict=True):
        rows += [(head, "", "", "")]
        for place in (1, 2):
            rows += [
                (f"{letter}.{place} Part {letter}{place}", f"{letter}.{place}.1", f"A rule {letter}{place}", "1 Weak")
            ]
            rows += [("", f"{letter}.{place}.2", f"A team {letter}{place}", "2 Strong")]
    framework = draft(rows).require()
    assert [one.id for one in framework.indicators] == ["A.1", "A.2", "B.1", "B.2"]
    assert [str(root.title) for root in framework.roots] == ["Law", "Data"]
    assert [[child.id for child in root.children] for root in framework.roots] == [["A.1", "A.2"], ["B.1", "B.2"]]
    assert headers[0] != "A Law" or [root.id for root in framework.roots] == ["A", "B"]
    assert labels(framework) == ["0 Level 0", "1 Weak", "2 Strong"]


@pytest.mark.parametrize(
    "header",
    [
        "Level description",
        "Descripción del nivel",
        "Description du niveau",
        "Beschrijving niveau",
        "Descrição do nível",
    ],
)
@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("target_row", [0, 1, None], ids=["first", "second", "every"])
def test_a_row_for_each_level_keeps_the_targets_of_its_indicator(header, repeated, target_row):
    rows = [("Domain", "ID", "Indicator", "Level", header, "Target: National", "Weight")]
    for place, target in ((1, 2), (2, 1)):
        for order in range(3):
            named = order == 0 or repeated
            cells = (target, place) if target_row in (None, order) else ("", "")
            name = (f"1.{place}", f"Indicator {place}") if named else ("", "")
            rows.append(("Law" if named else "", *name, f"Level {order}", f"Text {place}{order}", *cells))
    framework = draft(rows).require()
    assert [texts(one) for one in framework.indicators] == [
        {f"L{order}": f"Text {place}{order}" for order in range(3)} for place in (1, 2)
    ]
    assert dict(framework.profiles[0].targets) == {"1.1": 2, "1.2": 1}
    assert [one.weight for one in framework.indicators] == [1, 2]


def test_levels_without_texts_or_criteria_are_refused():
    found = draft([("Domain", "Indicator", "Level"), ("Law", "Offences", "Level 1"), ("", "", "Level 2")])
    (error,) = [one for one in found.issues if one.severity == "error"]
    assert (error.message, error.origin.column) == ("no text or criterion stands beside the levels", 3)


def test_the_code_of_any_language_marks_a_translation():
    rows = [
        ("Indicator", "Indicator (ID)", "Indicator (SW)", "Level 1", "Level 2"),
        ("Law", "Hukum", "Sheria", "a", "b"),
    ]
    framework = draft([*rows, ("School census", "Sensus sekolah", "Sensa ya shule", "c", "d")]).require()
    assert framework.languages == ("en", "id", "sw")
    assert [one.title.get("id") for one in framework.indicators] == ["Hukum", "Sensus sekolah"]
    ids = draft(
        [("Indicator", "Indicator (ID)", "Level 1", "Level 2"), ("Law", "K1", "a", "b"), ("Use", "K2", "c", "d")]
    )
    assert [one.id for one in ids.require().indicators] == ["K1", "K2"]


def test_a_slip_in_the_name_of_a_group_is_reported():
    rows = [("Dimension", "Indicator", "Level 0", "Level 1")]
    rows += [(name, f"Part {place}", "no", "yes") for place, name in enumerate(("Governance", "GOVERNANCE ", "People"))]
    assert [str(root.title) for root in draft(rows).require().roots] == ["Governance", "People"]
    found = draft([*rows, ("Governence", "A law", "no", "yes")])
    assert [(one.message, one.origin.row) for one in found.issues] == [
        ("'Governence' and 'Governance' are two groups", 5)
    ]


@pytest.mark.parametrize("changed", [False, True])
def test_a_copied_sheet_is_one_problem(changed):
    rows = [("ID", "Indicator", "Level 0", "Level 1"), *((f"A{n}", f"Part {n}", "no", "yes") for n in range(1, 15))]
    copy = [*rows[:-1], ("A14", "Part 14", "none", "yes")] if changed else rows
    found = draft_framework([CellTable("Model", rows), CellTable("Model (2)", copy)], "m.xlsx")
    (issue,) = found.issues
    assert (issue.severity, issue.origin.sheet) == ("error" if changed else "warning", "Model (2)")
    if not changed:
        assert len(found.require().indicators) == 14
