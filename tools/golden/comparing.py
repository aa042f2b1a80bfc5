"""Differences between stored and present golden results.

They are for people to read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["RENEW", "differences", "report"]

RENEW = "uv run python -m tools.golden"
#: Lines shown in a failing test, in all and of one file.
_SHOWN, _SHOWN_OF_FILE = 60, 8
#: Parts of the line of a question.
_PARTS = ("definition", "answers", "digest", "shown")


def differences(kept: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each difference.

    It has the file, the part, and the old and the new value.
    """
    for name in dict.fromkeys((*kept, *made)):
        if name not in made:
            yield f"{name}: was {_brief(kept[name])}, now there is none"
        elif name not in kept:
            yield f"{name}: there was none, now {_brief(made[name])}"
        else:
            yield from (f"{name}: {line}" for line in _within(kept[name], made[name]))


def _within(kept: Any, made: Any) -> Iterator[str]:
    if not isinstance(kept, Mapping) or not isinstance(made, Mapping):
        if isinstance(kept, str) and isinstance(made, str) and kept != made:
            kept, made = _changed(kept, made)
        if kept != made:
            yield f"was {_brief(kept)}, now {_brief(made)}"
        return
    for part in dict.fromkeys((*kept, *made)):
        before, after = kept.get(part, ""), made.get(part, "")
        if part == "questions":
            yield from _questions(_keyed(before), _keyed(after))
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from (f"{part} {line}" for line in differences(before, after))
        elif before != after:
            yield from (f"{part}: {line}" for line in _within(before, after))


def _changed(before: str, after: str) -> tuple[str, str]:
    """Return the differing parts of two texts.

    Texts with different numbers of parts are returned whole.
    """
    parts = [text.split("; ") for text in (before, after)]
    if len(parts[0]) != len(parts[1]):
        return before, after
    pairs = [(was, now) for was, now in zip(*parts, strict=True) if was != now]
    return "; ".join(was for was, _ in pairs), "; ".join(now for _, now in pairs)


def _keyed(questions: Any) -> dict[str, str]:
    """Return the lines of questions by key.

    The corpus has lists of lines that begin with the key.
    """
    if isinstance(questions, Mapping):
        return dict(questions)
    return {line.partition(" ")[0]: line.partition(" ")[2] for line in questions or ()}


def _questions(kept: Mapping[str, str], made: Mapping[str, str]) -> Iterator[str]:
    if (both := [name for name in kept if name in made]) != [name for name in made if name in kept]:
        yield f"questions: the order of {len(both)} changed"
    for name in dict.fromkeys((*kept, *made)):
        before, after = kept.get(name), made.get(name)
        if before is None or after is None:
            yield f"question '{name}': {'new' if before is None else 'gone'} ({after or before})"
        elif before != after:
            pairs = zip(_PARTS, _split(before), _split(after), strict=True)
            changed = (f"{part} {was or 'none'} -> {now or 'none'}" for part, was, now in pairs if was != now)
            yield f"question '{name}': {'; '.join(changed)}"


def _split(line: str) -> list[str]:
    parts = line.split(" ", 3)
    return [*parts, *[""] * (len(_PARTS) - len(parts))]


def _brief(result: Any) -> str:
    if not isinstance(result, Mapping):
        return f"'{result}'"
    return f"read by {result['reader']}" if "reader" in result else f"{len(result)} lines"


def report(kept: Mapping[str, Any], made: Mapping[str, Any], part: str) -> str:
    """Return a failing test's message, empty without differences."""
    lines = list(differences(kept, made))
    if not lines:
        return ""
    files: dict[str, list[str]] = {}
    for line in lines:
        files.setdefault(line.partition(": ")[0], []).append(line)
    shown = [line for found in files.values() for line in found[:_SHOWN_OF_FILE]][:_SHOWN]
    full = f"{RENEW} --full {part}"
    return "\n".join(
        [
            f"{len(files)} of {len(kept)} golden results ({part}) differ, {len(shown)} of {len(lines)} differences:",
            *shown,
            f"to see all of it: {full} --commit HEAD && {full} && diff -ru build/golden/HEAD build/golden/now",
            f"if every difference is meant: {RENEW} {part}, and commit tests/golden/{part}.json",
        ]
    )
