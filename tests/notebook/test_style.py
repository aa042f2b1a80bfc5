"""Colours of both grounds are told apart from their ground by contrast (WCAG 2.2: 4.5 for text, 3 for marks)."""

import re

import pytest

from capbuild.notebook.bundle import load_style


def luminance(colour):
    colour = colour.lstrip("#")
    colour = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def grounds():
    """The variables of each ground: the light one is the default, the dark ones change it."""
    blocks = [
        dict(re.findall(r"--(\w+):([^;}]+)", block)) for block in re.findall(r"{([^{}]*--i:[^{}]*)}", load_style())
    ]
    light, *dark = blocks
    assert len(dark) == 2
    assert dark[0] == dark[1]
    return {"light": light, "dark": {**light, **dark[0]}}


def value(variables, name):
    found = variables[name]
    inner = re.fullmatch(r"var\(--(\w+)\)", found)
    if inner:
        return value(variables, inner[1])
    fallback = re.fullmatch(r"var\(--jp-layout-color0,(#\w+)\)", found)
    return fallback[1] if fallback else found


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("name", ["i", "q", "r", "p", "l"])
def test_words_and_outlines_are_read_on_their_ground(ground, name):
    variables = grounds()[ground]
    assert contrast(value(variables, name), value(variables, "g")) >= 4.5


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize(("shade", "text"), [(1, "d1"), (2, "d1"), (3, "d3"), (4, "d4"), (5, "d4")])
def test_codes_are_read_on_their_shade(ground, shade, text):
    variables = grounds()[ground]
    assert contrast(value(variables, f"c{shade}"), value(variables, text)) >= 4.5


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_ranges_are_read_on_the_hatch(ground):
    variables = grounds()[ground]
    assert contrast(value(variables, "x"), value(variables, "i")) >= 4.5


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_each_shade_stands_further_from_the_ground_than_the_one_below(ground):
    variables = grounds()[ground]
    far = [contrast(value(variables, f"c{shade}"), value(variables, "g")) for shade in range(1, 6)]
    assert far == sorted(far)


def test_a_front_end_that_says_light_is_believed_when_the_system_is_dark():
    dark = load_style().partition("@media")[2]
    assert ':not([data-jp-theme-light="true"] *' in dark
    assert ':is([data-jp-theme-light="false"]' in dark
