# ruff: noqa: E501 - sources and files as they are
"""Faults that are planted in the authors' readers and writers, each as one small change of the source."""

from tests.testing.authors.drawn_mutants import DRAWN

__all__ = ["MUTANTS"]

_READ = 'def read(source, options):\n    """Yield the form, the responses and the account."""\n'
_WRITE = "def write(subject, context, options):\n"


def _at_start(code: str) -> str:
    return _READ + "".join(f"    {line}\n" for line in code.split("\n"))


#: What code does beside reading or writing, by name.
_DEEDS = {
    "writes a file": "open('/tmp/capbuild-kit-trace', 'w').close()",
    "reads another file": "open('/etc/hostname').close()",
    "lists the home folder": "import os; os.listdir(os.path.expanduser('~'))",
    "connects": "import socket; socket.socket().close()",
    "asks a name server": "import socket\ntry: socket.getaddrinfo('localhost', 80)\nexcept OSError: pass",
    "starts a process": "import subprocess; subprocess.run(['true'], check=False)",
    "sets the environment": "import os; os.environ['CAPBUILD_KIT'] = str(len(os.environ))",
    "changes the folder": "import os; os.chdir('/')",
    "prints": "print('reading')",
    "warns": "import warnings; warnings.warn('old')",
    "sets the limit of csv": "import csv; csv.field_size_limit(1_000_000)",
    "sets the recursion limit": "import sys; sys.setrecursionlimit(sys.getrecursionlimit() + 1)",
    "keeps what it saw": "globals().setdefault('SEEN', []).append(1)",
    "leaves a temporary file": "import tempfile, os; os.close(tempfile.mkstemp()[0])",
    "starts a thread": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    "replaces json.dumps": "import json; json.dumps = lambda *a, _f=json.dumps, **k: _f(*a, **k)",
    "sets the seed": "import random; random.seed(4)",
    "configures logging": "import logging; logging.getLogger().setLevel(logging.ERROR - len(logging.root.handlers))",
    "sets a timeout": "import socket; socket.setdefaulttimeout(7)",
}
_READER_DEEDS = [
    (reader, f"{reader} {name}", _READ, _at_start(code))
    for reader, names in {
        "fieldbook": list(_DEEDS)[:10],
        "pollkit": list(_DEEDS)[10:15],
        "paperless": list(_DEEDS)[15:],
        "bundles": ["writes a file", "keeps what it saw"],
    }.items()
    for name in names
    for code in (_DEEDS[name],)
]
_WRITER_DEEDS = [
    (writer, f"{writer} {name}", _WRITE, f"{_WRITE}    {_DEEDS[name]}\n")
    for writer, names in {
        "scoreboard": ["writes a file", "connects", "starts a process", "sets the environment", "prints"],
        "timetable": ["changes the folder", "keeps what it saw", "sets the seed", "leaves a temporary file"],
    }.items()
    for name in names
]

