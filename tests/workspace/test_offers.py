"""Several catalogues for one framework: what is offered together, and what cannot be."""

from types import SimpleNamespace

import pytest

from capbuild.model import Activity, Catalogue, Role
from capbuild.plugins import Host, hookimpl
from capbuild.workspace import open_workspace

BUILT_IN = {f"A{number:02}" for number in range(1, 36)}
"""The 35 activities of the catalogue that comes with the framework."""


def catalogue(name, *activities, role="Analyst"):
    made = [Activity(id=one, kind="course", title=one, addresses=["COO-1.2a"]) for one in activities]
    return Catalogue(
        id=name, title=name, framework="police-cyber 1.0", activities=made, roles=[Role(id="X-1", title=role)]
    )


def opened(folder, *catalogues, **said):
    """The programme with catalogues of a plugin, and with what programme.toml says of them."""
    text = (folder / "programme.toml").read_text("utf-8")
    lines = "".join(f"{key} = {value}\n" for key, value in said.items())
    (folder / "programme.toml").write_text(text.replace('title = "Small"\n', f'title = "Small"\n{lines}'), "utf-8")
    plugin = SimpleNamespace(register_catalogues=hookimpl(lambda: list(catalogues)))
    return open_workspace(folder, host=Host(plugins={"office": plugin}, discover=False))


def ids(workspace):
    return {activity.id for activity in workspace.catalogue.activities}


def test_a_second_catalogue_adds_to_the_first(folder):
    assert ids(opened(folder, catalogue("desk", "D1"))) == BUILT_IN | {"D1"}


def test_roles_that_say_the_same_are_one(folder):
    workspace = opened(folder, catalogue("a", "D1"), catalogue("b", "D2"))
    assert ids(workspace) == BUILT_IN | {"D1", "D2"}
    assert [role.title.get("en") for role in workspace.catalogue.roles if role.id == "X-1"] == ["Analyst"]


def test_a_programme_names_those_it_chooses_from(folder):
    assert ids(opened(folder, catalogue("desk", "D1"), catalogues='["desk 1"]')) == {"D1"}


@pytest.mark.parametrize(
    ("others", "named", "what"),
    [
        ([catalogue("desk", "A01")], "[]", "desk 1, police-cyber-activities 1.0 cannot be combined"),
        ([catalogue("a", "D1"), catalogue("b", "D2", role="Clerk")], "[]", "a 1, b 1, police-cyber-activities 1.0"),
        ([catalogue("desk", "D1")], '["dsk 1"]', "no catalogue 'dsk 1' for police-cyber 1.0 (did you mean 'desk 1'?)"),
    ],
    ids=["one activity twice", "one role of two kinds", "unknown"],
)
def test_what_does_not_go_together_is_said(folder, others, named, what):
    workspace = opened(folder, *others, catalogues=named)
    (issue,) = (issue for issue in workspace.folder_issues if issue.code == "CB602")
    line = (folder / "programme.toml").read_text("utf-8").splitlines()[issue.origin.row - 1]
    assert (issue.origin.path, line.partition(" =")[0]) == ("programme.catalogues", "catalogues")
    assert what in str(issue)
    assert workspace.catalogue is None
