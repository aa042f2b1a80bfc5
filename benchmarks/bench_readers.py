"""Readers of survey formats against plain parsing of the same file.

    uv run python benchmarks/bench_readers.py [--bytes 1000000] [--only fhir]

Each file is invented, with responses or questions. Peers are the parsers of the standard library: json, csv and
ElementTree. They give lists, dicts and elements; a reader also gives a form, values by question type, kinds of missing,
an origin for each answer and the reconciliation. So the table has the floor too: the time for as many `Answer` and
`Origin` objects as the file has answers, and nothing else. Times are of the processor, the best of the rounds, one
after the other in one process.
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

from growing_files import GROWING

from capbuild.model import Answer, Questionnaire, Response
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadLimits, default_host, make_options

#: Readers, and what grows in their files.
CASES = (
    ("fhir", "responses"), ("fhir", "items"), ("formbricks", "responses"), ("typeform", "responses"),
    ("surveyjs", "results"), ("qualtrics", "rows"), ("redcap", "rows"), ("ddi", "variables"), ("cspro", "items"),
    ("word-form", "questions"), ("lines", "lines"), ("kobo-json", "submissions"), ("csv", "rows"),
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


def read(reader: str, name: str, data: bytes) -> tuple[int, int]:
    """Read a file; return the number of answers, made, and of questions."""
    descriptor = default_host().readers[reader]
    answers = questions = 0
    source = InputFile(name, data=data, limits=LIMITS)
    for item in descriptor.read(source, make_options(descriptor.options, {}, reader)):
        answers += len(item.answers) if isinstance(item, Response) else 0
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=int, default=1_000_000, help="approximate size of a file")
    parser.add_argument("--only", default="", help="one reader")
    given = parser.parse_args()
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
