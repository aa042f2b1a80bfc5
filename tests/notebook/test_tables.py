"""Tables of responses and tallies: nothing lazy is read to be shown, and what is too small is not."""

from capbuild.notebook import mimebundle
from capbuild.tables import ResponseTable, Tally, TallyCell
from capbuild.undefined import Undefined, UndefinedReason


def test_a_table_says_how_many_responses_it_holds(reading):
    table = ResponseTable.from_responses(reading.responses, reading.questionnaire)
    text = mimebundle(table)["text/plain"]
    assert text.startswith(f"{len(reading.responses)} responses, {len(reading.questionnaire)} questions")


def test_a_lazy_table_is_not_read(reading):
    table = ResponseTable.from_responses(reading.responses, reading.questionnaire)
    bundle = mimebundle(table.on(table.frame.lazy()))
    assert bundle["text/plain"].startswith("Responses not yet read, ")
    assert "Responses not yet read" in bundle["text/html"]


def test_a_suppressed_cell_shows_no_figure():
    few = Undefined(UndefinedReason.TOO_FEW)
    cells = [
        TallyCell(domain=["<BB>"], target="T-1", estimate=few, rows=None, n=None, suppressed=True),
        TallyCell(domain=["JM"], target="T-1", estimate=few, mean=0.875, rows=40, n=31),
        TallyCell(domain=["TT"], target="T-1", estimate=few, rows=4, n=0),
    ]
    bundle = mimebundle(Tally(by=["country"], cells=cells, minimum_n=5))
    rows = [line.split() for line in bundle["text/plain"].splitlines() if "T-1" in line]
    assert rows[0] == ["<BB>", "T-1", "–", "too", "few", "to", "be", "shown"]
    assert rows[1][:4] == ["JM", "T-1", "31", "0.88"]
    assert rows[2][3:5] == ["undefined:", "too"]
    assert "<BB>" not in bundle["text/html"]
