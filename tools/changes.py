"""Fragments of the changelog.

Each change has a file in `changes/`; a release collects them.

uv run python -m tools.changes                       # check them, and print what the next release says
uv run python -m tools.changes --release 0.2.0       # put it into CHANGELOG.md and remove the fragments
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: What a line may begin with, to stand under a head of its own; lines without a mark come first.
MARKS = {"**Breaking**": "Changed, and may break", "**Deprecated**": "Deprecated", "**Fixed**": "Fixed"}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.md")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def entries(text: str) -> list[str]:
    """Return the points of a fragment, each on one line.

    >>> entries("- One\\n  goes on.\\n- Two.\\n")
    ['One goes on.', 'Two.']
    """
    points: list[str] = []
    for line in text.splitlines():
        if line.startswith("- "):
            points.append(line[2:].strip())
        elif line.startswith("  ") and points and line.strip():
            points[-1] += " " + line.strip()
        elif line.strip():
            raise ValueError(f"a line is neither a point (`- `) nor goes on with one (two spaces): {line!r}")
    return points


def problems(name: str, text: str) -> list[str]:
    """Return the problems of a fragment."""
    found = [] if _NAME.fullmatch(name) else [f"{name}: the name is not in kebab case"]
    try:
        points = entries(text)
    except ValueError as error:
        return [*found, f"{name}: {error}"]
    if not points:
        found.append(f"{name}: it says nothing")
    found += [
        f"{name}: a point does not end as a sentence: {point[-40:]!r}" for point in points if point[-1] not in ".:)"
    ]
    marked = [point.split(":")[0] for point in points if point.startswith("**")]
    return found + [f"{name}: {mark} is none of {', '.join(MARKS)}" for mark in marked if mark not in MARKS]


def fragments(folder: Path) -> dict[str, str]:
    """Return the fragments by name."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*")) if path.is_file()}


def gathered(texts: dict[str, str]) -> str:
    """Return the text of a release.

    Points without a mark come first, then those of each mark under its heading.
    """
    points = [point for text in texts.values() for point in entries(text)]
    plain = [point for point in points if not point.startswith(tuple(MARKS))]
    parts = ["\n".join(f"- {point}" for point in plain)] if plain else []
    for mark, head in MARKS.items():
        own = [point.removeprefix(mark).lstrip(": ") for point in points if point.startswith(mark)]
        if own:
            parts.append(f"### {head}\n\n" + "\n".join(f"- {point}" for point in own))
    return "\n\n".join(parts) + "\n"


def release(version: str, changelog: str, texts: dict[str, str]) -> str:
    """Return the changelog with a new release on top."""
    if not _VERSION.fullmatch(version) or f"\n## {version}\n" in changelog:
        raise ValueError(f"{version!r} is no new version")
    head, mark, rest = changelog.partition("\n## ")
    return f"{head}\n## {version}\n\n{gathered(texts)}{mark}{rest}"


def write_page(place: Path) -> None:
    """Write the changelog as a page, next release first."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8").replace("](docs/reference/", "](")
    head, mark, rest = changelog.partition("\n## ")
    texts = fragments(ROOT / "changes")
    place.write_text(f"{head}\n## Next version\n\n{gathered(texts)}{mark}{rest}" if texts else changelog, "utf-8")


def main() -> None:
    """Check or print the fragments, or make a release."""
    texts = fragments(ROOT / "changes")
    wrong = [problem for name, text in texts.items() for problem in problems(name, text)]
    if wrong:
        sys.exit("\n".join(wrong))
    if "--release" not in sys.argv:
        print(gathered(texts), end="")
        return
    place = ROOT / "CHANGELOG.md"
    place.write_text(release(sys.argv[sys.argv.index("--release") + 1], place.read_text("utf-8"), texts), "utf-8")
    for name in texts:
        (ROOT / "changes" / name).unlink()


if __name__ == "__main__":
    main()
