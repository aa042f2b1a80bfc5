"""`validate` and `run` agree on a damaged folder, nobody sees a traceback, and every problem has its place and cure."""

import logging

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from capbuild.workspace import open_workspace, run
from capbuild.workspace.outcome import exit_code
from tests.workspace.damaging import damages, small_example

#: Codes of issues that are about a whole file: it cannot be opened, or is not what its name says.
WHOLE = {"CB101", "CB103", "CB104", "CB106", "CB111", "CB117", "CB119", "CB603", "CB604", "CB607", "SHEET1"}


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example with two countries, with nothing wrong in it, and what can be done to it."""
    folder = small_example(tmp_path_factory.mktemp("damaged") / "small")
    every = damages(folder)
    assert {damage.file for damage in every} >= {"programme.toml", "results.toml", "training/deliveries.csv"}
    return folder, every, frozenset(map(str, open_workspace(folder).validate()))


def checked(folder, host=None):
    """Return what is wrong with a folder, after it was found to be the same for `validate` and `run`."""
    foreseen = open_workspace(folder, host=host)
    issues, status = foreseen.validate(), exit_code(foreseen.validate(), usable=foreseen.usable)
    done = run(open_workspace(folder, host=host), fresh=True)
    assert sorted(map(str, done.issues)) == sorted(map(str, issues))
    assert done.exit_code == status
    for issue in issues:
        assert issue.code != "CB609", f"a fault of the software: {issue}"
        if issue.severity != "note":
            assert issue.remedy, issue
            assert issue.origin is not None, issue
            assert issue.origin.row is not None or issue.code in WHOLE, issue
    return issues, done


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_one_damage_to_the_example(example, data):
    folder, every, before = example
    damage = data.draw(st.sampled_from(every))
    path = folder / damage.file
    whole = path.read_bytes()
    path.unlink() if damage.content is None else path.write_bytes(damage.content)
    logging.disable(logging.CRITICAL)
    try:
        issues, _ = checked(folder)
    finally:
        logging.disable(logging.NOTSET)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(whole)
    here = [issue for issue in issues if issue.origin is not None and issue.origin.file == damage.file]
    new = [issue for issue in here if str(issue) not in before]
    note(f"{damage!r}: {[str(issue) for issue in new]}")
    if damage.told:
        assert any(issue.severity == "error" for issue in new), damage
        assert damage.line is None or any(issue.origin.row == damage.line for issue in new), damage
