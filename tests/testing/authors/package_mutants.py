# ruff: noqa: E501 - sources as they are
"""Faults in readers and writers of the repository, drawn before it was known what the kit finds.

Each is a file, the fault, its source and what replaces it. `SUITES` names the conformance tests of each package.
"""

__all__ = ["PACKAGES", "SUITES"]

#: Where the sources of each package are, and the test module with its conformance classes.
SUITES = {
    "qualtrics": ("plugins/capbuild-qualtrics/src", "plugins/capbuild-qualtrics/tests/test_conformance.py"),
    "redcap": ("plugins/capbuild-redcap/src", "plugins/capbuild-redcap/tests/test_conformance.py"),
    "surveyjs": ("plugins/capbuild-surveyjs/src", "plugins/capbuild-surveyjs/tests/test_conformance.py"),
    "forms": ("plugins/capbuild-forms/src", "plugins/capbuild-forms/tests/test_conformance.py"),
    "cspro": ("plugins/capbuild-cspro/src", "plugins/capbuild-cspro/tests/test_conformance.py"),
    "ddi": ("plugins/capbuild-ddi/src", "plugins/capbuild-ddi/tests/test_conformance.py"),
    "fhir": ("plugins/capbuild-fhir/src", "plugins/capbuild-fhir/tests/test_conformance.py"),
    "documents": ("plugins/capbuild-documents/src", "plugins/capbuild-documents/tests/test_conformance.py"),
    "example": ("plugins/capbuild-example/src", "plugins/capbuild-example/tests/test_example_contract.py"),
    "docx": ("plugins/capbuild-docx/src", "plugins/capbuild-docx/tests/test_docx_contract.py"),
    "xlsform": ("plugins/capbuild-xlsform/src", "plugins/capbuild-xlsform/tests/test_xlsform_contract.py"),
    "csv": ("src", "tests/testing/test_writers.py"),
}

