"""Composite indices: from indicators to ranks with uncertainty.

One module per stage, in the order of work: `describe`, `transform`, `impute`, `outliers`, `normalise`, `weights`, then
`capbuild.stats.aggregate` and `capbuild.stats.uncertainty`, which also score programmes; then `correlation`, `compare`,
`noise`, `montecarlo`, `sensitivity`. `agreement` is for ratings by several people.

Conventions of every public function:

- A table is a `float64` array of shape (units, items). On input NaN means *missing* and nothing else; an infinite
  value is refused with `ModelError`. Zero is a value.
- In an array that comes back, NaN means that the figure is missing or does not exist. Result objects have a `missing`
  mask where that can happen and, where a reason is known, `undefined`: a mapping from the position to
  `capbuild.undefined.Undefined`.
- A function with a single figure as result returns `Undefined` with its reason in place of NaN.
- No argument is changed in place, and randomness comes from a seed that is an argument.
- Directions are +1 (more is better) and -1 (less is better). Ranks are 1 for the best.
"""
