"""Examples of docstrings give the results they show."""

import doctest
import importlib
import pkgutil

import capbuild_index
import pytest

MODULES = [info.name for info in pkgutil.iter_modules(capbuild_index.__path__, "capbuild_index.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed
