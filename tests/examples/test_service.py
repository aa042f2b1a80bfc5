"""The example service: what it answers is what the library says, from several threads at once."""

import importlib.util
import runpy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import capbuild as cb

pytest.importorskip("fastapi", reason="the example service needs: uv sync --group service")
from fastapi.testclient import TestClient

SERVICE = Path(__file__).parents[2] / "examples" / "service" / "service.py"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    model = "Area,Indicator,Level 1,Level 2\nLaw,L1 Offences,None.,All.\nTeam,T1 Office,None.,One.\n"
    (tmp_path / "model.csv").write_text(f"Model 2026,,,\n{model}", "utf-8")
    cb.new_programme(tmp_path / "p", cb.read_framework(tmp_path / "model.csv").require())
    monkeypatch.setenv("PROGRAMME", str(tmp_path / "p"))
    return tmp_path / "p"


@pytest.fixture
def client(folder):
    spec = importlib.util.spec_from_file_location("service", SERVICE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return TestClient(module.app)


def upload(client, name, text):
    return client.post("/returns", files={"file": (name, text.encode())})


def test_returns_of_two_at_once_are_both_assessed(client, folder):
    texts = {"a.csv": "country,L1,T1\nJamaica,2,1\n", "b.csv": "country,L1,T1\nBelize,1,\nAtlantis,1,1\n"}
    with ThreadPoolExecutor(2) as threads:
        done = dict(zip(texts, threads.map(lambda pair: upload(client, *pair), texts.items()), strict=True))
    assert {one.status_code for one in done.values()} == {201}
    assert done["b.csv"].json()["countries"] == ["BZ"]
    assert [one["where"] for one in done["b.csv"].json()["issues"]] == ["b.csv:3"]
    (round_,) = cb.open_workspace(folder).programme.rounds
    baseline = cb.open_workspace(folder).assess(round_.id)
    assert client.get(f"/rounds/{round_.id}").json() == {
        code: {name: str(baseline[code][name]) for name in ("L1", "T1")} for code in ("BZ", "JM")
    }
    page = client.get(f"/rounds/{round_.id}/Jamaica")
    assert page.status_code == 200, page.text
    assert "Jamaica" in page.text


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        ("x.xlsx", "PK\x03\x04 no archive", 422),
        ("..", "country,L1\nPeru,1\n", 422),
        ("c.csv", "a" * 5_000_001, 413),
        (" sp .csv", "country,L1\nPeru,1\n", 422),
        ("a" * 300 + ".csv", "country,L1\nPeru,1\n", 422),
        ("~$a.csv", "country,L1\nPeru,1\n", 422),
        ("CON.csv", "country,L1\nPeru,1\n", 422),
        ("none.csv", "country,L1\nAtlantis,1\n", 422),
        ("e.json", "[]", 422),
    ],
)
def test_what_cannot_be_read_is_explained_and_not_kept(client, folder, name, text, status):
    before = sorted((folder / "returns").iterdir())
    assert upload(client, name, text).status_code == status
    assert sorted((folder / "returns").iterdir()) == before


def test_unknown_rounds_and_countries_are_explained(client):
    assert client.get("/rounds/nope").json()["remedy"]
    assert client.get("/rounds/nope").status_code == 422


def test_a_return_is_not_replaced(client):
    assert upload(client, "a.csv", "country,L1\nPeru,1\n").status_code == 201
    assert upload(client, "../returns/A.csv", "country,L1\nPeru,2\n").status_code == 409


def test_a_folder_that_is_no_programme_is_refused_at_the_start(tmp_path, monkeypatch):
    for place in ("", str(tmp_path)):
        monkeypatch.setenv("PROGRAMME", place)
        with pytest.raises(SystemExit, match="PROGRAMME must name the folder of a programme"):
            runpy.run_path(str(SERVICE))
