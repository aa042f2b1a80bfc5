"""Small invented programme in memory, for reports, plans and tests."""

import csv
import datetime
import io
from collections.abc import Iterator, Mapping
from functools import lru_cache

from attrs import field, frozen

from capbuild.countries import country_by_code
from capbuild.frameworks import survey_questionnaire
from capbuild.model import (
    Activity,
    ActivityKind,
    Answer,
    AssessmentSet,
    Audience,
    Basis,
    Capacity,
    Catalogue,
    Consent,
    Cost,
    Country,
    Criterion,
    DisclosurePolicy,
    Dossier,
    Evidence,
    EvidenceKind,
    Finding,
    FindingStatus,
    Framework,
    Level,
    Limits,
    Method,
    Missing,
    Money,
    Participation,
    Plan,
    PlannedActivity,
    Programme,
    Proposal,
    Question,
    Questionnaire,
    QuestionType,
    Reconciliation,
    Response,
    Round,
    RoundKind,
    Scale,
    SheetReconciliation,
    Source,
    SourceKind,
    Survey,
    TargetProfile,
    Verdict,
)
from capbuild.origin import Origin
from capbuild.scoring import assess
from capbuild.text import Text, as_text

_COUNTRIES = ("BB", "BZ", "JM", "HT")
#: Answers by country, one letter for each criterion: yes, no, partly, don't know, not asked (`.`).
_BASELINE = {"BB": "yyyn yyyy", "BZ": "ynny p?nn", "JM": "yy?n yn.n"}
_ENDLINE = {"BB": "yyyy yyyy", "JM": "yyyn yyyn"}
_ANSWERS: Mapping[str, Verdict | Missing] = {
    "y": Verdict.YES,
    "n": Verdict.NO,
    "p": Verdict.PARTLY,
    "?": Missing.DONT_KNOW,
    ".": Missing.NOT_ASKED,
}
_WORDS = {"y": "yes", "n": "no", "p": "partly", "?": "don't know", ".": ""}
_NOTICE = {"en": "Every answer and level is invented.", "es": "Todas las respuestas y niveles son inventados."}


@frozen(kw_only=True)
class InventedProgramme:
    """Invented programme of four countries, eight criteria and two rounds.

    Attributes:
        programme: The programme: only Barbados has consented to be named to donors.
        framework: A staircase of three levels in English and Spanish.
        questionnaire: Its survey.
        catalogue: Three activities.
        survey: The answers of the baseline as a survey file (CSV): three countries; none from Haiti.
        reading: One respondent's remarks about the work of a unit, as if read from another file.
        plan: One course for two countries.
        baseline: The assessments of the baseline.
        endline: The assessments of the endline: Barbados and Jamaica.
        proposals: A country's proposal to change a baseline result, not decided.
    """

    programme: Programme
    framework: Framework
    questionnaire: Questionnaire
    catalogue: Catalogue
    survey: bytes = field(repr=False)
    reading: Survey
    plan: Plan
    baseline: AssessmentSet
    endline: AssessmentSet
    proposals: tuple[Proposal, ...]

    @property
    def dossier(self) -> Dossier:
        """Dossier for a writer of decisions: the proposals."""
        return Dossier(proposals=self.proposals)


@frozen
class _SampleTexts:
    """Texts of the sample, or one text everywhere."""

    text: str = ""

    def localised(self, words: str | Mapping[str, str]) -> Text:
        return Text(self.text, "und") if self.text else as_text(words)

    def plain(self, words: str) -> str:
        return self.text or words


