"""No page or file contains anything that is marked more strictly than its own label, nor what is made from it."""

import datetime
import io
from collections.abc import Iterable, Iterator

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.errors import WriteError
from capbuild.io.writing import render_files
from capbuild.model import (
    TLP,
    Agreement,
    Assessment,
    AssessmentSet,
    Audience,
    Capacity,
    Consent,
    ContactPoint,
    CooperationRequest,
    Criterion,
    DisclosurePolicy,
    Dossier,
    Evidence,
    Finding,
    Framework,
    JointOperation,
    Level,
    Network,
    Participation,
    Programme,
    Round,
    Scale,
    Source,
    Verdict,
)
from capbuild.networks import network_gaps
from capbuild.networks.needs import add_network_needs
from capbuild.plugins import RenderContext, default_host
from capbuild.reports import Report, build, make_explorer
from capbuild.scoring import assess
from tests.reports.test_disclosure import readable
from tests.reports.worlds import COUNTRIES

DAY = datetime.date(2016, 12, 31)
BB, JM = COUNTRIES["BB"], COUNTRIES["JM"]
MARKINGS = {"Restricted": TLP.AMBER, "Official": TLP.GREEN}
HOST = default_host()
#: Writers of what is known of countries, whoever wrote them.
WRITERS = sorted(
    name for name, one in HOST.writers.items() if one.discloses and {AssessmentSet, Assessment} & set(one.accepts)
)
FRAMEWORK = Framework(
    id="small",
    edition="1",
    title="Small",
    scales=[Scale(id="s", levels=[Level(code=f"L{n}", order=n, label=f"Level {n}") for n in (1, 2)])],
    roots=[Capacity(id="A-1", title="Indicator", criteria=[Criterion(id="A-1.2", step=2, text="Criterion")])],
)


@frozen
class Marked:
    """Something with a label, known by a word that stands in it and in all that is made from it.

    Attributes:
        word: The word.
        label: How far it may be passed on.
        marking: The programme's own mark beside the label.
    """

    word: str
    label: TLP
    marking: str = ""

    def strictest(self) -> TLP:
        """The stricter of both; a mark that the programme does not define is the strictest of all."""
        own = MARKINGS.get(self.marking, TLP.RED) if self.marking else TLP.CLEAR
        return min(self.label, own, key=list(TLP).index)


@frozen
class Content:
    """What two countries have on record, each thing with a label of its own.

    Attributes:
        labels: Highest label of the reports for each audience.
        evidence: Evidence of Barbados.
        contacts: Contact points of Barbados, each in a network of its own, in which Jamaica has none.
        bonds: Agreements and operations of both.
        request: A request of Barbados to Jamaica.
    """

    labels: dict[str, TLP]
    evidence: list[Marked]
    contacts: list[Marked]
    bonds: list[Marked]
    request: Marked

    @property
    def everything(self) -> list[Marked]:
        return [*self.evidence, *self.contacts, *self.bonds]

    def network(self) -> Network:
        return Network(
            contacts=[
                ContactPoint(country=BB, network=f"net-{one.word}", office=f"office-{one.word}", languages=["en"],
                             last_tested=DAY, reached=n % 2 == 0, tlp=one.label)
                for n, one in enumerate(self.contacts)
            ],
            requests=[
                CooperationRequest(asking=BB, asked=JM, network="24/7", sent=DAY, answered=DAY, outcome="answered",
                                   tlp=self.request.label)
            ],
            agreements=[
                Agreement(id=one.word, title=f"title-{one.word}", parties=[BB, JM], in_force=DAY, tlp=one.label)
                for one in self.bonds[::2]
            ],
            operations=[
                JointOperation(id=one.word, title=f"title-{one.word}", participants=[BB, JM], start=DAY, tlp=one.label)
                for one in self.bonds[1::2]
            ],
        )  # fmt: skip

    def given(self) -> tuple[AssessmentSet, Programme, Dossier]:
        """What a host is given."""
        kept = [
            Evidence(id=f"id-{one.word}", title=f"title-{one.word}", link=f"https://{one.word}.example", tlp=one.label,
                     marking=one.marking, quote=f"quote-{one.word}")
            for one in self.evidence
        ]  # fmt: skip
        findings = [
            Finding(country=place, target="A-1.2", value=Verdict.YES, source=f"{place.alpha_2}-s", as_of=DAY,
                    evidence=[one.id for one in kept] if place == BB else ())
            for place in (BB, JM)
        ]  # fmt: skip
        found = assess(
            findings,
            FRAMEWORK,
            round=Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY),
            countries=[BB, JM],
            sources=[Source(id=f"{p.alpha_2}-s", kind="survey", title="Survey", country=p) for p in (BB, JM)],
            evidence={BB: kept},
        )
        consents = [Consent(country=place.alpha_2, audience=whom, date=DAY) for place in (BB, JM) for whom in Audience]
        programme = Programme(
            id="p",
            title="P",
            participations=[Participation(country=place, languages=["en"]) for place in (BB, JM)],
            disclosure=DisclosurePolicy(audiences=self.labels, consents=consents, markings=MARKINGS),
        )
        network = self.network()
        gaps = network_gaps(network, [BB, JM], DAY)
        dossier = Dossier(network=network, network_gaps=gaps, needs=add_network_needs(None, gaps), earlier=found)
        return found, programme, dossier