#: Module, fault, text of the source, text in its place.
MUTANTS = [
    # kinds of missing
    ("fieldbook", "blank is not asked", "Missing.NO_ANSWER if asked else", "Missing.NOT_ASKED if asked else"),
    ("fieldbook", "not asked is no answer", "else Missing.NOT_ASKED, origin", "else Missing.NO_ANSWER, origin"),
    ("fieldbook", "don't know is refused", '"-9": Missing.DONT_KNOW', '"-9": Missing.REFUSED'),
    ("fieldbook", "refused is don't know", '"-8": Missing.REFUSED', '"-8": Missing.DONT_KNOW'),
    ("fieldbook", "n/a is no answer", '"n/a": Missing.NOT_APPLICABLE', '"n/a": Missing.NO_ANSWER'),
    ("fieldbook", "unsure is a value", ", missing=Missing.DONT_KNOW", ""),
    ("fieldbook", "codes for missing are values", "if stripped in KINDS:", "if False:"),
    (
        "fieldbook",
        "blank is zero",
        "    if not stripped:\n",
        "    if not stripped and question.id == 'staff':\n        "
        "return Answer(question.id, 0, origin=origin), None\n    if not stripped:\n",
    ),
    ("pollkit", "blank is not asked", "kind = Missing.NO_ANSWER if", "kind = Missing.NOT_ASKED if"),
    ("pollkit", "conditions are ignored", "    if question.skip is None:\n", "    if True:\n"),
    ("pollkit", "dk is not applicable", '"dk": Missing.DONT_KNOW', '"dk": Missing.NOT_APPLICABLE'),
    ("pollkit", "zero is missing", 'if value in (None, "", []):', "if not value:"),
    ("paperless", "secret is refused", '"secret": Missing.CONFIDENTIAL', '"secret": Missing.REFUSED'),
    ("paperless", "reasons are ignored", 'node.get("why") in WHY:', "False:"),
    (
        "paperless",
        "blank is don't know",
        "    if not text.strip():\n        return Answer(question.id, Missing.NO_ANSWER",
        "    if not text.strip():\n        return Answer(question.id, Missing.DONT_KNOW",
    ),
    ("bundles", "question marks are no answer", '"?": Missing.DONT_KNOW', '"?": Missing.NO_ANSWER'),
    (
        "bundles",
        "blank is not applicable",
        "SHADES.get(text.strip(), Missing.NO_ANSWER)",
        "SHADES.get(text.strip(), Missing.NOT_APPLICABLE)",
    ),
    # values
    ("fieldbook", "numbers are text", "return int(text)", "return text"),
    ("fieldbook", "numbers are fractions", "return int(text)", "return float(text)"),
    ("fieldbook", "numbers are absolute", "return int(text)", "return abs(int(text))"),
    ("fieldbook", "fractions are rounded", "return float(text)", "return round(float(text), 1)"),
    ("fieldbook", "fractions are cut", "return float(text)", "return float(int(float(text)))"),
    (
        "fieldbook",
        "days are swapped with months",
        "return datetime.date.fromisoformat(text)",
        "found = datetime.date.fromisoformat(text)\n        return found.replace(month=min(found.day, 12), day=found.month)",
    ),
    (
        "fieldbook",
        "days are a day late",
        "return datetime.date.fromisoformat(text)",
        "return datetime.date.fromisoformat(text) + datetime.timedelta(1)",
    ),
    ("fieldbook", "yes is no", '{"true": True, "false": False}[text]', '{"true": False, "false": True}[text]'),
    ("fieldbook", "no is yes", '{"true": True, "false": False}[text]', 'text != ""'),
    (
        "fieldbook",
        "text in lower case",
        "    return text\n\n\ndef make_answer",
        "    return text.lower()\n\n\ndef make_answer",
    ),
    ("fieldbook", "text is cut", "    return text\n\n\ndef make_answer", "    return text[:100]\n\n\ndef make_answer"),
    (
        "fieldbook",
        "text without accents",
        "    return text\n\n\ndef make_answer",
        "    return text.encode('ascii', 'ignore').decode()\n\n\ndef make_answer",
    ),
    (
        "fieldbook",
        "text is evaluated",
        "    return text\n\n\ndef make_answer",
        "    try:\n        return str(eval(text))\n    except Exception:\n        return text\n\n\ndef make_answer",
    ),
    (
        "fieldbook",
        "labels for codes",
        "    return Answer(question.id, value, raw=text",
        "    value = choice.label.source if choice else value\n    return Answer(question.id, value, raw=text",
    ),
    ("fieldbook", "columns are shifted", "row[4:], strict=True", "[*row[5:], row[4]], strict=True"),
    ("fieldbook", "origins are shifted", "HEADER.index(question.id) + 1)", "HEADER.index(question.id) + 2)"),
    (
        "fieldbook",
        "origins without lines",
        "place = Origin(source.name, row=line,",
        "place = Origin(source.name, row=2,",
    ),
    ("pollkit", "choices are sorted", "tuple(chosen), origin", "tuple(sorted(chosen)), origin"),
    ("pollkit", "only the first choice", "tuple(chosen), origin", "tuple(chosen[:1]), origin"),
    (
        "pollkit",
        "choices are labels",
        "Answer(question.id, choice.code, raw=raw",
        "Answer(question.id, choice.label.source, raw=raw",
    ),
    (
        "pollkit",
        "choices are numbers",
        "Answer(question.id, choice.code, raw=raw",
        "Answer(question.id, int(choice.code), raw=raw",
    ),
    (
        "pollkit",
        "numbers are doubled above ten",
        "return Answer(question.id, value, origin=origin), False\n    elif isinst",
        "return Answer(question.id, value if value < 100 else value * 2, origin=origin), False\n    elif isinst",
    ),
    (
        "paperless",
        "numbers without a sign",
        "Answer(question.id, int(text), origin",
        "Answer(question.id, int(text.strip().lstrip('-')), origin",
    ),
    (
        "paperless",
        "text is stripped of signs",
        "        return Answer(question.id, text, origin=origin), False\n    return",
        "        return Answer(question.id, text.replace('&', ''), origin=origin), False\n    return",
    ),
    (
        "paperless",
        "the first choice for all",
        "Answer(question.id, text.strip(), origin",
        "Answer(question.id, question.choices[0].code, origin",
    ),
    ("bundles", "choices by commas", 'text.split(";")', 'text.replace("net", "lap;net").split(";")'),
    (
        "bundles",
        "text is a title",
        "        return chosen if chosen and set(chosen) <= codes and len(set(chosen)) == "
        "len(chosen) else None\n    return text",
        "        return chosen if chosen and set(chosen) <= codes and len(set("
        "chosen)) == len(chosen) else None\n    return text.title()",
    ),
    (
        "bundles",
        "remembers the last value",
        "            if value is None:\n                value = value_of(question, text.strip())\n",
        "            if value is None:\n                value = value_of(question, text.strip())\n            "
        "if value is Missing.NO_ANSWER and answers:\n                value = answers[-1].value\n",
    ),
    # responses
    ("fieldbook", "one id for all", "id=row[0],", 'id="1",'),
    ("fieldbook", "ids by letter", "id=row[0],", "id=row[0][:1],"),
    ("fieldbook", "no country", "place=row[1],", "place=None,"),
    ("fieldbook", "the first country for all", "place=row[1],", "place='Jamaica',"),
    ("fieldbook", "all are complete", "status=STATES.get(row[3], ResponseStatus.PARTIAL),", ""),
    (
        "fieldbook",
        "states are swapped",
        '"complete": ResponseStatus.SUBMITTED, "begun": ResponseStatus.PARTIAL',
        '"complete": ResponseStatus.PARTIAL, "begun": ResponseStatus.SUBMITTED',
    ),
    ("fieldbook", "today's date", "date = datetime.date.fromisoformat(row[2])\n", "date = datetime.date.today()\n"),
    ("fieldbook", "no date", "            date=date,\n", ""),
    ("pollkit", "ids may repeat", " or name in names:", ":"),
    ("pollkit", "tests are read", 'if item.get("test") is True and not options.tests:', "if False:"),
    ("pollkit", "all are complete", 'status="submitted" if item.get("done") is True else "partial",', ""),
    ("pollkit", "one language", "language=language if isinstance(language, str) else None,", 'language="en",'),
    ("paperless", "ids may repeat", "if not name or name in names:", "if not name:"),
    ("paperless", "the date is a day early", "date=day,", "date=day and day - datetime.timedelta(1),"),
    ("paperless", "final is not read", 'status="submitted" if node.get("final") == "yes" else "partial",', ""),
    ("bundles", "ids may repeat", "or not key or key in names:", "or not key:"),
    ("bundles", "the country is the key", "place=row[1].strip() or None", "place=key"),
    # rows and accounts
    ("fieldbook", "the first row is skipped", "    yield FORM\n", "    next(rows, None)\n    yield FORM\n"),
    (
        "fieldbook",
        "the last row is lost",
        "    for line, row in rows:\n        if not any",
        "    for line, row in list(rows)[:-1]:\n        if not any",
    ),
    (
        "fieldbook",
        "a hundred rows at most",
        "        names.add(row[0])\n",
        "        names.add(row[0])\n        if used >= 100:\n            break\n",
    ),
    (
        "fieldbook",
        "rows without remark are lost",
        "        names.add(row[0])\n",
        "        names.add(row[0])\n        if not row[-1]:\n            total -= 1\n            cells -= 7\n            continue\n",
    ),
    (
        "fieldbook",
        "rows are sorted",
        "    for line, row in rows:\n        if not any",
        "    for line, row in sorted(rows, key=lambda one: one[1]):\n        if not any",
    ),
    (
        "fieldbook",
        "all rows in memory",
        "    for line, row in rows:\n        if not any",
        "    kept = [[bytes(2000) for _ in row] for _, row in rows_of(source)]\n    for line, row in rows:\n        if not any",
    ),
    (
        "fieldbook",
        "answers are counted twice",
        "                given += 1\n",
        "                given += 1\n                cells += 1\n                given += 1\n",
    ),
    ("fieldbook", "rows are not counted", "        total += 1\n", "        total = 1\n"),
    (
        "fieldbook",
        "kinds of missing are not told apart in the account",
        "absent[answer.value.value] = absent.get(answer.value.value, 0) + 1",
        'absent["no answer"] = absent.get("no answer", 0) + 1',
    ),
    ("fieldbook", "columns are not named", "columns=columns, ", "columns=columns * 2, "),
    ("fieldbook", "no account", "    yield SheetReconciliation(", "    SheetReconciliation("),
    ("pollkit", "the last return is lost", 'enumerate(document["returns"]):', 'enumerate(document["returns"][:-2]):'),
    (
        "pollkit",
        "partial returns are lost",
        "        names.add(name)\n",
        "        if item.get('done') is not True:\n            continue\n        names.add(name)\n",
    ),
    ("pollkit", "no account of what is left out", "rows_left_out=left, ", ""),
    (
        "paperless",
        "only the first return",
        'enumerate(root.findall("returns/return"), start=1):',
        'enumerate(root.findall("returns/return")[:1], start=1):',
    ),
    ("paperless", "later answers count", " or asked in found:", ":"),
    (
        "paperless",
        "answers are by place",
        "found[asked], places[asked] = child,",
        "asked = form.questions[min(number, len(form.questions)) - 1].id\n            found[asked], places[asked] = child,",
    ),
    (
        "bundles",
        "the last row is lost",
        "for line, row in rows[1:]:\n        origin",
        "for line, row in rows[1:-1]:\n        origin",
    ),
    (
        "bundles",
        "no more than fifty rows",
        "for line, row in rows[1:]:\n        origin",
        "for line, row in rows[1:51]:\n        origin",
    ),
    ("bundles", "the account is fixed", "rows_in=len(rows) - 1,", "rows_in=out + sum(left.values()) + 1,"),
    # errors that are swallowed
    ("fieldbook", "bad values without an issue", "            if issue is not None:\n", "            if False:\n"),
    (
        "fieldbook",
        "bad values are no answer",
        "return Answer(question.id, Missing.INVALID, raw=text, origin=origin), issue",
        "return Answer(question.id, Missing.NO_ANSWER, raw=text, origin=origin), None",
    ),
    (
        "fieldbook",
        "bad values are zero",
        "return Answer(question.id, Missing.INVALID, raw=text, origin=origin), issue",
        "return Answer(question.id, 0, raw=text, origin=origin), None",
    ),
    (
        "fieldbook",
        "bad letters are replaced",
        'text = source.content.decode("utf-8-sig")',
        'text = source.content.decode("utf-8-sig", "ignore")',
    ),
    (
        "fieldbook",
        "an open quote ends the file",
        "    except csv.Error as error:\n",
        "    except csv.Error:\n        return\n    except OSError as error:\n",
    ),
    ("fieldbook", "no strict quotes", 'newline=""), strict=True)', 'newline=""))'),
    (
        "fieldbook",
        "crashes on bad values",
        "    except (ValueError, KeyError):\n        issue",
        "    except KeyError:\n        issue",
    ),
    (
        "pollkit",
        "broken JSON is empty",
        "    except ValueError as error:\n",
        "    except ValueError:\n        "
        'return {"poll": {"id": "x", "groups": [], "questions": [], "languages": []}, "returns": []}\n    except OSError as error:\n',
    ),
    (
        "pollkit",
        "records that are none are passed over",
        '            yield Issue(code="PK1", severity="error", message=f"return {place + 1} is none", origin=origin)\n',
        "",
    ),
    ("pollkit", "bad answers without an issue", "            if bad:\n", "            if False:\n"),
    (
        "pollkit",
        "bad answers are no answer",
        "return Answer(question.id, Missing.INVALID, raw=raw, origin=origin), True",
        "return Answer(question.id, Missing.NO_ANSWER, origin=origin), False",
    ),
    (
        "pollkit",
        "bad letters are replaced",
        'source.content.decode("utf-8")',
        'source.content.decode("utf-8", "replace")',
    ),
    (
        "paperless",
        "broken XML is empty",
        "    except Exception as error:\n",
        "    except Exception:\n        root = ElementTree.fromstring("
        '\'<p><form id="x" title="x" languages="en"/><returns/></p>\')\n        return root, make_form(root)\n    except OSError as error:\n',
    ),
    ("paperless", "bad answers without an issue", "            if bad:\n", "            if False:\n"),
    (
        "paperless",
        "bad answers are text",
        "    return Answer(question.id, Missing.INVALID, raw=text, origin=origin), True",
        "    return Answer(question.id, text, origin=origin), False",
    ),
    (
        "bundles",
        "bad values are no answer",
        "                value = Missing.INVALID\n",
        "                value = Missing.NO_ANSWER\n",
    ),
    (
        "bundles",
        "bad values without an issue",
        '                yield Issue(code="BN2", severity="warning", message=message, origin=where)\n',
        "",
    ),
    ("fieldbook", "share is a whole number", 'id="share", type="decimal"', 'id="share", type="integer"'),
    ("fieldbook", "no condition", ', skip=SkipRule(expression="law = 1", questions=["law"])', ""),
    ("fieldbook", "no form", "    yield FORM\n", ""),
    ("fieldbook", "e-mail is not personal", ", personal=PersonalData.EMAIL", ""),
    ("pollkit", "the last option is lost", "for one in options\n        ],", "for one in options[:-1]\n        ],"),
    ("pollkit", "labels are codes", 'label=text_of(one.get("label"), str(one["value"])),', 'label=str(one["value"]),'),
    (
        "pollkit",
        "labels of the first option",
        'label=text_of(one.get("label"), str(one["value"])),',
        'label=text_of(options[0].get("label"), str(one["value"])),',
    ),
    (
        "pollkit",
        "only the first language",
        "        return dict(value)\n",
        "        return dict(list(value.items())[:1])\n",
    ),
    (
        "pollkit",
        "languages are swapped",
        "        return dict(value)\n",
        "        return dict(zip(value, reversed(value.values()), strict=True))\n",
    ),
    (
        "pollkit",
        "texts are cut",
        "        return dict(value)\n",
        "        return {key: text[:12] for key, text in value.items()}\n",
    ),
    ("pollkit", "no hint", 'hint=text_of(item.get("hint"), None),', ""),
    ("pollkit", "nothing is required", 'required=item.get("required") is True,', ""),
    ("pollkit", "no groups", 'group=item.get("group"),', ""),
    ("pollkit", "numbers are text", '"number": QuestionType.INTEGER', '"number": QuestionType.TEXT'),
    ("pollkit", "several are one", '"multi": QuestionType.SELECT_MULTIPLE', '"multi": QuestionType.SELECT_ONE'),
    (
        "pollkit",
        "conditions are lost",
        "        skip=None\n        if condition is None\n",
        "        skip=None\n        if True\n",
    ),
    ("pollkit", "conditions name themselves", 'questions=[condition["question"]]', 'questions=[item["id"]]'),
    ("pollkit", "no minimum", '        minimum=item.get("min"),\n', ""),
    (
        "pollkit",
        "the first question is lost",
        'make_question(item) for item in poll["questions"]]',
        'make_question(item) for item in poll["questions"][1:]]',
    ),
    (
        "paperless",
        "only English",
        "return {language: text for language, text in found.items() if text}",
        'return {language: text for language, text in found.items() if text and language == "en"}',
    ),
    ("paperless", "help is the label", 'hint=texts(node, "help") or None,', 'hint=texts(node, "label") or None,'),
    ("paperless", "no units", 'unit=node.get("unit", ""),', ""),
    ("paperless", "upper case", '(child.text or "").strip() for child', '(child.text or "").strip().upper() for child'),
    (
        "paperless",
        "options are numbered",
        'Choice(code=option.get("value"), label',
        'Choice(code=str(len(option)) + option.get("value"), label',
    ),
    ("paperless", "lists are text", '"list": QuestionType.SELECT_ONE', '"list": QuestionType.TEXT'),
    (
        "bundles",
        "codes and labels are swapped",
        "Choice(code=code.strip(), label=text.strip())",
        "Choice(code=text.strip() or code, label=code.strip())",
    ),
    (
        "bundles",
        "the last choice is lost",
        'listed.split("|") if one.strip()]',
        'listed.split("|")[:2] if one.strip()]',
    ),
    ("bundles", "labels are names", "text=label, choices", "text=name, choices"),
    # claims, time and chance
    (
        "fieldbook",
        "claims every CSV",
        'Claim(Confidence.SIGNATURE, "the header") if start.startswith(b"book,country,sent,state")',
        'Claim(Confidence.SIGNATURE, "the header") if b"," in start',
    ),
    ("fieldbook", "claims by name", "Claim(Confidence.SIGNATURE", "Claim(Confidence.NAME"),
    (
        "fieldbook",
        "parses at once",
        '    return [\n        Reader(name="fieldbook", title="Field books", sniff=sniff, read=read',
        '    return [\n        Reader(name="fieldbook", title="Field books", sniff=sniff, read=lambda s, o: iter(list(read(s, o)))',
    ),
    (
        "pollkit",
        "questions in the order of a set",
        "asked = [question for question in form.questions if question.type is not QuestionType.NOTE]",
        "asked = [form[name] for name in {q.id for q in form.questions if q.type is not QuestionType.NOTE}]",
    ),
    (
        "paperless",
        "an id by hash",
        "            id=name,\n            place",
        "            id=str(hash(name)),\n            place",
    ),
    (
        "paperless",
        "an id by chance",
        "            id=name,\n            place",
        "            id=__import__('uuid').uuid4().hex,\n            place",
    ),
    (
        "bundles",
        "answers in the order of a set",
        "answers=answers, origin=origin)\n    uses",
        "answers=[a for n in {a.question for a in answers} for a in answers if a.question == n], origin=origin)\n    uses",
    ),
    ("pollkit", "options are not described", "        tests: Whether returns that are marked as tests are read.\n", ""),
    *_READER_DEEDS,
    # writers
    (
        "scoreboard",
        "not verified is L1",
        'return f"not verified, {score.plausible}"',
        "return score.scale.level(1).label.source",
    ),
    (
        "scoreboard",
        "not verified is the lowest level",
        'return f"not verified, {score.plausible}"',
        "return score.scale.level(score.plausible.lowest).label.source",
    ),
    (
        "scoreboard",
        "not verified is the highest level",
        'return f"not verified, {score.plausible}"',
        "return score.scale.level(score.plausible.highest).label.source",
    ),
    (
        "scoreboard",
        "not verified without a range",
        'return f"not verified, {score.plausible}"',
        'return "not verified"',
    ),
    ("scoreboard", "reported is verified", 'checked = "" if score.verified else " (reported)"', 'checked = ""'),
    (
        "scoreboard",
        "levels are one too high",
        "score.scale.level(score.level).label",
        "score.scale.level(min(score.level + 1, 3)).label",
    ),
    (
        "scoreboard",
        "the highest level is lost",
        "score.scale.level(score.level).label",
        "score.scale.level(min(score.level, 2)).label",
    ),
    ("scoreboard", "no result is zero", 'return "no result"', 'return "0"'),
    ("scoreboard", "the last country is lost", "subject.assessments:", "subject.assessments[:-1]:"),
    ("scoreboard", "only the first scores", "for score in assessment:", "for score in list(assessment)[:3]:"),
    (
        "scoreboard",
        "the first country for all",
        "                    assessment.country.name,\n",
        "                    subject.assessments[0].country.name,\n",
    ),
    (
        "scoreboard",
        "results of the first country",
        "result_of(score),",
        "result_of(subject.assessments[0][score.capacity.id]),",
    ),
    ("scoreboard", "formulas are live", "escape_formula(cell) for", "cell for"),
    ("scoreboard", "titles are cut", "score.capacity.title.source,", "score.capacity.title.source[:20],"),
    (
        "scoreboard",
        "accents are lost",
        "score.capacity.title.source,",
        "score.capacity.title.source.encode('ascii', 'ignore').decode(),",
    ),
    (
        "scoreboard",
        "scores in the order of a set",
        "for score in assessment:",
        "for score in [assessment[n] for n in {*assessment.scores}]:",
    ),
    (
        "scoreboard",
        "the time is written",
        "    yield line(HEADER)\n",
        "    import time\n    yield line([*HEADER, time.ctime()])\n",
    ),
    (
        "scoreboard",
        "no country fails",
        "    yield line(HEADER)\n",
        "    subject.assessments[0]\n    yield line(HEADER)\n",
    ),
    ("timetable", "cells are not escaped", "<td>{escape(str(cell))}</td>", "<td>{cell}</td>"),
    (
        "timetable",
        "titles are not escaped",
        "<h1>{escape(subject.title.source)}</h1>",
        "<h1>{subject.title.source}</h1>",
    ),
    (
        "timetable",
        "the last activity is lost",
        "for one in catalogue.activities:",
        "for one in catalogue.activities[:-1]:",
    ),
    ("timetable", "places only where short", "one.place, seats", "one.place[:10], seats"),
    ("timetable", "seats are rounded", "seats = sum(one.seats.values())", "seats = sum(one.seats.values()) // 10 * 10"),
    ("timetable", "days without a year", "one.start, one.end", "one.start.strftime('%d %B'), one.end"),
    (
        "timetable",
        "titles of the first activity",
        "one.title.source, one.seats",
        "catalogue.activities[0].title.source, one.seats",
    ),
    ("timetable", "climbs out of the folder", '"rows/count.txt"', '"../count.txt"'),
    ("timetable", "an absolute path", '"rows/count.txt"', '"/tmp/count.txt"'),
    ("timetable", "mixes text and bytes", '[f"{len(rows)}\\n"]', '[f"{len(rows)}\\n", b"x"]'),
    *_WRITER_DEEDS,
    ("pollkit", "a key twice counts once", ", object_pairs_hook=once", ""),
    *DRAWN,
]
