"""Whatever stands in a spreadsheet, the draft is a framework or says what is wrong, and never raises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.frameworks import framework_from_toml
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.plugins import CellTable

HEADERS = (
    "ID", "Dimension", "Factor", "Indicator", "Indicador (ES)", "Title", "Question", "Pregunta", "Criterion", "Level",
    "Level 0", "Level 1", "Level 2", "2", "3", "Start-up", "Formative", "Established", "Points", "Weight", "Target",
    "Answers", "Description", "Evidence", "Check", "Parent", "Type", "Owner", "", "Indicator ID", "Factor ID",
    "Indicator / Indicateur", "Level 1 / Niveau 1", "Level 2 / Niveau 2", "EN", "ES", "Eixo", "Peso do eixo", "Score",
)  # fmt: skip
CELLS = (
    "", "", "1", "1.1", "1.2", "2", "D1", "D1.1 Law", "Law", "Team", "Offences", "0-5", "Yes/No", "FI/LI/PI/NI",
    "Low; High", "1\n2",
    "Level 1", "Level 2", "3", "-1", "50%", "two", "#REF!", "D", "A longer text that says what a level means.",
    "# note", "EN", "ES", "Law / Loi", "0",
)  # fmt: skip
ROWS = st.lists(st.lists(st.sampled_from(CELLS), max_size=8), max_size=8)
TABLES = st.builds(
    lambda name, above, header, rows, indents: CellTable(name, map(tuple, [*above, header, *rows]), indents),
    st.sampled_from(("Sheet1", "D1 Policy", "English", "Español", "Levels", "Framework", "Nodes", "Rules", "Scales")),
    st.lists(st.lists(st.sampled_from(CELLS), max_size=3), max_size=2),
    st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8),
    ROWS,
    st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 8)), st.integers(1, 4), max_size=6),
)


@given(st.lists(TABLES, max_size=3, unique_by=lambda table: table.name))
@settings(max_examples=500, deadline=None)
def test_a_spreadsheet_gives_a_framework_or_errors_with_places(tables):
    draft = draft_framework(tables, "f.xlsx")
    errors = [one for one in draft.issues if one.severity == "error"]
    assert (draft.framework is None) == bool(errors)
    for issue in draft.all_issues:
        assert issue.remedy
        assert issue.origin is not None
        assert issue.origin.file == "f.xlsx"
    if draft.framework is not None:
        assert framework_from_toml(draft.to_toml()) == draft.framework
