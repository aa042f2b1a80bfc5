"""Made samples: a form with invented questions, and documents as people return them."""

import copy
import io

import capbuild_documents
import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

import capbuild as cb
from capbuild.model import Choice, Missing, PersonalData, Question, QuestionGroup, Questionnaire, QuestionType, SkipRule
from capbuild.plugins import Host
from capbuild.text import Text, Translation

HOST = Host(plugins={"capbuild-documents": capbuild_documents}, discover=False)
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
T = QuestionType


def _text(en, es):
    return Text(en, "en", {"es": Translation(es)})


LAW = [
    Choice(code="yes", label=_text("Yes", "Sí")),
    Choice(code="no", label=_text("No", "No")),
    Choice(code="dk", label=_text("Don't know", "No sabe"), missing=Missing.DONT_KNOW),
]
UNITS = [
    Choice(code="cert", label=_text("CERT", "CSIRT")),
    Choice(code="lab", label=_text("Forensic laboratory", "Laboratorio forense")),
    Choice(code="other", label=_text("Other", "Otra"), other=True),
]
NEEDS = [
    Choice(code="p", label=_text("People", "Personal")),
    Choice(code="m", label=_text("Money", "Dinero")),
    Choice(code="t", label=_text("Training", "Formación")),
]
FORM = Questionnaire(
    id="needs",
    version="2016",
    title=_text("Training needs", "Necesidades de formación"),
    languages=("en", "es"),
    groups=[
        QuestionGroup(id="unit", title=_text("The unit", "La unidad")),
        QuestionGroup(id="course", title=_text("Courses held", "Cursos impartidos"), repeat=True),
    ],
    questions=[
        Question(id="intro", type=T.NOTE, text=_text("For the service.", "Por el servicio."), group="unit"),
        Question(id="law", type=T.SELECT_ONE, text=_text("Is there a law?", "¿Existe una ley?"), choices=LAW,
                 group="unit"),
        Question(id="1.2", type=T.DATE, text=_text("Since when?", "¿Desde cuándo?"), group="unit",
                 skip=SkipRule(expression="(law in yes) and (law in yes)", questions=("law",))),
        Question(id="units", type=T.SELECT_MULTIPLE, text=_text("Which units exist?", "¿Qué unidades existen?"),
                 choices=UNITS, group="unit"),
        Question(id="staff", type=T.INTEGER, text=_text("How many officers?", "¿Cuántos agentes?"), minimum=0,
                 maximum=5000, unit="persons", group="unit"),
        Question(id="net", type=T.BOOLEAN, text=_text("Is there a contact point?", "¿Hay punto de contacto?"),
                 group="unit"),
        Question(id="needs", type=T.TEXT, text=_text("What is needed most?", "¿Qué es lo más necesario?"),
                 hint=_text("In a few sentences.", "En pocas frases."), group="unit"),
        Question(id="rank", type=T.RANKING, text=_text("Order these needs", "Ordene estas necesidades"), choices=NEEDS,
                 group="unit"),
        Question(id="mail", text=_text("E-mail", "Correo electrónico"), personal=PersonalData.EMAIL, group="unit"),
        Question(id="topic", text=_text("Topic", "Tema"), group="course"),
        Question(id="people", type=T.INTEGER, text=_text("Participants", "Participantes"), group="course"),
    ],
)  # fmt: skip


@pytest.fixture(scope="session")
def form():
    return FORM


def printed(language="en", subject=FORM, **options):
    return cb.render(subject, "docx-form", options={"language": language, **options}, host=HOST)


class Returned:
    """A printed document in a person's hands."""

    def __init__(self, data=None):
        self.document = docx.Document(io.BytesIO(printed() if data is None else data))
        self.body = self.document.element.body

    def controls(self, tag):
        return [
            one.getparent().getparent() for one in self.body.iter(qn("w:tag")) if one.get(qn("w:val")) == f"cb:{tag}"
        ]

    def control(self, tag, time=1):
        return self.controls(tag)[time - 1]

    def fill(self, tag, text, time=1):
        """Choose or type in a control, as Word writes it."""
        control = self.control(tag, time)
        for old in control.iter(qn("w:showingPlcHdr")):
            old.getparent().remove(old)
            break
        lines = text.split("\n")
        texts = list(control.iter(qn("w:t")))
        texts[0].text = lines[0]
        for line in lines[1:]:
            texts[0].getparent().append(etree.SubElement(texts[0].getparent(), qn("w:br")))
            etree.SubElement(texts[0].getparent(), qn("w:t")).text = line

    def tick(self, tag):
        control = self.control(tag)
        next(control.iter(f"{W14}checked")).set(f"{W14}val", "1")
        next(control.iter(qn("w:t"))).text = "☒"

    def remove_control(self, tag, text=None):
        """Delete a control; with a text, type it in its place."""
        control = self.control(tag)
        if text is not None:
            run = etree.Element(qn("w:r"))
            etree.SubElement(run, qn("w:t")).text = text
            control.addprevious(run)
        control.getparent().remove(control)

    def row(self, tag):
        return next(one for one in self.control(tag).iterancestors(qn("w:tr")))

    def strip(self, *names):
        """Remove elements of a kind and keep what is inside, as other programs do."""
        for name in names:
            for element in list(self.body.iter(qn(name))):
                parent = element.getparent()
                if name == "w:sdt":
                    content = element.find(qn("w:sdtContent"))
                    for child in list(content):
                        element.addprevious(child)
                parent.remove(element)

    def drop_form(self):
        """Remove the part that carries the form."""
        part = self.document.part
        for key, rel in list(part.rels.items()):
            if rel.reltype.endswith("/customXml"):
                del part.rels[key]

    def save(self):
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def read(self, **options):
        reading = cb.read(self.save(), name="back.docx", options=options, host=HOST)
        assert reading.reconciliation.adds_up
        return reading


def filled():
    """The form, filled in as asked."""
    back = Returned()
    back.fill("@country", "Jamaica")
    back.fill("@respondent", "Cybercrime unit")
    back.fill("@date", "2016-03-31")
    back.fill("law", "Yes")
    back.fill("law!", "Act of 2015")
    back.fill("1.2", "2015-12-01")
    back.tick("units|cert")
    back.tick("units|lab")
    back.fill("staff", "14")
    back.fill("net", "No")
    back.fill("needs", "A laboratory\nand people")
    back.fill("rank|p", "2")
    back.fill("rank|m", "3")
    back.fill("rank|t", "1")
    back.fill("mail", "a@example.org")
    back.fill("topic", "Open sources")
    back.fill("people", "20")
    return back


def expected():
    import datetime

    return {
        "law": "yes", "1.2": datetime.date(2015, 12, 1), "units": ("cert", "lab"), "staff": 14, "net": False,
        "needs": "A laboratory\nand people", "rank": ("t", "p", "m"), "mail": "a@example.org",
        ("topic", 1): "Open sources", ("people", 1): 20,
    }  # fmt: skip


def values(reading):
    (response,) = reading.responses
    return {(a.question, a.repeat) if a.repeat else a.question: a.value for a in response.answers}


@pytest.fixture(name="filled")
def filled_fixture():
    return filled()


@pytest.fixture(scope="session", name="expected")
def expected_fixture():
    return expected()


@pytest.fixture(scope="session", name="values")
def values_fixture():
    return values


@pytest.fixture(scope="session", name="printed")
def printed_fixture():
    return printed


@pytest.fixture(scope="session", name="returned")
def returned_fixture():
    return Returned


@pytest.fixture(scope="session")
def host():
    return HOST


@pytest.fixture(scope="session")
def clone():
    return copy.deepcopy
