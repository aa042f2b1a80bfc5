"""The library under Pyodide: in Node, where a visitor drops a file, and in notebooks. Nothing is asked from outside."""

import functools
import http.server
import json
import os
import shutil
import subprocess
import threading

import pytest

import capbuild as cb
from tools.try_page import build as maker

#: Read two files and name every participant, with the core alone.
SCRIPT = """
import { loadPyodide } from "%(pyodide)s/pyodide.mjs";
import { readFileSync } from "fs";
const python = await loadPyodide();
python.unpackArchive(new Uint8Array(readFileSync("%(library)s")), "zip", { extractDir: "/library" });
for (const name of ["returns", "book"]) {
  python.FS.writeFile(`/${name}`, new Uint8Array(readFileSync(`%(folder)s/${name}`)));
}
python.globals.set("names", `%(names)s`);
console.log(python.runPython(`
import json, sys
sys.path.insert(0, "/library")
import capbuild as cb
found = {}
for name, path in (("returns", "peru.csv"), ("book", "book.xlsx")):
    reading = cb.read(open(f"/{name}", "rb").read(), name=path)
    answers = [(a.question, str(a.value), str(a.origin)) for r in reading.responses for a in r.answers]
    found[name] = [reading.format, len(reading.responses), answers, reading.reconciliation.adds_up]
found["countries"] = [cb.country(name).alpha_3 for name in json.loads(names)]
found["again"] = cb.loads(cb.dumps(reading)) == reading
found["heavy"] = [name for name in ("numpy", "polars") if name in sys.modules]
json.dumps(found)
`));
"""


def _pyodide():
    place = maker.PYODIDE
    if not place.is_dir() and shutil.which("npm"):
        npm = [
            "npm",
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(place.parents[1]),
            "pyodide@314",
        ]
        subprocess.run(npm, check=False, capture_output=True, timeout=300)
    if place.is_dir():
        return place
    if os.environ.get("CI"):
        pytest.fail("no Pyodide: it is installed with npm")
    pytest.skip("no Pyodide: npm install --prefix build/npm pyodide@314")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    place = tmp_path_factory.mktemp("try") / "try"
    maker.build(place, _pyodide())
    return place


@pytest.fixture(scope="module")
def files(tmp_path_factory, examples):
    """A return of the example, and a workbook with a title row, a merged head and an error cell."""
    import openpyxl

    folder = tmp_path_factory.mktemp("files")
    shutil.copyfile(examples / "americas-2015" / "returns" / "peru.csv", folder / "returns")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Survey"], ["country", "MAN-1.2a", "MAN-1.2b"], ["Jamaica", "yes", "#REF!"], ["Perú", "no", "n/a"]):
        sheet.append(row)
    book.save(folder / "book.xlsx")
    (folder / "book.xlsx").rename(folder / "book")
    return folder


def _facts(path, name):
    reading = cb.read(path.read_bytes(), name=name)
    answers = [[a.question, str(a.value), str(a.origin)] for r in reading.responses for a in r.answers]
    return [reading.format, len(reading.responses), answers, reading.reconciliation.adds_up]


def test_the_core_runs_under_pyodide_as_it_does_here(site, files, tmp_path, examples):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    participants = cb.open_workspace(examples / "americas-2015").programme.countries
    values = {
        "pyodide": site / "pyodide",
        "library": site / "capbuild.zip",
        "folder": files,
        "names": json.dumps([country.name for country in participants]),
    }
    (tmp_path / "run.mjs").write_text(SCRIPT % values, encoding="utf-8")
    done = subprocess.run([node, tmp_path / "run.mjs"], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["returns"] == _facts(files / "returns", "peru.csv")
    assert found["book"] == _facts(files / "book", "book.xlsx")
    assert found["countries"] == [country.alpha_3 for country in participants]
    assert len(found["countries"]) == 30
    assert found["again"] is True
    assert found["heavy"] == []


@pytest.fixture
def address(site):
    """The page on this machine's own address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.browser
def test_a_dropped_file_is_read_in_the_page(browser, address, files):
    seen = browser.open_address(address)
    page = seen.page
    page.locator("#state", has_text="Ready.").wait_for(timeout=120_000)
    page.set_input_files("#file", {"name": "book.xlsx", "mimeType": "", "buffer": (files / "book").read_bytes()})
    page.locator("#state", has_text="responses").wait_for(timeout=60_000)
    assert page.inner_text("#state") == "2 responses; every row and cell is accounted for."
    assert "sheets" in page.inner_text("#out")
    page.set_input_files("#file", {"name": "<img src=x>.bin", "mimeType": "", "buffer": b"\x00\x01<script>"})
    page.locator("#state", has_text="could not").wait_for(timeout=60_000)
    assert "<img src=x>.bin" in page.inner_text("#out")
    assert page.locator("#out img").count() == 0
    assert [place for place in seen.asked if not place.startswith(address.rsplit("/", 1)[0])] == []
    assert seen.complaints == []
    assert seen.faults() == []


@pytest.mark.browser
def test_notebooks_run_in_the_page(browser, address):
    """Cells give what they give here; one that needs a package which the page lacks says so."""
    seen = browser.open_address(address.replace("index.html", "notebooks.html"))
    page = seen.page
    page.locator("#state", has_text="Ready.").wait_for(timeout=120_000)
    assert page.locator("#notebook option").count() == 7
    assert page.inner_text("#out h1") == "A first look at an unknown file"
    page.click("#all")
    page.locator("#state", has_text="All cells have run.").wait_for(timeout=120_000)
    results = page.locator("#out .result").all_inner_texts()
    failed = page.locator("#out .result:has(.error)").all_inner_texts()
    assert [text for text in results if "needs pandas" in text] == failed
    assert "Kitts" in results[-2]
    assert "CB402" in results[-1]
    cell = page.locator("textarea").last
    cell.fill("print(2 ** 10)\n1 / 0")
    page.locator("button", has_text="Run cell").last.click()
    page.locator("#out .result .error", has_text="ZeroDivisionError").wait_for(timeout=30_000)
    page.select_option("#notebook", label="How sure are we?")
    page.locator("h1", has_text="How sure are we?").wait_for(timeout=30_000)
    page.locator("button", has_text="Run cell").first.click()
    page.locator("#state", has_text="Cell 1").filter(has_not_text="Running").wait_for(timeout=120_000)
    shown = page.locator("#out .result").first.inner_text()
    assert "OPS-3" in shown or "No module named 'numpy'" in shown
    assert [place for place in seen.asked if not place.startswith(address.rsplit("/", 1)[0])] == []
    assert seen.faults() == []
