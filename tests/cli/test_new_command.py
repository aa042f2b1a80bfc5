"""What `capbuild new plugin` says to do next is what works: pip takes a name without a path from an index."""

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app


@pytest.mark.parametrize(("words", "there"), [((), "./capbuild-x"), (("--folder", "here/it"), "./here/it")])
def test_the_next_step_names_a_path(words, there, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["new", "plugin", "x", *words])
    assert f'pip install "{there}[test]" && pytest {there}' in done.output
    assert (tmp_path / there / "pyproject.toml").is_file()


def test_every_option_says_what_it_is_for():
    shown = CliRunner().invoke(app, ["new", "plugin", "--help"]).output
    for option in ("--reader", "--writer", "--framework", "--folder"):
        (line,) = (line for line in shown.splitlines() if line.strip().startswith(option))
        assert len(line.split()) > 2
