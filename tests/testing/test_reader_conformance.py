"""A reader that is bad on purpose fails the clauses it breaks, and no other; a good one fails none."""

import types

import attrs
import pytest

from capbuild.errors import CapbuildError, LimitError, ReadError
from capbuild.model import Answer, Missing, PersonalData, Question, Questionnaire, Response, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, NoOptions, Reader, hookimpl
from capbuild.testing import ReaderConformance, Sample

MARK = b"#pairs\n"
DATA = MARK + b"q1=yes\nemail=a@example.org\nq2=\n"


def sniff(source):
    return Claim(Confidence.SIGNATURE, "the mark #pairs") if source.head(7) == MARK else None


def read(source, options):
    """Read `question=answer` lines; the good twin of the bad readers below."""
    try:
        lines = source.content.decode("utf-8-sig").splitlines()[1:]
    except UnicodeDecodeError as error:
        raise ReadError(f"{source.name} is not UTF-8", origin=Origin(source.name)) from error
    if not source.content.removeprefix(b"\xef\xbb\xbf").startswith(MARK.strip()):
        raise ReadError(f"{source.name} has no mark", origin=Origin(source.name))
    source.limits.check_cells(source.name, len(lines))
    pairs = [(row, *line.partition("=")[::2]) for row, line in enumerate(lines, start=2) if line.strip()]
    answers = [
        Answer(name.strip() or "?", text.strip() or Missing.NO_ANSWER, origin=Origin(source.name, row=row))
        for row, name, text in pairs
    ]
    form = {a.question: Question(id=a.question, text=a.question, personal=_personal(a.question)) for a in answers}
    yield Questionnaire(id="pairs", title="Pairs", questions=form.values(), inferred=True)
    yield Response(id="1", answers=answers, origin=Origin(source.name))
    given = sum(not a.is_missing for a in answers)
    absent = {"no answer": len(answers) - given}
    yield SheetReconciliation(rows_in=1, rows_out=1, cells=len(answers), answers=given, absent=absent)


def _personal(name):
    return PersonalData.EMAIL if name == "email" else None


def eager(source, options):
    items = list(read(source, options))
    return (item for item in items)


def changed(response=lambda r: r, account=lambda a: a, form=lambda f: f):
    """A reader whose items are changed on the way out."""
    kinds = {Response: response, SheetReconciliation: account, Questionnaire: form}

    def spoilt(source, options):
        for item in read(source, options):
            yield kinds[type(item)](item)

    return spoilt


def answers(change):
    return changed(lambda r: attrs.evolve(r, answers=[change(a) for a in r.answers]))


def fragile(source, options):
    yield from read(source, options)
    if b"=" not in source.content.splitlines()[1]:
        raise KeyError("=")


def unlimited(source, options):
    try:
        yield from read(source, options)
    except LimitError:
        yield Response(id="1", answers=[Answer("q1", "yes")])


def fickle():
    turns = iter(range(1_000_000))
    return changed(lambda r: attrs.evolve(r, language=f"x-{next(turns)}"))


@attrs.frozen(kw_only=True)
class Undescribed:
    """Options that nobody describes."""

    strict: bool = True


def made(**given):
    """A conformance class for the reader, with one thing about it changed."""
    api = given.pop("api", 1)
    own = {"name": "pairs", "title": "Pairs on lines", "sniff": sniff, "read": read, "options": NoOptions} | given
    plugin = types.ModuleType("capbuild")  # a module that can be imported in another process, for the light import
    plugin.CAPBUILD_API = api
    plugin.register_readers = hookimpl(lambda: [Reader(**own)])
    limits = (attrs.evolve(Sample(name="x", data=b"x").source().limits, cells=1),)
    sample = Sample(name="a.pairs", data=DATA, responses=1, personal=("email",), limits=limits)

    class Case(ReaderConformance):
        reader = own["name"]
        samples = (sample,)
        damages = 60

        def test_light_import(self):
            """The reader lies in this file."""

    Case.plugin = plugin
    return Case()


def broken_clauses(case):
    found = set()
    for name in sorted(dir(case)):
        if name.startswith("test_"):
            test = getattr(case, name)
            try:
                with pytest.MonkeyPatch.context() as patch:
                    test(patch) if "monkeypatch" in test.__code__.co_varnames else test()
            except pytest.skip.Exception:
                continue
            except (CapbuildError, KeyError):
                found.add("registered")
            except AssertionError as error:
                found.add(str(error).split("'")[1])
    return found


def test_a_good_reader_fails_nothing():
    assert broken_clauses(made()) == set()


#: Clauses for content: what is bad is often bad for several of them.
CONTENT = {
    "as expected", "unique ids", "values from text", "kinds of missing", "form fits", "adds up with the file",
    "a cell is one answer", "rows in any order", "every row counts", "large files", "same content", "reports damage",
    "reads all alike", "leaves no trace", "same elsewhere", "survives damage",
}  # fmt: skip
SURE = Claim(Confidence.SIGNATURE, "everything")
BAD = {
    "registered": {"name": "Pairs_1"},
    "interface": {"api": 0},
    "options": {"options": Undescribed},
    "claims its own": {"sniff": lambda source: Claim(Confidence.NAME, "the suffix")},
    "leaves others alone": {"sniff": lambda source: SURE},
    "reads lazily": {"read": eager},
    "survives damage": {"read": fragile},
    "keeps limits": {"read": unlimited},
    "says where": {"read": answers(lambda a: attrs.evolve(a, origin=Origin("a.pairs", row=2)))},
    "adds up": {"read": changed(account=lambda a: attrs.evolve(a, cells=a.cells + 1))},
    "tells absences apart": {"read": answers(lambda a: attrs.evolve(a, value="") if a.is_missing else a)},
    "scans as it reads": {"scan": None},
    "flags personal data": {"read": changed(form=lambda f: attrs.evolve(f, questions=[]))},
}


def scan_less(source, options):
    from capbuild.tables import ResponseTable

    (response,) = (item for item in read(source, options) if isinstance(item, Response))
    return ResponseTable.from_responses([attrs.evolve(response, answers=response.answers[:1])])


@pytest.mark.parametrize("clause", BAD)
def test_a_bad_reader_fails_the_clause_it_breaks(clause):
    given = {"scan": scan_less} if clause == "scans as it reads" else BAD[clause]
    found = broken_clauses(made(**given))
    assert clause in found
    assert found - CONTENT <= {clause, "says where", "flags personal data"} or clause in (
        "registered",
        "claims its own",
    )


def test_a_reader_that_gives_something_else_each_time():
    assert "reads the same twice" in broken_clauses(made(read=fickle()))
