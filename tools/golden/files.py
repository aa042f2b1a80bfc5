"""Files of the golden readings.

They are samples of readers, files of examples and tests, and the corpus.
"""

import importlib.util
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from capbuild.plugins import InputFile
from capbuild.testing import ReaderConformance
from tools.golden.readings import HOST, Show

__all__ = ["LARGEST", "ROOT", "SurveyFile", "corpus_files", "own_files"]

ROOT = Path(__file__).resolve().parents[2]
#: Files of the corpus above this size are skipped: a reading holds all answers in memory.
LARGEST = 4 << 20
#: Where tests stand, and so the classes with samples.
_TESTS = ("tests", "plugins/*/tests", "examples/plugins/*/tests")
#: Folders of survey files, those of tests too.
_FOLDERS = (*_TESTS, "examples")
#: What tools, runs and notebooks leave behind, and documents of the library that are not surveys.
_ASIDE = {"out", "private", "__pycache__", ".ipynb_checkpoints", "schema", "golden"}


@frozen(kw_only=True)
class SurveyFile:
    """File to read, with its golden results' name.

    Attributes:
        name: Path below the project or the corpus; a sample has the path of its test and its own name.
        source: What is read.
        options: Options of its reader.
        show: How much of it the golden result shows.
    """

    name: str
    source: InputFile
    options: Mapping[str, Any] = field(factory=dict)
    show: Show

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.source.size


def own_files() -> Iterator[SurveyFile]:
    """Yield the project's own survey files.

    The samples of every reader come first, then those of tests and examples.
    """
    suffixes = {suffix for reader in HOST.readers.values() for suffix in reader.suffixes}
    yield from _samples()
    for place in _FOLDERS:
        for folder in sorted(ROOT.glob(place)):
            for path in _below(folder):
                below = path.relative_to(ROOT)
                name = below.as_posix()
                if path.suffix.lower() in suffixes and not _ASIDE & set(below.parts):
                    yield SurveyFile(name=name, source=InputFile(name, path=path), show=Show.QUESTIONS)


def corpus_files(corpus: Path) -> Iterator[SurveyFile]:
    """Yield the corpus files in order of path."""
    for path in _below(corpus):
        name = path.relative_to(corpus).as_posix()
        yield SurveyFile(name=name, source=InputFile(name, path=path), show=Show.DIGESTS)


def _below(folder: Path) -> list[Path]:
    return sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def _samples() -> Iterator[SurveyFile]:
    for place in _TESTS:
        for folder in sorted(ROOT.glob(place)):
            for path in sorted(folder.rglob("test_*.py")):
                if "(ReaderConformance)" in path.read_text("utf-8"):
                    yield from _samples_of(path)


def _samples_of(path: Path) -> Iterator[SurveyFile]:
    """Yield the samples of a test module's reader classes."""
    home = path.relative_to(ROOT).as_posix()
    spec = importlib.util.spec_from_file_location(f"golden_{home.replace('/', '_')[:-3]}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{home} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    classes = inspect.getmembers(module, lambda one: inspect.isclass(one) and issubclass(one, ReaderConformance))
    for name, cls in classes:
        for sample in getattr(cls, "samples", ()):
            place = f"{home} {name} {sample.name}"
            yield SurveyFile(name=place, source=sample.source(), options=sample.options, show=Show.ANSWERS)
