"""The writer of IATI activities keeps the writing contract."""

import datetime
from xml.etree import ElementTree

import capbuild_iati
from attrs import evolve

from capbuild.model import Organisation, OrganisationRole, Phase
from capbuild.testing import WriterConformance, invented_programme

DAY = datetime.date(2016, 1, 4)


class TestIati(WriterConformance):
    plugin = capbuild_iati
    writer = "iati"
    unshown = {"reference_date": "the last round is the end of what is reported"}

    def subjects(self, text=""):
        """A programme with what IATI insists on: who publishes it, and when it began."""
        publisher = Organisation(
            id="X", name=text or "A publisher", roles=[OrganisationRole.ACCOUNTABLE], reference="XM-DAC-1"
        )
        phase = Phase(id="all", title=text or "All", start=DAY, end=DAY.replace(year=2017))
        return [evolve(invented_programme(text).programme, organisations=[publisher], phases=[phase])]

    def visible(self, name, content):
        return "\n".join(ElementTree.fromstring(content).itertext())
