"""Answers of survey files, read by a folder's rules and mappings."""

from collections.abc import Sequence

from attrs import evolve

from capbuild.model import Framework, Mapping, Reading
from capbuild.scoring.answer_words import fold_text
from capbuild.scoring.findings import AnswerReader
from capbuild.scoring.mapping_drafts import draft_mapping
from capbuild.workspace.config import Settings
from capbuild.workspace.mappings import MappingRow, select_mappings

__all__ = ["make_answer_reader"]


def make_answer_reader(
    reading: Reading, name: str, framework: Framework, rows: Sequence[MappingRow], settings: Settings
) -> tuple[AnswerReader, tuple[Mapping, ...]]:
    """Return the reader of a file's answers, and the mappings made by the wording.

    Questions that nothing maps are mapped where their text is certain.

    Args:
        reading: The file as read.
        name: Its name below the folder, by which rules and mappings are chosen.
        framework: What the answers speak of.
        rows: Mappings of the folder.
        settings: Rules of programme.toml.
    """
    asked = () if reading.questionnaire is None else reading.questionnaire.questions
    form = () if reading.questionnaire is None else reading.questionnaire.mappings
    known, words = [*form, *select_mappings(name, rows)], settings.rule_for(name).answers
    reader = AnswerReader.make(framework, known, words)
    open_ = [one for one in asked if not reader.targets(one.id)]
    taken = {mapping.target for one in asked for mapping in reader.targets(one.id)}
    draft = draft_mapping(open_, framework, reading.responses)
    settled = {fold_text(word) for word in words}
    drafted = tuple(
        evolve(one, answers={word: code for word, code in one.answers.items() if fold_text(word) not in settled})
        for one in draft.mappings
        if one.target not in taken
    )
    return (AnswerReader.make(framework, [*known, *drafted], words) if drafted else reader), drafted
