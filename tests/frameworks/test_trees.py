"""Libraries of CISO Assistant and catalogs of OSCAL as frameworks. All names and texts are invented."""

import json

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.cli.app import app
from capbuild.formats.values.answer_values import is_met
from capbuild.frameworks import framework_from_toml, framework_to_toml
from capbuild.frameworks.instruments import survey_questionnaire
from capbuild.frameworks.trees.oscal import draft_tree
from capbuild.frameworks.trees.tree_nodes import Tree
from capbuild.model import Missing, QuestionType

U = "urn:example:risk:req_node:harbour:"
NODES = [
    {"urn": U + "a", "ref_id": "A", "depth": 1, "assessable": False, "name": "Watch",
     "translations": {"fr": {"name": "Veille"}}},
    {"urn": U + "a.1", "parent_urn": U + "a", "ref_id": "A.1", "depth": 2, "assessable": True,
     "description": "Boats are counted\nNone: nobody counts.\nSome: by day.\nAll: day and night.",
     "translations": {"fr": {"description": "Les bateaux sont comptés"}}, "annotation": "Count at the gate.",
     "typical_evidence": "The log", "implementation_groups": ["B", "F"], "weight": 2},
    {"urn": U + "a.2", "parent_urn": U + "a", "ref_id": "A.2", "depth": 2, "assessable": True, "name": "Lights",
     "implementation_groups": ["F"],
     "questions": {U + "a.2:q1": {"type": "unique_choice", "text": "Do the lights work?", "choices": [
         {"urn": U + "a.2:q1:c1", "value": "Yes, all", "add_score": 2},
         {"urn": U + "a.2:q1:c2", "value": "No", "add_score": 0},
         {"urn": U + "a.2:q1:c3", "value": "No lights", "compute_result": "not_applicable"}]}}},
    {"urn": U + "a.2.1", "parent_urn": U + "a.2", "ref_id": "A.2.1", "depth": 3, "assessable": True, "name": "Spares",
     "questions": {
         U + "a.2.1:q1": {"type": "multiple_choice", "text": "Which spares?", "choices": [
             {"urn": U + "a.2.1:q1:c1", "value": "Lamps"}, {"urn": U + "a.2.1:q1:c2", "value": "None"}],
             "depends_on": {
                 "question": U + "a.2:q1", "answers": [U + "a.2:q1:c1", U + "a.2:q1:c2"], "condition": "any"}},
         U + "a.2.1:q2": {"type": "date", "text": "Since when?",
             "depends_on": {"question": U + "a.2.1:q1", "answers": [U + "a.2.1:q1:c1"], "condition": "all"}}}},
    {"urn": U + "a.note", "parent_urn": U + "a", "depth": 2, "assessable": False, "description": "Ask the pilots."},
]  # fmt: skip
SCORES = {
    "min_score": 0, "max_score": 2,
    "scores_definition": [
        {"score": n, "name": name, "description": None} for n, name in enumerate(("None", "Some", "All"))
    ],
    "implementation_groups_definition": [{"ref_id": "B", "name": "Basic"}, {"ref_id": "F", "name": "Full"}],
}  # fmt: skip


def library(nodes, **framework):
    made = {"urn": "urn:example:risk:framework:harbour", "ref_id": "HARBOUR", "name": "Harbour (invented)"}
    return {
        "urn": "urn:example:risk:library:harbour", "locale": "en", "version": 3, "provider": "Port of Nowhere",
        "copyright": "Invented,\n CC0", "objects": {"framework": {**made, **framework, "requirement_nodes": nodes}},
    }  # fmt: skip


def save(folder, value, name="library.yaml"):
    dumped = json.dumps(value) if name.endswith("json") else yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    (folder / name).write_text(dumped, encoding="utf-8")
    return folder / name


