"""Conformance class of readers."""

import datetime
import inspect
import io
import json
import math
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, ClassVar

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.errors import LimitError, ReadError
from capbuild.io import ReadLimits, read
from capbuild.io.companions import prepare_options
from capbuild.io.scanning import scan
from capbuild.model import Answer, Response, Survey
from capbuild.origin import Origin
from capbuild.plugins import Confidence, InputFile, Reader, default_host
from capbuild.testing.conformance._plugin import check_name, check_options
from capbuild.testing.conformance.edits import show_change
from capbuild.testing.conformance.interpreters import (
    describe_item,
    describe_readings,
    first_difference,
    list_traces,
    run_elsewhere,
)
from capbuild.testing.conformance.keyed_lines import KeyedLineClauses
from capbuild.testing.conformance.origins import is_made_from, text_at
from capbuild.testing.conformance.sample import Sample
from capbuild.testing.conformance.side_effects import changes_elsewhere, list_faults, watch
from capbuild.testing.conformance.trees import TreeClauses, without_values
from capbuild.testing.contract import fail_clause, require_clause
from capbuild.testing.scan_comparison import scan_differences

__all__ = ["ALIENS", "ReaderConformance", "Sample", "damaged"]

_AHEAD = datetime.timedelta(days=3_660)


class _AnyDateTime(type):
    """Metaclass that accepts all datetimes as instances."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime.datetime)


class _DateTime(datetime.datetime, metaclass=_AnyDateTime):
    """Datetime with `now` ten years ahead."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """Return the time ten years from now."""
        return datetime.datetime.now(tz) + _AHEAD


def shift_clocks(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Set the clocks ten years ahead.

    The functions of `time`, and `datetime` in the modules of a package, are replaced.

    Args:
        monkeypatch: Fixture that restores the clocks.
        package: Package with modules that import `datetime`.
    """
    now, local, utc, shown = time.time, time.localtime, time.gmtime, time.strftime
    monkeypatch.setattr(time, "time", lambda: now() + _AHEAD.total_seconds())
    monkeypatch.setattr(time, "localtime", lambda at=None: local(time.time() if at is None else at))
    monkeypatch.setattr(time, "gmtime", lambda at=None: utc(time.time() if at is None else at))
    monkeypatch.setattr(time, "strftime", lambda form, at=None: shown(form, time.localtime() if at is None else at))
    ahead = ModuleType("datetime")
    ahead.__dict__.update({**vars(datetime), "datetime": _DateTime})
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == package and not name.startswith("capbuild.testing"):
            if vars(module).get("datetime") is datetime:
                monkeypatch.setattr(module, "datetime", ahead)
            elif vars(module).get("datetime") is datetime.datetime:
                monkeypatch.setattr(module, "datetime", _DateTime)


#: Byte sequences that often break parsers.
_NASTY = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"&x;", b"]]>", b'"', b"{" * 120, b"[" * 120, b"<a>" * 120,
    b",,,,", b"\n\n", b"\r", b"9" * 400, b"-1", b"1e999", b"NaN", b"#REF!", b"../", "\u202e".encode(),
    "\U0001f600".encode(), b"\x80\x81",
)  # fmt: skip


