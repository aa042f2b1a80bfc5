"""Reference values of composite indices: those of `tests/stats`, read in the same way."""

from tests.stats.conftest import asem, peers, small_tree, stats_corpus, synthetic

__all__ = ["asem", "peers", "small_tree", "stats_corpus", "synthetic"]
