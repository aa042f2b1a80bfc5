"""A small programme to break in many ways."""

import pytest

PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 1.0"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
end = 2016-05-31
[[participants]]
country = "Jamaica"
[[participants]]
country = "Belize"
[targets]
default = 3
"""


@pytest.fixture
def folder(tmp_path):
    """A programme with one return of Jamaica."""
    place = tmp_path / "small"
    for name in ("returns", "visits", "mappings"):
        (place / name).mkdir(parents=True)
    (place / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (place / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,yes\n", encoding="utf-8")
    return place
