"""Networks: gaps and pairs counted by hand, and who is shown what."""

import datetime
import shutil

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.model import (
    TLP,
    Agreement,
    ContactPoint,
    CooperationRequest,
    JointOperation,
    Network,
    NetworkGapKind,
    RequestOutcome,
)
from capbuild.networks import cooperation_pairs, network_gaps, network_needs
from capbuild.networks.needs import add_network_needs

DAY = datetime.date(2016, 3, 31)
JM, BB, PE, HT = (cb.country(code) for code in ("JM", "BB", "PE", "HT"))


def point(country, **rest):
    given = {"network": "24/7", "languages": ["en"], "last_tested": DAY, "reached": True}
    return ContactPoint(country=country, **(given | rest))


def kinds(*contacts, countries=(BB, JM), **rest):
    return [(gap.country, gap.kind) for gap in network_gaps(Network(contacts=contacts, **rest), countries, DAY)]


@pytest.mark.parametrize(
    ("rest", "kind"),
    [
        ({}, None),
        ({"valid_until": datetime.date(2016, 3, 30)}, NetworkGapKind.LAPSED),
        ({"valid_until": DAY}, None),
        ({"last_tested": None, "reached": None}, NetworkGapKind.NOT_TESTED),
        ({"last_tested": datetime.date(2015, 3, 31)}, NetworkGapKind.NOT_TESTED),
        ({"last_tested": datetime.date(2015, 4, 1)}, None),
        ({"reached": False}, NetworkGapKind.NOT_REACHED),
        ({"reached": None}, None),
    ],
)
def test_what_is_wrong_with_a_contact(rest, kind):
    found = kinds(point(BB), point(JM, **rest))
    assert found == ([] if kind is None else [(JM, kind)])


def test_the_best_contact_of_a_network_counts():
    assert kinds(point(BB), point(JM, reached=False), point(JM)) == []
    assert kinds(point(BB)) == [(JM, NetworkGapKind.NO_CONTACT)]


def test_no_common_language_names_the_partners_on_both_sides():
    gaps = network_gaps(Network(contacts=[point(BB), point(HT, languages=["fr"])]), (BB, HT), DAY)
    assert [(gap.country, gap.kind, gap.partners) for gap in gaps] == [
        (BB, NetworkGapKind.NO_COMMON_LANGUAGE, (HT,)),
        (HT, NetworkGapKind.NO_COMMON_LANGUAGE, (BB,)),
    ]


def test_partners_without_an_agreement_in_force_lack_one():
    asked = CooperationRequest(asking=JM, asked=BB, network="24/7", sent=datetime.date(2016, 1, 4))
    later = Agreement(id="A", title="A", parties=[JM, BB], in_force=datetime.date(2016, 4, 1))
    now = Agreement(id="B", title="B", parties=[JM, BB], in_force=datetime.date(2016, 1, 1))
    lacking = [(BB, NetworkGapKind.NO_AGREEMENT), (JM, NetworkGapKind.NO_AGREEMENT)]
    assert kinds(requests=[asked], agreements=[later]) == lacking
    assert kinds(requests=[asked], agreements=[now]) == []


def test_pairs_count_both_ways_and_the_median_of_days():
    def asked(one, other, day, answer):
        answered = None if answer is None else datetime.date(2016, 1, answer)
        outcome = RequestOutcome.WAITING if answer is None else RequestOutcome.ANSWERED
        sent = datetime.date(2016, 1, day)
        return CooperationRequest(
            asking=one, asked=other, network="24/7", sent=sent, answered=answered, outcome=outcome
        )

    requests = [asked(JM, BB, 1, 3), asked(BB, JM, 1, 5), asked(BB, JM, 2, None), asked(JM, BB, 1, 4)]
    joint = JointOperation(id="O", title="O", participants=[JM, BB, PE], start=datetime.date(2016, 5, 1))
    pairs = cooperation_pairs(Network(requests=requests, operations=[joint]), DAY)
    assert [(p.one, p.other, p.asked, p.was_asked, p.answered, p.days, p.operations) for p in pairs] == [
        (BB, JM, 2, 2, 3, 3.0, ())
    ]
    assert len(cooperation_pairs(Network(operations=[joint]), datetime.date(2016, 6, 1))) == 3


def test_gaps_become_needs_shared_by_countries():
    gaps = network_gaps(Network(contacts=[point(BB)]), (BB, JM, PE), DAY)
    (need,) = network_needs(gaps)
    assert (need.id, [place.alpha_2 for place in need.countries]) == ("net-no-contact-24-7", ["JM", "PE"])
    assert need.urgency == 3
    assert need.statement.get("es") == "Un punto de contacto en la red 24/7"
    assert add_network_needs(None, ()) is None
    assert add_network_needs(add_network_needs(None, gaps), gaps).needs == (need,)


@pytest.fixture(scope="module")
def workspace(example_programme):
    return example_programme


def rendered(workspace, audience, country=""):
    return cb.render(
        workspace.assess("baseline"), "md", kind="profile" if country else "", country=country, audience=audience,
        programme=workspace.programme, dossier=workspace.dossier("baseline"),
    )  # fmt: skip


def test_contacts_are_for_the_team_and_agreements_for_those_named(workspace):
    profile, regional = rendered(workspace, "team", "JM"), rendered(workspace, "regional")
    assert "INTERPOL NCB" in profile
    assert "focal-1" not in profile
    assert "INTERPOL NCB" not in regional + rendered(workspace, "regional", "BB")
    # Every party of this arrangement agreed to be named; Nicaragua, a party of the other, did not.
    assert "Caribbean arrangement on digital evidence" in regional
    assert "Central American arrangement" not in regional
    assert "left out" in regional


def test_nothing_is_shown_where_nobody_agreed_to_be_named(workspace):
    report = rendered(workspace, "donor")
    assert "arrangement" not in report


def test_bad_tables_are_told_all_at_once(examples, tmp_path):
    folder = tmp_path / "programme"
    shutil.copytree(examples / "americas-2015", folder, ignore=shutil.ignore_patterns("out", "private"))
    (folder / "network" / "contacts.csv").write_text(
        "country,network,focal_point,last_tested,reached,tlp\n"
        "Atlantis,24/7,x,,,\nPeru,24/7,Ana Ruiz,31/31/2015,perhaps,TLP:PINK\nPeru,,y,,,\n",
        encoding="utf-8",
    )
    (folder / "network" / "operations.csv").write_text(
        "id,title,participants,start\nO,One,Peru,2016-01-01\nO,Two,Peru,2016-01-02\n", encoding="utf-8"
    )
    workspace = cb.open_workspace(folder)
    told = {
        str(i.origin).removeprefix("network/"): i.code for i in workspace.folder_issues if "network/" in str(i.origin)
    }
    assert told == {
        "contacts.csv:A2": "CB401",
        "contacts.csv:C3": "CB671",
        "contacts.csv:D3": "CB603",
        "contacts.csv:E3": "CB603",
        "contacts.csv:F3": "CB603",
        "contacts.csv:B4": "CB603",
        "operations.csv:A3": "CB672",
    }
    assert [c.tlp for c in workspace.network.contacts] == [TLP.RED]
    assert [o.title.source for o in workspace.network.operations] == ["One"]


def test_the_command_says_that_it_is_invented(examples):
    shown = CliRunner().invoke(app, ["network", str(examples / "americas-2015"), "--on", "2016-03-31"])
    assert shown.exit_code == 0, shown.output
    assert "All of it is invented" in shown.output
    assert "focal-1" not in shown.output
