"""The writers of SPSS and Stata keep the writing contract."""

import capbuild_spss

from capbuild.io import read
from capbuild.testing import WriterConformance


class Statistics(WriterConformance):
    plugin = capbuild_spss
    uses = {"environment": "polars sets how its memory is given back, when it is imported"}

    def visible(self, name, content):
        """A statistician sees the answers, their labels and the questions."""
        reading = read(content, name=f"a{self.descriptor.suffixes[0]}", host=self.host)
        told = [str(a.raw if a.raw is not None else a.value) for response in reading.responses for a in response]
        asked = [
            text for q in reading.questionnaire.questions for text in (str(q.text), *(str(c.text) for c in q.choices))
        ]
        return "\n".join([*told, *asked])


class TestSpssWriter(Statistics):
    writer = "spss"


class TestStataWriter(Statistics):
    writer = "stata"


del Statistics  # it is no test itself
