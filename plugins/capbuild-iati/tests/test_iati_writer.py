"""Activity files: valid by the schema of the standard, the same each time, and careful with names."""

from pathlib import Path
from xml.etree import ElementTree

import capbuild_iati
import pytest
from attrs import evolve
from capbuild_iati import IatiOptions, read_iati, write_iati
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from capbuild.errors import WriteError
from capbuild.io import render, write
from capbuild.model import DisclosurePolicy, Issue, Organisation, Programme, ResultIndicator
from capbuild.plugins import Host
from capbuild.text import Text

TEXTS = [
    "<script>alert(1)</script><![CDATA[ ]]>&amp;",
    "\u202eabc\u202c مرحبا בית",
    "x" * 5000,
    "=cmd|' /C calc'!A0",
    "the \"quoted\" and 'other' name",
    "\x00\x0b\x1b\ufffe",
    "line\r\nline",
]


def tree(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)


def check(schema: etree.XMLSchema, data: bytes) -> None:
    assert schema.validate(etree.fromstring(data)), schema.error_log


@pytest.mark.parametrize("audience", ["team", "public"])
def test_the_file_is_valid(audience: str, schema: etree.XMLSchema, programme: Programme) -> None:
    check(schema, write_iati(programme, audience=audience).xml)


def test_the_host_finds_and_calls_the_writer(programme: Programme) -> None:
    host = Host(plugins={"capbuild-iati": capbuild_iati}, discover=False)
    made = render(programme, "iati", programme=programme, audience="public", host=host)
    assert made == write_iati(programme, audience="public").xml


def test_the_host_passes_on_what_is_lost(programme: Programme, tmp_path: Path) -> None:
    found: list[Issue] = []
    write(programme, tmp_path / "a.xml", format="iati", programme=programme, issues=found)
    assert found == list(write_iati(programme).losses) != []


def test_the_same_bytes_twice(programme: Programme) -> None:
    assert write_iati(programme).xml == write_iati(programme).xml


def test_money_organisations_and_places(programme: Programme) -> None:
    activity = tree(write_iati(programme).xml)[0]
    assert activity.findtext("iati-identifier") == "XM-DAC-1-americas-2015"
    roles = [(o.get("ref"), o.get("role")) for o in activity.findall("participating-org")]
    assert roles == [("CA-4", "1"), ("XM-DAC-1", "2"), ("XM-DAC-1", "4")]
    assert [c.get("code") for c in activity.findall("recipient-country")] == ["BB", "JM"]
    assert [b.findtext("value") for b in activity.findall("budget")] == ["1200000.50", "5"]
    booked = [(t.find("transaction-type").get("code"), t.findtext("value")) for t in activity.findall("transaction")]
    assert booked == [("2", "800000"), ("4", "12.30")]
    assert [n.text for n in activity.findall("title/narrative")][2] == "بناء القدرات"
    assert [r.get("type") for r in activity.findall("related-activity")] == ["2", "2"]


def test_measures_and_values(programme: Programme) -> None:
    activity = tree(write_iati(programme).xml)[0]
    measures = {i.findtext("title/narrative"): i.get("measure") for i in activity.iter("indicator")}
    assert measures == {"Examiners trained": "1", "Delay": "2", "Level of COO-1": "4", "Trust": "5"}
    assert [r.get("type") for r in activity.findall("result")] == ["1", "2"]
    women = activity.find(".//target/dimension[@name='sex']")
    assert women is not None
    assert women.get("value") == "women"


def test_values_are_omitted_for_qualitative_indicators(schema: etree.XMLSchema, programme: Programme) -> None:
    words = ResultIndicator(id="Q", title="Trust", unit="qualitative", targets={"2017": 1.0}, baselines={"2015": 0.0})
    made = write_iati(evolve(programme, results=[evolve(programme.results[0], indicators=[words])]))
    check(schema, made.xml)
    assert not [e for e in tree(made.xml).iter() if e.tag in ("target", "actual", "baseline") and "value" in e.attrib]
    assert "'Q'" in "".join(map(str, made.losses))


def test_a_country_without_consent_has_no_figure(programme: Programme) -> None:
    made = write_iati(programme, audience="public")
    places = {place.get("ref") for place in tree(made.xml).findall(".//period//location")}
    assert places == {"BB"}
    withheld = [issue for issue in made.losses if issue.code == "IATI102"]
    assert len(withheld) == 1
    assert "2016; JM; women" in withheld[0].message