def judge(place, framework, answers):
    """Return the assessment of a programme in a folder whose only return holds answers."""
    cb.new_programme(place, framework)
    rows = "".join(f"Jamaica,{name},{answer}\n" for name, answer in answers.items())
    (place / "returns" / "r.csv").write_text(f"country,question,answer\n{rows}", encoding="utf-8")
    return cb.open_workspace(place).assess("baseline")["Jamaica"]


def test_a_library_keeps_tree_scale_texts_groups_and_licence(tmp_path):
    draft = cb.read_framework(save(tmp_path, library(NODES, **SCORES)))
    framework = draft.require()
    assert (framework.key, framework.licence, framework.provider) == ("harbour 3", "Invented, CC0", "Port of Nowhere")
    assert framework.languages == ("en", "fr")
    tree = [(node.id, [child.id for child in node.children]) for node in framework.walk()]
    assert tree == [("A", ["A.1", "A.2.all"]), ("A.1", []), ("A.2.all", ["A.2", "A.2.1"]), ("A.2", []), ("A.2.1", [])]
    boats = framework["A.1"]
    assert (str(boats.title), boats.title.get("fr"), boats.weight) == (
        "Boats are counted",
        "Les bateaux sont comptés",
        2,
    )
    assert [str(text) for text in boats.level_texts.values()][:2] == ["nobody counts.", "by day."]
    assert str(boats.evidence) == "The log"
    assert "Ask the pilots." in str(framework["A"].definition)
    assert [(level.order, str(level.label)) for level in framework.scales[0].levels] == [
        (0, "None"),
        (1, "Some"),
        (2, "All"),
    ]
    groups = {profile.id: (str(profile.title), dict(profile.targets)) for profile in framework.profiles}
    assert groups == {"B": ("Basic", {"A.1": 2}), "F": ("Full", {"A.1": 2, "A.2": 2})}
    assert any("Licence: Invented, CC0" in said for said in draft.understood)
    assumed = " ".join(question.assumed for question in draft.questions)
    assert all(word in assumed for word in ("harbour 3", "no total", "A.2.all", "highest level"))
    assert framework_from_toml(draft.to_toml()) == framework
    # Levels stand side by side: no rule is declared, so sections have no figure.
    scored = judge(tmp_path / "p", framework, {"A.1": 2, "A.2": "yes-all", "A.2.1": 1})
    assert [(scored[name].level, scored[name].value) for name in ("A.1", "A.2", "A")] == [
        (2, None),
        (2, None),
        (None, None),
    ]


def test_questions_are_asked_with_choices_and_conditions(tmp_path):
    file = save(tmp_path, library(NODES, **SCORES))
    form = cb.read_framework(file).questionnaire
    assert [question.id for question in form.questions] == ["A.1", "A.2", "A.2.1.q1", "A.2.1.q2", "A.2.1"]
    lights, spares, since = form["A.2"], form["A.2.1.q1"], form["A.2.1.q2"]
    assert str(lights.text) == "Do the lights work?"
    kept = framework_from_toml(cb.read_framework(file).to_toml())
    assert str(survey_questionnaire(kept)["A.2"].text) == "Do the lights work?"
    assert [(one.code, one.missing) for one in lights.choices][:3] == [
        ("yes-all", None), ("no", None), ("no-lights", Missing.NOT_APPLICABLE)
    ]  # fmt: skip
    assert (spares.type, since.type) == (QuestionType.SELECT_MULTIPLE, QuestionType.DATE)
    assert [is_met(spares.skip.expression, {"A.2": code}) for code in ("no", "no-lights")] == [True, False]
    assert is_met(since.skip.expression, {"A.2.1.q1": ("lamps",)}) is True
    out = tmp_path / "form.xlsx"
    done = CliRunner().invoke(app, ["questionnaire", str(file), "--format", "xlsform", "--out", str(out)])
    assert (done.exit_code, out.exists()) == (0, True), done.output


