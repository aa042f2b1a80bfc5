"""Every real file is claimed by its own reader and by no other as surely; files of other formats by none."""

from collections import Counter

import pytest

from capbuild.errors import ReadError
from capbuild.io.format_detection import rank_claims
from capbuild.plugins import Confidence, Host, InputFile

pytestmark = pytest.mark.corpus

#: The readers that are held to this: those of survey forms, submissions, workbooks and tables.
READERS = {
    "cspro", "fhir", "ddi",
    "csv", "capbuild-json", "parquet", "sheets", "xlsx-form", "microsoft-forms", "google-forms",
    "surveymonkey", "survey123", "surveycto", "xlsform", "odk-xform", "kobo-csv", "kobo-xlsx", "kobo-json",
    "openrosa-xml", "odk-zip", "limesurvey", "spss", "stata", "sas", "lines", "gdb", "json-lines",
    "word-form", "pdf-form", "qualtrics", "redcap", "surveyjs", "typeform", "formbricks",
}  # fmt: skip
#: The reader of each folder's files, by suffix; `*` stands for any.
OWN = {
    "cspro": {"*": "cspro"},
    "fhir": {"*": "fhir"},
    "ddi": {".xml": "ddi"},
    "xlsform": {"*": "xlsform"},
    "odk-xform-xml": {".xml": "odk-xform", ".csv": "xlsform"},
    "kobo-odk-submissions": {
        ".csv": "kobo-csv", ".xlsx": "kobo-xlsx", ".xls": "kobo-xlsx", ".json": "kobo-json", ".xml": "openrosa-xml",
        ".zip": "openrosa-xml", ".sav": "spss",
    },
    "limesurvey": {"*": "limesurvey"},
    "spss-stata": {".sav": "spss", ".zsav": "spss", ".por": "spss", ".dta": "stata"},
    "surveymonkey": {".csv": "surveymonkey"},
    "google-forms": {"*": "google-forms"},
    "qualtrics": {".csv": "qualtrics", ".qsf": "qualtrics"},
    "redcap": {"*": "redcap"},
    "surveyjs": {"*": "surveyjs"},
    "formbricks": {"*": "formbricks"},
}  # fmt: skip
#: Files made by hand, and one of the exports that is no export.
BY_NAME = {
    "ddi/cb__dataset-finchDC.xml": "",  # Dublin Core
    "synthetic/google_forms_responses.csv": "google-forms",
    "synthetic/msforms_responses.xlsx": "microsoft-forms",
    "synthetic/hostile/xlsx_wrong_dimension.xlsx": "microsoft-forms",
    "synthetic/qualtrics_3row_bom.csv": "qualtrics",
    "synthetic/typeform_webhook.json": "typeform",
    "synthetic/surveymonkey_expanded_2row.csv": "surveymonkey",
    "synthetic/kobo_export_labels_semicolon.csv": "kobo-csv",
    "synthetic/kobo_export_repeats.xlsx": "kobo-xlsx",
    "synthetic/long_cp1252.csv": "csv",  # its headers say country, question and answer
    "redcap/arm-multiple-delete__arm.csv": "",  # names of arms and events: neither questions nor answers
    "redcap/arm-multiple-delete__event.csv": "",
    "redcap/longitudinal__arm.csv": "",
    "redcap/longitudinal__event.csv": "",
    "redcap/empty-rows__data.csv": "",  # one line feed
    "redcap/potentially-problematic-dictionary__data.csv": "",
    "kobo-odk-submissions/onadata/universal_newline.csv": "xlsform",  # sections of a form
}
#: Archives that nobody may look into.
REFUSED = {"synthetic/hostile/lsa_path_traversal.lsa": "CB112"}


def own(path):
    if path in BY_NAME:
        return BY_NAME[path]
    folder, suffix = path.split("/")[0], "." + path.rpartition(".")[2].lower()
    known = OWN.get(folder, {})
    return known.get("*") or known.get(suffix)


@pytest.fixture(scope="module")
def host():
    return Host()


def found(formats, path, host):
    """Claims above the kind of file, of the readers that are held to this."""
    source = InputFile(path.rpartition("/")[2], path=formats / path)
    listed = [s for s in rank_claims(source, host) if s.reader.name in READERS]
    return [s for s in listed if s.claim.confidence > Confidence.NAME], listed


def test_every_reader_is_held_to_this(host):
    assert set(host.readers) >= READERS


def test_files_are_claimed_by_their_own_reader_alone(formats, expected, host, capsys):
    table = Counter()
    for path in expected:
        if path in REFUSED:
            with pytest.raises(ReadError) as caught:
                found(formats, path, host)
            assert caught.value.code == REFUSED[path]
            table[path.split("/")[0], "refused", ""] += 1
            continue
        above, listed = found(formats, path, host)
        wanted = own(path)
        names = [s.reader.name for s in above]
        assert names == ([wanted] if wanted else []), path
        assert len([s for s in listed if s.claim.confidence is Confidence.NAME]) <= 1, path
        top = listed[0] if listed else None
        sure = top.claim.confidence.name if top else ""
        table[path.split("/")[0], top.reader.name if top else "nobody", sure] += 1
    with capsys.disabled():
        print(f"\n{'folder':<22}{'claimed by':<18}{'as':<11}{'files':>6}")
        for (folder, reader, sure), count in sorted(table.items()):
            print(f"{folder:<22}{reader:<18}{sure:<11}{count:>6}")
    assert table.total() == len(expected)
