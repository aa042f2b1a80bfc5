"""Conformance class of writers."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, ClassVar

import pytest
from attrs import evolve

from capbuild.errors import WriteError
from capbuild.io.writing import render_files
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Catalogue,
    Delivery,
    Dossier,
    FindingStatus,
    Framework,
    Plan,
    PlannedActivity,
    Programme,
    Questionnaire,
    Response,
    Score,
    Survey,
)
from capbuild.plugins import OutputFile, RenderContext, Writer, make_options
from capbuild.testing.conformance._plugin import check_name, check_options
from capbuild.testing.conformance.reader import shift_clocks
from capbuild.testing.conformance.writer_content import WriterContentClauses
from capbuild.testing.contract import fail_clause, require_clause
from capbuild.testing.sample_programme import InventedProgramme, invented_programme
from capbuild.undefined import Undefined, UndefinedReason

Files = dict[str, str | bytes]

#: Words that mark invented results.
#: A mark of invented results: words, or a field `invented` that is true, in any syntax.
_INVENTED = re.compile(r"invented answers|answer is invented|is made up|\binvented\W{1,4}true\b")


def _valued(value: float | None) -> Assessment:
    """Return an assessment with one value; None leaves it undefined."""
    assessment = invented_programme().baseline["BB"]
    score = evolve(
        assessment["LAW-1"],
        level=None,
        plausible=None,
        claimed=None,
        value=value,
        exact=value,
        undefined=Undefined(UndefinedReason.NOBODY_ANSWERED) if value is None else None,
    )
    return evolve(assessment, scores={**assessment.scores, "LAW-1": score})


def _judged(status: FindingStatus) -> Assessment:
    """Return an assessment with findings of one status."""
    assessment = invented_programme().baseline["BB"]
    scores = {
        name: evolve(
            score, results=[evolve(r, findings=[evolve(f, status=status) for f in r.findings]) for r in score.results]
        )
        for name, score in assessment.scores.items()
    }
    return evolve(assessment, scores=scores)


_MARKUP = """<b>&amp; "x"</b> <script>alert(1)</script> *a* _b_ [c](d) | e {{ f }} #g $h \\i"""
_SCRIPTS = "مرحبا Ærøskøbing Chişinău Đà Nẵng Ελλάδα"
_LONG = "capacity " * 555 + "ends."
_FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "Zq\n=1+1", "Zq\t=1+1", "Zq\r=1+1")
_MADE: Mapping[type, Callable[[InventedProgramme], object]] = {
    AssessmentSet: lambda sample: sample.baseline,
    Assessment: lambda sample: sample.baseline["BB"],
    Delivery: lambda sample: _delivery(sample.plan.activities[0]),
    Catalogue: lambda sample: sample.catalogue,
    Framework: lambda sample: sample.framework,
    Programme: lambda sample: sample.programme,
    Plan: lambda sample: sample.plan,
    Questionnaire: lambda sample: sample.questionnaire,
    Survey: lambda sample: sample.reading,
    Response: lambda sample: sample.reading.responses[0],
    Score: lambda sample: sample.baseline["BB"]["LAW-1"],
}


def _delivery(planned: PlannedActivity) -> Delivery:
    """Return the delivery of a planned activity."""
    return Delivery(
        id=planned.id,
        course=planned.activity,
        start=planned.start,
        end=planned.end,
        host=planned.host,
        place=planned.place,
        language=planned.language,
    )


