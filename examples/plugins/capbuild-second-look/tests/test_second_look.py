"""The second look: what it doubts, what it lets pass, and what it tells outsiders."""

import capbuild_second_look
import pytest

from capbuild.io import read, render
from capbuild.plugins import Host
from capbuild.testing import ChartConformance, MethodConformance

HOST = Host(plugins={"capbuild-second-look": capbuild_second_look}, discover=False)
HEAD = "country," + ",".join(f"Q{number}" for number in range(8))


class TestMedian(MethodConformance):
    plugin = capbuild_second_look
    method = "second-look-median"


class TestChart(ChartConformance):
    plugin = capbuild_second_look
    chart = "sources"


@pytest.mark.parametrize(
    ("answers", "doubted"),
    [("yes," * 7 + "yes", True), ("yes," * 7 + "no", False), ("yes,,,,,,,", False)],
)
def test_a_return_is_doubted_when_every_answer_is_the_same(answers, doubted):
    reading = read(f"{HEAD}\nJamaica,{answers}\n".encode(), name="a.csv", host=HOST)
    found = [(issue.code, issue.origin.row) for issue in reading.issues if issue.code != "CB517"]
    assert found == ([("LOOK1", 2)] if doubted else [])
    marked = [answer.value for answer in reading.responses[0] if answer.question == "second-look.uniform"]
    assert marked == ([True] if doubted else [])


def test_a_country_is_doubted_when_one_source_speaks_of_it(capbuild_programme):
    told = [issue for one in capbuild_programme.baseline for issue in HOST.joined("check_assessment", assessment=one)]
    assert {issue.code for issue in told} == {"LOOK2"}
    assert len(told) == len(capbuild_programme.baseline.assessments)


@pytest.mark.parametrize(("audience", "there"), [("team", False), ("donor", True)])
def test_outsiders_are_told_what_a_level_is_not(capbuild_programme, audience, there):
    programme = capbuild_programme.programme
    page = render(capbuild_programme.baseline, "md", audience=audience, programme=programme, host=HOST)
    assert ("How to take this\n\n" in page) is there


def test_its_median_is_not_moved_by_one_odd_value():
    assert HOST.methods["second-look-median"].function((1.0, 2.0, 90.0), (1.0, 1.0, 1.0)) == 2.0