def test_without_scores_requirements_are_met_partly_or_not_and_nothing_is_totalled(tmp_path):
    draft = cb.read_framework(save(tmp_path, library(NODES)))
    framework = draft.require()
    scored = judge(
        tmp_path / "p", framework, {"A.1": "compliant", "A.2": "partially_compliant", "A.2.1": "non_compliant"}
    )
    assert [scored[name].level for name in ("A.1", "A.2", "A.2.1")] == [2, 1, 0]
    assert scored["A"].value is None
    assert scored["A"].level is None
    assert any("declares no scale and no rule" in question.assumed for question in draft.questions)
    assert framework.scales[0].levels[2].label.get("fr") == "Satisfait"


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({"parent_urn": U + "nowhere"}, "CB020", "nowhere"),
        ({"urn": U + "a"}, "CB021", "also at"),
        ({"parent_urn": U + "a.2.1"}, "CB020", "cycle"),
    ],
)
def test_faults_of_a_tree_name_line_and_remedy(tmp_path, change, code, word):
    nodes = [{**node, **(change if node["urn"] == U + "a.2" else {})} for node in NODES]
    draft = cb.read_framework(save(tmp_path, library(nodes)))
    (issue,) = [issue for issue in draft.issues if issue.code == code]
    assert draft.framework is None
    assert word in issue.message
    assert issue.origin.row
    assert issue.remedy


def test_numbers_of_a_library_keep_their_zeros_and_shared_ref_ids_give_way(tmp_path):
    text = yaml.safe_dump(library([]), sort_keys=False).replace("requirement_nodes: []", "requirement_nodes:")
    nodes = "".join(
        f"    - {{urn: '{U}{urn}', ref_id: {ref}, assessable: true, depth: 1, name: N{place}}}\n"
        for place, (urn, ref) in enumerate((("x", "1.1"), ("y", "1.10"), ("z:1", "7"), ("z:2", "7")))
    )
    (tmp_path / "l.yml").write_text(text + nodes, encoding="utf-8")
    draft = cb.read_framework(tmp_path / "l.yml")
    assert [node.id for node in draft.require().roots] == ["1.1", "1.10", "z:1", "z:2"]
    assert any("share a ref_id" in question.assumed for question in draft.questions)


@st.composite
def libraries(draw):
    """Nodes of a library as (URN, URN above, judged), in any order, some of them without a name."""
    count = draw(st.integers(1, 12))
    parents = [draw(st.none() | st.integers(0, place - 1)) if place else None for place in range(count)]
    # Each node is judged, or has nodes below: others are texts of the node above.
    inner = {parent for parent in parents if parent is not None}
    judged = [place not in inner or draw(st.booleans()) for place in range(count)]
    nodes = [
        {"urn": f"{U}n{place}", "assessable": judged[place], "depth": 1, "ref_id": f"R{place}"}
        | ({} if parents[place] is None else {"parent_urn": f"{U}n{parents[place]}"})
        | draw(st.sampled_from(({"name": f"N {place}"}, {"description": f"D {place}\nmore"}, {})))
        for place in range(count)
    ]
    return draw(st.permutations(nodes)), parents, judged


@settings(max_examples=60)
@given(libraries())
def test_the_tree_of_a_library_is_the_tree_of_the_framework(drawn):
    nodes, parents, judged = drawn
    framework = draft_tree(Tree(file="l.yaml", value=library(list(nodes)))).require()
    above = {child.id: node.id for node in framework.walk() for child in node.children}

    def parent(name):
        found = above.get(name)
        return above.get(found) if found == f"{name}.all" else found

    assert {node.id for node in framework.walk() if not node.id.endswith(".all")} == {
        f"R{n}" for n in range(len(parents))
    }
    assert {node.id for node in framework.indicators} == {f"R{n}" for n, one in enumerate(judged) if one}
    for place, one in enumerate(parents):
        assert (parent(f"R{place}") or "").removesuffix(".all") == ("" if one is None else f"R{one}")
    assert framework_from_toml(framework_to_toml(framework)) == framework


# --- OSCAL ------------------------------------------------------------------------------------------------------------

