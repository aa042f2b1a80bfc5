"""Readers in a child process: the same items, and an end to crashes, loops, memory and connections."""

import pickle
import socket
import sys
import textwrap
from pathlib import Path

import pytest

import capbuild as cb
from capbuild.errors import LimitError, OptionError, PluginError, ReadError
from capbuild.io import ReadLimits
from capbuild.plugins import Host, InputFile, hookimpl, isolation

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs namespaces of Linux")

PLUGIN = """
    import os, socket
    from capbuild.errors import ReadError
    from capbuild.model import Answer, Issue, Response, Severity
    from capbuild.origin import Origin
    from capbuild.plugins import Claim, Confidence, Reader, hookimpl

    CAPBUILD_API = 1

    def read(source, options):
        text = source.content.decode()
        print("noise on the answer's channel")
        if text == "crash":
            os.abort()
        if text == "loop":
            while True:
                pass
        if text == "memory":
            bytearray(1 << 40)
        if text == "write":
            with open(os.path.join(os.path.dirname(source.path), "left.txt"), "w") as out:
                out.write("x" * 100); out.flush()
        if text.startswith("network"):
            socket.create_connection(("127.0.0.1", int(text.split()[1])), 1).close()
        if text == "secret":
            yield Response(id="1", place="Peru", answers=[Answer("Q", os.environ.get("SECRET", "none"))])
            return
        if text == "refuse":
            raise ReadError("no good", code="MINE1", origin=Origin(source.name, row=3), remedy="mend it")
        yield Response(id="1", place="Peru", answers=[Answer("Q", text, origin=Origin(source.name, row=1))])
        yield Issue(code="MINE2", severity=Severity.NOTE, message="seen", origin=Origin(source.name))

    @hookimpl
    def register_readers():
        return [Reader(name="wild", title="Wild", sniff=lambda s: Claim(Confidence.SIGNATURE, "wild"), read=read,
                       suffixes=(".wild",))]
"""


@pytest.fixture
def host(tmp_path, monkeypatch):
    """A host with an installed plugin whose reader is isolated."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "wild_plugin.py").write_text(textwrap.dedent(PLUGIN))
    info = tmp_path / "site" / "wild_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wild-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[capbuild]\nwild = wild_plugin\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    made = Host(allow=frozenset({"wild"}), isolate=frozenset({"wild"}))
    yield made
    sys.modules.pop("wild_plugin", None)


def put(tmp_path, text):
    path = tmp_path / "a.wild"
    path.write_text(text)
    return path


def test_an_isolated_reader_gives_the_same(host, tmp_path):
    path = put(tmp_path, "yes")
    isolated, plain = (cb.read(path, host=one) for one in (host, Host(allow=frozenset({"wild"}))))
    assert isolated.responses == plain.responses
    assert isolated.issues == plain.issues
    assert isolated.format == "wild"
    assert cb.read(b"yes", name="a.wild", host=host).responses[0]["Q"].value == "yes"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("crash", PluginError, "CB115"),
        ("loop", LimitError, "CB134"),
        ("memory", ReadError, "CB105"),
        ("write", PluginError, "CB115"),
        ("refuse", ReadError, "MINE1"),
    ],
)
def test_what_a_reader_does_to_itself_is_an_error(host, tmp_path, text, kind, code):
    with pytest.raises(kind) as caught:
        cb.read(put(tmp_path, text), host=host, limits=ReadLimits(seconds=5))
    assert caught.value.code == code
    assert not (tmp_path / "left.txt").exists() or (tmp_path / "left.txt").read_text() == ""
    if text == "refuse":
        assert (caught.value.origin.row, caught.value.remedy) == (3, "mend it")


def test_a_child_has_no_network(host, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        path = put(tmp_path, f"network {server.getsockname()[1]}")
        assert len(cb.read(path, host=Host(allow=frozenset({"wild"})))) == 1
        with pytest.raises(PluginError) as caught:
            cb.read(path, host=host)
    assert caught.value.code == "CB115"


def test_a_child_sees_no_secret_of_the_environment(host, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "a token")
    assert cb.read(put(tmp_path, "secret"), host=host).responses[0]["Q"].value == "none"


def test_a_system_without_namespaces_refuses(host, tmp_path, monkeypatch):
    monkeypatch.setattr(isolation, "_run", lambda *_: (77, b""))
    with pytest.raises(PluginError, match="gives a process no namespace") as caught:
        cb.read(put(tmp_path, "yes"), host=host)
    assert caught.value.code == "CB516"


def test_a_plugin_that_was_given_cannot_be_isolated():
    class Given:
        CAPBUILD_API = 1

        @hookimpl
        def register_readers(self):
            return [cb.plugins.Reader(name="mine", title="Mine", sniff=lambda _: None, read=lambda *_: ())]

    with pytest.raises(OptionError, match="cannot be isolated"):
        _ = Host(plugins={"given": Given()}, discover=False, isolate=frozenset({"mine"})).readers


def test_a_programme_names_readers_to_isolate(tmp_path):
    from capbuild.workspace.settings.config import prefer_plugins

    text = '[programme]\nid = "p"\n[readers.csv]\nisolate = true\n[readers.json-lines]\nisolate = false\n'
    (tmp_path / "programme.toml").write_text(text)
    assert prefer_plugins(tmp_path, Host(discover=False)).isolate == {"csv"}


def test_an_isolated_reader_is_given_the_definition_that_lies_beside():
    """Samples of another distribution: records of REDCap with their dictionary."""
    samples = Path(__file__).parents[2] / "plugins" / "capbuild-redcap" / "tests" / "samples"
    pytest.importorskip("capbuild_redcap")
    isolated = cb.read(samples / "records.csv", format="redcap", host=Host(isolate=frozenset({"redcap"})))
    plain = cb.read(samples / "records.csv", format="redcap")
    assert [*isolated.companions] == [*plain.companions] != []
    assert (isolated.responses, isolated.questionnaire) == (plain.responses, plain.questionnaire)


def test_a_file_can_be_pickled(tmp_path):
    (tmp_path / "a.csv").write_text("country,A\n")
    for source in (InputFile("a.csv", b"country,A\n"), InputFile("a.csv", path=tmp_path / "a.csv")):
        again = pickle.loads(pickle.dumps(source))
        assert (again.name, again.content, again.limits) == (source.name, source.content, source.limits)
