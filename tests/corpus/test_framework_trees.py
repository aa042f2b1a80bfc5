"""Real libraries and catalogs have as many nodes, judged nodes and levels as another tool counted in them."""

import json

import pytest

import capbuild as cb
from capbuild.frameworks import framework_from_toml

pytestmark = pytest.mark.corpus


def test_real_libraries_and_catalogs_have_the_counts_of_another_tool(formats):
    expected = json.loads((formats / "expected.json").read_text("utf-8"))
    known = {name: one["facts"] for name, one in expected.get("files", expected).items()}
    read = 0
    for name, facts in known.items():
        nodes = facts.get("requirement_nodes") or facts.get("counts", {}).get("controls")
        if not name.startswith(("ciso-assistant/", "oscal/")) or not nodes or not name.endswith(("yaml", "json")):
            continue
        draft = cb.read_framework(formats / name)
        framework = draft.require()
        assert len(framework.indicators) == facts.get("assessable", nodes), name
        if facts.get("min_score") is not None:
            assert framework.scales[0].ends == (facts["min_score"], facts["max_score"]), name
        if facts.get("questions"):
            asked = [one for one in draft.questionnaire.questions if one.id not in framework.names]
            assert len(asked) == facts["questions"], name
            assert sum(len(one.choices) for one in asked) == facts["question_choices"], name
        assert set(facts.get("node_translations", ())) <= set(framework.languages), name
        assert framework_from_toml(draft.to_toml()) == framework, name
        read += 1
    assert read == 8
