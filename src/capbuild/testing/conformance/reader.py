"""The reading contract: a class of tests for any reader, which needs only to be told what the reader is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from attrs import field, frozen

from capbuild.errors import OptionError
from capbuild.io import read
from capbuild.io.scanning import scan
from capbuild.model import Reading
from capbuild.plugins import Confidence, Host, InputFile, Reader, default_host, make_options
from capbuild.testing.contract import require
from capbuild.testing.scanning import scan_differences

__all__ = ["ReaderConformance", "Sample"]


@frozen(kw_only=True)
class Sample:
    """A made file that a reader must read.

    Attributes:
        name: Its name, with the suffix it has in the field.
        data: Its bytes, or the path where it lies.
        options: Options it is read with.
    """

    name: str
    data: bytes | Path = field(repr=False)
    options: Mapping[str, Any] = field(factory=dict)

    def source(self) -> InputFile:
        """Return the sample as a file to read."""
        if isinstance(self.data, Path):
            return InputFile(self.name, path=self.data)
        return InputFile(self.name, data=self.data)


class ReaderConformance:
    """Clauses of the reading contract as tests; a class that names a reader and its samples inherits them.

        class TestLines(ReaderConformance):
            plugin = capbuild_example
            reader = "lines"
            confidence = Confidence.SIGNATURE
            samples = (Sample(name="a.answers", data=b"Jamaica | TEC-2.2a | yes"),)

    Attributes:
        plugin: The module that registers the reader; None for a built-in one.
        reader: The reader's name.
        samples: Made files of the format.
        confidence: How surely the reader claims its samples.
    """

    plugin: ClassVar[ModuleType | None] = None
    reader: ClassVar[str]
    samples: ClassVar[Sequence[Sample]]
    confidence: ClassVar[Confidence] = Confidence.SIGNATURE

    @property
    def host(self) -> Host:
        """A host with this plugin and the built-in ones only."""
        plugins = {} if self.plugin is None else {self.plugin.__name__: self.plugin}
        return Host(plugins=plugins, discover=False)

    @property
    def descriptor(self) -> Reader:
        """The reader under test."""
        readers = self.host.readers
        require(self.reader in readers, "registered", f"readers are {', '.join(readers)}")
        return readers[self.reader]

    def reading(self, sample: Sample, **options: Any) -> Reading:
        """Return what is read from a sample."""
        chosen = {**sample.options, **options}
        return read(sample.source(), format=self.reader, options=chosen, host=self.host)

    def test_claims_its_own(self) -> None:
        """Each sample is claimed as surely as declared, and by no other reader as surely."""
        others = [reader for name, reader in default_host().readers.items() if name != self.reader]
        for sample in self.samples:
            claim = self.descriptor.sniff(sample.source())
            found = "no claim" if claim is None else claim.confidence.name
            require(
                found == self.confidence.name, "claims its own", f"{sample.name}: {found}, not {self.confidence.name}"
            )
            rivals = [
                (r.name, c) for r in others if (c := r.sniff(sample.source())) and c.confidence >= self.confidence
            ]
            require(not rivals, "claims its own", f"{sample.name} is claimed by {rivals} too")

    def test_options(self) -> None:
        """An option that is not there is refused."""
        try:
            make_options(self.descriptor.options, {"no_such_option": 1}, self.reader)
        except OptionError as error:
            require("options are" in (error.remedy or ""), "options", f"no remedy: {error}")
        else:
            require(False, "options", "'no_such_option' was taken")

    def test_adds_up(self) -> None:
        """Every row and cell of each sample is accounted for."""
        for sample in self.samples:
            reading = self.reading(sample)
            require(reading.reconciliation.adds_up, "adds up", f"{sample.name}: {reading.reconciliation}")

    def test_scans_as_it_reads(self) -> None:
        """The columns of a scan hold the same answers as the objects, whether the reader has a fast path or not."""
        for sample in self.samples:
            table = scan(sample.source(), format=self.reader, options=sample.options, host=self.host)
            differences = list(scan_differences(table, self.reading(sample).responses))
            require(not differences, "scans as it reads", f"{sample.name}: {'; '.join(differences[:3])}")
