"""What writers share is made once, also when two ask at the same time; what fails is not kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from capbuild.io.writing import render_files
from capbuild.plugins import RenderCache, RenderContext
from capbuild.workspace.rounds.dossiers import complete_programme, list_disclosed_rounds


def test_two_that_ask_at_once_get_the_same():
    shared, made, both = RenderCache(), [], Barrier(2)

    def ask(_):
        both.wait()
        return shared.get("report", lambda: made.append(1) or object())

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(ask, range(2))
    assert one is other
    assert made == [1]


def test_keys_are_apart_and_a_failure_is_not_kept():
    context = RenderContext(shared=RenderCache())
    assert (context.once("a", lambda: 1), context.once("b", lambda: 2), context.once("a", lambda: 3)) == (1, 2, 1)
    with pytest.raises(ZeroDivisionError):
        context.once("c", lambda: 1 // 0)
    assert context.once("c", lambda: 4) == 4


def test_without_a_place_to_share_everything_is_made():
    context = RenderContext()
    assert (context.once("a", lambda: 1), context.once("a", lambda: 2)) == (1, 2)


def test_documents_of_a_run_show_what_single_documents_show(example_programme):
    """A cache holds amounts converted before disclosure; a document that used them would show what it must not."""
    workspace, dossier = example_programme, example_programme.dossier("baseline")
    common = RenderCache()
    shared = [RenderCache(common=common), RenderCache(common=common)]
    documents = [
        ("profile", "country", "JM"), ("brief-country", "country", "HT"), ("profile", "country", "HT"),
        ("profile", "country", "DM"),
    ]  # fmt: skip
    for kind, audience, country in documents:
        for language, cache in zip(("en", "es"), shared, strict=True):
            single, of_a_run = (
                render_files(
                    workspace.assess("baseline"),
                    "md",
                    kind=kind,
                    audience=audience,
                    country=country,
                    language=language,
                    programme=complete_programme(workspace.programme, dossier),
                    dossier=dossier,
                    rounds=list_disclosed_rounds(workspace, audience, kind),
                    shared=one,
                )
                for one in (None, cache)
            )
            assert of_a_run == single, (kind, country, language)
