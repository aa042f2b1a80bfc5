"""Golden files for tests."""

import difflib
import os
from pathlib import Path

#: Environment variable that `pytest --golden-update` sets.
UPDATE = "CAPBUILD_GOLDEN_UPDATE"

#: Longer files are not reviewed, so they prove nothing.
_MOST_LINES = 400


def _normalise_newlines(text: str) -> str:
    """Return a text with Unix newlines, ending in one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def check_golden(actual: str, path: str | Path) -> None:
    r"""Compare a text with a golden file, ignoring newline style.

    `pytest --golden-update` writes the file instead, except in continuous integration (variable `CI`).

    Args:
        actual: The actual text.
        path: The golden file, kept under version control and under 400 lines.

    Raises:
        AssertionError: They differ (the message is a unified diff), the file is missing, or it is too long to read.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kept = Path(folder, "kept.txt")
        ...     _ = kept.write_text("two words\n")
        ...     check_golden("two words", kept)
    """
    place, expected = Path(path), _normalise_newlines(actual)
    if expected.count("\n") > _MOST_LINES:
        raise AssertionError(f"{place.name} would have more than {_MOST_LINES} lines; keep what a person can review")
    if os.environ.get(UPDATE) and not os.environ.get("CI"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(expected, encoding="utf-8", newline="\n")
        return
    if not place.is_file():
        raise AssertionError(f"there is no golden file {place}; make it with: pytest --golden-update")
    kept = _normalise_newlines(place.read_text("utf-8"))
    if expected != kept:
        diff = difflib.unified_diff(
            kept.splitlines(), expected.splitlines(), f"{place.name} (kept)", "made now", lineterm=""
        )
        raise AssertionError(
            "\n".join([f"{place.name} differs; if it is meant: pytest --golden-update, and read the diff", *diff])
        )
