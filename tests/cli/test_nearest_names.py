"""Misspelt names on the command line are answered with the nearest ones."""

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["insepct"], "'inspect'"),
        (["new", "programm"], "'programme'"),
        (["explain", "examples/americas-2015", "Barbados", "TEC-22"], "'TEC-2'"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(words, near):
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 2
    assert f"did you mean {near}" in found.stderr
    assert "--round" not in found.stderr