CATALOG = {"catalog": {
    "uuid": "0", "metadata": {"title": "Harbour controls (invented)", "version": "2.1", "oscal-version": "1.1.2",
        "links": [{"rel": "license", "href": "https://example.org/cc0"}],
        "parties": [{"uuid": "p", "type": "organization", "name": "Port of Nowhere"}]},
    "groups": [{"id": "ac", "class": "family", "title": "Access", "controls": [
        {"id": "ac-1", "title": "Gate", "params": [{"id": "ac-1_p", "label": "hours"},
            {"id": "ac-1_s", "select": {"choice": ["day", "{{ insert: param, ac-1_p }}"]}}],
         "props": [{"name": "label", "class": "padded", "value": "AC-01"}, {"name": "label", "value": "AC-1"}],
         "parts": [{"name": "statement", "prose": "The gate is shut:", "parts": [
             {"name": "item", "props": [{"name": "label", "value": "a."}], "prose": "for {{ insert: param, ac-1_p }};"},
             {"name": "item", "prose": "at {{ insert: param, ac-1_s }}.", "props": [{"name": "label", "value": "b."}]},
         ]},
            {"name": "guidance", "prose": "Locks rust."},
            {"name": "assessment-objective", "prose": "x"},
            {"name": "assessment-method", "parts": [{"name": "assessment-objects", "prose": "the lock"}]}],
         "controls": [{"id": "ac-1.1", "class": "enhancement", "title": "Second gate"}]},
        {"id": "ac-2", "title": "Old", "props": [{"name": "status", "value": "withdrawn"}]}]},
        {"title": "Tides", "groups": [
            {"id": "td-x", "title": "Tables", "controls": [{"id": "td-1", "title": "Tide table"}]}]}],
}}  # fmt: skip


def test_a_catalog_keeps_groups_nested_controls_and_filled_in_texts(tmp_path):
    draft = cb.read_framework(save(tmp_path, CATALOG, "catalog.json"))
    framework = draft.require()
    assert (framework.key, framework.licence, framework.provider) == (
        "harbour-controls-invented 2.1", "https://example.org/cc0", "Port of Nowhere"
    )  # fmt: skip
    assert [(node.id, node.kind) for node in framework.walk()] == [
        ("ac", "family"), ("ac-1.all", "control"), ("ac-1", "control"), ("ac-1.1", "control"),
        ("tides", "group"), ("td-x", "group"), ("td-1", "control"),
    ]  # fmt: skip
    gate = framework["ac-1"]
    assert (str(gate.short), str(gate.evidence)) == ("AC-1", "the lock")
    assert str(gate.definition) == "The gate is shut:\na. for [hours];\nb. at [day; [hours]].\n\nLocks rust."
    assert any("left out: 1 control" in said for said in draft.understood)
    assert framework_from_toml(draft.to_toml()) == framework
    scored = judge(tmp_path / "p", framework, {"ac-1": "implemented", "ac-1.1": "planned", "td-1": "not-applicable"})
    assert [scored[name].level for name in ("ac-1", "ac-1.1", "td-1")] == [2, 0, None]
    assert scored["ac"].value is None
    assert scored["td-1"].results[0].value is Missing.NOT_APPLICABLE
    assert cb.read_framework(save(tmp_path, CATALOG, "catalog.yaml")).require() == framework


def profile(**imported):
    back = {"resources": [{"uuid": "r", "rlinks": [{"href": "../far/catalog.json"}]}]}
    return {"profile": {"metadata": {"title": "Small", "version": "1"}, "imports": [{"href": "#r", **imported}],
        "modify": {"set-parameters": [{"param-id": "ac-1_p", "values": ["9 hours"]}]},
        "back-matter": back}}  # fmt: skip