@st.composite
def contents(draw: st.DrawFn) -> Content:
    label = st.sampled_from(list(TLP))
    words = iter(f"w{number:02d}q" for number in range(99))

    def marked(most: int, marks: Iterable[str] = ("",)) -> list[Marked]:
        count = draw(st.integers(1, most))
        return [Marked(next(words), draw(label), draw(st.sampled_from(list(marks)))) for _ in range(count)]

    return Content(
        labels={whom.value: draw(label) for whom in Audience},
        evidence=marked(3, ("", "", *MARKINGS, "Secret")),
        contacts=marked(3),
        bonds=marked(4),
        request=Marked(next(words), draw(label)),
    )


def pages(found: AssessmentSet, context: RenderContext) -> Iterator[Report]:
    """Yield the region and every document of a country that the audience may have."""
    yield build(found, context)
    for kind in ("profile", "brief-country", "letter", "evidence"):
        if kind != "evidence" or context.audience in (Audience.TEAM, Audience.COUNTRY):
            yield build(found["BB"], evolve(context, kind=kind))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(contents(), st.sampled_from(list(Audience)))
def test_no_page_holds_more_than_its_label_allows(content: Content, whom: Audience) -> None:
    found, programme, dossier = content.given()
    context = RenderContext(audience=whom.value, programme=programme, dossier=dossier)
    label, shown = content.labels[whom.value], list(pages(found, context))
    explorer = make_explorer(found, context).to_json()
    strict = {one.word for one in content.everything if not one.strictest().allows(label)}
    assert {word for word in strict if word in explorer} == set()
    for page in shown:
        assert page.tlp == label.value
        text = str(page)
        over = {one.word for one in content.everything if not one.strictest().allows(label) and one.word in text}
        assert over == set()
        cooperation = [figure for figure in page.figures if figure.id == "cooperation"]
        assert not cooperation or content.request.label.allows(label)
    # What may be shown is shown, to those who see sources.
    if whom in (Audience.TEAM, Audience.COUNTRY):
        text = str(shown)
        assert {one.word for one in content.everything if one.strictest().allows(label)} <= {
            one.word for one in content.everything if one.word in text
        }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(contents(), st.sampled_from((Audience.TEAM, Audience.COUNTRY, Audience.REGIONAL)))
@pytest.mark.parametrize("name", [name for name in WRITERS if name != "pdf"])
def test_no_file_holds_more_than_its_label_allows(name: str, content: Content, whom: Audience) -> None:
    over = {one.word for one in content.everything if not one.strictest().allows(content.labels[whom.value])}
    text = written(name, content, whom)
    assert {word for word in over if word in text} == set()


def test_no_pdf_holds_more_than_its_label_allows() -> None:
    """Typesetting is slow: one content with every label, for one audience."""
    pypdf = pytest.importorskip("pypdf")
    content = Content(
        labels={"team": TLP.AMBER, "country": TLP.AMBER},
        evidence=[Marked(f"w{n}evi", label) for n, label in enumerate(TLP)],
        contacts=[Marked(f"w{n}con", label) for n, label in enumerate(TLP)],
        bonds=[Marked(f"w{n}bon", label) for n, label in enumerate(TLP)],
        request=Marked("w", TLP.RED),
    )
    found, programme, dossier = content.given()
    told = {"programme": programme, "dossier": dossier, "audience": "country"}
    text = ""
    for kind in ("regional", "profile", "evidence"):
        country = "" if kind == "regional" else "BB"
        (data,) = render_files(found, "pdf", kind=kind, country=country, **told).values()
        assert isinstance(data, bytes)
        text += "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    for number, label in enumerate(TLP):
        for kind in ("evi", "con", "bon"):
            assert (f"w{number}{kind}" in text) is label.allows(TLP.AMBER), (kind, label)


def test_without_a_policy_a_page_bears_the_strictest_label_of_what_it_holds() -> None:
    content = Content(
        labels={},
        evidence=[Marked("one", TLP.GREEN), Marked("two", TLP.AMBER_STRICT)],
        contacts=[Marked("three", TLP.RED)],
        bonds=[Marked("four", TLP.CLEAR)],
        request=Marked("five", TLP.CLEAR),
    )
    found, _, dossier = content.given()
    told = RenderContext(dossier=evolve(dossier, needs=None))
    report = build(found, told)
    evidence = build(found, evolve(told, kind="evidence", country="BB"))
    assert (report.tlp, evidence.tlp) == ("TLP:AMBER+STRICT", "TLP:AMBER+STRICT")
    assert "two" in str(evidence)
    # A network is shown only to an audience that a policy names.
    assert "three" not in str(report)


def written(name: str, content: Content, whom: Audience) -> str:
    """Everything that a writer makes of the countries, one by one and together."""
    found, programme, dossier = content.given()
    parts: list[str] = []
    for subject in (found, *found):
        if not isinstance(subject, HOST.writers[name].accepts):
            continue
        try:
            told = {"audience": whom.value, "programme": programme, "dossier": dossier}
            files = render_files(subject, name, **told)
            if HOST.writers[name].reports and subject is not found and whom is not Audience.REGIONAL:
                evidence = render_files(subject, name, kind="evidence", **told)
                files |= {f"evidence {part}": made for part, made in evidence.items()}
        except WriteError as error:
            assert error.code == "CB703"  # noqa: PT017 - what holds single answers is not for every audience
            continue
        for path, data in files.items():
            parts += [path, readable(data) if isinstance(data, bytes) else data]
    return "".join(parts)
