"""The data of the explorer: the same as the scores, for every round, and no more than the audience may see."""

import json
import re
from collections import Counter

import pytest
from attrs import evolve

from capbuild import countries
from capbuild.errors import WriteError
from capbuild.io import render
from capbuild.model import AssessmentSet, Dossier
from capbuild.plugins import Host
from capbuild.reports import build, make_explorer
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from tests.reports.conftest import NAMES, SILENT
from tests.reports.looking import Context

HOST = Host(block=frozenset({"capbuild-broken"}))
PAGES = sorted(name for name, writer in HOST.writers.items() if writer.reports and name not in ("html", "example"))
LETTERS = {"met": "m", "partly": "p", "not met": "n", "not applicable": "a", "valued": "v"}


def test_every_level_state_and_answer_of_every_round_is_in_it(
    baseline: AssessmentSet, endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    made = make_explorer(endline, context(dossier=dossier, rounds=[baseline, endline]))
    assert [one.id for one in made.rounds] == ["baseline", "endline"]
    for page, subject in zip(made.rounds, (baseline, endline), strict=True):
        assert list(page.results) == [one.country.alpha_2 for one in subject]
        assert sorted(page.absent) == sorted(one.alpha_2 for one in subject.silent)
        for one in subject:
            shown = page.results[one.country.alpha_2]
            levels = [(s.plausible.lowest, s.plausible.highest) for s in one.indicators if s.plausible is not None]
            assert [row[:2] for row in shown.scores if row is not None] == levels
            results = {r.target: r for s in one.indicators for r in s.results}
            letters = Counter(LETTERS.get(r.state, "c" if r.claimed else "o") for r in results.values())
            assert Counter(shown.states.replace(" ", "")) == letters
            places = [made.files[row[5]] + row[6] for row in shown.findings]
            assert places == [str(f.origin or "") for r in results.values() for f in r.findings]
            assert sum(row[7] for row in shown.findings) == sum(r.used is not None for r in results.values())


def test_an_audience_gets_its_countries_without_their_answers(
    baseline: AssessmentSet, endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    told = context(dossier=dossier, rounds=[baseline, endline], audience="regional")
    made = make_explorer(endline, told)
    named = {c.country.alpha_2 for c in told.programme.disclosure.consents if c.audience == "regional"}
    assert set(made.countries) == named & set(NAMES)
    text = made.to_json()
    hidden = [NAMES[code][1] for code in NAMES if code not in named]
    assert hidden
    assert [name for name in hidden if name in text] == []
    assert made.sources == made.answers == made.files == ()
    assert "returns/" not in text
    assert not made.currency
    assert all(one.cost is None and set(one.countries) <= named for one in made.sessions)
    with pytest.raises(WriteError, match="does not name the audience"):
        make_explorer(endline, evolve(told, audience="public"))


def test_groups_are_the_known_ones_among_its_countries(baseline: AssessmentSet, context: Context) -> None:
    groups = {one.id: one.members for one in make_explorer(baseline, context()).groups}
    assert groups["CARICOM"] == ("AG", "BB", "BZ", "GD", "HT", "JM", "VC")
    assert set(groups["SIDS"]) == {one.alpha_2 for one in countries.members("SIDS")} & set(NAMES)
    assert all(1 < len(members) < len(NAMES) for members in groups.values())


def test_treaties_are_groups_only_where_the_framework_names_them(
    baseline: AssessmentSet, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    treaty = [countries.country_by_code(code) for code in ("JM", "BB")]
    known = countries.members
    monkeypatch.setattr(countries, "members", lambda name, on: treaty if name == "BUDAPEST" else known(name, on=on))
    labels = {name: text for name, text in baseline.framework.labels.items() if not name.startswith("group.")}
    framework = evolve(baseline.framework, labels=labels)
    other = evolve(baseline, framework=framework, assessments=[evolve(one, framework=framework) for one in baseline])
    found = [{one.id: one.title for one in make_explorer(one, context()).groups} for one in (baseline, other)]
    assert found[0].keys() - found[1].keys() == {"BUDAPEST"}
    assert "Convenio de Budapest sobre la Ciberdelincuencia" in found[0]["BUDAPEST"]


def test_texts_are_in_every_language(baseline: AssessmentSet, context: Context) -> None:
    made = make_explorer(baseline, context(language="nl-SX"))
    assert (made.language, made.languages, tuple(made.headers)) == ("nl", BUILT_IN_LANGUAGES, BUILT_IN_LANGUAGES)
    assert (made.countries["CU"], made.countries["BZ"][1]) == ("Cuba", "Belice")
    antigua = countries.country_by_code("AG")
    assert made.countries["AG"] == tuple(countries.country_name(antigua, language) for language in BUILT_IN_LANGUAGES)
    assert len({made.headers[language].title for language in BUILT_IN_LANGUAGES}) == len(BUILT_IN_LANGUAGES)


def test_no_text_ends_its_place_in_a_page(baseline: AssessmentSet, context: Context) -> None:
    hostile = evolve(context().programme, title="</script><!-- <b>&\u2028")
    text = make_explorer(baseline, context(programme=hostile)).to_json()
    assert "<" not in text
    assert json.loads(text)["headers"]["en"]["programme"] == "</script><!-- <b>&\u2028"


def test_no_text_turns_those_around_it(baseline: AssessmentSet, context: Context) -> None:
    hostile = evolve(context().programme, title='"Peru\u202e\\')
    text = make_explorer(baseline, context(programme=hostile)).to_json()
    assert json.loads(text)["headers"]["en"]["programme"] == '\u2068"Peru\u202e\\\u2069'
    assert "\u202e" not in re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)


@pytest.mark.parametrize("writer", PAGES)
def test_only_html_has_an_explorer(baseline: AssessmentSet, writer: str) -> None:
    with pytest.raises(WriteError, match="exists as HTML only") as caught:
        render(baseline, writer, kind="explorer", host=HOST)
    assert (caught.value.code, caught.value.remedy) == ("CB731", "write it as html")


def test_an_explorer_is_of_a_round(baseline: AssessmentSet, context: Context) -> None:
    for subject, country in ((baseline["BB"], ""), (baseline, "BB")):
        with pytest.raises(WriteError, match="not of one country"):
            make_explorer(subject, context(country=country))
        with pytest.raises(WriteError, match="CB731"):
            build(subject, context(kind="explorer", country=country))
    assert SILENT[0] in make_explorer(baseline, context()).countries


def test_figures_are_in_it_as_they_are(means: AssessmentSet, context: Context) -> None:
    made = make_explorer(means, context())
    for one in means:
        rows = made.rounds[-1].results[one.country.alpha_2].scores
        printed = [row[1] for row in rows if row is not None and not isinstance(row[1], str)]
        assert printed == [score.value for score in one.indicators if score.value is not None]
        assert printed
        assert all(made.scales[0].ends[0] <= value <= made.scales[0].ends[1] for value in printed)
