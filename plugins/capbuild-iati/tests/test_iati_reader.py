"""Reading: the round trip, older editions, hostile and broken files, and real ones where they are at hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve
from capbuild_iati import IatiOptions, read_iati, scan_iati, write_iati

from capbuild.documents import dumps
from capbuild.errors import LimitError, ReadError
from capbuild.model import DisclosurePolicy, Money, Programme, Round
from capbuild.plugins import ReadLimits


def test_a_programme_comes_back(programme: Programme) -> None:
    again = read_iati(write_iati(programme).xml)
    assert again == evolve(programme, disclosure=DisclosurePolicy())


def test_a_second_trip_changes_nothing(programme: Programme) -> None:
    once = read_iati(write_iati(programme).xml)
    policed = evolve(once, disclosure=programme.disclosure)
    assert read_iati(write_iati(policed).xml) == once
    assert write_iati(policed).xml == write_iati(programme).xml


def test_a_figure_of_a_round_gets_the_days_of_the_round(programme: Programme) -> None:
    day = date(2016, 3, 31)
    endline = Round(id="endline", kind="endline", title="End", reference_date=day, start=date(2016, 3, 1), end=day)
    (indicator, *_), *_ = (result.indicators for result in programme.results)
    measured = evolve(indicator, actuals={"endline; BB": 3.0, "before": 2.0, "needs": 1.0})
    changed = evolve(programme, rounds=[endline], results=[evolve(programme.results[0], indicators=[measured])])
    (found,) = read_iati(write_iati(changed).xml).results
    assert found.indicators[0].actuals == {"2016-03; BB": 3.0, "before": 2.0, "needs": 1.0}


def activity(body: str, version: str = "2.03") -> bytes:
    head = "<iati-identifier>XX-1-A</iati-identifier><reporting-org ref='XX-1' type='40'/>"
    inside = f"<iati-activity default-currency='USD'>{head}{body}</iati-activity>"
    return f"<iati-activities version='{version}'>{inside}</iati-activities>".encode()


def test_a_programme_without_phases_comes_back(programme: Programme) -> None:
    bare = evolve(programme, phases=[])
    assert read_iati(write_iati(bare).xml) == evolve(bare, disclosure=DisclosurePolicy())


TEXT_DAYS = "<activity-date type='start'>2015-01-01</activity-date><activity-date type='end'>2016-12-31</activity-date>"
DAYS = "<activity-date type='{}' {}='2015-01-01'/><activity-date type='{}' {}='2016-12-31'/>"


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("2.03", DAYS.format("1", "iso-date", "3", "iso-date")),
        ("2.01", DAYS.format("2", "iso-date", "4", "iso-date")),
        ("1.04", DAYS.format("start-planned", "iso-date", "end-planned", "iso-date")),
        ("1.01", DAYS.format("start", "iso_date", "end", "iso_date")),
        ("1.01", TEXT_DAYS),
    ],
)
def test_the_days_of_an_activity_are_kept(version: str, written: str) -> None:
    (phase,) = read_iati(activity(written, version)).phases
    assert (phase.start.isoformat(), phase.end.isoformat()) == ("2015-01-01", "2016-12-31")


def test_days_the_wrong_way_round_are_told() -> None:
    wrong = DAYS.format("3", "iso-date", "1", "iso-date")
    reading = scan_iati(activity(wrong))
    assert not reading.programmes[0].phases
    assert "ends before it starts" in " ".join(str(issue) for issue in reading.issues)


INDICATOR = """<result type="2"><title><narrative>Able</narrative></title>
<indicator measure="1"><title><narrative>People</narrative></title>
<baseline year="2014" value="10"><comment><narrative>c</narrative></comment></baseline>
<period><period-start iso-date="2015-01-01"/><period-end iso-date="2015-12-31"/>
<target value="11"><location ref="BB"/><dimension name="sex" value="female"/></target>
<actual value="12"/><actual value="13"/><actual value="many"/></period>
<period><period-start iso-date="2016-02-01"/><period-end iso-date="2016-02-29"/><actual value="1.5"/></period>
</indicator></result>"""


def test_figures_of_other_software_get_keys() -> None:
    reading = scan_iati(activity(INDICATOR))
    indicator = reading.programmes[0].results[0].indicators[0]
    assert indicator.baselines == {"2014": 10.0}
    assert indicator.targets == {"2015; BB; sex=female": 11.0}
    assert indicator.actuals == {"2015": 12.0, "2016-02": 1.5}
    assert sorted(issue.code for issue in reading.issues) == ["IATI203", "IATI204", "IATI205"]


def test_money_is_added_up_by_year_and_currency() -> None:
    body = """<budget><period-start iso-date="2015-01-01"/><period-end iso-date="2015-12-31"/>
    <value value-date="2015-02-01">1,000</value></budget>
    <transaction><transaction-type code="3"/><transaction-date iso-date="2015-05-01"/><value>10.5</value></transaction>
    <transaction><transaction-type code="4"/><transaction-date iso-date="2015-06-01"/><value>20</value></transaction>
    <transaction><transaction-type code="2"/><transaction-date iso-date="2014-06-01"/><value>20</value></transaction>
    <transaction><transaction-type code="1"/><transaction-date iso-date="2015-06-01"/><value>20</value></transaction>"""
    reading = scan_iati(activity(body))
    (line,) = reading.programmes[0].budgets
    assert (line.amount, line.spent, line.committed) == (Money(1000, "USD"), Money("30.5", "USD"), None)
    told = [issue.message for issue in reading.issues]
    assert [message[:27] for message in told[:2]] == ["transactions of type '2' no", "transactions of type '1' no"]
    assert told[2:] == ["transaction is not kept, 2 times: a programme has no place for it."]


def test_a_revised_budget_replaces_the_original_of_its_period() -> None:
    days = '<period-start iso-date="2015-04-01"/><period-end iso-date="2016-03-31"/>'
    budget = f'<budget type="{{}}" status="1">{days}<value value-date="2015-04-01">{{}}</value></budget>'
    paid = '<transaction-type code="3"/><transaction-date iso-date="2016-01-02"/>'
    spent = f"<transaction>{paid}<value>{{}}</value></transaction>"
    body = budget.format(1, 100) + budget.format(2, 140) + spent.format(30) + spent.format(12)
    reading = scan_iati(activity(body))
    (line,) = reading.programmes[0].budgets
    assert (line.amount, line.spent, line.year) == (Money(140, "USD"), Money(42, "USD"), None)
    said = "\n".join(issue.message for issue in reading.issues)
    assert "a revised one replaces them: 1, USD 100" in said
    assert "2015-04-01 to 2016-03-31, is kept in its title" in said


def test_what_a_programme_has_no_place_for_is_an_option_of_the_writer() -> None:
    body = """<activity-status code="4"/><sector code="15130" vocabulary="1"/><sector code="111" vocabulary="2"/>
    <activity-date type="1" iso-date="2015-01-01"/><activity-date type="3" iso-date="2016-12-31"/>
    <recipient-country code="BB" percentage="40"/><recipient-country code="JM" percentage="60"/>
    <participating-org ref="GB-1" role="1"/>"""
    reading = scan_iati(activity(body))
    (found,) = reading.activities
    assert found.options == IatiOptions(
        reporting="XX-1", identifier="XX-1-A", status="4", sector="15130", shares={"BB": 40.0, "JM": 60.0}
    )
    assert [issue.message for issue in reading.issues if "sector" in issue.message] == [
        "sector is not kept: a programme has no place for it."
    ]
    again = write_iati(found.programme, options=found.options)
    (read_again,) = scan_iati(again.xml).activities
    assert (read_again.programme, read_again.options) == (found.programme, found.options)
    assert "IATI104" not in {issue.code for issue in again.losses}


def test_documents_are_kept_with_an_address_that_browsers_take() -> None:
    body = """<document-link url="https://example.org/a report.pdf" format="application/pdf">
    <title><narrative xml:lang="en">Report</narrative></title><category code="A01"/><category code="B02"/>
    <language code="en"/><document-date iso-date="2016-05-09"/></document-link>
    <document-link url="somewhere" format="text/html"><title><narrative>No</narrative></title></document-link>"""
    reading = scan_iati(activity(body))
    (document,) = reading.programmes[0].documents
    assert (document.url, document.categories) == ("https://example.org/a%20report.pdf", ("A01", "B02"))
    assert (str(document.title), document.date, document.languages) == ("Report", date(2016, 5, 9), ("en",))
    assert "'somewhere' is not an address" in " ".join(issue.message for issue in reading.issues)


OLD = """<title xml:lang="en">Law</title><title xml:lang="fr">Loi</title><description>Help</description>
<participating-org role="Funding" ref="GB-1">DFID</participating-org>
<activity-date type="start-planned" iso-date="2010-01-01"/><sector code="15130">Law</sector>
<transaction><transaction-type code="D"/><transaction-date iso-date="2010-06-01"/>
<value currency="GBP">5</value></transaction>
<budget><period-start iso-date="2010-01-01"/><period-end iso-date="2010-12-31"/>
<value currency="GBP">9</value></budget>"""


@pytest.mark.parametrize("version", ["1.0", "1.01", "1.05", ""])
def test_older_editions_are_migrated_and_it_is_told(version: str) -> None:
    reading = scan_iati(activity(OLD, version))
    (found,) = reading.programmes
    assert (found.title.get("en"), found.title.get("fr"), str(found.description)) == ("Law", "Loi", "Help")
    organisations = [(o.id, str(o.name), [role.value for role in o.roles]) for o in found.organisations]
    assert organisations == [("GB-1", "DFID", ["funding"]), ("XX-1", "XX-1", [])]
    assert found.budgets[0].spent == Money(5, "GBP")
    told = "\n".join(issue.message for issue in reading.issues if issue.code == "IATI208")
    for what in ("made a narrative", "several languages", "role of <participating-org>", "code of <transaction-type>"):
        assert what in told
    assert ("not declared" in told) is (version == "")


@pytest.mark.parametrize("version", ["3.0", "2.04", "nonsense"])
def test_editions_that_are_not_known_are_refused(version: str) -> None:
    with pytest.raises(ReadError) as refused:
        read_iati(activity("", version))
    assert refused.value.code == "IATI202"
    assert "2.03" in (refused.value.remedy or "")


BOMB = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;'>]><iati-activities version='2.03'>&c;</iati-activities>"
OUTSIDE = (
    "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><iati-activities version='2.03'>&x;</iati-activities>"
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        OUTSIDE,
        "<!DOCTYPE a SYSTEM 'http://x.example/a.dtd'><iati-activities/>",
        "<iati-activities",
        "",
        "PK\x03\x04",
    ],
)
def test_hostile_and_broken_files_are_refused(data: str) -> None:
    with pytest.raises(ReadError) as refused:
        read_iati(data.encode())
    assert refused.value.code == "CB128"


def test_other_files_of_the_standard_are_refused() -> None:
    with pytest.raises(ReadError) as refused:
        read_iati(b"<iati-organisations version='2.03'/>")
    assert refused.value.code == "IATI202"


def test_a_file_that_is_too_large_or_too_deep_is_refused() -> None:
    with pytest.raises(LimitError):
        read_iati(activity(""), limits=ReadLimits(file_size=10))
    with pytest.raises(LimitError):
        read_iati(activity("<a>" * 200 + "</a>" * 200))


def test_one_of_several_programmes_is_chosen_by_name() -> None:
    one = activity("<title><narrative>A</narrative></title>").decode()
    two = one.replace("XX-1-A", "XX-1-B")
    both = one.replace("</iati-activities>", two[two.index("<iati-activity ") :]).encode()
    assert read_iati(both, activity="XX-1-B").id == "XX-1-B"
    for wanted in ("", "XX-1-C"):
        with pytest.raises(ReadError, match="XX-1-B"):
            read_iati(both, activity=wanted)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "edition", "count"),
    [
        ("IATIfromGF.xml", "1.0", 7),
        ("dfid_out.xml", "1.0", 2),
        ("worldbank.xml", "1.0", 16),
        ("undp_sample.xml", "", 1),
        ("activity-standard-example-annotated.xml", "2.03", 1),
    ],
)
def test_real_files_are_read(name: str, edition: str, count: int, files: Path) -> None:
    data = (files / "examples" / name).read_bytes()
    reading = scan_iati(data, name=name)
    assert reading.edition == edition
    told = sum("stands twice" in issue.message for issue in reading.issues if issue.code == "IATI204")
    assert len(reading.programmes) + told >= count
    assert all(str(programme.title) for programme in reading.programmes)
    assert ("IATI208" in {issue.code for issue in reading.issues}) is (edition != "2.03")


@pytest.mark.corpus
def test_the_standard_example_keeps_its_figures(files: Path) -> None:
    data = (files / "examples" / "activity-standard-example-annotated.xml").read_bytes()
    found = read_iati(data)
    (result,) = found.results
    (indicator,) = result.indicators
    assert (str(result.title), str(indicator.title), indicator.ascending) == ("Result title", "Indicator title", True)
    assert indicator.baselines == {"2012-01-01; location=AF-KAN; location=KH-PNH; sex=female; age=adult": 10.0}
    assert {"AF", "AG"} == {country.alpha_2 for country in found.countries}
    assert [str(line.amount) for line in found.budgets] == ["EUR 3,000"]


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["examples/activity-standard-example-annotated.xml", "iatipublisher/test_complete.xml"]
)
def test_every_text_of_a_real_file_is_kept_or_told(name: str, files: Path) -> None:
    data = (files / name).read_bytes()
    reading = scan_iati(data, name=name)
    root = ElementTree.fromstring(data)
    for number, (element, found) in enumerate(zip(root.iter("iati-activity"), reading.activities, strict=True), 1):
        place = f"iati-activity[{number}]"
        told = [i.message for i in reading.issues if i.origin is not None and i.origin.path == place]
        kept = dumps(found.programme) + repr(found.options)
        for path, text in texts(element):
            parents = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 2)]
            said = any(message.startswith(f"{one} is not kept") for one in parents for message in told)
            assert said or text in kept, f"{path}: {text!r}"


def texts(element: ElementTree.Element, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every narrative below an element with its path."""
    for child in element:
        below = f"{path}/{child.tag}" if path else child.tag
        if child.tag == "narrative" and (child.text or "").strip():
            yield below, child.text.strip()
        yield from texts(child, below)


def test_a_currency_is_a_code_or_an_issue() -> None:
    assert scan_iati(activity("")).programmes[0].currency == "USD"
    reading = scan_iati(activity("").replace(b"'USD'", b"'dollars'"))
    assert reading.programmes[0].currency == ""
    assert [issue.code for issue in reading.issues if "currency" in issue.message] == ["IATI205"]
