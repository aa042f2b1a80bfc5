"""Report languages of a programme, in `languages/de/*.json`."""

import json
from collections.abc import Iterable
from pathlib import Path

from capbuild.errors import CapbuildError, ModelError, ReadError, WorkspaceError
from capbuild.io.format_detection import open_input
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import ReadLimits
from capbuild.reports.i18n import get_base_language
from capbuild.reports.languages import (
    BUILT_IN_LANGUAGES,
    LanguageTexts,
    Message,
    language_template,
    list_keys_with_words,
    list_untranslated,
    parse_messages,
)
from capbuild.workspace.paths import FolderPaths
from capbuild.workspace.transactions import edit_folder

#: Folder with a folder for each language.
LANGUAGES = "languages"
_FILE = "reports.json"
#: Texts of the framework and the catalogue, by English text.
_PHRASES = "framework.json"
#: The template of every text has 154 kB.
_LIMITS = ReadLimits(file_size=5_000_000)


def load_languages(folder: Path) -> tuple[tuple[LanguageTexts, ...], tuple[Issue, ...]]:
    """Return the languages of a programme's folder, and their faults.

    A text that is refused is left out, so that reports have it in English.

    Args:
        folder: The programme's folder.
    """
    issues: list[Issue] = []
    languages = [_load_language(folder, place, issues) for place in sorted((folder / LANGUAGES).glob("*/"))]
    return tuple(language_texts for language_texts in languages if language_texts is not None), tuple(issues)


def _load_language(folder: Path, place: Path, issues: list[Issue]) -> LanguageTexts | None:
    tag, texts, phrases, is_read = place.name, dict[str, Message](), dict[str, str](), False
    if tag in BUILT_IN_LANGUAGES:
        message = f"{tag!r} is a language of capbuild itself, whose texts are used"
        issues.append(_make_issue(message, f"{LANGUAGES}/{tag}", "remove the folder"))
        return None
    for path in sorted(place.glob("*.json")):
        name = f"{LANGUAGES}/{tag}/{path.name}"
        try:
            messages = parse_messages(_read_text(FolderPaths.load(folder).find_input(name)[1], name))
            if path.name == _PHRASES:
                phrases |= {key: str(text) for key, text in messages.items() if text}
                LanguageTexts(tag=tag, texts={}, phrases=phrases)
                is_read = True
                continue
            wrong = dict(LanguageTexts.find_problems(tag, messages))
        except (CapbuildError, OSError) as error:
            capbuild_error = error if isinstance(error, CapbuildError) else ReadError(f"{name} cannot be read: {error}")
            issues.append(_make_issue(capbuild_error.message, name, capbuild_error.remedy or "correct the file"))
            continue
        issues += [_make_issue(_describe(error, key), name, "correct the text", key) for key, error in wrong.items()]
        texts |= {key: text for key, text in messages.items() if key not in wrong}
        is_read = True
    return LanguageTexts(tag=tag, texts=texts, phrases=phrases) if is_read else None


def _read_text(path: Path, name: str) -> str:
    """Return the text of a file of messages.

    Raises:
        CapbuildError: CB103, it is empty; CB105, it is too large; CB108, it is a pipe or a device; CB119, it is not
            UTF-8.
    """
    try:
        return open_input(path, name=name, limits=_LIMITS).content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{name} is not UTF-8 at byte {error.start:,}"
        raise ReadError(message, code="CB119", remedy="save the file as UTF-8") from None


def _describe(error: ModelError, key: str) -> str:
    message = error.message.replace(f"LanguageTexts.texts[{key!r}]", "the text")
    return message.replace("LanguageTexts.texts must", "a file of texts must")


def _make_issue(message: str, name: str, remedy: str, key: str | None = None) -> Issue:
    origin = Origin(name, path=None if key is None else f"$['{key}']")
    return Issue.error("CB603", message, origin, remedy)


def check_language_share(tag: str, origin: Origin) -> Issue | None:
    """Return a note if texts of reports lack a translation.

    Args:
        tag: Tag of the language.
        origin: Location of the setting.
    """
    base = get_base_language(tag)
    lacking, total = len(list_untranslated(base)), len(list_keys_with_words())
    if not lacking:
        return None
    return Issue.note(
        "CB705",
        f"{base!r} has {total - lacking} of {total} texts of reports: the others are in English",
        origin,
        f"translate them: `capbuild new language {base} FOLDER` writes the texts to fill in",
    )


def write_language(folder: Path, tag: str, phrases: Iterable[str] = ()) -> tuple[Path, LanguageTexts]:
    """Write a language's texts to translate into a programme's folder.

    Args:
        folder: The programme's folder.
        tag: ISO 639 code.
        phrases: English texts of its framework and catalogue.

    Returns:
        The file, and the texts that are translated.

    Raises:
        WorkspaceError: CB603, the language is built in, CLDR does not have it, or a text that is there is refused.
    """
    name, other = f"{LANGUAGES}/{tag}/{_FILE}", f"{LANGUAGES}/{tag}/{_PHRASES}"
    if tag in BUILT_IN_LANGUAGES:
        raise WorkspaceError(f"{tag!r} is a language of capbuild itself", code="CB603", remedy="ask for another one")
    with edit_folder(folder) as edit:
        try:
            language_texts = LanguageTexts.from_json(tag, _read_text(folder / name, name) if edit.read(name) else "{}")
            translated = parse_messages(_read_text(folder / other, other)) if edit.read(other) else {}
        except CapbuildError as error:
            remedy = "`capbuild validate FOLDER` lists every text that is refused: correct them first"
            raise WorkspaceError(error.message, code="CB603", origin=Origin(name), remedy=remedy) from None
        edit.write(name, language_template(tag, language_texts.texts))
        wanted = {**dict.fromkeys(phrases, ""), **translated}
        if wanted:
            edit.write(other, json.dumps(wanted, ensure_ascii=False, indent=1) + "\n")
    return folder / name, language_texts