@pytest.mark.parametrize(
    ("imported", "leaves"),
    [
        ({"include-all": {}}, ["ac-1", "ac-1.1", "td-1"]),
        ({"include-controls": [{"with-ids": ["ac-1.1", "td-1"]}]}, ["ac-1.1", "td-1"]),
        ({"include-controls": [{"with-ids": ["ac-1"], "with-child-controls": "yes"}]}, ["ac-1", "ac-1.1"]),
        ({"include-controls": [{"matching": [{"pattern": "ac-*"}]}],
          "exclude-controls": [{"with-ids": ["ac-1.1"]}]}, ["ac-1"]),
    ],
)  # fmt: skip
def test_a_profile_selects_from_the_catalog_beside_it(tmp_path, imported, leaves):
    save(tmp_path, CATALOG, "catalog.json")
    framework = cb.read_framework(save(tmp_path, profile(**imported), "small.json")).require()
    assert ([node.id for node in framework.indicators], framework.key) == (leaves, "small 1")
    if "ac-1" in leaves:
        assert "a. for 9 hours;" in str(framework["ac-1"].definition)


def test_a_profile_without_its_catalog_says_which_file_is_missing(tmp_path):
    draft = cb.read_framework(save(tmp_path, profile(**{"include-all": {}}), "small.json"))
    (issue,) = draft.issues
    assert (draft.framework, issue.code) == (None, "CB023")
    assert "catalog.json" in issue.remedy


@pytest.mark.parametrize("value", [[1], {"assessment-plan": {}}, {"objects": {"risk_matrix": []}}, {"catalog": {}}])
def test_other_trees_are_refused_by_what_they_hold(tmp_path, value):
    draft = cb.read_framework(save(tmp_path, value, "x.json"))
    assert draft.framework is None
    assert [issue.code for issue in draft.issues if issue.severity == "error"] == ["CB023"]


# --- mappings ---------------------------------------------------------------------------------------------------------


def test_mappings_become_a_crosswalk_where_they_carry_a_level(tmp_path):
    def flat(name, count):
        urn = f"urn:example:risk:req_node:{name}:"
        nodes = [
            {"urn": f"{urn}r{n}", "ref_id": f"R{n}", "assessable": True, "depth": 1, "name": f"{n}"}
            for n in range(count)
        ]
        return library(nodes, urn=f"urn:example:risk:framework:{name}")

    cb.new_programme(tmp_path / "p", cb.read_framework(save(tmp_path, flat("old", 7), "old.yaml")).require())
    save(tmp_path / "p" / "frameworks", flat("new", 7), "new.yaml")
    pairs = [(0, 0, "equal"), (1, 1, "subset"), (2, 1, "subset"), (3, 2, "superset"), (3, 3, "superset"),
        (4, 4, "intersect"), (5, 5, "equal"), (5, 6, "subset")]  # fmt: skip
    one = {
        "source_framework_urn": "urn:example:risk:framework:old",
        "target_framework_urn": "urn:example:risk:framework:new",
        "requirement_mappings": [
            {"source_requirement_urn": f"urn:example:risk:req_node:old:r{a}", "relationship": word,
             "target_requirement_urn": f"urn:example:risk:req_node:new:r{b}"} for a, b, word in pairs]}  # fmt: skip
    file = save(tmp_path, {"urn": "u", "objects": {"requirement_mapping_sets": [one]}}, "map.yaml")
    done = CliRunner().invoke(app, ["new", "crosswalk", str(tmp_path / "p"), "--from", str(file)])
    assert done.exit_code == 0, done.output
    (made,) = cb.open_workspace(tmp_path / "p").crosswalks
    links = [(link.before, link.after, link.relation.value) for link in made.links]
    assert links == [
        (("R0",), ("R0",), "exact"), (("R1", "R2"), ("R1",), "broader"), (("R3",), ("R2", "R3"), "narrower"),
    ]  # fmt: skip
    assert "1 pairs intersect" in " ".join(done.output.split())
    assert not [issue for issue in cb.open_workspace(tmp_path / "p").validate() if issue.code == "CB802"]
