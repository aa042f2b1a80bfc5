"""A tree in a column of parents: any tree, in any order of rows, by id or title."""

from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.plugins import CellTable

NAMES = [f"Subject {word}" for word in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota")]


@st.composite
def trees(draw):
    """Parents by number of a node: each an earlier node, or none."""
    count = draw(st.integers(2, len(NAMES)))
    return [draw(st.none() | st.integers(0, node - 1)) if node else None for node in range(count)]


def read(rows):
    table = CellTable("Model", [("Code", "Parent", "Title", "Weight"), *rows], {})
    return draft_framework([table], "f.xlsx")


def rows_of(tree, names):
    return [(f"K{n}x", "" if p is None else names(p), NAMES[n], "1") for n, p in enumerate(tree)]


@given(
    trees(),
    st.randoms(use_true_random=False),
    st.sampled_from([lambda p: f"K{p}x", lambda p: f"k{p}X", NAMES.__getitem__]),
)
@settings(max_examples=100, deadline=None)
def test_the_tree_is_the_one_that_parents_name(tree, random, names):
    rows = rows_of(tree, names)
    random.shuffle(rows)
    draft = read(rows)
    assert draft.framework is not None, draft.issues
    parents = {}
    for node in draft.framework.roots:
        for one in node.walk():
            parents |= {child.id: one.id for child in one.children}
    for n, p in enumerate(tree):
        assert parents.get(f"K{n}x") in ({f"K{p}x"} if p is not None else {None, "total"})


@given(trees().filter(lambda tree: any(p is not None for p in tree)), st.data())
@settings(max_examples=50, deadline=None)
def test_a_circle_and_an_unknown_parent_are_errors_at_their_cells(tree, data):
    child = data.draw(st.sampled_from([n for n, p in enumerate(tree) if p is not None]))
    rows = rows_of(tree, lambda p: f"K{p}x")
    parent = data.draw(st.sampled_from(["Z9", f"K{child}x"]))
    rows[child] = (rows[child][0], parent, *rows[child][2:])
    (error,) = [issue for issue in read(rows).issues if issue.severity == "error"]
    assert (error.origin.row, error.origin.column) == (child + 2, 2)
    assert ("below itself" if parent != "Z9" else "not the id or title") in error.message
