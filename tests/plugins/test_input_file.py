"""What an input file shows of itself before anybody reads it."""

import pytest

from capbuild.plugins import InputFile


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ([b"a\n"] * 10, 10),
        ([b"x" * 50_000 + b"\n"] * 8, 4),  # two lines are within the first 64 KiB
        ([b"x" * 20_000 + b"\n"] * 8, 4),
        ([b"x" * 90_000 + b"\n", b"y\n"], 2),
    ],
)
def test_four_lines_are_seen_however_long_they_are(lines, shown, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"".join(lines))
    for source in (InputFile("a.csv", data=b"".join(lines)), InputFile("a.csv", path=path)):
        assert source.first_lines == b"".join(lines[:shown])


def test_plain_files_show_their_first_64_kib_and_no_line_more_than_a_mebibyte():
    assert len(InputFile("a.csv", data=b"a,b\n" * 50_000).first_lines) == 65_536
    assert len(InputFile("a.json", data=b"[" * 3_000_000).first_lines) == 1 << 20
