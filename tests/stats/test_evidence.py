"""Evidence fused from a list of reports: by hand, against Dawid and Skene on worlds with known truth, on the corpus."""

import csv

import numpy as np
import pytest

import capbuild as cb
from capbuild.errors import ModelError
from capbuild.stats.evidence import fuse
from capbuild.undefined import UndefinedReason

#: How often each source lies how many levels off: a survey that never says too little, three views from outside.
DISTANCES = {
    "survey": {0: 0.55, 1: 0.36, 2: 0.09},
    "visit": {-1: 0.07, 0: 0.86, 1: 0.07},
    "meeting": {-2: 0.05, -1: 0.1, 0: 0.7, 1: 0.1, 2: 0.05},
    "desk": {-2: 0.05, -1: 0.16, 0: 0.58, 1: 0.16, 2: 0.05},
}
ANSWERED = {"survey": 0.9, "visit": 0.45, "meeting": 0.9, "desk": 0.9}


def world(seed, *, spread=0.0, countries=30, capacities=20):
    """Rows of reports and the true levels 1 to 5; with a spread, strong countries and hard capacities."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(0, spread, (countries, 1)) + rng.normal(0, spread, (1, capacities))
    truth = np.clip(np.rint(3 + strength + rng.uniform(-2.5, 2.5, (countries, capacities))), 1, 5).astype(int)
    rows, table = [], np.full((countries, capacities, 4), np.nan)
    for number, (source, shares) in enumerate(DISTANCES.items()):
        off = rng.choice(list(shares), p=list(shares.values()), size=truth.shape)
        said = np.clip(truth + off, 1, 5)
        for place in np.argwhere(rng.random(truth.shape) < ANSWERED[source]):
            country, capacity = (int(at) for at in place)
            table[country, capacity, number] = said[country, capacity] - 1
            rows.append((f"C{country}|q{capacity}", source, int(said[country, capacity])))
    return rows, truth, table


def dawid_skene(table, levels, steps=60):
    """Likeliest levels by the method of 1979: confusion tables and levels in turn, from the majority."""
    counts = (table[..., None] == np.arange(levels)).astype(float)  # (items, sources, levels)
    belief = counts.sum(axis=1) + 1e-9
    for _ in range(steps):
        belief = belief / belief.sum(axis=1, keepdims=True)
        confusion = np.einsum("nt,nsr->str", belief, counts) + 1e-9
        confusion = confusion / confusion.sum(axis=2, keepdims=True)
        belief = belief.mean(axis=0) * np.exp(np.einsum("nsr,str->nt", counts, np.log(confusion)))
    return belief.argmax(axis=1)


def test_it_is_more_accurate_than_dawid_and_skene():
    """Over worlds of this kind; on a single one chance may decide."""
    ours, theirs, stated = [], [], []
    for seed in range(4):
        rows, truth, table = world(seed, spread=0.3 * (seed % 2))
        fused = fuse(rows)
        assert fused.agreed
        right = [
            level == truth[int(c[1:]), int(q[1:])]
            for (c, q), level in ((item.split("|"), level) for item, level in fused.best.items())
        ]
        ours.append(np.mean(right))
        stated.append(np.mean([shares[fused.best[item]] for item, shares in fused.probabilities.items()]))
        plain = dawid_skene(table.reshape(-1, 4), levels=5) + 1
        seen = ~np.isnan(table).all(axis=2).ravel()
        theirs.append((plain == truth.ravel())[seen].mean())
    assert np.mean(ours) > np.mean(theirs) + 0.005
    assert np.mean(stated) == pytest.approx(np.mean(ours), abs=0.02)  # as sure as it is right


@pytest.fixture(scope="module")
def fused():
    return cb.fuse(world(9, countries=8, capacities=6)[0])


def test_levels_and_probabilities_by_item(fused):
    assert fused.scale == (1, 2, 3, 4, 5)
    for item, shares in fused.probabilities.items():
        assert sum(shares.values()) == pytest.approx(1)
        assert shares[fused.best[item]] == max(shares.values())
    row = fused.to_rows()[0]
    assert (row["item"], row["level"]) == (next(iter(fused.best)), next(iter(fused.best.values())))
    assert row["probability"] == row[f"P({row['level']})"]
    assert set(fused.sources) == set(DISTANCES)
    assert fused.sources["survey"].bias.value > 0 > fused.sources["survey"].bias.value - 2


def test_rows_in_text_and_other_forms_of_items_give_the_same():
    rows = world(9, countries=5, capacities=4)[0]
    texts = fuse([(item, source, str(level)) for item, source, level in rows])
    pairs = fuse([(tuple(item.split("|")), source, level) for item, source, level in rows])
    assert list(texts.best.values()) == list(pairs.best.values())
    words = ("none", "some", "half", "most", "all")
    named = fuse([(item, source, words[level - 1]) for item, source, level in rows], scale=words)
    assert [words.index(level) + 1 for level in named.best.values()] == list(texts.best.values())
    plain = fuse([(item.replace("|", "-"), source, level) for item, source, level in rows])
    assert set(plain.best) == {item.replace("|", "-") for item in texts.best}


def test_a_source_that_repeats_itself_is_told():
    rows = [("a", "visit", 1), ("a", "visit", 3), ("a", "visit", 3), ("b", "visit", 2), ("b", "survey", 3)]
    found = fuse(rows)
    assert found.repeated == 2
    assert found.best["a"] == 3


def test_undefined_and_wrong():
    assert fuse([]).reason is UndefinedReason.NOBODY_ANSWERED
    assert fuse([("a", "survey", 2), ("b", "survey", 1)]).reason is UndefinedReason.ONE_RATER
    assert fuse([("a", "visit", 2), ("b", "visit", 2)]).best["a"] == 2
    with pytest.raises(ModelError, match="item, source and level"):
        fuse([("a", "visit")])
    with pytest.raises(ModelError, match="give the scale"):
        fuse([("a", "visit", "high")])
    with pytest.raises(ModelError, match="level of the scale"):
        fuse([("a", "visit", 9)], scale=(1, 2, 3))


@pytest.mark.corpus
def test_survey_visit_meeting_desk(peers):
    with (peers.path / "ds_evidence_input.csv").open(encoding="utf-8") as file:
        reports = csv.reader(file)
        next(reports)
        found = cb.fuse(reports)
    assert len(found.best) == 600
    assert found.agreed
    # The truth is kept aside: what it says of the sources must fit, and it must stay near Dawid and Skene.
    assert found.sources["self_survey"].bias.low > 0.3
    assert max(found.sources, key=lambda name: found.sources[name].right.value) == "visit"
    plain = {row[0]: int(row[2]) for row in peers("ds_evidence_labels").rows}
    assert np.mean([found.best[task] == level for task, level in plain.items()]) > 0.95
