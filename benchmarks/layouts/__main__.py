"""Command line of the benchmark."""

from benchmarks.layouts.measure import main

main()
