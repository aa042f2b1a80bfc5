"""A programme whose indicators are judged as a whole: plan, advice, letters and reports speak of levels and prices.

Three countries at levels 0 to 3 with target 2; all names of activities and prices are invented.
"""

import re

import pytest
from attrs import evolve

import capbuild as cb
from capbuild.advice import MessageKind
from capbuild.model import LeftOutReason, Money
from capbuild.planning import plan as make_plan
from capbuild.workspace.rounds.dossiers import make_country_dossier

MODEL = (
    "ID,Factor,Level 0,Level 1,Level 2,Level 3\nT,Transport,none,capital,half,all\nS,Sequencing,none,abroad,one,many\n"
)
LEVELS = {"Belize": (1, 3), "Panama": (1, 0), "Peru": (0, 1)}
ROUND_2 = (
    '[[rounds]]\nid = "later"\nkind = "endline"\ntitle = "Later"\nstart = 2026-01-01\nreference_date = 2026-06-30\n'
)
READ = '[read."returns/first.csv"]\nround = "baseline"\n[read."returns/second.csv"]\nround = "later"\n'
PLAN = '[plan]\nbudget = 500_000\ncurrency = "USD"\nstart = 2025-09-01\nmonths = 12\nround = "baseline"\n'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    (folder / "model.csv").write_text(MODEL, "utf-8")
    programme = folder / "p"
    cb.new_programme(programme, cb.read_framework(folder / "model.csv"))
    settings = programme / "programme.toml"
    text = settings.read_text("utf-8")
    start = re.search(r"^reference_date = .*$", text, re.MULTILINE)[0]
    text = text.replace(start, "reference_date = 2025-03-31").replace("# [targets]", "[targets]")
    text = re.sub(r"^start = .*$", "start = 2025-03-01", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^default = .*$", "default = 2", text, flags=re.MULTILINE)
    settings.write_text(f"{text}\n{ROUND_2}\n{READ}\n{PLAN}", "utf-8")
    for name, day, rise in (("first", "2025-03-10", 0), ("second", "2026-06-10", 1)):
        rows = [f"{country},{day},{t + rise},{s}" for country, (t, s) in LEVELS.items()]
        (programme / "returns" / f"{name}.csv").write_text(
            "\n".join(["country,date,Transport,Sequencing", *rows, ""]), "utf-8"
        )
    (programme / "catalogue" / "activities.csv").write_text(
        "activity,title,kind,addresses,effect,days,seats\nE,Machine,equipment,S,0.4,1,\nC,Course,course,T,0.5,5,10\n",
        "utf-8",
    )
    (programme / "catalogue" / "prices.csv").write_text(
        "activity,currency,one_time,per_session,per_seat,travel_per_seat,recurring\n"
        "E,USD,60000,,,,5000\nC,USD,,5000,100,300,\n",
        "utf-8",
    )
    return cb.open_workspace(programme)


def test_each_country_pays_for_its_own_equipment_and_its_exact_upkeep(workspace):
    machines = [one for one in workspace.plan().activities if one.activity == "E"]
    assert {code for one in machines for code in one.seats} == {"PA", "PE"}
    for one in machines:
        months = 12 - (one.start.month - 9) % 12 - 1
        assert one.cost_lines["one time"] == Money(60_000)
        assert one.cost_lines.get("recurring", Money(0)) == Money(f"{5000 * months / 12:.2f}")


def test_advice_names_the_next_level_and_what_it_means(workspace):
    region, peru = (workspace.advise("baseline", country) for country in (None, "Peru"))
    assert region.find(MessageKind.REGION).counts["areas"] == 3  # Belize and Panama in T, Peru in S
    assert region.find(MessageKind.STANDING, "T").counts == {"reached": 0, "near": 2, "below": 1, "open": 0}
    assert "raise “Transport” to L2: half (2 countries)" in " ".join(region.sentences())
    assert any(text.startswith("Transport: Raise “Transport” to L1: capital. ") for text in peru.sentences())


def test_reports_count_levels_and_decide_no_place(workspace):
    page = cb.render(workspace.assess("baseline"), "md", dossier=workspace.dossier("baseline"))
    assert "| Peru | 2 levels below | 1 level below |" in page
    assert "0 of 0" not in page
    (course,) = [line for line in page.splitlines() if line.startswith("| C Course ")]
    assert "place to be decided" in course
    assert all("at home" in line for line in page.splitlines() if line.startswith("| E Machine "))


def test_every_level_that_moved_is_a_row(workspace):
    rows = workspace.change("later").to_polars("capacity_changes")
    found = {(row["country"], row["capacity"]): row for row in rows.iter_rows(named=True)}
    assert {key: row["after_lowest"] - row["before_highest"] for key, row in found.items()} == {
        (code, "T"): 1 for code in ("BZ", "PA", "PE")
    }


def test_a_wish_that_no_need_answers_says_so(workspace):
    limits = evolve(workspace.plan().limits, must=["E BZ"])
    needs, assessed = workspace.needs("baseline"), workspace.assess("baseline")
    made = make_plan(needs, workspace.catalogue, limits, assessed=assessed)
    assert made.unmet_for["E BZ"].reason is LeftOutReason.NO_NEED


def test_a_letter_of_the_next_round_names_the_seats_of_the_plan_before(workspace):
    dossier = make_country_dossier(workspace, "later")
    letter = cb.render(workspace.assess("later"), "md", kind="letter", country="PE", dossier=dossier)
    seats = sum(one.seats.get("PE", 0) for one in workspace.plan().activities)
    last = max(one.end for one in workspace.plan().activities if "PE" in one.seats)
    assert f"The plan had {seats} seats for you until {last.day} {last:%B %Y}." in letter