def _archive(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", ".")), text)
    return out.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


#: Files of other formats by name, which no reader may claim with more confidence than by name.
ALIENS: Mapping[str, bytes] = MappingProxyType(
    {
        "report.pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        "photo.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "page.html": b"<!DOCTYPE html><html><body><p>Jamaica</p></body></html>",
        "notes.txt": b"Notes of the visit.\nWe met the unit and saw the laboratory.\n",
        "settings.yaml": b"urn: urn:example\nlocale: en\nobjects:\n  framework:\n    requirement_nodes: []\n",
        "feed.xml": b"<?xml version='1.0'?><rss><channel><title>News</title></channel></rss>",
        "codebook.xml": b'<codeBook xmlns="ddi:codebook:2_5"><dataDscr><var name="a"/></dataDscr></codeBook>',
        "archive.zip": _archive(readme__txt="nothing to read"),
        "prices.csv": b"item,price\nlaptop,900\nphone,300\n",
        "empty.json": b"{}",
        "list.json": b"[1, 2, 3]",
        "patients.json": _json({"resourceType": "Questionnaire", "status": "active", "item": [{"linkId": "1"}]}),
        "survey.json": _json({"pages": [{"name": "p", "elements": [{"type": "text", "name": "q"}]}]}),
        "controls.json": _json({"catalog": {"uuid": "0", "metadata": {"title": "t", "oscal-version": "1.1.2"}}}),
        "survey.qsf": _json({"SurveyEntry": {"SurveyID": "SV_1"}, "SurveyElements": []}),
        "dictionary.csv": b'"Variable / Field Name","Form Name","Field Type","Field Label"\nrecord_id,a,text,Record\n',
        "census.dcf": _json({"software": "CSPro", "version": 8.0, "levels": []}),
    }
)

#: Words in the name or title of a reader that may claim such a file.
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "codebook.xml": ("ddi", "codebook"),
    "patients.json": ("fhir",),
    "survey.json": ("surveyjs",),
    "controls.json": ("oscal",),
    "survey.qsf": ("qualtrics",),
    "dictionary.csv": ("redcap",),
    "census.dcf": ("cspro", "census"),
    "page.html": ("html",),
    "report.pdf": ("pdf",),
    "settings.yaml": ("ciso",),
}


@frozen
class _DamagedSample:
    """Damaged copy of a sample, printed as its damage."""

    sample: Sample
    data: bytes

    def __repr__(self) -> str:
        return f"{self.sample.name} {show_change(self.sample.content, self.data)}"


@st.composite
def _damaged(draw: Any, samples: Sequence[Sample]) -> _DamagedSample:
    sample = draw(st.sampled_from(samples))
    return _DamagedSample(sample, draw(damaged(sample.content)))