#: Dimension, id, title, and requirements of the second and third level, in English and Spanish.
_JUDGED = (
    (
        "LAW-1",
        ("Offences", "Delitos"),
        ("A law makes unlawful access an offence.", "Una ley tipifica el acceso ilícito."),
        ("A court has applied it.", "Un tribunal la ha aplicado."),
    ),
    (
        "LAW-2",
        ("Powers", "Facultades"),
        ("A law lets the police preserve data.", "Una ley permite a la policía conservar datos."),
        ("The police have used it.", "La policía la ha utilizado."),
    ),
    (
        "ORG-1",
        ("Unit", "Unidad"),
        ("A unit has a written mandate.", "Una unidad tiene un mandato escrito."),
        ("The unit has closed a case.", "La unidad ha cerrado un caso."),
    ),
    (
        "ORG-2",
        ("Contact point", "Punto de contacto"),
        ("A contact point is named.", "Hay un punto de contacto designado."),
        ("It has answered a test call.", "Ha respondido a una llamada de prueba."),
    ),
)
_DIMENSIONS = {"LAW": ("Law", "Leyes"), "ORG": ("Organisation", "Organización")}
_LEVELS = (("Starting", "Inicio"), ("Established", "Establecido"), ("Proven", "Demostrado"))


def _framework(words: _SampleTexts) -> Framework:
    def both(pair: tuple[str, str]) -> Text:
        return words.localised(dict(zip(("en", "es"), pair, strict=True)))

    def indicator(name: str, title: tuple[str, str], *demands: tuple[str, str]) -> Capacity:
        criteria = [Criterion(id=f"{name}.{step}", step=step, text=both(text)) for step, text in enumerate(demands, 2)]
        return Capacity(id=name, title=both(title), criteria=criteria)

    levels = [Level(code=f"L{order}", order=order, label=both(label)) for order, label in enumerate(_LEVELS, 1)]
    return Framework(
        id="invented",
        edition="1",
        provider="capbuild",
        title=words.localised({"en": "An invented framework", "es": "Un marco inventado"}),
        licence="MIT",
        languages=("en", "es"),
        scales=[Scale(id="levels", levels=levels)],
        roots=[
            Capacity(
                id=name,
                kind="dimension",
                title=both(title),
                children=[indicator(*judged) for judged in _JUDGED if judged[0].startswith(name)],
            )
            for name, title in _DIMENSIONS.items()
        ],
        methods={"indicator": Method(name="staircase"), "dimension": Method(name="profile")},
    )


def _round(kind: RoundKind, year: int) -> Round:
    return Round(id=kind.value, kind=kind, title=f"{kind.value} {year}", reference_date=datetime.date(year, 12, 31))


def _findings(
    framework: Framework,
    answers: Mapping[str, str],
    round_: Round,
    countries: Mapping[str, Country],
    words: _SampleTexts,
) -> Iterator[Finding]:
    for code, letters in answers.items():
        reported = zip(framework.criteria, letters.replace(" ", ""), strict=True)
        for row, (criterion, letter) in enumerate(reported, start=2):
            yield Finding(
                country=countries[code],
                target=criterion,
                value=_ANSWERS[letter],
                source=f"{code}-{round_.id}",
                status=FindingStatus.CONFIRMED,
                basis=Basis.SEEN,
                as_of=round_.reference_date,
                note=words.localised("As told by the unit.") if letter == "p" else None,
                evidence=[f"{code}-law"] if criterion == "LAW-1.2" and letter == "y" else [],
                origin=Origin(f"{round_.id}.csv", row=row),
            )


def _assessed(
    framework: Framework,
    answers: Mapping[str, str],
    round_: Round,
    countries: Mapping[str, Country],
    words: _SampleTexts,
) -> AssessmentSet:
    sources = [
        Source(
            id=f"{code}-{round_.id}",
            kind=SourceKind.VISIT,
            title=words.localised(f"Invented visit to {countries[code]}"),
            country=countries[code],
            start=round_.reference_date,
            respondent=words.plain("police"),
        )
        for code in answers
    ]
    law = {
        countries[code]: [
            Evidence(
                id=f"{code}-law",
                kind=EvidenceKind.LAW,
                title=words.localised("An invented act"),
                link="https://example.org/act?a=1&b=2",
                quote=words.localised("A person who knowingly …"),
            )
        ]
        for code in answers
    }
    return assess(
        list(_findings(framework, answers, round_, countries, words)),
        framework,
        round=round_,
        countries=countries.values() if round_.kind is RoundKind.BASELINE else (),
        sources=sources,
        evidence=law,
        targets=TargetProfile(id="t", title="Targets", targets={node.id: 3 for node in framework.indicators}),
        invented=True,
    )


