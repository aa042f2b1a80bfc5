"""Invented survey files of any length.

Every reader has some; rows, columns, or what an attacker repeats can grow.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence

__all__ = ["FHIR", "FORMBRICKS", "GROWING", "KOBO", "REFUSED", "TYPEFORM", "Growing", "exported", "listed", "zipped"]

#: Reader, what grows, name of the file, and its content for a length.
Growing = tuple[str, str, str, Callable[[int], bytes]]


def table(headers: Sequence[str], row: Sequence[str], count: int, first: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a CSV with a repeated row, `#` numbered."""
    rows = [headers, *first, *([cell.replace("#", str(at)) for cell in row] for at in range(count))]
    return "".join(",".join(f'"{cell}"' for cell in cells) + "\n" for cells in rows).encode()


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return stream.getvalue()


def survey(count: int, columns: int = 3) -> object:
    import capbuild as cb

    headers = ["country", *(f"Q{at}" for at in range(columns))]
    return cb.read(table(headers, ["Peru", *(["yes"] * columns)], count), name="a.csv", format="csv")


def framed(count: int) -> bytes:
    """Return a Parquet file as other programs write it."""
    import polars as pl

    stream = io.BytesIO()
    pl.DataFrame({"country": ["Peru"] * count, "Q1": ["yes"] * count}).write_parquet(stream)
    return stream.getvalue()


def written(format_: str, suffix: str, *, form: bool = False) -> Callable[[int], bytes]:
    """Return a function that writes a survey or questionnaire."""

    def build(count: int) -> bytes:
        import tempfile
        from pathlib import Path

        from capbuild.io import write
        from capbuild.model import Question, Questionnaire

        asked = [Question(id=f"Q{at}", text=f"Question {at}?") for at in range(count)]
        subject = Questionnaire(id="f", title="Form", questions=asked) if form else survey(count)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"a{suffix}")
            write(subject, path, format=format_)
            return path.read_bytes()

    return build


def xml(head: str, part: str, tail: str) -> Callable[[int], bytes]:
    return lambda count: (head + "".join(part.replace("#", str(at)) for at in range(count)) + tail).encode()


def listed(head: str, part: object, tail: str) -> Callable[[int], bytes]:
    """Return a function that writes JSON of repeated parts."""
    text = json.dumps(part)
    return lambda count: (head + ",".join(text.replace("#", str(at)) for at in range(count)) + tail).encode()


def exported(*headers: str, row: Sequence[str], first: Sequence[Sequence[str]] = ()) -> Callable[[int], bytes]:
    return lambda count: table(headers, row, count, first)


def noted(count: int) -> bytes:
    """Return a table with many notes below it.

    Each note has the meaning of a number.
    """
    rows = [f"Peru,{number},{number + 5}" for number in range(count)]
    return "\n".join(["Country,A,B", *rows, "", *(f"{number} = don't know" for number in range(count))]).encode()


def wide(count: int, head: str = "Q#") -> bytes:
    return table(["country", *(head.replace("#", str(at)) for at in range(count))], ["Peru", *["3"] * count], 2)


def one_row(count: int, head: str = "Q#", cell: str = "yes", first: str = "country", below: str = "Peru") -> bytes:
    """Return a CSV with one row and many columns."""
    return table([first, *(head.replace("#", str(at)) for at in range(count))], [below, *[cell] * count], 1)


def qualtrics(count: int, name: str, field: str) -> bytes:
    """Return an export with many questions or choices."""
    headers = [["StartDate", "ResponseId"], ["Start Date", "Response ID"],
             ['{""ImportId"":""startDate""}', '{""ImportId"":""_recordId""}']]  # fmt: skip
    for at in range(count):
        parts = (name, "Which? - Selected Choice - #", f'{{""ImportId"":""{field}""}}')
        for line, part in zip(headers, parts, strict=True):
            line.append(part.replace("#", str(at)))
    return table(headers[0], ["2024-01-01 10:00:00", "R_1", *["1"] * count], 2, headers[1:])


