"""The office's plugin: contracts of what it registers, and what its hooks do where they are asked."""

import datetime

import capbuild_office
from click.testing import CliRunner

from capbuild.io import country, read, render
from capbuild.model import Finding, Round, Source
from capbuild.plugins import Host
from capbuild.scoring import assess
from capbuild.testing import (
    CatalogueConformance,
    ChartConformance,
    FrameworkConformance,
    MethodConformance,
    QuestionnaireConformance,
)

HOST = Host(plugins={"capbuild-office": capbuild_office}, discover=False)


class TestFramework(FrameworkConformance):
    plugin = capbuild_office
    framework = "office 1"


class TestQuestionnaire(QuestionnaireConformance):
    plugin = capbuild_office
    questionnaire = "office-monthly 1"
    framework = "office 1"


class TestWeakest(MethodConformance):
    plugin = capbuild_office
    method = "weakest"


class TestCatalogue(CatalogueConformance):
    plugin = capbuild_office
    catalogue = "office 1"


class TestChart(ChartConformance):
    plugin = capbuild_office
    chart = "coverage"


def assessed():
    place = country("head office", host=HOST)
    findings = [
        Finding(country=place, target=name, value=value, source="form")
        for name, value in (("SERVICE", 80), ("STAFF", 55))
    ]
    return assess(
        findings,
        HOST.frameworks["office 1"],
        round=Round(id="r", kind="baseline", title="Invented", reference_date=datetime.date(2016, 12, 31)),
        sources=[Source(id="form", kind="survey", title="Monthly form")],
        methods=HOST.methods,
        invented=True,
    )


def test_its_method_makes_the_whole_as_weak_as_its_weakest_part():
    assert assessed()["BB"]["OFFICE"].value == 55


def test_its_spellings_come_before_the_built_in_resolver():
    reading = read(b"country,SERVICE\nHead Office,80\nJamaica,70\n", name="a.csv", host=HOST)
    assert [response.country.alpha_2 for response in reading.responses] == ["BB", "JM"]


def test_it_adds_the_lower_share_to_its_own_form_only():
    form = read(b"country,cases,staff\nJamaica,80,55\nBelize,,40\nHaiti,n/a,\n", name="a.csv", host=HOST)
    assert [[one.value for one in response if one.question == "lowest"] for response in form.responses] == [
        [55], [40], [],
    ]  # fmt: skip
    other = read(b"country,cases\nJamaica,80\n", name="a.csv", host=HOST)
    assert "CB517" not in {issue.code for issue in other.issues}


def test_its_codes_stand_beside_those_that_come_with_capbuild():
    assert HOST.code_lists["office"].country("CAR-01").alpha_2 == "JM"
    assert "fifa" in HOST.code_lists


def test_its_section_stands_in_every_report():
    for subject in (assessed(), assessed()["BB"]):
        page = render(subject, "md", host=HOST)
        assert "The office (invented) answers questions about this report." in page
        headings = [line.split()[-1] for line in page.splitlines() if line.startswith("#")]
        assert headings.count("Questions") == 1


def test_the_command_prints_the_monthly_form():
    done = CliRunner().invoke(HOST.commands()["office-form"])
    assert (done.exit_code, len(done.output.splitlines())) == (0, 2)
