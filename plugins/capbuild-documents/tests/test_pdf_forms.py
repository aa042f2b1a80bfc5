"""Fillable PDF forms, built object by object; all are invented."""

import datetime
import io
import re

import capbuild_documents
import pypdf
import pytest

import capbuild as cb
from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing, QuestionType
from capbuild.plugins import Confidence, InputFile, ReadLimits
from capbuild.testing import ReaderConformance, Sample

T = QuestionType
RADIO, PUSH, COMBO, SEVERAL = 1 << 15, 1 << 16, 1 << 17, 1 << 21


def pdf(*objects, catalog=""):
    """Return a PDF: objects are numbered from 3; the catalogue is 1 and its pages 2."""
    pages = [place for place, one in enumerate(objects, start=3) if "/Type /Page " in one]
    kids = " ".join(f"{place} 0 R" for place in pages)
    bodies = [f"<< /Type /Catalog /Pages 2 0 R {catalog} >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate([*bodies, *objects], start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(data)
    size = len(offsets) + 1
    data += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n".encode()
    return data + f"startxref\n{start}\n%%EOF\n".encode()


PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 4 0 R >> >> >>"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def form(*fields, more=()):
    """Return a form: fields are objects from 5 on, or those that `more` follow them as their children."""
    listed = " ".join(f"{place} 0 R" for place in range(5, 5 + len(fields)))
    return pdf(PAGE, FONT, *fields, *more, catalog=f"/AcroForm << /Fields [{listed}] >>")


def field(name, kind, value="", label="", flags=0, more=""):
    tip = f"/TU ({label})" if label else ""
    given = f"/V {value}" if value else ""
    return f"<< /T ({name}) /FT /{kind} {tip} {given} /Ff {flags} {more} >>"


FILLED = form(
    field("country", "Tx", "(Peru)", "Country"),
    field("date", "Tx", "(2016-03-31)", "Date"),
    field("officers", "Tx", "(14)", "Number of officers"),
    field("needs", "Tx", "(A laboratory\\rand people)", "What is needed most?"),
    field("blank", "Tx", "", "Anything else?"),
    field("mail", "Tx", "(a@example.org)", "E-mail"),
    field("cert", "Btn", "/Yes", "There is a CERT", more="/AP << /N << /Yes 4 0 R /Off 4 0 R >> >>"),
    field("lab", "Btn", "/Off", "There is a laboratory", more="/AP << /N << /Yes 4 0 R /Off 4 0 R >> >>"),
    field("law", "Btn", "/1", "Is there a law?", RADIO, "/Opt [(Yes) (No)] /Kids [16 0 R 17 0 R]"),
    field("level", "Ch", "(h)", "Level", COMBO, "/Opt [[(l) (Low)] [(h) (High)]]"),
    field("topics", "Ch", "[(Law) (Training)]", "Topics", SEVERAL, "/Opt [(Law) (Training) (Money)]"),
    more=(
        "<< /Subtype /Widget /Parent 13 0 R /AP << /N << /0 4 0 R /Off 4 0 R >> >> >>",
        "<< /Subtype /Widget /Parent 13 0 R /AP << /N << /1 4 0 R /Off 4 0 R >> >> >>",
    ),
)


def read(data, **values):
    reading = cb.read(data, name="form.pdf", **values)
    assert reading.reconciliation.adds_up
    return reading


def test_fields_become_answers():
    reading = read(FILLED)
    (response,) = reading.responses
    assert {answer.question: answer.value for answer in response.answers} == {
        "officers": 14, "needs": "A laboratory\nand people", "blank": Missing.NO_ANSWER, "mail": "a@example.org",
        "cert": True, "lab": False, "law": "1", "level": "h", "topics": ("Law", "Training"),
    }  # fmt: skip
    assert (response.country.alpha_2, response.date) == ("PE", datetime.date(2016, 3, 31))
    form = reading.questionnaire
    assert form["officers"].text.source == "Number of officers"
    assert [(choice.code, choice.label.source) for choice in form["law"].choices] == [("0", "Yes"), ("1", "No")]
    assert (form["cert"].type, form["topics"].type, form["level"].type) == (T.BOOLEAN, T.SELECT_MULTIPLE, T.SELECT_ONE)
    assert form["mail"].personal.value == "e-mail"
    assert [issue.code for issue in reading.issues] == ["CB132"]
    assert str(response["officers"].origin) == "form.pdf officers"


def test_fields_within_fields_have_the_names_of_both():
    parent = "<< /T (unit) /FT /Tx /Kids [6 0 R 7 0 R] >>"
    data = pdf(PAGE, FONT, parent, "<< /T (staff) /Parent 5 0 R /V (14) >>", "<< /T (head) /Parent 5 0 R /V (one) >>",
               catalog="/AcroForm << /Fields [5 0 R] >>")  # fmt: skip
    (response,) = read(data).responses
    assert [(answer.question, answer.value) for answer in response.answers] == [
        ("unit.staff", 14),
        ("unit.head", "one"),
    ]


def test_placeholders_are_no_answers():
    fields = [field("a", "Tx", "(Type an answer)", "Needs"), field("b", "Tx", "(Escriba un n\\372mero)", "Officers")]
    (response,) = read(form(*fields, field("c", "Tx", "(yes)", "Law"))).responses
    assert [answer.value for answer in response.answers] == [Missing.NO_ANSWER, Missing.NO_ANSWER, "yes"]


def test_an_empty_form_is_no_response():
    reading = read(form(field("a", "Tx", "", "Number of officers"), field("b", "Btn", "/Off")))
    assert (len(reading.questionnaire), reading.responses) == (2, ())


def refused(data):
    with pytest.raises(ReadError) as caught:
        cb.read(data, name="form.pdf")
    assert caught.value.remedy
    return caught.value.code, caught.value.message


IMAGE = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    "\nstream\n0\nendstream"
)


