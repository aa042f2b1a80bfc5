"""Clauses on text files whose lines begin with a key, such as definitions: each line and each part of it counts."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from attrs import frozen

from capbuild.model import Survey
from capbuild.origin import Origin
from capbuild.testing.conformance.cell_probes import is_number_text
from capbuild.testing.conformance.edits import file_kind
from capbuild.testing.conformance.metamorphic import MetamorphicClauses
from capbuild.testing.conformance.origins import find_delimiter
from capbuild.testing.conformance.sample import Sample, is_reported, misplaced_issue, reading_content
from capbuild.testing.contract import require_clause

_KEY = re.compile(r"[A-Za-z@%#*][\w@%#*-]*")
_NONSENSE = "zq9wq"


@frozen
class KeyedLines:
    """Text file in lines of parts, the first of which says what a line is.

    Attributes:
        lines: The lines, without their ends.
        delimiter: What divides the parts of a line.
        kinds: Numbers of lines, from 0, by key.
    """

    lines: tuple[str, ...]
    delimiter: str
    kinds: Mapping[str, tuple[int, ...]]

    @classmethod
    def parse(cls, name: str, data: bytes) -> "KeyedLines | None":
        """Return the lines of a file; None for a file of another kind.

        At least half of the lines must share their key with others.
        """
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if file_kind(name, data) != "table" or '"' in text:
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
        """Yield the key and the number of the first and the last line of each kind."""
        for key, numbers in self.kinds.items():
            yield from ((key, number) for number in dict.fromkeys((numbers[0], numbers[-1])))

    def other(self, number: int) -> str:
        """Return a line with another text in its last part."""
        parts = self.lines[number].rstrip().split(self.delimiter)
        return self.delimiter.join([*parts[:-1], changed_text(parts[-1])])

    def columns(self) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
        """Yield each part of each kind of line, with the first, middle and last line that has it, and its place."""
        for key, numbers in self.kinds.items():
            places: defaultdict[int, list[int]] = defaultdict(list)
            for number in numbers:
                for place, part in enumerate(self.lines[number].rstrip("\r").split(self.delimiter)[1:], start=1):
                    if part.strip():
                        places[place].append(number)
            for place, found in places.items():
                chosen = dict.fromkeys((found[0], found[len(found) // 2], found[-1]))
                yield f"part {place + 1} of lines with {key!r}", tuple((number, place) for number in chosen)

    def replaced(self, number: int, *lines: str) -> bytes:
        """Return the file with other lines in place of one."""
        return "\n".join([*self.lines[:number], *lines, *self.lines[number + 1 :]]).encode()

    def with_part(self, number: int, place: int, text: str) -> bytes:
        """Return the file with another text for one part of a line."""
        parts = self.lines[number].split(self.delimiter)
        end = "\r" if parts[place].endswith("\r") else ""
        parts[place] = text + end
        return self.replaced(number, self.delimiter.join(parts))


class KeyedLineClauses(MetamorphicClauses):
    """Clauses that edit the lines of samples and of their companion files."""

    def _keyed_files(self) -> Iterator[tuple[str, Survey, KeyedLines, Callable[[bytes], Survey | None]]]:
        """Yield each file in keyed lines: its name, the reading, its lines, and how a changed copy is read."""
        host, seen = self.host, set[tuple[str, bytes]]()
        for sample, before in self.readings():
            read = partial(self.read_edited, sample, host=host)
            files: list[tuple[str, bytes, Callable[[bytes], Survey | None]]] = [(sample.name, sample.content, read)]
            for option, content in sample.options.items():
                if isinstance(content, bytes):
                    files.append((option, content, partial(self._read_with_companion, sample, option)))
            for name, content, read_copy in files:
                role = "" if content is sample.content else name
                parsed = KeyedLines.parse(name, content) if (role, content) not in seen else None
                seen.add((role, content))
                if parsed is not None:
                    yield name, before, parsed, read_copy

    def _read_with_companion(self, sample: Sample, option: str, data: bytes) -> Survey | None:
        return self.read_edited(sample, sample.content, self.host, options={**sample.options, option: data})

    def test_every_line_counts(self) -> None:
        """A line of nonsense, or a second one with another text, is read or reported; so is one that is left out."""
        self.clause("every line counts")
        for name, before, file, read in self._keyed_files():
            for key, number in file.ends():
                if any(part in f"lines with {key!r}" for part in self.unread):
                    continue
                line = file.lines[number]
                for what, lines in (
                    ("replaced by nonsense", (_NONSENSE,)),
                    ("followed by nonsense", (line, _NONSENSE)),
                    ("twice, with another text", (line, file.other(number))),
                    ("left out", ()),
                ):
                    after = read(file.replaced(number, *lines))
                    if after is None:
                        continue
                    told = f"{name} with line {number + 1} ({line[:30]!r}) {what}"
                    seen = _is_changed(before, after) or is_reported(before, after)
                    require_clause(seen, "every line counts", f"{told} is read as without")
                    place = Origin(name, row=number + max(1, len(lines)))
                    misplaced = misplaced_issue(before, after, place) if lines else ""
                    require_clause(not misplaced, "says where", f"{told}: the only new issue is {misplaced}")

    def test_every_part_counts(self) -> None:
        """Each part of a line of a kind is read, in each line alike; what is not read is declared in `unread`."""
        self.clause("every line counts")
        for name, before, file, read in self._keyed_files():
            for what, places in file.columns():
                if any(part in what for part in self.unread):
                    continue
                effects = {number + 1: self._part_counts(before, file, number, place, read) for number, place in places}
                ignored = [number for number, counts in effects.items() if not counts]
                require_clause(
                    not ignored, "every line counts",
                    f"{name}: another text in {what} changes nothing (line {', '.join(map(str, ignored))})",
                )  # fmt: skip

    @staticmethod
    def _part_counts(
        before: Survey, file: KeyedLines, number: int, place: int, read: Callable[[bytes], Survey | None]
    ) -> bool:
        text = file.lines[number].rstrip("\r").split(file.delimiter)[place]
        for new in (changed_text(text), _NONSENSE):
            after = read(file.with_part(number, place, new))
            if after is None or reading_content(after) != reading_content(before):
                return True
        return False


def changed_text(text: str) -> str:
    """Return another text: a number one higher, or a word more."""
    return str(int(float(text)) + 1) if is_number_text(text) else f"{text} Zq"


def _is_changed(before: Survey, after: Survey) -> bool:
    """True if two readings differ in form, responses or issues; rows counted do not matter."""
    return reading_content(before)[:3] != reading_content(after)[:3]
