"""Readers and writer of XLSForm, ODK XForm and submissions.

Submissions are those of KoboToolbox, ODK, Ona and CommCare.
"""

from capbuild.plugins import Reader, Writer, hookimpl
from capbuild_xlsform.definitions.files import LoadedForm, load_form
from capbuild_xlsform.definitions.form import Form, FormChoice, FormGroup, FormItem
from capbuild_xlsform.definitions.form_readers import ODK_XFORM, XLSFORM
from capbuild_xlsform.definitions.form_versions import Change, ChangeKind, compare_forms, merge_forms
from capbuild_xlsform.exports.table_readers import KOBO_CSV, KOBO_XLSX, ODK_ZIP
from capbuild_xlsform.json_submissions.json_reader import KOBO_JSON
from capbuild_xlsform.options import FormOptions, KoboCsvOptions, SubmissionOptions
from capbuild_xlsform.submissions.xml_reader import OPENROSA_XML
from capbuild_xlsform.values import decode_name, encode_name
from capbuild_xlsform.writing.writer import XLSFORM_WRITER, XlsformWriterOptions

__all__ = [
    "CAPBUILD_API",
    "Change",
    "ChangeKind",
    "Form",
    "FormChoice",
    "FormGroup",
    "FormItem",
    "FormOptions",
    "KoboCsvOptions",
    "LoadedForm",
    "SubmissionOptions",
    "XlsformWriterOptions",
    "compare_forms",
    "decode_name",
    "encode_name",
    "load_form",
    "merge_forms",
]

CAPBUILD_API = 1


@hookimpl
def register_readers() -> list[Reader]:
    """Return the readers of definitions and of submissions."""
    return [XLSFORM, ODK_XFORM, KOBO_CSV, KOBO_XLSX, ODK_ZIP, KOBO_JSON, OPENROSA_XML]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer of XLSForm."""
    return [XLSFORM_WRITER]
