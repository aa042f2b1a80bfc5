"""A scan of any file gives the answers that reading it gives, whichever path the reader takes."""

from collections import Counter

import pytest

from capbuild.countries import all_countries
from capbuild.errors import CapbuildError
from capbuild.io import read, scanning
from capbuild.io.format_detection import choose_reader, open_input
from capbuild.io.scanning import scan
from capbuild.plugins import default_host
from capbuild.testing.scan_comparison import scan_differences

#: Readers that have a fast path, with the fewest real files that must take it.
FAST = {"csv": 8, "sheets": 3, "spss": 12, "stata": 4}


def test_a_reader_without_a_fast_path_is_scanned_all_the_same():
    data = b'{"capbuild": "no survey"}'
    with pytest.raises(CapbuildError):
        scan(data, name="a.unknown")
    table = scan(b"Survey 2016,\ncountry,P1\nCuba,yes\n", name="a.csv")  # a title, which the fast path leaves to read
    assert list(scan_differences(table, read(b"Survey 2016,\ncountry,P1\nCuba,yes\n", name="a.csv").responses)) == []


def test_countries_are_resolved_where_hardly_one_comes_twice():
    names = [country.name for country in all_countries()][:150]
    data = "country,P1\n" + "".join(f'"{name}",{number}\n' for number, name in enumerate(names))
    # A title above makes it a table that is read response by response, whose places are texts and not codes.
    table = scan(f"Survey 2016,\n{data}".encode(), name="a.csv")
    assert [row.country.name for row in table] == names


@pytest.fixture
def fast_paths(monkeypatch):
    """Whether a reader's own scan made the table, for each scan in turn."""
    taken, asked = [], scanning._native_scan

    def noted(*given):
        found = asked(*given)
        taken.append(found is not None)
        return found

    monkeypatch.setattr(scanning, "_native_scan", noted)
    return taken


@pytest.mark.corpus
def test_every_real_file_is_scanned_as_it_is_read(corpus, capsys, fast_paths):
    taken, wrong, lines = Counter(), [], []
    tried = Counter()
    for path in sorted((corpus / "formats").rglob("*")):
        if not path.is_file():
            continue
        try:
            source = open_input(path)
            reader = choose_reader(source, default_host()).reader
            responses = read(path, format=reader.name).responses
        except CapbuildError:
            continue
        tried[reader.name] += 1
        wrong += [(path.name, what) for what in scan_differences(scan(path, format=reader.name), responses)][:3]
        taken[reader.name] += fast_paths.pop()
    lines = [f"{name:<16}{tried[name]:>5} files {taken[name]:>5} on a fast path" for name in sorted(tried)]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert wrong == []
    assert [name for name, least in FAST.items() if taken[name] < least] == []


@pytest.mark.parametrize("letter", "rRé")
@pytest.mark.parametrize(
    ("more", "again"),
    [("Cuba,{}5,no\n", 1), ("Cuba,ÉRIC,no\nCuba,éric,no\n", 1), ("Cuba,x,no\n", 0), ("Haiti,{}5,no\n", 0)],
)
def test_who_answered_before_is_told_in_letters_of_any_case(letter, more, again):
    rows = "".join(f"Cuba,{letter}{number},yes\n" for number in range(20))
    table = scan(f"country,respondent,P1\n{rows}{more.format(letter.swapcase())}".encode(), name="a.csv")
    assert [issue.message for issue in table.issues if issue.code == "CB204"] == again * [
        "1 rows are of one who answered before"
    ]
