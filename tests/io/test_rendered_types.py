"""Formats return text or bytes as their names tell type checkers."""

from typing import get_args

import pytest

from capbuild.io.writing import BinaryFormat, TextFormat, render
from capbuild.plugins import default_host
from capbuild.testing import invented_programme


@pytest.mark.parametrize("name", [*get_args(TextFormat), *get_args(BinaryFormat)])
def test_a_format_returns_what_its_name_says(name):
    sample = invented_programme()
    subjects = [sample.baseline, sample.questionnaire, sample.plan, sample.programme, sample.reading]
    subject = next(one for one in subjects if isinstance(one, default_host().writers[name].accepts))
    made = render(subject, name, programme=sample.programme)
    assert isinstance(made, str) == (name in get_args(TextFormat))
