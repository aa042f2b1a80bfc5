"""Whatever is done to a document, it is read or it is refused with problems; nothing else ever comes out."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from capbuild.documents import dumps, loads
from capbuild.documents.envelope import kind_of
from capbuild.errors import DocumentError
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Catalogue,
    Framework,
    Membership,
    Plan,
    Programme,
    Questionnaire,
    Response,
    Score,
    Survey,
)
from capbuild.testing.strategies import strategy

CLASSES = (Assessment, AssessmentSet, Catalogue, Framework, Membership, Plan, Programme, Questionnaire, Survey)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container in a JSON value with each of its keys."""
    found = []
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, item in pairs:
        found += [(value, key), *places(item)]
    return found


def read_or_refused(text: str) -> tuple[Any, DocumentError | None]:
    try:
        return loads(text, name="changed.json"), None
    except DocumentError as error:
        return None, error


@pytest.mark.parametrize("cls", [*CLASSES, Response, Score], ids=kind_of)
def test_a_changed_document_is_read_or_refused(cls):
    @settings(max_examples=6, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(strategy(cls), st.data())
    def holds(value, data):
        text = dumps(value)
        for _ in range(4):
            made = json.loads(text)
            where, key = data.draw(st.sampled_from(places(made["data"]) or [(made, "data")]))
            change = data.draw(st.sampled_from(("replace", "remove", "add")))
            if change == "remove":
                del where[key]
            elif change == "add" and isinstance(where, dict):
                where[data.draw(st.text(max_size=5))] = data.draw(JSON)
            else:
                where[key] = data.draw(JSON)
            read, refusal = read_or_refused(json.dumps(made))
            if refusal is None:
                assert loads(dumps(read)) == read
            else:
                assert refusal.origin.file == "changed.json"
                assert all(path.startswith("$") and message for path, message in refusal.problems)

    holds()
