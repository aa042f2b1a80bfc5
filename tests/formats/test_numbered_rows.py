"""A column that numbers the rows answers nothing, and one headed Level holds the answers, whatever is blank."""

import itertools

import pytest

import capbuild as cb
from capbuild.model import Missing

NAMES = ["Ley de residuos", "Sanciones", "Autoridad", "Inspectores", "Registro", "Informe"]
NUMBERS = ["N.º", "N°", "#", "No."]
HEADS = ["Nivel (0-3)", "Nivel", "Level", "Niveau", "Respuesta", "Puntaje"]


# Without numbers, a row of a label alone is a heading.
@pytest.mark.parametrize(
    ("number", "head", "blank"),
    [*itertools.product(NUMBERS, HEADS, [None, 0, 4]), *itertools.product([None], HEADS, [None])],
)
def test_levels_are_read_beside_numbers_of_rows(number, head, blank):
    levels = [level if place != blank else "" for place, level in enumerate(["2", "0", "3", "2", "1", "1"])]
    rows = [["País:", "Paraguay"], [], [number, "Indicador", head, "Observaciones"]]
    rows += [[str(n), name, level, ""] for n, (name, level) in enumerate(zip(NAMES, levels, strict=True), start=1)]
    lines = [";".join(row if number is not None else row[1:]) if row else "" for row in rows]
    lines[0] = "País:;Paraguay"
    reading = cb.read("\n".join(lines).encode(), name="returns.csv")
    answers = {answer.question: answer.value for answer in reading.responses[0]}
    assert {name: answers.get(name) for name in NAMES} == {
        name: int(level) if level else Missing.NO_ANSWER for name, level in zip(NAMES, levels, strict=True)
    }
