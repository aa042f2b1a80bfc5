"""Inputs on which fuzzing found a fault are read, or refused with an error of capbuild."""

from pathlib import Path

import pytest

from tools.fuzz import TARGETS, list_seeds

FOUND = sorted(path for path in (Path(__file__).parents[1] / "data" / "fuzz").rglob("*") if path.suffix == ".input")


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_fuzzing_found_is_mended(path):
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_target_runs_on_its_seeds(target):
    seeds = list(list_seeds(target))
    assert len(seeds) >= 3
    for content in seeds[:: max(1, len(seeds) // 8)]:
        TARGETS[target](content)