def test_what_is_lost_is_told(programme: Programme) -> None:
    bare = evolve(programme.results[1], indicators=[])
    helper = Organisation(id="X", name="X")
    made = write_iati(
        evolve(
            programme, results=[bare], organisations=[*programme.organisations, helper], framework="police-cyber 1.0"
        )
    )
    told = "\n".join(issue.message for issue in made.losses)
    for what in (
        "result 'R2'",
        "organisation 'X'",
        "framework, disclosure",
        "name of budget lines",
        "'B1'",
    ):
        assert what in told
    assert [issue for issue in made.losses if issue.code == "IATI104"]
    shared = write_iati(programme, options=IatiOptions(shares={"BB": 40.0, "JM": 60.0}))
    assert sum(float(c.get("percentage")) for c in tree(shared.xml)[0].findall("recipient-country")) == 100


@pytest.mark.parametrize("audience", ["regional", "donor", "everyone"])
def test_an_audience_that_the_policy_does_not_name_is_refused(audience: str, programme: Programme) -> None:
    with pytest.raises(WriteError) as refused:
        write_iati(programme, audience=audience)
    assert refused.value.code == "CB703"


def test_a_policy_that_names_nobody_still_serves_the_team(programme: Programme) -> None:
    assert write_iati(evolve(programme, disclosure=DisclosurePolicy())).xml


@pytest.mark.parametrize(
    "change",
    [{"organisations": []}, {"phases": [], "budgets": []}, {"organisations": [Organisation(id="A", name="A")]}],
)
def test_what_no_valid_file_can_do_without_is_asked_for(change: dict, programme: Programme) -> None:
    with pytest.raises(WriteError) as refused:
        write_iati(evolve(programme, **change))
    assert refused.value.code == "IATI100"
    assert refused.value.remedy


@pytest.mark.parametrize("count", [0, 1])
def test_no_country_and_one_country(count: int, schema: etree.XMLSchema, programme: Programme) -> None:
    made = write_iati(evolve(programme, participations=programme.participations[:count]))
    check(schema, made.xml)
    assert "IATI104" not in {i.code for i in made.losses if "percentages" in i.message}


def hostile(programme: Programme, text: str) -> Programme:
    words = Text(text, "und")
    indicator = ResultIndicator(
        id="I", title=words, unit=text, source=text, actuals={text: 1.0, f"2016; {text}={text}": 2.0}
    )
    return evolve(
        programme,
        title=words,
        description=words,
        notice=words,
        organisations=[evolve(o, name=words) for o in programme.organisations],
        phases=[evolve(p, title=words) for p in programme.phases],
        results=[evolve(programme.results[0], title=words, indicators=[indicator])],
        budgets=[evolve(b, title=words) for b in programme.budgets],
    )


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_stays_text(text: str, schema: etree.XMLSchema, programme: Programme) -> None:
    data = write_iati(hostile(programme, text)).xml
    check(schema, data)
    shown = "".join("\ufffd" if c in "\x00\x0b\x1b\ufffe" else c for c in text)
    assert tree(data)[0].findtext("title/narrative") == shown.replace("\r\n", "\n")
    assert "script" not in {element.tag for element in tree(data).iter()}


@settings(max_examples=40)
@given(text=st.text(min_size=1, max_size=40).filter(lambda t: t.strip() == t))
def test_any_text_makes_a_valid_file_that_reads_back(text: str, schema: etree.XMLSchema, programme: Programme) -> None:
    data = write_iati(hostile(programme, text)).xml
    check(schema, data)
    assert read_iati(data).id == programme.id


def test_the_organisation_that_reports_can_be_chosen(schema: etree.XMLSchema, programme: Programme) -> None:
    made = write_iati(programme, options=IatiOptions(reporting="GAC", reference="XX-9")).xml
    check(schema, made)
    assert tree(made)[0].find("reporting-org").get("ref") == "XX-9"
    assert tree(made)[0].findtext("iati-identifier") == "XX-9-americas-2015"
    with pytest.raises(WriteError, match="'nobody'"):
        write_iati(programme, options=IatiOptions(reporting="nobody"))
