"""Tables that break careless functions, and the checks of what comes back from them."""

import math
from collections.abc import Mapping

import attrs
import numpy as np
import pytest

from capbuild.errors import ModelError
from capbuild.stats.tree import Tree
from capbuild.undefined import Undefined

NAN = math.nan
TABLES = {
    "all missing": np.full((4, 3), NAN),
    "one unit": np.array([[1.0, 2.0, 3.0]]),
    "one unit, all missing": np.full((1, 3), NAN),
    "one item": np.array([[1.0], [2.0], [NAN], [4.0]]),
    "constant": np.full((5, 3), 2.0),
    "zeros": np.zeros((5, 3)),
    "two units": np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
    "one value a column": np.array([[1.0, NAN, NAN], [NAN, 2.0, NAN], [NAN, NAN, 3.0]]),
    "a column and a row missing": np.array([[1.0, NAN, 2.0], [3.0, NAN, 1.0], [NAN, NAN, NAN], [2.0, NAN, 5.0]]),
    "negative": np.array([[-1.0, 2.0, -3.0], [4.0, -5.0, 6.0], [-7.0, 8.0, 9.0]]),
    "huge": np.array([[1e150, 2e150, -1e150], [3e150, 1e150, 1e150], [2e150, 5e150, 4e150]]),
    "tiny": np.array([[1e-150, 2e-150, 1e-150], [3e-150, 1e-150, 0.0], [2e-150, 5e-150, 4e-150]]),
    "nearly constant": 1e9 + np.array([[0.0, 1e-7, 0.0], [1e-7, 0.0, 1e-7], [0.0, 0.0, 1e-7]]),
}


def tree(table):
    names = [f"i{n}" for n in range(table.shape[1])]
    return Tree.build(names, dict.fromkeys(names, "root"))


def level_table(table):
    """The same gaps with levels 0 to 2 in the other cells."""
    return np.where(np.isnan(table), NAN, np.nan_to_num(np.sign(table)) + 1)


def groups(table):
    return ["a", "b"] * (len(table) // 2) + ["a"] * (len(table) % 2)


def figures(found, name=""):
    """Every single number of a result with its name; arrays apart."""
    if isinstance(found, Undefined | str | bytes | None):
        return
    if attrs.has(type(found)):
        for one in attrs.fields(type(found)):
            yield from figures(getattr(found, one.name), f"{name}.{one.name}")
    elif isinstance(found, Mapping):
        for key, value in found.items():
            yield from figures(value, f"{name}[{key}]")
    elif isinstance(found, tuple | list):
        for place, value in enumerate(found):
            yield from figures(value, f"{name}[{place}]")
    elif isinstance(found, np.ndarray | float | np.floating):
        yield name, found


def check_typed_or_refused(function, name, kind):
    given = TABLES[kind].copy()
    try:
        found = function(given)
    except ModelError:
        return
    np.testing.assert_array_equal(given, TABLES[kind])  # no argument is changed in place
    for place, figure in figures(found, name):
        if isinstance(figure, np.ndarray):
            if figure.dtype.kind == "f":
                assert not np.isinf(figure).any(), place
        elif not place.endswith(".df"):  # degrees of freedom without end are those of the normal distribution
            assert math.isfinite(figure), place


def check_infinite_refused(function):
    table = np.array([[1.0, 2.0, 3.0], [2.0, math.inf, 1.0], [math.inf, 1.0, math.inf], [0.0, 1.0, math.inf]])
    with pytest.raises(ModelError):
        function(table)
