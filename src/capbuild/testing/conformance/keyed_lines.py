"""Clauses on text files whose lines begin with a key.

Definitions often have this form. Each line and each part of it must be read or reported.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from attrs import frozen

from capbuild.model import Survey
from capbuild.origin import Origin
from capbuild.testing.conformance.cell_probes import NONSENSE, is_number_text
from capbuild.testing.conformance.edits import file_kind
from capbuild.testing.conformance.metamorphic import MetamorphicClauses, SampleFile
from capbuild.testing.conformance.origins import find_delimiter
from capbuild.testing.conformance.sample import is_reported, misplaced_issue, reading_content
from capbuild.testing.contract import require_clause

_KEY = re.compile(r"[A-Za-z@%#*][\w@%#*-]*")


@frozen
class KeyedLines:
    """Text file in lines of parts, beginning with a key.

    Attributes:
        lines: The lines, without their ends.
        delimiter: Separator of the parts of a line.
        kinds: Numbers of lines, from 0, by key.
    """

    lines: tuple[str, ...]
    delimiter: str
    kinds: Mapping[str, tuple[int, ...]]

    @classmethod
    def parse(cls, name: str, data: bytes) -> "KeyedLines | None":
        """Return the lines of a file, or None.

        The result is None for another format, or if less than half of the lines share their key with others.
        """
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if file_kind(name, data) != "table":
            return None
        lines, delimiter = tuple(text.split("\n")), find_delimiter(text)
        kinds: defaultdict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            key, divided, _ = line.rstrip("\r").partition(delimiter)
            if number and _KEY.fullmatch(key) and (divided or len(line) == len(key)):
                kinds[key].append(number)
        shared = sum(len(numbers) for numbers in kinds.values() if len(numbers) > 1)
        if not kinds or shared < len([line for line in lines if line.strip()]) / 2:
            return None
        return cls(lines, delimiter, {key: tuple(numbers) for key, numbers in kinds.items()})

    def ends(self) -> Iterator[tuple[str, int]]:
        """Yield the first and last line number of each key."""
        for key, numbers in self.kinds.items():
            yield from ((key, number) for number in dict.fromkeys((numbers[0], numbers[-1])))

    def parts(self, number: int) -> list[str]:
        """Return the parts of a line."""
        line, mark = self.lines[number].rstrip(), re.escape(self.delimiter)
        parts: list[str] = re.findall(rf'(?:^|(?<={mark}))((?:"[^"]*"|[^"{mark}])*)', line)
        return parts if self.delimiter.join(parts) == line else line.split(self.delimiter)

    def other(self, number: int) -> str:
        """Return a line with another text in its last part."""
        *parts, last = self.parts(number)
        return self.delimiter.join([*parts, changed_text(last)])

    def columns(self) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
        """Yield the position of each part by key.

        Each comes with the first, middle and last line that has the part.
        """
        for key, numbers in self.kinds.items():
            places: defaultdict[int, list[int]] = defaultdict(list)
            for number in numbers:
                for place, part in enumerate(self.parts(number)[1:], start=1):
                    if part.strip():
                        places[place].append(number)
            for place, spans in places.items():
                chosen = dict.fromkeys((spans[0], spans[len(spans) // 2], spans[-1]))
                yield f"part {place + 1} of lines with {key!r}", tuple((number, place) for number in chosen)

    def replaced(self, number: int, *lines: str) -> bytes:
        """Return the file with other lines in place of one."""
        return "\n".join([*self.lines[:number], *lines, *self.lines[number + 1 :]]).encode()

    def with_part(self, number: int, place: int, text: str) -> bytes:
        """Return the file with one part changed."""
        parts = self.parts(number)
        parts[place] = text
        end = "\r" if self.lines[number].endswith("\r") else ""
        return self.replaced(number, self.delimiter.join(parts) + end)


class KeyedLineClauses(MetamorphicClauses):
    """Clauses that edit the lines of samples and companions."""

    def _keyed_files(self) -> Iterator[tuple[SampleFile, KeyedLines]]:
        """Yield each file in keyed lines, with its lines."""
        for file in self.files():
            parsed = KeyedLines.parse(file.name, file.data)
            if parsed is not None:
                yield file, parsed

    def test_every_line_counts(self) -> None:
        """Check that every line is read or reported.

        The samples are changed by a line of nonsense, a repeated line with another text, and a removed line.
        """
        self.clause("every line counts")
        for sample, file in self._keyed_files():
            name, before = sample.name, sample.before
            for key, number in file.ends():
                if any(part in f"lines with {key!r}" for part in self.unread):
                    continue
                line = file.lines[number]
                for what, lines in (
                    ("replaced by nonsense", (NONSENSE,)),
                    ("followed by nonsense", (line, NONSENSE)),
                    ("twice, with another text", (line, file.other(number))),
                    ("left out", ()),
                ):
                    after = sample.read(file.replaced(number, *lines))
                    if after is None:
                        continue
                    where = f"{name} with line {number + 1} ({line[:30]!r}) {what}"
                    seen = _is_changed(before, after) or is_reported(before, after)
                    require_clause(seen, "every line counts", f"{where} is read as without")
                    place = Origin(name, row=number + max(1, len(lines)))
                    misplaced = misplaced_issue(before, after, place) if lines else ""
                    require_clause(not misplaced, "says where", f"{where}: the only new issue is {misplaced}")

    def test_every_part_counts(self) -> None:
        """Check that each part of a line is read.

        Each kind of line is checked. Parts that are not read are declared in `unread`.
        """
        self.clause("every line counts")
        for sample, file in self._keyed_files():
            for what, places in file.columns():
                if any(part in what for part in self.unread):
                    continue
                effects = {number + 1: self._part_counts(sample, file, number, place) for number, place in places}
                ignored = [number for number, counts in effects.items() if not counts]
                require_clause(
                    not ignored, "every line counts",
                    f"{sample.name}: another text in {what} changes nothing (line {', '.join(map(str, ignored))})",
                )  # fmt: skip

    @staticmethod
    def _part_counts(sample: SampleFile, file: KeyedLines, number: int, place: int) -> bool:
        text = file.parts(number)[place]
        for new in (changed_text(text), NONSENSE):
            after = sample.read(file.with_part(number, place, new))
            if after is None or reading_content(after) != reading_content(sample.before):
                return True
        return False


def changed_text(text: str) -> str:
    """Return a different text, within the same quotes.

    A number is one higher, and any other text has another word.
    """
    if text.endswith('"') and len(text) > 1:
        return f'{text[:-1]} Zq"'
    return str(int(float(text)) + 1) if is_number_text(text) else f"{text} Zq"


def _is_changed(before: Survey, after: Survey) -> bool:
    """True if form, responses or issues of two readings differ."""
    return reading_content(before)[:3] != reading_content(after)[:3]
