"""The example plugin, found through its real entry point."""

import pytest

import capbuild as cb
from capbuild.plugins import Host, PluginStatus


@pytest.fixture(scope="module")
def host():
    return Host()


def test_it_is_discovered_through_its_entry_point(host):
    info = next(i for i in host.plugin_infos if i.name == "capbuild-example")
    assert (info.status, info.source.split()[0]) == (PluginStatus.ACTIVE, "capbuild-example")
    assert set(info.hooks) == {"register_readers", "register_writers", "resolve_country"}


def test_it_reads_lines_and_tells_of_the_one_that_does_not_fit(host):
    text = "Jamaica | TEC-2.2a | yes\nnonsense\n\nBelize | TEC-2.2a | no\n"
    reading = cb.read(text.encode(), name="x.answers", host=host)
    assert [(r.country.alpha_2, r.answers[0].value) for r in reading.responses] == [("JM", "yes"), ("BZ", "no")]
    assert [str(issue.origin) for issue in reading.issues] == ["x.answers:2"]
    assert reading.reconciliation.adds_up


def test_its_options_are_checked(host):
    reading = cb.read(b"Jamaica;TEC-2.2a;yes", name="x.answers", options={"separator": ";"}, host=host)
    assert len(reading.responses) == 1
    with pytest.raises(TypeError, match="did you mean 'separator'"):
        cb.read(b"x", name="x.answers", options={"separater": ";"}, host=host)


@pytest.mark.parametrize(("flag", "code"), [("🇯🇲", "JM"), (" 🇧🇧 ", "BB"), ("🇯", None), ("🇯🇲🇧🇧", None), ("JM", None)])
def test_it_takes_a_flag_for_its_country(host, flag, code):
    assert host.resolve_country(flag) == code


def test_a_flag_of_nowhere_is_told_and_reading_goes_on(host):
    reading = cb.read("🇿🇿 | TEC-2.2a | yes\n🇯🇲 | TEC-2.2a | no\n".encode(), name="x.answers", host=host)
    assert [r.country.alpha_2 if r.country else None for r in reading.responses] == [None, "JM"]
    assert [issue.code for issue in reading.issues] == ["CB401"]
