"""Plugin for SurveyJS: definitions and responses."""

from collections.abc import Iterable

from capbuild.formats import DefinitionOptions
from capbuild.plugins import Companion, LazyFunction, Reader, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of SurveyJS files."""
    return [
        Reader(
            name="surveyjs",
            title="SurveyJS survey or responses",
            sniff=LazyFunction("capbuild_surveyjs.files:sniff"),
            read=LazyFunction("capbuild_surveyjs.files:read_file"),
            facts=LazyFunction("capbuild_surveyjs.facts:file_facts"),
            options=DefinitionOptions,
            companions=(
                Companion(
                    option="definition", patterns=("*.json",), explains=LazyFunction("capbuild_surveyjs.files:explains")
                ),
            ),
            suffixes=(".json",),
        )
    ]