def _survey(framework: Framework, answers: Mapping[str, str]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["country", *framework.criteria])
    for code, letters in answers.items():
        writer.writerow([country_by_code(code).name, *(_WORDS[letter] for letter in letters.replace(" ", ""))])
    return stream.getvalue().encode()


def _programme(
    framework: Framework, countries: Mapping[str, Country], rounds: tuple[Round, ...], w: _SampleTexts
) -> Programme:
    audiences = {"team": "TLP:AMBER+STRICT", "country": "TLP:AMBER", "regional": "TLP:GREEN", "donor": "TLP:GREEN"}
    day = datetime.date(2016, 1, 4)
    return Programme(
        id="invented",
        title=w.localised({"en": "An invented programme", "es": "Un programa inventado"}),
        description=w.localised({"en": "For tests and examples.", "es": "Para pruebas y ejemplos."}),
        rounds=rounds,
        participations=[Participation(country=country) for country in countries.values()],
        framework=framework.key,
        languages=("en", "es"),
        disclosure=DisclosurePolicy(
            audiences=audiences, consents=[Consent(country="BB", audience=Audience.DONOR, date=day)]
        ),
        notice=w.localised(_NOTICE),
        disclaimer=w.localised({"en": "Not endorsed by anyone.", "es": "No cuenta con el aval de nadie."}),
        invented=True,
    )


def _reading(countries: Mapping[str, Country], words: _SampleTexts) -> Survey:
    """Return a response with choice, number, text and missing value."""
    asked = {"unit": QuestionType.SELECT_ONE, "staff": QuestionType.INTEGER, "remark": QuestionType.TEXT}
    form = Questionnaire(
        id="invented-remarks",
        title=words.localised({"en": "Remarks", "es": "Observaciones"}),
        languages=("en", "es"),
        questions=[
            Question(id=name, type=kind, text=words.localised({"en": name.capitalize(), "es": name.capitalize()}))
            for name, kind in asked.items()
        ],
    )
    at = Origin("remarks.csv", row=2)
    answers = [
        Answer("unit", "yes", origin=at),
        Answer("staff", 4, origin=at),
        Answer("remark", words.plain("Calls at night are not answered."), origin=at),
    ]
    bb = countries["BB"]
    response = Response(id="1", place=bb.name, country=bb, language="en", answers=answers, origin=at)
    account = SheetReconciliation(rows_in=1, rows_out=1, cells=3, answers=3)
    return Survey(
        file="remarks.csv",
        format="csv",
        questionnaire=form,
        responses=[response],
        reconciliation=Reconciliation(sheets=[account]),
    )


def _plan(words: _SampleTexts) -> Plan:
    """Return a plan of one course."""
    course = PlannedActivity(
        id="A2-1",
        activity="A2",
        start=datetime.date(2017, 3, 6),
        end=datetime.date(2017, 3, 10),
        host="BB",
        place=words.plain("Bridgetown"),
        language="en",
        seats={"BB": 4, "JM": 6},
        cost=Money(17_500),
        addresses=["LAW-2.3"],
    )
    return Plan(activities=[course], limits=Limits(budget=Money(50_000)), invented=True)