class WriterConformance(WriterContentClauses):
    """Contract of writers as tests; subclasses name a writer.

        class TestTabs(WriterConformance):
            plugin = capbuild_example
            writer = "tsv"

    Writers of formats other than text override `visible` with the readable text of a file. Writers of spreadsheets
    override `cells`; `.csv` and `.tsv` are known.

    Attributes:
        writer: The writer's name.
        options: Its options.
    """

    writer: ClassVar[str]
    _kind = "writers"

    @property
    def descriptor(self) -> Writer:
        """Writer under test."""
        return self.registered(self.writer, Writer)

    def subjects(self, text: str = "") -> Sequence[object]:
        """Return invented objects of the classes that the writer accepts.

        Args:
            text: One text for every place with external text; empty for the sample's own words.
        """
        sample = invented_programme(text)
        samples = [make(sample) for cls, make in _MADE.items() if cls in self.descriptor.accepts]
        require_clause(samples, "registered", "no sample is known of what it accepts: define `subjects` in the class")
        return samples

    def dossier(self, text: str = "") -> Dossier:  # noqa: ARG002 - overrides use it
        """Return the dossier; override it for writers that use one.

        Args:
            text: One text for every place with external text; empty for its own words.
        """
        return Dossier()

    def visible(self, name: str, content: str | bytes) -> str:
        """Return the readable text of a file.

        Override it for formats other than plain text.
        """
        return "\n".join(self.cells(name, content)) or _text(content)

    def cells(self, name: str, content: str | bytes) -> Iterable[str]:
        """Return the cells of a file, as in a spreadsheet.

        Override it for workbooks. A text with tabs in most of its lines is a table too, whatever its suffix.
        """
        suffix = PurePosixPath(name or f"x{next(iter(self.descriptor.suffixes), '')}").suffix.lower()
        lines = content.removesuffix("\n").split("\n") if isinstance(content, str) and content else [""]
        if suffix != ".csv" and sum("\t" in line for line in lines) > len(lines) / 2:
            suffix = ".tsv"
        if suffix not in (".csv", ".tsv"):
            return ()
        rows = csv.reader(io.StringIO(_text(content), newline=""), delimiter="\t" if suffix == ".tsv" else ",")
        return (cell for row in rows for cell in row)

    def files(self, subject: object, text: str = "", audience: str = "team", kind: str = "") -> Files:
        """Write a subject, and return its files.

        Args:
            subject: The subject.
            text: One text for every place with external text; empty for the sample's own words.
            audience: Audience of the output.
            kind: Kind of report; empty for the default of the subject.
        """
        return render_files(
            subject,
            self.writer,
            audience=audience,
            programme=invented_programme(text).programme,
            dossier=self.dossier(text),
            kind=kind,
            options=self.options,
            host=self.host,
        )

    def _read(self, files: Files) -> str:
        return "\n".join(self.visible(name, content) for name, content in files.items())

    def test_registered(self) -> None:
        """Check that the writer has name, title and classes."""
        check_name(self.writer, self.descriptor.title)
        require_clause(self.descriptor.accepts, "registered", "it accepts nothing")

    def test_options(self) -> None:
        """Check that options are documented, and unknown ones rejected."""
        check_options(self.descriptor.options, self.writer)

    def test_yields_text_or_bytes(self) -> None:
        """Check that the output is text, bytes or files.

        They must not be mixed. Names of files must be relative.
        """
        options: object = make_options(self.descriptor.options, self.options, self.writer)
        for subject in self.subjects():
            context = RenderContext(programme=invented_programme().programme)
            items: list[Any] = list(self.descriptor.write(subject, context, options))
            kinds = {type(item) for item in items}
            require_clause(kinds and len(kinds) == 1, "yields text or bytes", f"it yields {_names(kinds)}")
            require_clause(kinds <= {str, bytes, OutputFile}, "yields text or bytes", f"it yields {_names(kinds)}")
            for name in (item.name for item in items if isinstance(item, OutputFile)):
                inside = not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
                require_clause(
                    name and inside and "\\" not in name, "yields text or bytes", f"a file is named {name!r}"
                )
            for item in items:
                chunks = {type(chunk) for chunk in item.chunks} if isinstance(item, OutputFile) else {type(item)}
                require_clause(len(chunks) <= 1, "yields text or bytes", f"a file is made of {_names(chunks)}")

    def test_writes_the_same_bytes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Check that the output is the same years later."""
        self.clause("writes the same bytes")
        first = [self.files(subject) for subject in self.subjects()]
        shift_clocks(monkeypatch, self._package or "capbuild")
        second = [self.files(subject) for subject in self.subjects()]
        for files, other in zip(first, second, strict=True):
            differing = sorted(name for name in files.keys() | other.keys() if files.get(name) != other.get(name))
            require_clause(not differing, "writes the same bytes", f"other bytes in {differing}")

    def test_markup_stays_text(self) -> None:
        """Check that special characters of markup appear unchanged.

        The characters are those of HTML, Markdown, XML and templates.
        """
        self._survives("markup stays text", _MARKUP)

    def test_every_script(self) -> None:
        """Check that texts in other scripts appear unchanged."""
        self._survives("every script", _SCRIPTS)

    def test_long_texts(self) -> None:
        """Check that a long text is written, or shortened visibly."""
        self._survives("long texts", _LONG, whole=False)

    def _survives(self, clause: str, text: str, *, whole: bool = True) -> None:
        self.clause(clause)
        wanted = _folded(text if whole else text[:40])
        for subject in self.subjects(text):
            read = _folded(self._read(self.files(subject, text)))
            require_clause(wanted in read, clause, f"{type(subject).__name__}: {text[:60]!r} is not in what is read")
            cut = not whole and _folded(text) not in read and not re.search(r"…|\.\.\.", read)
            require_clause(not cut, clause, f"{type(subject).__name__}: {text[:60]!r} is cut without an ellipsis")

    def test_every_language(self) -> None:
        """Check that the texts of a framework share one language.

        If one text is in the language of the output, all must be.
        """
        self.clause("every language")
        for subject in self.subjects():
            if not isinstance(subject, AssessmentSet | Assessment):
                continue
            read = {language: self._read_in(subject, language) for language in ("en", "es")}
            framework = subject.framework
            programme = invented_programme().programme
            texts = [framework.title, programme.title, *(n.title for n in (*framework.roots, *framework.indicators))]
            titles = [title for title in texts if title.get("es") != title.source]
            shown = [title for title in titles if title.source in read["en"]]
            translated = [title for title in shown if title.get("es") in read["es"]]
            left = [title.source for title in shown if title not in translated and title.source in read["es"]]
            require_clause(not (translated and left), "every language", f"in Spanish, {left[:2]} stay in English")

    def _read_in(self, subject: object, language: str) -> str:
        files = render_files(
            subject, self.writer, language=language, programme=invented_programme().programme, dossier=self.dossier(),
            options=self.options, host=self.host,
        )  # fmt: skip
        return self._read(files)

    def test_formulas_stay_text(self) -> None:
        """Check that no cell begins like a formula.

        Negative numbers are allowed.
        """
        self.clause("formulas stay text")
        for text in _FORMULAS:
            files = [item for subject in self.subjects(text) for item in self.files(subject, text).items()]
            cells = [(name, list(self.cells(name, content))) for name, content in files]
            if not any(cells_ for _, cells_ in cells):
                pytest.skip("no spreadsheet opens its files")
            for name, cells_ in cells:
                live = [cell for cell in cells_ if _is_formula(cell)]
                require_clause(not live, "formulas stay text", f"{name or self.writer}: a cell contains {live[:1]}")

    def test_few_countries(self) -> None:
        """Check that sets with few or no countries are written.

        One has only countries without data.
        """
        self.clause("few countries")
        everybody = invented_programme().baseline
        silent = (*everybody.countries, *everybody.silent)
        few = (
            evolve(everybody, assessments=(), silent=()),
            evolve(everybody, assessments=(), silent=silent),
            evolve(everybody, assessments=everybody.assessments[:1], silent=()),
        )
        for subject in few if AssessmentSet in self.descriptor.accepts else ():
            try:
                self.files(subject)
            except Exception as error:  # noqa: BLE001 - whatever it raises breaks the clause
                fail_clause("few countries", f"{len(subject.assessments)} countries: {type(error).__name__}: {error}")

    def test_protects(self) -> None:
        """Check that donors cannot identify countries.

        Exchanging the answers of two countries without consent to be named must not change the output.
        """
        self.clause("protects")
        accepted = {AssessmentSet, Assessment} & set(self.descriptor.accepts)
        if not accepted:
            pytest.skip("it writes no results")
        sample, exchanged = invented_programme().baseline, invented_programme(exchanged=True).baseline
        if AssessmentSet in accepted:
            outputs = [self._before_donors(assessment_set) for assessment_set in (sample, exchanged)]
            require_clause(
                outputs[0] == outputs[1], "protects", "it tells donors which of Belize and Jamaica answered what"
            )
        for name in ("Belize", "Jamaica") if Assessment in accepted else ():
            require_clause(
                self._before_donors(sample[name]) is None, "protects", f"it shows donors the answers of {name}"
            )

    def test_missing_is_not_zero(self) -> None:
        """Check that a missing score looks different from zero."""
        self.clause("missing is not zero")
        for zero, missing in self._scored(_valued(0.0), _valued(None)):
            require_clause(zero != missing, "missing is not zero", "it shows what nobody answered as it shows zero")

    def test_reported_is_not_verified(self) -> None:
        """Check that reported and verified levels look different."""
        self.clause("reported is not verified")
        for checked, reported in self._scored(_judged(FindingStatus.CONFIRMED), _judged(FindingStatus.REPORTED)):
            require_clause(
                checked != reported, "reported is not verified", "it shows what nobody checked as it shows checks"
            )

    def _scored(self, *assessments: Assessment) -> Iterator[tuple[str, ...]]:
        """Yield the texts of assessments that differ in one aspect.

        Each class that the writer accepts is tried.
        """
        takers = {
            AssessmentSet: lambda one: evolve(invented_programme().baseline, assessments=[one], silent=()),
            Assessment: lambda one: one,
            Score: lambda one: one["LAW-1"],
        }
        takers_: list[Callable[[Assessment], object]] = [
            take for cls, take in takers.items() if cls in self.descriptor.accepts
        ]
        if not takers_:
            pytest.skip("it writes no results")
        for take in takers_:
            yield tuple(self._read(self.files(take(assessment))) for assessment in assessments)

    def test_marks_invented_data(self) -> None:
        """Check that invented results, and no others, are marked."""
        self.clause("marks inventions")
        sample = invented_programme()
        real = evolve(sample.baseline, invented=False, assessments=[evolve(a, invented=False) for a in sample.baseline])
        pairs = {AssessmentSet: (sample.baseline, real), Assessment: (sample.baseline["BB"], real["BB"])}
        chosen = [pair for cls, pair in pairs.items() if cls in self.descriptor.accepts]
        if not chosen:
            pytest.skip("it writes no results")
        plain = evolve(sample.programme, invented=False, notice=None)
        for invented, true in chosen:
            marked, clean = self._words(invented, sample.programme), self._words(true, plain)
            invented_text = marked.count("invent") > clean.count("invent") or _INVENTED.search(marked)
            remedy = 'write "Invented answers", or a field `invented` that is true'
            require_clause(bool(invented_text), "marks inventions", f"invented results are not marked: {remedy}")
            real_text = _INVENTED.findall(clean)
            require_clause(not real_text, "marks inventions", f"real results are marked: {real_text}")

    def _words(self, subject: object, programme: Programme) -> str:
        files = render_files(subject, self.writer, programme=programme, options=self.options, host=self.host)
        raw = "\n".join(content for content in files.values() if isinstance(content, str))
        return f"{self._read(files)}\n{raw}".casefold()

    def _before_donors(self, subject: object) -> Files | None:
        """Return the files for donors; None if the writer refuses."""
        try:
            return self.files(subject, audience="donor")
        except WriteError as error:
            require_clause(error.code == "CB703", "protects", f"it fails instead of refusing: {error}")
            return None


def _text(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode("utf-8-sig")


def _names(kinds: Iterable[type]) -> str:
    return " and ".join(sorted(kind.__name__ for kind in kinds)) or "nothing"


def _folded(text: str) -> str:
    return " ".join(text.split())


def _is_formula(cell: str) -> bool:
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return False
    try:
        float(cell)
    except ValueError:
        return len(cell) > 1
    return False