PACKAGES = [
    # --- Qualtrics ---
    ("qualtrics/reader", "unanswered is not asked even without a code for it", "return Missing.NOT_ASKED if self.marks else Missing.NO_ANSWER", "return Missing.NOT_ASKED"),
    ("qualtrics/reader", "the time zone of the export forgotten", "found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None and zone else found", "found"),
    ("qualtrics/reader", "short rows without an issue", 'self._note(row, "QUAL2", "the row has fewer cells than the header", "export the file again")', "pass"),
    ("qualtrics/reader", "previews are submitted", "return ResponseStatus.TEST\n", "return ResponseStatus.SUBMITTED\n"),
    ("qualtrics/reader", "ranks in the order of columns", "chosen.sort(key=lambda place: (not cells[place].isdecimal(), cells[place].zfill(9)))", "pass"),
    ("qualtrics/survey", "translations lost", 'kept = {tag: Translation(mark + text) for tag, text in other.items() if text and tag != self.language}', "kept = {}"),
    ("qualtrics/survey", "questions of a condition forgotten", "named = tuple(dict.fromkeys(tag for tag in asked if tag))", "named = ()"),
    ("qualtrics/survey", "choices in the order of keys", 'if isinstance(order, list) and order else list(listed)', "if False else sorted(listed)"),
    # --- REDCap ---
    ("redcap/dictionary", "unknown is refused", '**dict.fromkeys(("UNK", "ASKU"), Missing.DONT_KNOW)', '**dict.fromkeys(("UNK", "ASKU"), Missing.REFUSED)'),
    ("redcap/dictionary", "duplicate fields silently left out", 'log.add("RED2", Severity.WARNING, message, row=one.row, remedy="give each field a name of its own")\n            continue', "continue"),
    ("redcap/dictionary", "required forgotten", "required=one.required,", "required=False,"),
    ("redcap/dictionary", "notes of fields forgotten", "hint=plain_text(one.note) or None,", "hint=None,"),
    ("redcap/dictionary", "upper limits forgotten", "maximum=None if low is not None and high is not None and high < low else high,", "maximum=None,"),
    ("redcap/dictionary", "exclusive choices forgotten", "exclusive=code in exclusive", "exclusive=False"),
    ("redcap/records", "every repeat is the first", "repeat = int(number) if form and number.isdecimal() and len(number) < 7 else 1 if form else 0", "repeat = 1 if form else 0"),
    ("redcap/records", "hidden fields are no answer", "return Missing.NOT_ASKED if hidden else Missing.NO_ANSWER", "return Missing.NO_ANSWER"),
    ("redcap/records", "unfinished records are submitted", "status=ResponseStatus.SUBMITTED if states <= _COMPLETE else ResponseStatus.PARTIAL,", "status=ResponseStatus.SUBMITTED,"),
    # --- SurveyJS ---
    ("surveyjs/files", "hidden questions are no answer", "absent = Missing.NOT_ASKED if hidden else Missing.NO_ANSWER", "absent = Missing.NO_ANSWER"),
    ("surveyjs/files", "strays among responses swallowed", 'reader.log.add("SJS3", Severity.WARNING, "a response is no object", remedy=remedy, origin=origin)', "pass"),
    ("surveyjs/files", "times of responses forgotten", 'moment=next((text for text in moments if isinstance(text, str)), ""),', 'moment="",'),
    ("surveyjs/definition", "conditions of panels forgotten", 'return f"({condition}) and ({own})" if condition and own else condition or own', "return own"),
    ("surveyjs/definition", "languages forgotten", "others = {tag: Translation(mark + text) for tag, text in named.items() if text and tag != self.language}", "others = {}"),
    ("surveyjs/definition", "upper end of ratings forgotten", 'limits = {"minimum": low, "maximum": high} if numbers else {}', 'limits = {"minimum": low} if numbers else {}'),
    ("surveyjs/definition", "choices by code", "return tuple(made.values())", "return tuple(sorted(made.values(), key=lambda choice: choice.code))"),
    # --- Typeform and Formbricks ---
    ("forms/formbricks", "unfinished responses are submitted", '"status": ResponseStatus.SUBMITTED if done else ResponseStatus.PARTIAL,\n            "language"', '"status": ResponseStatus.SUBMITTED,\n            "language"'),
    ("forms/formbricks", "questions not shown are no answer", "Missing.NO_ANSWER if shown else Missing.NOT_ASKED", "Missing.NO_ANSWER"),
    ("forms/formbricks", "the choice other is like any", 'other=code == "other", exclusive=code == "none"', 'exclusive=code == "none"'),
    ("forms/typeform", "landing time for sending time", 'sent if sent and not sent.startswith(_NEVER) else str(record.get("landed_at") or "")', 'str(record.get("landed_at") or "")'),
    ("forms/reading", "strays among responses swallowed", 'reader.log.add("FRM3", Severity.WARNING, "a response is no object", remedy=remedy, origin=origin)', "pass"),
    ("forms/reading", "sets a variable of the environment", "    value = load_json(source, issues)\n    document", '    value = load_json(source, issues)\n    __import__("os").environ["LAST_FORM"] = source.name\n    document'),
    # --- CSPro ---
    ("cspro/dictionary", "asterisks are no answer", "value, absent = None, Missing.INVALID", "value, absent = None, Missing.NO_ANSWER"),
    ("cspro/dictionary", "implied decimals cut to one", ":.{values.decimals}f", ":.1f"),
    ("cspro/dictionary", "choices backwards", "choices=tuple(found.values()),\n            low", "choices=tuple(reversed(found.values())),\n            low"),
    ("cspro/fixed_width", "lines of unknown records silently left out", 'self.note("CSPRO2", f"no record of the dictionary has the type of line {number:,}", number)', "pass"),
    ("cspro/fixed_width", "text beyond the last item swallowed", 'self.note("CSPRO4", f"line {number:,} has text after the last item of {record.name}", number)', "pass"),
    ("cspro/database", "partial cases are submitted", "status=ResponseStatus.PARTIAL if partial else ResponseStatus.SUBMITTED,", "status=ResponseStatus.SUBMITTED,"),
    ("cspro/database", "leaves a folder behind", "with tempfile.TemporaryDirectory() as folder:", "if folder := tempfile.mkdtemp():"),
    ("cspro/database", "notes of fields forgotten", "item.occurrence), None)\n                    yield", "item.occurrence), None) and None\n                    yield"),
    # --- DDI ---
    ("ddi/codebook", "instructions forgotten", "hint=hint if hint.source else None,", "hint=None,"),
    ("ddi/codebook", "missing codes of a range are answers", 'missing = category.get("missing") == "Y" or code in absent', 'missing = category.get("missing") == "Y"'),
    ("ddi/codebook", "the highest limit is the lowest", "minimum=min(low) if low else None,", "minimum=max(low) if low else None,"),
    ("ddi/codebook", "who is asked forgotten", 'skip=SkipRule(expression=universe, dialect="ddi") if universe else None,', "skip=None,"),
    ("ddi/codebook", "a later variable of the same name replaces the first", 'name = unique(node.get("name") or "", node.get("ID", ""), questions)', 'name = node.get("name") or node.get("ID", "") or "item"'),
    ("ddi/elements", "one language only", "return as_text(found or {default: fallback})", "return as_text(dict(list(found.items())[:1]) or {default: fallback})"),
    # --- FHIR ---
    ("fhir/responses", "questions not asked are no answer", "kind = Missing.NO_ANSWER if self.is_asked(name, found) else Missing.NOT_ASKED", "kind = Missing.NO_ANSWER"),
    ("fhir/responses", "responses entered in error count", '"entered-in-error": ResponseStatus.WITHDRAWN,', '"entered-in-error": ResponseStatus.SUBMITTED,'),
    ("fhir/responses", "chosen codes as a set", "codes = list(dict.fromkeys(codes))", "codes = list(set(codes))"),
    ("fhir/responses", "times of responses cut to days", 'moment=plain(data.get("authored")),', 'moment=plain(data.get("authored"))[:10],'),
    ("fhir/questionnaire", "scores of options forgotten", "score = number_of(scores[place]) if place < len(scores) else None", "score = None"),
    # --- Word and PDF forms ---
    ("documents/returned_form", "questions gone from the document not reported", "        if absent:\n            more", "        if False:\n            more"),
    ("documents/returned_form", "remarks forgotten", 'yield Answer(question.id, value, raw, "\\n".join(remarks) or None, time, (), place)', "yield Answer(question.id, value, raw, None, time, (), place)"),
    ("documents/returned_form", "rows that people added left out", "self.added.append(_Content(\" | \".join(text for _, text in left), origin))", "pass"),
    ("documents/writer", "earlier answers not printed", 'return "" if answer is None else answer_label(question, answer.value, self.language)', 'return ""'),
    ("documents/writer", "dated today", "_DATE = datetime.date(1980, 1, 1)", "_DATE = datetime.date.today()"),
    # --- the example ---
    ("example/__init__", "bad lines swallowed", 'yield Issue.error("LINES1", f"{line!r} has not three parts", at)', "continue"),
    ("example/__init__", "text after the answer swallowed", "if len(parts) == 3:", "if len(parts) >= 3:"),
    ("example/__init__", "inventions not marked", 'mark = ("invented",) if assessment.invented else ()', "mark = ()"),
    # --- Word reports ---
    ("docx/render", "dated today", "describe(document, (report.title, report.label, report.provenance), report.language, date)", "describe(document, (report.title, report.label, report.provenance), report.language, datetime.date.today())"),
    ("docx/xml", "long texts cut", "element.text = piece", "element.text = piece[:300]"),
    ("docx/cells", "references after words left out", "for code, link in words.refs:", "for code, link in ():"),
    # --- XLSForm ---
    ("xlsform/writing/writer", "dated now", '"created": _MADE}', '"created": datetime.datetime.now()}'),
    ("xlsform/writing/writer", "columns as a set", "used = list(dict.fromkeys(head for row in rows for head in row))", "used = list({head for row in rows for head in row})"),
    ("xlsform/writing/layout", "hints left out", 'row |= {**self.label(question), **self.texts("hint", question.hint)}', "row |= self.label(question)"),
    ("xlsform/writing/layout", "upper limits left out", '((">=", question.minimum), ("<=", question.maximum))', '((">=", question.minimum),)'),
    # --- CSV ---
    ("csv/capbuild/formats/csv_files/responses", "choices by code", 'return "; ".join(value)', 'return "; ".join(sorted(value))'),
    ("csv/capbuild/formats/csv_files/responses", "every kind of missing is an empty cell", "return None if value is Missing.NO_ANSWER else value.value", "return None"),
    ("csv/capbuild/formats/csv_files/responses", "formulas as they are", 'end="\\r\\n", guarded=options.guarded)', 'end="\\r\\n", guarded=False)'),
    ("csv/capbuild/formats/csv_files/responses", "comments left out", "yield None if found is None else found.comment", "yield None"),
    ("csv/capbuild/reports/tidy/assessments", "levels that are not settled are the lowest", "plausible.lowest if plausible is not None and plausible.settled else None", "plausible.lowest if plausible is not None else None"),
    ("csv/capbuild/reports/tidy/assessments", "conflicts left out", "result.conflict,\n                    notice", "False,\n                    notice"),
]  # fmt: skip
