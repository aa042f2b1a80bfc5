"""Generator of the example programme's invented answers.

The programme is `examples/americas-2015`.

    python -m tools.example            write the files
    python -m tools.example --check    compare them, byte for byte, and write nothing

Names of participants, the 13 first visits and the years are facts (`facts.py`). Everything else is drawn by lot from a
seeded generator (`draws.py`): nothing is known about, or meant to describe, a real police service. `programme.toml`
and `README.md` of the example are written by hand.
"""
