"""Pure numerics of assessment: functions on numpy arrays that know no framework, country or file.

What scores, tallies and changes are computed with. The stages of a composite index (imputation, outliers,
normalisation, sensitivity analysis) are in the package `capbuild-index`.

Conventions of every public function:

- A table is a `float64` array of shape (units, items). On input NaN means *missing* and nothing else; an infinite
  value is refused with `ModelError`. Zero is a value.
- In an array that comes back, NaN means that the figure is missing or does not exist, and nothing else. Result objects
  have a `missing` mask where that can happen and, where a reason is known, `undefined`: a mapping from the position to
  `capbuild.undefined.Undefined`.
- A function whose result is a single figure returns `Undefined` with its reason in place of NaN.
- No warning of numpy gets out, an argument is never changed in place, and randomness comes from a seed that is an
  argument.
- Directions are +1 (more is better) and -1 (less is better). Ranks are 1 for the best.
"""
