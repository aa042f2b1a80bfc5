"""Readers of survey formats against plain parsing of the same file.

    uv run python benchmarks/bench_readers.py [--bytes 1000000] [--only fhir] [--wide]

Each file is invented, with responses or questions. Peers are the parsers of the standard library: json, csv and
ElementTree. They give lists, dicts and elements; a reader also gives a form, values by question type, kinds of missing,
an origin for each answer and the reconciliation. So the table has the floor too: the time for as many `Answer` and
`Origin` objects as the file has answers, and nothing else. Times are of the processor, the best of the rounds, one
after the other in one process.

Most of these responses have one or two answers. With `--wide` each has 60, and `read` is timed without asking for the
answers, then with all answers; and `scan`.
"""

import argparse
import csv
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from growing_files import FHIR, FORMBRICKS, GROWING, KOBO, exported, listed

import capbuild as cb
from capbuild.model import Answer, Questionnaire, Response
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadLimits, default_host, make_options

#: Readers, and what grows in their files.
CASES = (
    ("fhir", "responses"), ("fhir", "items"), ("formbricks", "responses"), ("typeform", "responses"),
    ("surveyjs", "results"), ("qualtrics", "rows"), ("redcap", "rows"), ("ddi", "variables"), ("cspro", "items"),
    ("word-form", "questions"), ("lines", "lines"), ("kobo-json", "submissions"), ("csv", "rows"),
)  # fmt: skip
#: Answers of one response of 60 questions, by question.
WIDE_ROW = {f"q{at}": ("yes", "no", "3", "text #", "2016-03-31", "")[at % 6] for at in range(60)}
_ITEMS = [{"linkId": name, "answer": [{"valueString": text}]} for name, text in WIDE_ROW.items() if text]
_QUALTRICS = (
    ("Start Date", "Response ID", "Country", *WIDE_ROW),
    tuple(
        f'{{""ImportId"":""{name}""}}'
        for name in ("startDate", "_recordId", "QID0", *(f"QID{at}" for at in range(1, 61)))
    ),
)
WIDE = (
    ("csv", "a.csv", exported("Country", *WIDE_ROW, row=("Peru", *WIDE_ROW.values()))),
    ("redcap", "a.csv", exported("record_id", "redcap_event_name", "country", *WIDE_ROW, "form_complete", row=("#", "e_arm_1", "Peru", *WIDE_ROW.values(), "2"))),  # noqa: E501
    ("qualtrics", "a.csv", exported("StartDate", "ResponseId", "Q0", *(f"Q{at}" for at in range(1, 61)), row=("2024-01-01 10:00:00", "R_#", "Peru", *WIDE_ROW.values()), first=_QUALTRICS)),  # noqa: E501
    ("surveyjs", "a.json", listed('{"data":[', {"id": "r#", "country": "Peru", **WIDE_ROW}, "]}")),
    ("formbricks", "a.json", listed('{"data":[', {**FORMBRICKS, "data": {"country": "Peru", **WIDE_ROW}}, "]}")),
    ("kobo-json", "a.json", listed('{"count":1,"next":null,"previous":null,"results":[', {**KOBO, **WIDE_ROW}, "]}")),
    ("fhir", "a.json", listed('{"resourceType":"Bundle","type":"collection","entry":[', {"resource": {**FHIR, "item": _ITEMS}}, "]}")),  # noqa: E501
)  # fmt: skip
LIMITS = ReadLimits(file_size=1 << 40, cells=1 << 40, unpacked_size=1 << 40)


def parse(name: str, data: bytes) -> object:
    """Parse a file with the standard library."""
    suffix = Path(name).suffix
    if suffix in (".json", ".dcf"):
        return json.loads(data)
    if suffix == ".xml":
        return ElementTree.fromstring(data)
    if suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return ElementTree.fromstring(archive.read("word/document.xml"))
    separator = "|" if suffix == ".answers" else ","
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator))


def read(reader: str, name: str, data: bytes, *, made: bool = True) -> tuple[int, int]:
    """Read a file; return the number of answers, made unless told otherwise, and of questions."""
    descriptor = default_host().readers[reader]
    answers = questions = 0
    source = InputFile(name, data=data, limits=LIMITS)
    for item in descriptor.read(source, make_options(descriptor.options, {}, reader)):
        answers += len(item.answers) if made and isinstance(item, Response) else 0
        questions += len(item.questions) if isinstance(item, Questionnaire) else 0
    return answers, questions


def make_objects(count: int) -> None:
    """Make as many answers with their origins."""
    for row in range(1, count + 1):
        Answer("q", "yes", origin=Origin("a", row=row, column=1))


def best(run: Callable[[], object], rounds: int = 3) -> float:
    """Return the least processor time of some runs."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def compare_wide(only: str, size: int) -> None:
    """Print the times of files whose responses have 60 answers, in times that of plain parsing."""
    print("| reader | answers | parse s | read | read, answers made | scan |")
    print(f"| ---{' | ---:' * 5} |")
    for reader, name, build in WIDE:
        if only not in ("", reader):
            continue
        data = build(max(10, 200 * size // (len(build(400)) - len(build(200)))))
        plain, answers = best(lambda: parse(name, data)), read(reader, name, data)[0]  # noqa: B023
        times = (
            best(lambda: read(reader, name, data, made=False)),  # noqa: B023
            best(lambda: read(reader, name, data)),  # noqa: B023
            best(lambda: cb.scan(data, name=name, format=reader)),  # noqa: B023
        )
        shown = " | ".join(f"**{time / plain:.0f}**" for time in times)
        print(f"| {reader} | {answers:,} | {plain:.4f} | {shown} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=int, default=1_000_000, help="approximate size of a file")
    parser.add_argument("--only", default="", help="one reader")
    parser.add_argument("--wide", action="store_true", help="responses of 60 answers")
    given = parser.parse_args()
    if given.wide:
        compare_wide(given.only, given.bytes)
        return
    files = {(reader, what): (name, build) for reader, what, name, build in GROWING}
    print("| reader | what | answers | questions | read s | parse s | ratio | objects s | to objects |")
    print(f"|{' --- |' * 2}{' ---: |' * 7}")
    for case in CASES:
        if given.only not in ("", case[0]):
            continue
        name, build = files[case]
        count = max(10, 200 * given.bytes // (len(build(400)) - len(build(200))))
        data = build(count)
        answers, questions = read(case[0], name, data)
        ours, plain = best(lambda: read(case[0], name, data)), best(lambda: parse(name, data))  # noqa: B023
        floor = best(lambda: make_objects(answers)) if answers else 0  # noqa: B023
        beside = (f"{floor:.3f}", f"{ours / floor:.1f}") if floor else ("", "")
        cells = (*case, f"{answers:,}", f"{questions:,}", f"{ours:.3f}", f"{plain:.3f}", f"**{ours / plain:.1f}**")
        print(f"| {' | '.join((*cells, *beside))} |", flush=True)


if __name__ == "__main__":
    main()