def _catalogue(framework: Framework, words: _SampleTexts) -> Catalogue:
    return Catalogue(
        id="invented",
        title=words.localised({"en": "Invented activities", "es": "Actividades inventadas"}),
        framework=framework.key,
        activities=[
            Activity(
                id="A1",
                kind=ActivityKind.LEGAL_ADVICE,
                title=words.localised({"en": "Drafting a law", "es": "Redactar una ley"}),
                addresses=["LAW-1.2", "LAW-2.2"],
                cost=Cost(one_time=Money(20_000)),
                invented=True,
            ),
            Activity(
                id="A2",
                kind=ActivityKind.COURSE,
                title=words.localised({"en": "Preserving data", "es": "Conservar datos"}),
                addresses=["LAW-2.3", "ORG-1.3"],
                prerequisites=["A1"],
                seats=20,
                languages=["en", "es"],
                cost=Cost(per_session=Money(15_000), per_seat=Money(250)),
                invented=True,
            ),
            Activity(
                id="A3",
                kind=ActivityKind.MENTORING,
                title=words.localised(
                    {"en": "A contact point that answers", "es": "Un punto de contacto que responde"}
                ),
                addresses=["ORG-2.2", "ORG-2.3"],
                cost=Cost(one_time=Money(3_000)),
                invented=True,
            ),
        ],
    )


def _proposals(
    framework: Framework, round_: Round, countries: Mapping[str, Country], words: _SampleTexts
) -> tuple[Proposal, ...]:
    target = next(iter(framework.criteria))
    proposed = words.plain("since April")
    return (Proposal(country=countries["BB"], round=round_.id, target=target, comment=proposed),)


def invented_results(answers: Mapping[str, str]) -> AssessmentSet:
    """Return invented assessments of the baseline with other answers.

    Args:
        answers: Answers by country, one letter for each criterion: yes, no, partly, don't know (`?`), not asked (`.`).

    Example:
        >>> print(invented_results({"BB": "yn nn ?? .."})["BB"]["LAW-1"])
        L2 Established
    """
    return _assess_once(tuple(answers.items()))


@lru_cache(maxsize=256)  # each writer clause uses the same few
def _assess_once(answers: tuple[tuple[str, str], ...]) -> AssessmentSet:
    words, round_ = _SampleTexts(), _round(RoundKind.BASELINE, 2016)
    framework, countries = _framework(words), {code: country_by_code(code) for code in _COUNTRIES}
    return _assessed(framework, dict(answers), round_, countries, words)


@lru_cache(maxsize=16)
def invented_programme(text: str = "", *, exchanged: bool = False) -> InventedProgramme:
    """Return the invented programme, always the same.

    Args:
        text: One text for every place with external text (titles, notes, labels, names of sources), to test its
            treatment; by default the sample's own words, in English and Spanish.
        exchanged: True to exchange the baseline answers of Belize and Jamaica, to test anonymity.

    Example:
        >>> sample = invented_programme()
        >>> [country.name for country in sample.baseline.countries], [c.name for c in sample.baseline.silent]
        (['Barbados', 'Belize', 'Jamaica'], ['Haiti'])
        >>> print(sample.baseline["BZ"]["LAW-1"], "|", sample.baseline["JM"]["LAW-2"])
        L2 Established | not verified, L1 to L2
    """
    words = _SampleTexts(text)
    answers = {**_BASELINE, "BZ": _BASELINE["JM"], "JM": _BASELINE["BZ"]} if exchanged else _BASELINE
    framework = _framework(words)
    countries = {code: country_by_code(code) for code in _COUNTRIES}
    rounds = (_round(RoundKind.BASELINE, 2016), _round(RoundKind.ENDLINE, 2017))
    return InventedProgramme(
        programme=_programme(framework, countries, rounds, words),
        framework=framework,
        questionnaire=survey_questionnaire(framework),
        catalogue=_catalogue(framework, words),
        survey=_survey(framework, answers),
        reading=_reading(countries, words),
        plan=_plan(words),
        baseline=_assessed(framework, answers, rounds[0], countries, words),
        endline=_assessed(framework, _ENDLINE, rounds[1], countries, words),
        proposals=_proposals(framework, rounds[0], countries, words),
    )
