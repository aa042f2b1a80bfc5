"""The root without each part."""

import numpy as np
import pytest
from capbuild_index.compare import leave_one_out

from capbuild.errors import ModelError
from capbuild.stats.aggregate import aggregate
from capbuild.stats.rules import geometric


def test_leaving_out_is_a_missing_column(small_tree):
    table = np.array([[80.0, 20.0, 60.0], [10.0, 90.0, 30.0]])
    found = leave_one_out(table, small_tree, ["law", "lab", "unit"], rules=geometric())
    for column, hole in enumerate(([0], [2], [1, 2])):
        without = table.copy()
        without[:, hole] = np.nan
        np.testing.assert_allclose(found.scores[:, column], aggregate(without, small_tree, rules=geometric()).root)
    np.testing.assert_allclose(found.full, aggregate(table, small_tree, rules=geometric()).root)
    assert found.mean_rank_shift.tolist() == [1.0, 0.0, 0.0]


def test_an_only_child_takes_its_parent_with_it():
    from capbuild.stats.tree import Tree

    tree = Tree.build(["a", "b"], {"a": "x", "b": "root", "x": "root"})
    np.testing.assert_array_equal(leave_one_out([[1.0, 5.0]], tree, ["a", "b"]).scores, [[5.0, 1.0]])


def test_the_root_stays(small_tree):
    with pytest.raises(ModelError, match="root"):
        leave_one_out([[1.0, 2.0, 3.0]], small_tree, ["all"])


@pytest.mark.corpus
@pytest.mark.parametrize("level", [1, 2, 3])
def test_asem_without_each(asem, level):
    scores, places = asem(f"11_remove_L{level}_scores"), asem(f"11_remove_L{level}_ranks")
    shift = asem(f"11_remove_L{level}_meanabsdiff")
    labels = scores.head[2:]
    sheet = asem("01_weights_original")
    weights = dict(zip(sheet.key, sheet.numbers("Weight"), strict=True))
    table = asem("06_norm_minmax_0_100").table(asem.items, asem.units)
    found = leave_one_out(table, asem.tree, labels, weights=weights)
    np.testing.assert_allclose(found.scores, scores.table(labels, asem.units), rtol=1e-9)
    np.testing.assert_array_equal(found.ranks, places.table(labels, asem.units))
    assert shift.key[1:] == labels
    np.testing.assert_allclose(found.mean_rank_shift, shift.numbers("mean_abs_rank_change")[1:], atol=1e-12)