def test_a_scan_is_refused_with_its_reason():
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 5 0 R >> >> >>"
    assert refused(pdf(page, page, IMAGE)) == (
        "DOC2", "form.pdf is a scan: 2 of its 2 pages are images, without text or form fields",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "why"),
    [
        (pdf(PAGE, FONT), "DOC2", "was printed"),
        (pdf("<< /Type /Page /Parent 2 0 R >>"), "DOC2", "no questions"),
        (pdf(PAGE, FONT, catalog="/AcroForm << /Fields [] /XFA [] >>"), "DOC2", "XFA"),
        (form(field("send", "Btn", "", flags=PUSH)), "DOC2", "no form fields"),
        (b"%PDF-1.7\nnothing\n", "DOC1", "cannot be read"),
    ],
)
def test_other_files_are_refused_with_a_reason(data, code, why):
    found, message = refused(data)
    assert (found, why in message) == (code, True), message


def test_a_password_is_said():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(FILLED))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert "password" in refused(out.getvalue())[1]
    writer.encrypt("", "owner", algorithm="RC4-128")  # opens without one
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()).responses[0]["officers"].value == 14


def test_limits_and_loops():
    with pytest.raises(LimitError):
        read(FILLED, limits=ReadLimits(cells=3))
    chain = [f"<< /T (a) /FT /Tx /Kids [{place + 1} 0 R] >>" for place in range(5, 130)]
    with pytest.raises(LimitError):
        read(pdf(PAGE, FONT, *chain, "<< /T (z) >>", catalog="/AcroForm << /Fields [5 0 R] >>"))
    loop = "<< /T (a) /FT /Tx /V (1) /Kids [5 0 R] >>"
    with pytest.raises(ReadError):
        read(pdf(PAGE, FONT, loop, catalog="/AcroForm << /Fields [5 0 R] >>"))


def test_only_forms_are_claimed_by_what_they_hold(host):
    def sniff(data):
        return host.readers["pdf-form"].sniff(InputFile("a.pdf", data=data)).confidence

    assert sniff(FILLED) is Confidence.SIGNATURE
    assert sniff(pdf(PAGE, FONT)) is Confidence.NAME


class TestPdf(ReaderConformance):
    plugin = capbuild_documents
    reader = "pdf-form"
    samples = (
        Sample(name="form.pdf", data=FILLED, responses=1, personal=("mail",), limits=(ReadLimits(cells=1),)),
    )  # fmt: skip

    def text_at(self, sample, origin):
        """Return the value of a field, as it stands in the file; a box is ticked or not."""
        found = re.search(rb"<< /T \(" + origin.path.encode() + rb"\).*", sample.content)[0].decode("latin-1")
        value = re.search(r"/V (\((.*?)\)|/(\w+)|\[(.*?)\]) /Ff", found)
        if value is None:
            return ""
        text = next(part for part in value.groups()[1:] if part is not None)
        return text.replace("\\r", "\n").replace("Off", "").replace("Yes", "x")


def test_what_the_parser_says_of_a_damaged_file_reaches_no_log(caplog):
    damaged = FILLED.replace(b"startxref", b"startxrof").replace(b"/Type /Page ", b"/Type /Page \x1b[2J ")
    for data in (damaged, FILLED[:-40], FILLED.replace(b"/T (date)", b"/T [date \x1b]")):
        try:
            read(data)
        except ReadError:
            continue
    assert [record.name for record in caplog.records if record.name.startswith("pypdf")] == []
