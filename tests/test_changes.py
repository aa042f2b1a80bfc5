"""Fragments of the changelog are well formed, and a release gathers them."""

import pytest

from tools import changes


def test_every_fragment_is_well_formed():
    texts = changes.fragments(changes.ROOT / "changes")
    assert [problem for name, text in texts.items() for problem in changes.problems(name, text)] == []


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("Bad_Name.md", "- Fine.\n", "not in kebab case"),
        ("a.md", "", "says nothing"),
        ("a.md", "# Head\n- Fine.\n", "neither a point"),
        ("a.md", "- no end\n", "does not end as a sentence"),
        ("a.md", "- **Bracking**: gone.\n", "is none of"),
    ],
)
def test_what_is_wrong_is_told(name, text, problem):
    assert problem in changes.problems(name, text)[0]


def test_a_release_puts_what_breaks_under_a_head_of_its_own_and_keeps_what_was():
    texts = {"a.md": "- New\n  thing.\n- **Fixed**: a slip.\n", "b.md": "- **Breaking**: a name went.\n"}
    made = changes.release("0.2.0", "# Changes\n\nWords.\n\n## 0.1.0\n\n- Old.\n", texts)
    assert made == (
        "# Changes\n\nWords.\n\n## 0.2.0\n\n- New thing.\n\n### Changed, and may break\n\n- a name went.\n\n"
        "### Fixed\n\n- a slip.\n\n## 0.1.0\n\n- Old.\n"
    )


@pytest.mark.parametrize("version", ["0.1.0", "next", "1.0"])
def test_a_version_that_is_none_or_was_there_is_refused(version):
    with pytest.raises(ValueError, match="no new version"):
        changes.release(version, "# Changes\n\n## 0.1.0\n\n- Old.\n", {"a.md": "- New.\n"})
