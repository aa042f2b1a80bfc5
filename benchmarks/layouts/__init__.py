"""Labelled tables of many layouts, read by `capbuild.read`.

    uv run python -m benchmarks.layouts [--kind K] [--language L] [--seed N] [--tables N] [--show]
    uv run python -m benchmarks.layouts --locality | --invariance | --ablation
    uv run python -m benchmarks.layouts.calibrate [--seeds N ...] [--fit N ...]

All tables are invented and made from the seed; `generate.kinds()` lists the layouts, `texts.toml` has the words.
"""
