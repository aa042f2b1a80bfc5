"""Where the reference values are, and how they are read. Tests that use them are marked `corpus`."""

import csv
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from capbuild.stats.tree import Tree

# A machine that is slow for a moment is no failure.
settings.register_profile("stats", deadline=None, max_examples=60)
settings.load_profile("stats")

REPOSITORY = Path(__file__).resolve().parents[2]


class Sheet:
    """A CSV: its head, its rows as text, and its numeric columns by name with NaN for an empty cell."""

    def __init__(self, path):
        with path.open(newline="", encoding="utf-8") as file:
            self.head, *self.rows = list(csv.reader(file))
        self.key = [row[0] for row in self.rows]

    def text(self, column):
        at = self.head.index(column)
        return [row[at] for row in self.rows]

    def numbers(self, column):
        return np.array([float(cell) if cell not in {"", "NA"} else np.nan for cell in self.text(column)])

    def table(self, columns=None, rows=None):
        """The named columns (all but the first when None) as an array, in the order of the keys given."""
        found = np.column_stack([self.numbers(column) for column in (columns or self.head[1:])])
        return found if rows is None else found[[self.key.index(row) for row in rows]]


class Folder:
    """A folder of CSVs, each read once."""

    def __init__(self, path):
        self.path, self._read = path, {}

    def __call__(self, name):
        if name not in self._read:
            self._read[name] = Sheet(self.path / f"{name}.csv")
        return self._read[name]


@pytest.fixture(scope="session")
def stats_corpus():
    """Path of the reference values of statistics; skips where they are absent."""
    root = Path(os.environ.get("CAPBUILD_CORPUS", REPOSITORY.parent / "shared" / "corpus")) / "stats"
    if not root.is_dir():
        pytest.skip("the reference values of statistics are not beside the project")
    return root


@pytest.fixture(scope="session")
def asem(stats_corpus):
    """The ASEM index: 51 countries, 49 items, four levels, with every step's published result."""
    folder = Folder(stats_corpus / "coinr_asem")
    folder.units = folder("02_denominated").key
    folder.items = folder("02_denominated").head[1:]
    lineage = folder("01_lineage")
    parents = {}
    for row in lineage.rows:
        parents.update(pairwise(row))
    folder.tree = Tree.build(folder.items, parents)
    folder.nodes = list(folder.tree.labels[len(folder.items) :])
    meta = {row[1]: row for row in folder("00_iMeta").rows}
    folder.meta = meta
    folder.direction = np.array([float(meta[item][3]) for item in folder.items])
    folder.pillars = [folder.tree.labels[folder.tree.parents[i]] for i in range(len(folder.items))]
    return folder


@pytest.fixture(scope="session")
def synthetic(stats_corpus):
    """The synthetic index of 51 units and 50 items."""
    return Folder(stats_corpus / "scale_51x50")


@pytest.fixture(scope="session")
def peers(stats_corpus):
    """Reference values of other libraries and of published papers."""
    return Folder(stats_corpus / "peers")


@pytest.fixture(scope="session")
def small_tree():
    """Three items, one node under the root beside an item."""
    return Tree.build(["law", "staff", "lab"], {"law": "all", "staff": "unit", "lab": "unit", "unit": "all"})
