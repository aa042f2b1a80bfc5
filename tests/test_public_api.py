"""What is public is listed; a change of it is meant, and shows in the diff of the listing."""

import inspect

import capbuild
from tools import public_api


def test_the_listing_is_current():
    differing = public_api.differences()
    assert not differing, "\n".join(
        [
            "the public interface differs from docs/reference/public-api.txt;",
            "if it is meant: uv run python -m tools.public_api, and a file in changes/ that says it",
            *differing,
        ]
    )


def test_it_lists_the_face_and_what_plugins_build_on():
    text = public_api.LISTING.read_text("utf-8")
    for name in capbuild.__all__:
        assert f"\n{name}" in text, name
    for package in ("model", "plugins", "io", "errors", "origin", "reports", "formats", "testing"):
        assert f"[capbuild.{package}]" in text


def test_a_signature_says_what_may_be_left_out_and_what_has_a_name():
    def sample(source, /, *others, kind=None, strict=True, limits=inspect, **more):
        """Signs of every kind."""

    assert public_api.signature(sample) == "(source, *others, kind=None, strict=True, limits=..., **more)"
    assert public_api.signature(lambda a, *, b=1: a) == "(a, *, b=1)"
