"""The pages of formats and frameworks are made from what is registered, and say where each reader is explained."""

import re

from capbuild.plugins import default_host
from tools.framework_gallery import frameworks_text
from tools.write_gallery import FRAMEWORKS, PAGE, gallery_text


def test_the_page_is_current():
    assert PAGE.read_text("utf-8") == gallery_text(default_host()), "run: uv run python -m tools.write_gallery"


def test_the_page_of_frameworks_is_current():
    assert FRAMEWORKS.read_text("utf-8") == frameworks_text(), "run: uv run python -m tools.write_gallery"


def test_each_format_stands_on_it():
    read, written = PAGE.read_text("utf-8").split("## Written")
    host = default_host()
    examples = {"lines", "gdb", "tsv"}
    assert set(re.findall(r"^\| .*? \| `([a-z0-9-]+)` ", read, re.MULTILINE)) == set(host.readers) - examples
    assert set(re.findall(r"^\| .*? \| `([a-z0-9-]+)` ", written, re.MULTILINE)) == set(host.writers) - examples


def test_each_reader_of_a_plugin_has_a_page():
    read = PAGE.read_text("utf-8").split("## Written")[0]
    rows = [
        line for line in read.splitlines() if re.search(r"\| `capbuild-[a-z]+` \| ", line) and "built in" not in line
    ]
    assert len(rows) > 20
    assert [row for row in rows if "../how-to/" not in row] == []
