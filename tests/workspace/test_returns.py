"""A run says how returns were filled in: zeros that look like blanks are a warning and stand in the report."""

import pytest

from capbuild.workspace import open_workspace, run

PROGRAMME = """
[programme]
id = "indices"
title = "Indices"
framework = "indices 1"
participants = "as returned"
languages = ["en"]
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
[read."returns/*"]
respondent = "publisher"
"""

FRAMEWORK = """
[framework]
id = "indices"
edition = "1"
title = "Indices"
[[scales]]
id = "percent"
kind = "percent"
[methods]
indicator = "value"
[[nodes]]
id = "DDL"
title = "Development"
scale = "percent"
[[nodes]]
id = "CEI"
title = "Exposure"
scale = "percent"
"""


PLACES = """
Argentina Belize Bolivia Brazil Canada Chile Colombia Cuba Ecuador Guatemala Guyana Haiti Honduras Jamaica Mexico
Nicaragua Panama Paraguay Peru Suriname Uruguay Barbados Bahamas Grenada Dominica France Spain Italy Germany Norway
"""


@pytest.mark.parametrize("zeros", [0, 15])
def test_zeros_that_were_blanks_are_told(tmp_path, zeros):
    for name in ("frameworks", "mappings", "returns"):
        (tmp_path / name).mkdir()
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "frameworks" / "indices.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "mappings" / "m.csv").write_text("question,target\nDDL,DDL\nCEI,CEI\n", encoding="utf-8")
    rows = [f"{place},{0 if n < zeros else 35 + n},{40 + n}" for n, place in enumerate(PLACES.split())]
    (tmp_path / "returns" / "r.csv").write_text("\n".join(["country,DDL,CEI", *rows]) + "\n", encoding="utf-8")
    result = run(open_workspace(tmp_path))
    found = [issue for issue in result.issues if issue.code == "CB207"]
    assert len(found) == (1 if zeros else 0), [str(issue) for issue in result.issues]
    text = (tmp_path / "out" / "baseline.md").read_text("utf-8")
    assert "How returns were filled in" in text
    assert ("1 item whose zeros look like blanks" in text) is bool(zeros)
