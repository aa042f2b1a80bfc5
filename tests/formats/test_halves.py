"""Half a character in JSON, as of an emoji that a program cut in two: told, and replaced where nothing could be."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.json_files.json_file import replace_lone_surrogates
from capbuild.testing.scan_comparison import scan_differences

_PIECES = st.sampled_from(["\ud83d", "\ude00", "\U0001f600", "\\", '"', "u", "d83d", "\\ud83d", "é", "\n", " "])


@given(st.lists(_PIECES, max_size=8).map("".join), st.booleans())
@example("\\\ud83d", True)
def test_only_halves_are_replaced(text, upper):
    source = json.dumps({text: [text]})
    source = re.sub(r"u[d][89a-f]..", lambda found: f"u{found[0][1:].upper()}", source) if upper else source
    told, count = replace_lone_surrogates(source)
    # `dumps` writes what stands in a text of Python half by half, so that two halves side by side are one character.
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    lone = re.compile("[\ud800-\udfff]")
    whole = json.loads(source)
    assert json.loads(told) == {lone.sub("\ufffd", key): [lone.sub("\ufffd", key)] for key in whole}
    assert count == 2 * len(lone.findall(joined))


@pytest.mark.parametrize("rows", [2, 3000])
def test_a_cut_emoji_is_told_and_the_rest_is_read(rows):
    objects = [{"country": "Cuba", "why": f"because {n}\ud83d"} for n in range(rows)]
    lines = "\n".join(map(json.dumps, objects)).encode()
    kobo = json.dumps([{"_id": n, "_submission_time": "2016-03-14T10:00:00", **one} for n, one in enumerate(objects)])
    for data, name in ((lines, "a.jsonl"), (kobo.encode(), "a.json")):
        found, scanned = cb.read(data, name=name), cb.scan(data, name=name)
        assert found.responses[1]["why"].value == "because 1\ufffd"
        assert [issue.message for issue in found.issues if issue.code == "CB172"] == [
            f"{rows:,} times half a character, as of an emoji cut in two; \ufffd stands in its place"
        ]
        assert list(scan_differences(scanned, found.responses)) == []
        assert cb.render(found, "responses-parquet")