def ods(count: int, times: int = 1) -> bytes:
    return ods_of([["country", "Q1"], *([["Peru", "yes"]] * count)], times)


def ods_of(rows: Sequence[Sequence[str]], times: int = 1) -> bytes:
    """Return an ODS with a header and repeated rows."""
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    lines = ["".join(map(cell.format, row)) for row in rows]
    again = f' table:number-rows-repeated="{times}"'
    text = f"<office:document-content{names}><office:body><office:spreadsheet><table:table table:name='S'>"
    text += "".join(f"<table:table-row{again * (at > 0)}>{line}</table:table-row>" for at, line in enumerate(lines))
    text += "</table:table></office:spreadsheet></office:body></office:document-content>"
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": text.encode()})


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def xport(count: int) -> bytes:
    import tempfile
    from pathlib import Path

    import pandas
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.xpt")
        pyreadstat.write_xport(pandas.DataFrame({"COUNTRY": ["Peru"] * count, "Q1": [3.0] * count}), path)
        return path.read_bytes()


def pdf(count: int) -> bytes:
    fields = [f"<< /T (q{at}) /FT /Tx /TU (Question {at}) /V (yes) >>" for at in range(count)]
    listed_ = " ".join(f"{at + 4} 0 R" for at in range(count))
    bodies = [f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{listed_}] >> >>"]
    bodies += ["<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"]
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate([*bodies, *fields], start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(data)
    cross = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    data += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{cross}".encode()
    return data + f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


DDI = '<codeBook xmlns="ddi:codebook:2_5"><stdyDscr><citation><titlStmt><titl>T</titl></titlStmt></citation></stdyDscr>'
FHIR = {"resourceType": "QuestionnaireResponse", "id": "r#", "status": "completed",
        "item": [{"linkId": "q1", "answer": [{"valueString": "yes"}]}]}  # fmt: skip
KOBO = {"_id": 1, "_uuid": "u#", "_submission_time": "2024-01-01T00:00:00", "country": "Peru", "Q1": "yes",
        "_xform_id_string": "f", "__version__": "v"}  # fmt: skip
TYPEFORM = {"response_id": "r#", "landing_id": "r#", "submitted_at": "2024-01-01T00:00:00Z",
            "answers": [{"type": "text", "text": "yes", "field": {"id": "f1", "ref": "q1"}}]}  # fmt: skip
FORMBRICKS = {"id": "r#", "createdAt": "2024-01-01T00:00:00Z", "finished": True, "surveyId": "s", "data": {"q1": "yes"}}
XFORM = ('<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms"><h:head>'
         '<h:title>T</h:title><model><instance><data id="f"><q/></data></instance>'
         '<bind nodeset="/data/q" type="string"/></model>'
         '</h:head><h:body>')  # fmt: skip

GROWING: tuple[Growing, ...] = (
    ("capbuild-json", "responses", "a.json", written("capbuild-json", ".json")),
    ("cspro", "items", "a.dcf", listed('{"software":"CSPro","version":8.0,"fileType":"dictionary","name":"D","labels":[{"text":"D"}],"levels":[{"name":"L","labels":[{"text":"L"}],"ids":{"items":[{"name":"ID","labels":[{"text":"Id"}],"contentType":"numeric","start":1,"length":3}]},"records":[{"name":"R","labels":[{"text":"R"}],"recordType":"1","occurrences":{"required":true,"maximum":1},"items":[', {"name": "Q#", "labels": [{"text": "Question #"}], "contentType": "alpha", "start": 5, "length": 3}, "]}]}]}")),  # noqa: E501
    ("csv", "rows", "a.csv", exported("country", "Q1", "Q2", row=("Peru", "yes", "#"))),
    ("csv", "notes that explain codes", "a.csv", noted),
    ("csv", "columns", "a.csv", wide),
    ("csv", "columns of one name", "a.csv", lambda count: wide(count, "Q1")),
    ("csv", "columns of one row", "a.csv", one_row),
    ("csv", "columns of texts", "a.csv", lambda count: one_row(count, "Is there a law #?", "since last year")),
    ("csv", "columns of countries", "a.csv", lambda count: one_row(count, "Chile", first="question", below="Is there a law?")),  # noqa: E501
    ("csv", "columns of years", "a.csv", lambda count: one_row(count, "2015", first="question", below="Is there a law?")),  # noqa: E501
    ("csv", "columns of remarks", "a.csv", lambda count: one_row(count, "Comment", "since last year")),
    ("csv", "columns of marks", "a.csv", lambda count: one_row(count, "Law - option #", "x")),
    ("csv", "columns of answers", "a.csv", lambda count: table(["country", "question", *["answer"] * count], ["Peru", "law#", *["yes"] * count], 3)),  # noqa: E501
    ("csv", "columns of questions", "a.csv", lambda count: table(["country", *["question"] * count, "answer"], ["Peru", *["law#"] * count, "yes"], 3)),  # noqa: E501
    ("csv", "open quotes", "a.csv", lambda count: b"country,Q1\nPeru,yes\n" + b'Chile,"no\n' * count),
    ("csv", "blank lines", "a.csv", lambda count: b"country,Q1\nPeru,yes\n" + b"\n" * count + b"Chile,no\n"),
    ("csv", "separators in a line", "a.csv", lambda count: b"country,Q1\nPeru,yes\nChile," + b"," * count + b"\n"),
    ("csv", "columns of separators in one cell", "a.csv", lambda count: b'country,Q1\nPeru,"' + b"a;" * count + b'"\n'),
    ("csv", "columns of tables beside each other", "a.csv", lambda count: "\n".join(",,".join([line] * (count // 4)) for line in ("country,Q1", "Peru,yes", "Chile,no")).encode()),  # noqa: E501
    ("csv", "marks before a note", "a.csv", lambda count: ("country,Q1,Q2\n" + "Peru,no,no\n" * count + f"Note{'†' * count}!,,\n").encode()),  # noqa: E501
    ("csv", "hyphens beside a country", "a.csv", lambda count: (f"country,Q1\nx{'-' * count}!,no\n" + "Peru,no\n" * count).encode()),  # noqa: E501
    ("csv", "spaces in a date", "a.csv", lambda count: (f"country,date,Q1\nChile,12{' ' * count}!,no\n" + "Peru,2020-01-01,no\n" * count).encode()),  # noqa: E501
    ("ddi", "variables", "a.xml", xml(f"{DDI}<dataDscr>", '<var ID="V#" name="q#"><labl>Question #</labl></var>', "</dataDscr></codeBook>")),  # noqa: E501
    ("ddi", "variables of one name", "a.xml", xml(f"{DDI}<dataDscr>", '<var name="q"><labl>Question</labl></var>', "</dataDscr></codeBook>")),  # noqa: E501
    ("fhir", "responses", "a.json", listed('{"resourceType":"Bundle","type":"collection","entry":[', {"resource": FHIR}, "]}")),  # noqa: E501
    ("fhir", "items", "a.json", listed('{"resourceType":"Questionnaire","id":"q","status":"active","item":[', {"linkId": "q#", "text": "Law #?", "type": "string"}, "]}")),  # noqa: E501
    ("formbricks", "responses", "a.json", listed('{"data":[', FORMBRICKS, "]}")),
    ("google-forms", "rows", "a.csv", exported("Timestamp", "Country", "Q1?", row=("2024/01/02 3:04:05 PM GMT+1", "Peru", "yes"))),  # noqa: E501
    ("json-lines", "lines", "a.jsonl", lambda count: b'{"country":"Peru","Q1":"yes"}\n' * count),
    ("json-lines", "keys", "a.jsonl", lambda count: json.dumps({"country": "Peru", **{f"Q{at}": 3 for at in range(count)}}).encode() + b"\n"),  # noqa: E501
    ("json-lines", "keys of one name", "a.jsonl", lambda count: b'{"country":"Peru"' + b"".join(b',"Q":%d' % at for at in range(count)) + b"}\n"),  # noqa: E501
    ("kobo-csv", "rows", "a.csv", exported("start", "end", "country", "Q1", "_id", "_uuid", "_submission_time", "_index", row=("", "", "Peru", "yes", "#", "u#", "2024-01-01T00:00:00", "#"))),  # noqa: E501
    ("kobo-json", "submissions", "a.json", listed('{"count":1,"next":null,"previous":null,"results":[', KOBO, "]}")),
    ("kobo-xlsx", "rows", "a.xlsx", lambda count: workbook({"data": [["start", "end", "country", "Q1", "_id", "_uuid", "_submission_time", "_index"], *([["", "", "Peru", "yes", at, f"u{at}", "2024-01-01T00:00:00", at] for at in range(count)])]})),  # noqa: E501
    ("limesurvey", "responses", "a.vv", written("limesurvey-vv", ".vv")),
    ("limesurvey", "questions", "a.lss", written("limesurvey", ".lss", form=True)),
    ("lines", "lines", "a.answers", lambda count: b"Peru | Q1 | yes\n" * count),
    ("microsoft-forms", "rows", "a.xlsx", lambda count: workbook({"Form1": [["ID", "Start time", "Completion time", "Email", "Name", "Country", "Q1"], *([[at, "2024-01-01 10:00", "2024-01-01 10:05", "anonymous", "", "Peru", "yes"] for at in range(count)])]})),  # noqa: E501
    ("odk-xform", "questions", "a.xml", xml(XFORM, '<input ref="/data/q"><label>Question #</label></input>', "</h:body></h:html>")),  # noqa: E501
    ("odk-zip", "rows", "a.zip", lambda count: zipped({"f.csv": table(["SubmissionDate", "country", "Q1", "KEY"], ["2024-01-01T00:00:00Z", "Peru", "yes", "uuid:#"], count)})),  # noqa: E501
    ("openrosa-xml", "elements", "a.xml", xml('<data id="f" version="1"><meta><instanceID>uuid:1</instanceID></meta><country>Peru</country>', "<q#>yes</q#>", "</data>")),  # noqa: E501
    ("openrosa-xml", "members of an archive", "a.zip", lambda count: zipped({f"instances/{at}/a.xml": b'<data id="f" version="1"><meta><instanceID>uuid:%d</instanceID></meta><country>Peru</country></data>' % at for at in range(count)})),  # noqa: E501
    ("parquet", "rows", "a.parquet", written("responses-parquet", ".parquet")),
    ("parquet-frame", "rows", "a.parquet", framed),
    ("pdf-form", "fields", "a.pdf", pdf),
    ("qualtrics", "rows", "a.csv", exported("StartDate", "ResponseId", "Q1", "Q2", row=("2024-01-01 10:00:00", "R_#", "Peru", "yes"), first=(("Start Date", "Response ID", "Country", "Question"), ('{""ImportId"":""startDate""}', '{""ImportId"":""_recordId""}', '{""ImportId"":""QID1""}', '{""ImportId"":""QID2""}')))),  # noqa: E501
    ("qualtrics", "columns", "a.csv", lambda count: qualtrics(count, "Q#", "QID#")),
    ("qualtrics", "columns of one question", "a.csv", lambda count: qualtrics(count, "Q1_#", "QID1_#")),
    ("redcap", "columns of one question", "a.csv", lambda count: table(["record_id", "redcap_event_name", "country", *(f"q___{at}" for at in range(count))], ["1", "e_arm_1", "Peru", *["1"] * count], 2)),  # noqa: E501
    ("redcap", "rows", "a.csv", exported("record_id", "redcap_event_name", "country", "q1", "form_complete", row=("#", "e_arm_1", "Peru", "yes", "2"))),  # noqa: E501
    ("sas", "rows", "a.xpt", xport),
    ("sheets", "rows", "a.xlsx", lambda count: workbook({"S": [["country", "Q1"], *([["Peru", "yes"]] * count)]})),
    ("sheets", "columns", "a.xlsx", lambda count: workbook({"S": [["country", *(f"Q{at}" for at in range(count))], ["Peru", *["yes"] * count]]})),  # noqa: E501
    ("sheets", "sheets", "a.xlsx", lambda count: workbook({f"S{at}": [["country", "Q1"], ["Peru", "yes"]] for at in range(max(count // 8, 1))})),  # noqa: E501
    ("sheets", "rows of ODS", "a.ods", ods),
    ("sheets", "columns of ODS", "a.ods", lambda count: ods_of([["country", *(f"Q{at}" for at in range(count))], ["Peru", *["yes"] * count]])),  # noqa: E501
    ("spss", "rows", "a.sav", written("spss", ".sav")),
    ("stata", "rows", "a.dta", written("stata", ".dta")),
    ("survey123", "rows", "a.csv", exported("ObjectID", "GlobalID", "Country", "Q1", "CreationDate", "Creator", "EditDate", "Editor", row=("#", "g#", "Peru", "yes", "1/1/2024 10:00:00 AM", "", "1/1/2024 10:00:00 AM", ""))),  # noqa: E501
    ("surveycto", "rows", "a.csv", exported("SubmissionDate", "starttime", "endtime", "country", "q1", "instanceID", "formdef_version", "KEY", row=("Jan 1, 2024 10:00:00 AM", "", "", "Peru", "yes", "uuid:#", "1", "uuid:#"))),  # noqa: E501
    ("surveyjs", "results", "a.json", listed("[", {"country": "Peru", "q1": "yes"}, "]")),
    ("surveyjs", "elements of one name", "a.json", listed('{"pages":[{"name":"p","elements":[', {"type": "text", "name": "q"}, "]}]}")),  # noqa: E501
    ("surveymonkey", "rows", "a.csv", exported("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Country", "Q1", row=("#", "1", "01/01/2024 10:00:00 AM", "01/01/2024 10:05:00 AM", "", "Peru", "yes"), first=(("", "", "", "", "", "Open-Ended Response", "Response"),))),  # noqa: E501
    ("typeform", "responses", "a.json", listed('{"total_items":1,"page_count":1,"items":[', TYPEFORM, "]}")),
    ("word-form", "questions", "a.docx", written("docx-form", ".docx", form=True)),
    ("xlsform", "questions", "a.xlsx", lambda count: workbook({"survey": [["type", "name", "label"], *([["text", f"q{at}", f"Question {at}"] for at in range(count)])], "choices": [["list_name", "name", "label"]], "settings": [["form_title"], ["T"]]})),  # noqa: E501
    ("xlsform", "questions of one name", "a.xlsx", lambda count: workbook({"survey": [["type", "name", "label"], *([["text", "q", "Question"]] * count)], "choices": [["list_name", "name", "label"]], "settings": [["form_title"], ["T"]]})),  # noqa: E501
    ("xlsx-form", "questions", "a.xlsx", written("xlsx-form", ".xlsx", form=True)),
)  # fmt: skip

#: What makes more cells than it writes.
REFUSED: tuple[Growing, ...] = (
    ("json-lines", "a new key a line", "a.jsonl", lambda count: b"".join(b'{"country":"Peru","k%d":1}\n' % at for at in range(count))),  # noqa: E501
    ("kobo-json", "a new key a submission", "a.json", lambda count: ('{"count":1,"next":null,"previous":null,"results":[' + ",".join(json.dumps({**KOBO, "_uuid": f"u{at}", f"k{at}": 1}) for at in range(count)) + "]}").encode()),  # noqa: E501
    ("sheets", "a repeated row of ODS", "a.ods", lambda count: ods(1, 1000 * count)),
)  # fmt: skip
