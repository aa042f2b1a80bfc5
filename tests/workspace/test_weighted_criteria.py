"""A weighted framework of four levels with criteria, from an untidy sheet to its pages; all of it is invented.

Figures are counted by hand: a level is its share of the highest one, 3.
"""

import pytest
from openpyxl import Workbook

import capbuild as cb
from capbuild.reports.cells import list_families
from capbuild.workspace.drafts.scaffold import make_folder

HEADER = ["N.º", "Pilar", "Peso pilar", "Componente", "Peso", "Indicador", "Nivel", "Criterio", "Meta"]
# Pillar, component or indicator, weight or target, and the levels of its criteria; blank as merged cells are.
MODEL = [
    ["1.1.1.1", "Leyes", "75 %", "Casco", "2", "Uso del casco", "Básico", "Hay una ley sobre el casco", "Intermedio"],
    ["1.1.1.2", "", "", "", "", "", "Intermedio", "La policía controla el casco", ""],
    ["1.1.1.3", "", "", "", "", "", "Avanzado", "Nueve de cada diez llevan casco", ""],
    ["1.2.1.1", "", "", "Velocidad", "1", "Límites", "Básico", "Hay un límite en zonas escolares", "Avanzado"],
    ["1.2.1.2", "", "", "", "", "", "Intermedio", "Los límites están señalados", ""],
    ["1.2.1.3", "", "", "", "", "", "Avanzado", "Hay radares en las rutas nacionales", ""],
    ["", "Subtotal leyes", "", "", "", "", "", "", ""],
    ["2.1.1.1", "Datos", "25 %", "Registro", "1", "Siniestros", "Básico", "Cada siniestro tiene una ficha", "Básico"],
    ["Los pesos de los pilares suman 100 %.", "", "", "", "", "", "", "", ""],
]
ANSWERS = ["sí", "sí", "no", "sí", "no", "no", "sí"]  # levels 2 and 1 of 3, and 1 of 3


def save(place, rows):
    book = Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(place)


@pytest.fixture
def folder(tmp_path):
    save(tmp_path / "model.xlsx", [["Modelo vial (inventado) 2026"], HEADER, *MODEL])
    asked = [f"{row[0]} {row[7]}" for row in MODEL if row[7]]
    (tmp_path / "received").mkdir()
    rows = [["Pregunta", "Respuesta"], *map(list, zip(asked, ANSWERS, strict=True))]
    save(tmp_path / "received" / "Uruguay.xlsx", rows)
    save(tmp_path / "received" / "Chile.xlsx", [rows[0], *([one, two[0].upper()] for one, two in rows[1:])])
    make_folder(tmp_path / "roads", tmp_path / "model.xlsx", returns=tmp_path / "received")
    return tmp_path / "roads"


def test_weights_and_targets_belong_to_the_nodes_they_stand_beside(folder):
    draft = cb.read_framework(folder.parent / "model.xlsx")
    framework = draft.require()
    weights = {node.id: node.weight for node in framework.walk() if node.kind in ("pillar", "component")}
    assert weights == {"1": 75, "1.1": 2, "1.2": 1, "2": 25, "2.1": 1}
    assert [(node.id, node.target) for node in framework.indicators] == [("1.1.1", 2), ("1.2.1", 3), ("2.1.1", 1)]
    assert [node.id for node in framework.dimensions] == ["1", "2"]
    assert framework.key == "modelo-vial-inventado 2026"
    assert sorted(issue.origin.row for issue in draft.issues) == [9, 11]  # a subtotal and a note, left out


def test_levels_of_criteria_count_in_weighted_means(folder):
    scores = cb.open_workspace(folder).assess("baseline")["Uruguay"]
    assert [(one.level, one.target_met) for one in scores.indicators] == [(2, True), (1, False), (1, True)]
    pillar = (2 * 200 / 3 + 1 * 100 / 3) / 3
    assert scores["1"].value == pytest.approx(pillar)
    assert scores["total"].value == pytest.approx(0.75 * pillar + 0.25 * 100 / 3)


def test_the_same_guess_on_several_questions_stands_once(folder):
    said = (folder / "confirm.md").read_text("utf-8")
    assert said.count("In the words of the framework: 1.1.1.1 and 6 other questions, as in 1 other file") == 1
    assert said.count("'sí' is yes") == 1
    assert "1.1.1.1 and 3 other questions: 'S' has no meaning yet; it may be yes (returns/Chile.xlsx)" in said


def test_pages_follow_the_tree_and_name_the_total(folder):
    workspace = cb.open_workspace(folder)
    framework = workspace.assess("baseline").framework
    rows = [node.id for family in list_families(framework) for node in (family.parent, *family.nodes) if node]
    assert rows == ["total", "1", "1.1", "1.1.1", "1.2", "1.2.1", "2", "2.1", "2.1.1"]
    page = cb.render(workspace.assess("baseline")["Uruguay"], "md", audience="team", language="es")
    assert "- Total: **50** (de 100)" in page
    assert "escalera" in page  # the rule of the levels, beside that of the means


def test_an_activity_for_a_node_addresses_all_criteria_below_it(folder):
    (folder / "catalogue" / "activities.csv").write_text("activity,title,addresses\nA1,Leyes,1.2;2.1.1.1\n", "utf-8")
    catalogue = cb.open_workspace(folder).catalogue
    assert catalogue.activities[0].addresses == ("1.2.1.1", "1.2.1.2", "1.2.1.3", "2.1.1.1")