class ReaderConformance(KeyedLineClauses, TreeClauses):
    """Contract of readers as tests; subclasses name reader and samples.

        class TestLines(ReaderConformance):
            plugin = capbuild_example
            reader = "lines"
            samples = (Sample(name="a.answers", data=b"Jamaica | TEC-2.2a | yes"),)

    Attributes:
        plugin: The module that registers the reader; None for a built-in one.
        reader: The reader's name.
        samples: Invented files of the format.
        confidence: Confidence with which the reader claims its samples.
        aliens: Files that it must not claim, by name.
        damages: Number of damaged files to try.
        uses: Resources that reading needs in addition to the file, each with the reason: `files`, `network`,
            `processes`, `environment`, `interpreter`, `unpickling`, `output`.
    """

    _kind = "readers"
    reader: ClassVar[str]
    samples: ClassVar[Sequence[Sample]]
    confidence: ClassVar[Confidence] = Confidence.SIGNATURE
    aliens: ClassVar[Mapping[str, bytes]] = ALIENS
    damages: ClassVar[int] = 60
    uses: ClassVar[Mapping[str, str]] = {}

    def text_at(self, sample: Sample, origin: Origin) -> str | None:
        """Return the content at an origin in a sample.

        Override it for formats other than text, XLSX, JSON and XML.
        """
        return text_at(sample.name, sample.content, origin) if origin.file == sample.name else None

    @property
    def descriptor(self) -> Reader:
        """Reader under test."""
        return self.registered(self.reader, Reader)

    def reading(self, sample: Sample, limits: ReadLimits | None = None) -> Survey:
        """Read a sample, within the limits given."""
        return read(sample.source(limits), format=self.descriptor.name, options=sample.options, host=self.host)

    def readings(self) -> Iterator[tuple[Sample, Survey]]:
        """Yield each sample with its reading."""
        require_clause(self.samples, "registered", "the class has no samples")
        for sample in self.samples:
            yield sample, self.reading(sample)

    def answers(self) -> Iterator[tuple[Sample, Response, Answer]]:
        """Yield every answer of every sample."""
        for sample, reading in self.readings():
            for response in reading.responses:
                for answer in response.answers:
                    yield sample, response, answer

    def test_registered(self) -> None:
        """Check name and title of the reader, and its samples.

        The name must be in kebab case, and each sample must be read.
        """
        self.clause("registered")
        reader = self.descriptor
        check_name(reader.name, reader.title)
        for sample, reading in self.readings():
            count = len(reading.responses)
            require_clause(sample.responses in (None, count), "registered", f"{sample.name}: {count} responses")
            require_clause(count or reading.questionnaire, "registered", f"{sample.name}: nothing was read")

    def test_options(self) -> None:
        """Check that options are documented, and unknown ones rejected."""
        self.clause("options")
        check_options(self.descriptor.options, self.reader)

    def test_claims_its_own(self) -> None:
        """Check that the reader claims each sample.

        The confidence must be the declared one, and exceed that of all other readers.
        """
        self.clause("claims its own")
        others = [reader for name, reader in default_host().readers.items() if name != self.reader]
        for sample in self.samples:
            claim = self.descriptor.sniff(sample.source())
            confidence = "no claim" if claim is None else claim.confidence.name
            require_clause(confidence == self.confidence.name, "claims its own", f"{sample.name}: {confidence}")
            require_clause(claim is None or claim.why.strip(), "claims its own", f"{sample.name}: no reason is given")
            rivals = [
                (r.name, c) for r in others if (c := r.sniff(sample.source())) and c.confidence >= self.confidence
            ]
            require_clause(not rivals, "claims its own", f"{sample.name} is claimed by {rivals} too")

    def test_leaves_others_alone(self) -> None:
        """Check that files of other formats are not claimed.

        A claim by name alone is permitted.
        """
        self.clause("leaves others alone")
        owner = f"{self.reader} {self.descriptor.title}".casefold()
        for name, data in self.aliens.items():
            if any(word in owner for word in _FORMATS.get(name, ())):
                continue
            claim = self.descriptor.sniff(InputFile(name, data=data))
            sure = claim is not None and claim.confidence > Confidence.NAME
            require_clause(not sure, "leaves others alone", f"{name} is claimed: {claim}")

    def test_reads_lazily(self) -> None:
        """Check that `read` is lazy before the first item."""
        self.clause("reads lazily")
        sample = self.samples[0]
        options = prepare_options(self.descriptor, sample.options, sample.source()).options
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, sample.name)
            path.write_bytes(sample.content)
            source = InputFile(sample.name, path=path)
        items: Any
        try:
            items = self.descriptor.read(source, options)  # the file is gone, so parsing now would fail
        except Exception as error:  # noqa: BLE001 - whatever it raises, it has looked
            items = error
        require_clause(inspect.isgenerator(items), "reads lazily", f"read gave {items!r}")

    def test_is_repeatable(self) -> None:
        """Check that two readings of one file are equal.

        Their origins must be equal too.
        """
        self.clause("reads the same twice")
        for sample, reading in self.readings():
            again = self.reading(sample)
            require_clause(again == reading, "reads the same twice", f"{sample.name}: what is read differs")
            places = [[a.origin for r in survey.responses for a in r] for survey in (reading, again)]
            require_clause(places[0] == places[1], "reads the same twice", f"{sample.name}: the origins differ")

    def test_survives_damage(self) -> None:
        """Check that damaged samples are reported.

        They raise a `ReadError`, or give issues and a reconciliation that adds up.
        """
        self.clause("survives damage")
        host, descriptor = self.host, self.descriptor

        @settings(
            max_examples=self.damages,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(_damaged(self.samples))
        def survives(case: _DamagedSample) -> None:
            sample, data = case.sample, case.data
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    descriptor.sniff(InputFile(sample.name, data=data))
                    survey = read(
                        data, name=sample.name, format=self.descriptor.name, options=sample.options, host=host
                    )
                except ReadError:
                    return
                except Exception as error:  # noqa: BLE001 - the clause forbids any exception
                    fail_clause("survives damage", f"{case}: {error!r}")
                require_clause(survey.reconciliation.adds_up, "adds up", f"{case}: {survey.reconciliation}")

        survives()

    def test_keeps_limits(self) -> None:
        """Check that a file beyond the limits is refused."""
        self.clause("keeps limits")
        for sample in self.samples:
            for limits in (ReadLimits(file_size=len(sample.content) - 1), *sample.limits):
                try:
                    self.reading(sample, limits)
                except LimitError:
                    continue
                require_clause(False, "keeps limits", f"{sample.name} was read under {limits}")

    def test_origins_match(self) -> None:
        """Check that answers match the content at their origins."""
        self.clause("says where")
        for sample, response, answer in self.answers():
            what = f"{sample.name}: {answer.question} of {response.id} is {answer.value!r} (raw {answer.raw!r})"
            if answer.origin is None:
                fail_clause("says where", f"{what}, without an origin")
            origin = answer.origin
            text = self.text_at(sample, origin)
            line = origin.row is not None and origin.column is None and origin.path is None
            require_clause(
                is_made_from(answer, text, line=line), "says where", f"{what}, but at {origin} stands {text!r}"
            )

    def test_adds_up(self) -> None:
        """Check that the reconciliation covers every row, cell and column."""
        self.clause("adds up")
        for sample, reading in self.readings():
            account = reading.reconciliation
            require_clause(account.adds_up, "adds up", f"{sample.name}: {account}")
            given_out = sum(not a.is_missing for r in reading.responses for a in r)
            require_clause(
                bool(account.total("answers")) >= bool(given_out), "adds up", f"{sample.name}: no answer is counted"
            )
            for sheet in account.sheets:
                silent = [c.name for c in sheet.columns if c.use.value == "ignored" and not c.reason]
                require_clause(not silent, "adds up", f"{sample.name}: {silent} are ignored without a reason")
                places = [c.column for c in sheet.columns]
                require_clause(
                    len(places) == len(set(places)), "adds up", f"{sample.name}: columns are counted twice: {places}"
                )

    def test_distinguishes_missing_kinds(self) -> None:
        """Check that answers are values or kinds of missing."""
        self.clause("tells absences apart")
        for sample, _, answer in self.answers():
            value = answer.value
            empty = value in (None, "") or (isinstance(value, float) and not math.isfinite(value))
            require_clause(not empty, "tells absences apart", f"{sample.name}: {answer.question} is {value!r}")

    def test_scans_as_it_reads(self) -> None:
        """Check that `scan` gives the same answers as `read`."""
        self.clause("scans as it reads")
        pytest.importorskip("polars", reason='columns need pip install "capbuild[tables]"')
        for sample, reading in self.readings():
            table = scan(sample.source(), format=self.descriptor.name, options=sample.options, host=self.host)
            differences = list(scan_differences(table, reading.responses))
            require_clause(not differences, "scans as it reads", f"{sample.name}: {'; '.join(differences[:3])}")

    def test_no_side_effects(self) -> None:
        """Check that reading has no side effects."""
        self.clause("leaves no trace")
        for sample in self.samples:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, sample.name)
                path.write_bytes(sample.content)
                faults = list_faults(self._package, partial(self._watched, sample, path))
            require_clause(not faults, "leaves no trace", f"{sample.name}: {'; '.join(faults[:3])}")
        traces = run_elsewhere(self.plugin, list_traces, self.reader, self._described())
        faults = changes_elsewhere(traces, self.uses)
        require_clause(not faults, "leaves no trace", f"reading in a new interpreter changes {'; '.join(faults[:3])}")

    def _described(self) -> list[tuple[str, bytes, Any]]:
        return [(sample.name, sample.content, dict(sample.options)) for sample in self.samples]

    def _watched(self, sample: Sample, path: Path) -> list[str]:
        """Return the side effects of reading a sample."""
        descriptor = self.descriptor
        options = prepare_options(descriptor, sample.options, sample.source()).options
        with watch(self._package, path) as observed:
            source = InputFile(sample.name, path=path)
            descriptor.sniff(source)
            for _ in descriptor.read(source, options):
                pass
        return observed.faults(self.uses)

    def test_reproducible_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Check that the environment does not change a reading.

        Date, hash seed, time zone, locale, folder and concurrent readings are varied.
        """
        self.clause("same elsewhere")
        samples = self._described()
        here = describe_readings(self.plugin, self.reader, samples)
        require_clause(here == self._at_once(), "same elsewhere", "readings of all samples at once differ from others")
        with monkeypatch.context() as patch:
            shift_clocks(patch, self._package or "capbuild")
            later = describe_readings(self.plugin, self.reader, samples)
            cut = list(self._cut_samples())
            later_cut = describe_readings(self.plugin, self.reader, cut)
        require_clause(here == later, "same elsewhere", f"on another day: {first_difference(here, later)}")
        here_cut = describe_readings(self.plugin, self.reader, cut)
        difference = first_difference(here_cut, later_cut)
        require_clause(
            here_cut == later_cut, "same elsewhere", f"on another day, where a value is absent: {difference}"
        )
        self._compare_elsewhere(here, describe_readings, self.reader, samples)

    def _cut_samples(self) -> Iterator[tuple[str, bytes, Any]]:
        """Yield samples without one of the values that are read."""
        for file in self.files():
            for data in without_values(file.name, file.data, 3 * self.edits):
                sample = next((candidate for candidate in self.samples if candidate.content == file.data), None)
                if sample is not None and file.read(data) is not None:
                    yield sample.name, data, dict(sample.options)

    def _at_once(self) -> str:
        """Describe the readings of all samples, interleaved item by item."""
        descriptor = self.descriptor
        parts: list[list[str]] = [[] for _ in self.samples]
        running = []
        for sample in self.samples:
            options = prepare_options(descriptor, sample.options, sample.source()).options
            running.append(iter(descriptor.read(sample.source(), options)))
        active = list(range(len(running)))
        while active:
            for place in tuple(active):
                item = next(running[place], None)
                if item is None:
                    active.remove(place)
                else:
                    parts[place].append(describe_item(item))
        return "\n".join(line for lines in parts for line in lines)

    def test_flags_personal_data(self) -> None:
        """Check that personal data is flagged, and dropped on request."""
        self.clause("flags personal data")
        for sample, reading in self.readings():
            lost = set(sample.personal) - _personal_columns(reading)
            require_clause(not lost, "flags personal data", f"{sample.name}: {sorted(lost)} are not flagged")
            if not sample.personal:
                continue
            dropped = read(
                sample.source(), format=self.descriptor.name, options=sample.options, host=self.host, drop_personal=True
            )
            left = {a.question for r in dropped.responses for a in r} & set(sample.personal)
            require_clause(not left, "flags personal data", f"{sample.name}: {sorted(left)} are still answered")
            require_clause(
                dropped.reconciliation.adds_up, "flags personal data", f"{sample.name}: it no longer adds up"
            )
            sheets = dropped.reconciliation.sheets
            reasons = [
                *(c.reason for s in sheets for c in s.columns),
                *(reason for s in sheets for reason in s.left_out),
            ]
            flagged = any("drop" in reason for reason in reasons)
            require_clause(flagged, "flags personal data", f"{sample.name}: nothing is said to be dropped")


def _personal_columns(reading: Survey) -> set[str]:
    """Return columns and question ids with personal data."""
    columns = {c.name for s in reading.reconciliation.sheets for c in s.columns if c.personal is not None}
    form = reading.questionnaire
    return columns | {q.id for q in (form.questions if form is not None else ()) if q.personal is not None}


@st.composite
def _change_bytes(draw: Any, data: bytes) -> bytes:
    """Return a strategy for bytes with a few changes."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        kind = draw(st.sampled_from(("put in", "cut out", "cut off", "double", "flip")))
        if kind == "put in":
            data = data[:start] + draw(st.sampled_from(_NASTY) | st.binary(max_size=8)) + data[start:]
        elif kind == "cut out":
            data = data[:start] + data[end:]
        elif kind == "cut off":
            data = data[: max(start, 1)]
        elif kind == "double":
            data = data[:end] + data[start:end] + data[end:]
        else:
            flipped = bytes(byte ^ draw(st.sampled_from((0x01, 0x20, 0x80, 0xFF))) for byte in data[start : start + 2])
            data = data[:start] + flipped + data[start + len(flipped) :]
    return data or b"\x00"


@st.composite
def damaged(draw: Any, data: bytes) -> bytes:
    """Return a strategy for damaged copies of a file.

    Args:
        draw: Given by hypothesis.
        data: The file. Of an archive, either its bytes or one of its members is damaged.
    """
    if not data.startswith(b"PK") or draw(st.integers(0, 3)) == 0:
        return bytes(draw(_change_bytes(data)))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        hit = draw(st.sampled_from(sorted(old.namelist())))
        for name in old.namelist():
            content = old.read(name)
            new.writestr(zipfile.ZipInfo(name), draw(_change_bytes(content)) if name == hit else content)
    return out.getvalue()
