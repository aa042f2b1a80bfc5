"""Sobol' points: a sample that fills the unit cube more evenly than random numbers do."""

import numpy as np

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats

__all__ = ["MOST_DIMENSIONS", "sobol_points"]

_BITS = 32

#: Of each dimension from the second: primitive polynomial over GF(2), as the number its coefficients write in binary,
#: and the first direction numbers. Facts published by S. Joe and F. Y. Kuo (2008), Constructing Sobol sequences with
#: better two-dimensional projections, SIAM J. Scientific Computing 30, 2635-2654 (set D6, of new-joe-kuo-6).
_DIRECTIONS: tuple[tuple[int, ...], ...] = (
    (3, 1),
    (7, 1, 3),
    (11, 1, 3, 1),
    (13, 1, 1, 1),
    (19, 1, 1, 3, 3),
    (25, 1, 3, 5, 13),
    (37, 1, 1, 5, 5, 17),
    (41, 1, 1, 5, 5, 5),
    (47, 1, 1, 7, 11, 19),
    (55, 1, 1, 5, 1, 1),
    (59, 1, 1, 1, 3, 11),
    (61, 1, 3, 5, 5, 31),
    (67, 1, 3, 3, 9, 7, 49),
    (91, 1, 1, 1, 15, 21, 21),
    (97, 1, 3, 1, 13, 27, 49),
    (103, 1, 1, 1, 15, 7, 5),
    (109, 1, 3, 1, 15, 13, 25),
    (115, 1, 1, 5, 5, 19, 61),
    (131, 1, 3, 7, 11, 23, 15, 103),
    (137, 1, 3, 7, 13, 13, 15, 69),
    (143, 1, 1, 3, 13, 7, 35, 63),
    (145, 1, 3, 5, 9, 1, 25, 53),
    (157, 1, 3, 1, 13, 9, 35, 107),
    (167, 1, 3, 1, 5, 27, 61, 31),
    (171, 1, 1, 5, 11, 19, 41, 61),
    (185, 1, 3, 5, 3, 3, 13, 69),
    (191, 1, 1, 7, 13, 1, 19, 1),
    (193, 1, 3, 7, 5, 13, 19, 59),
    (203, 1, 1, 3, 9, 25, 29, 41),
    (211, 1, 3, 5, 13, 23, 1, 55),
    (213, 1, 3, 7, 3, 13, 59, 17),
    (229, 1, 3, 1, 3, 5, 53, 69),
    (239, 1, 1, 5, 5, 23, 33, 13),
    (241, 1, 1, 7, 7, 1, 61, 123),
    (247, 1, 1, 7, 9, 13, 61, 49),
    (253, 1, 3, 3, 5, 3, 55, 33),
    (285, 1, 3, 1, 15, 31, 13, 49, 245),
    (299, 1, 3, 5, 15, 31, 59, 63, 97),
    (301, 1, 3, 1, 11, 11, 11, 77, 249),
)

#: How many dimensions there are direction numbers for.
MOST_DIMENSIONS = len(_DIRECTIONS) + 1


def sobol_points(count: int, dimensions: int, *, seed: int | None = None) -> Floats:
    """Return the first `count` Sobol' points, of shape (count, dimensions), all of them at least 0 and below 1.

    A power of two of points keeps the balance of the sequence. With a seed, all points are moved by one random digital
    shift (exclusive or), which keeps that balance and makes an estimate from them unbiased.

    Args:
        count: How many points.
        dimensions: 1 to `MOST_DIMENSIONS`.
        seed: Seed of the shift; none is made when None, and the first point is then the origin.

    Raises:
        ModelError: There are too many dimensions, or more points than the sequence has.

    Source: I. M. Sobol' (1967); in the order of the Gray code, I. A. Antonov and V. M. Saleev (1979), both in USSR
    Computational Mathematics and Mathematical Physics.

    Example:
        >>> sobol_points(4, 2)
        array([[0.  , 0.  ],
               [0.5 , 0.5 ],
               [0.75, 0.25],
               [0.25, 0.75]])
    """
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise ModelError("dimensions", dimensions, f"must be from 1 to {MOST_DIMENSIONS}")
    if not 0 <= count <= 1 << _BITS:
        raise ModelError("count", count, f"must be from 0 to 2^{_BITS}")
    directions = np.array([_directions(dimension) for dimension in range(dimensions)], dtype=np.uint64)
    index = np.arange(count, dtype=np.uint64)
    gray = index ^ (index >> np.uint64(1))
    bits = np.zeros((count, dimensions), dtype=np.uint64)
    for bit in range(max(count - 1, 0).bit_length()):
        chosen = (gray >> np.uint64(bit)) & np.uint64(1)
        bits ^= chosen[:, None] * directions[:, bit]
    if seed is None:
        return np.asarray(bits / 2.0**_BITS)
    shift = np.random.default_rng(seed).integers(0, 1 << _BITS, dimensions, dtype=np.uint64)
    return np.asarray(((bits ^ shift) + 0.5) / 2.0**_BITS)


def _directions(dimension: int) -> list[int]:
    """Return the direction numbers of a dimension, as integers of 32 bits, by the recurrence of its polynomial."""
    if dimension == 0:
        return [1 << (_BITS - 1 - bit) for bit in range(_BITS)]
    polynomial, *numbers = _DIRECTIONS[dimension - 1]
    degree = len(numbers)
    for bit in range(degree, _BITS):
        new = numbers[bit - degree] ^ (numbers[bit - degree] << degree)
        for term in range(1, degree):
            if polynomial >> (degree - term) & 1:
                new ^= numbers[bit - term] << term
        numbers.append(new)
    return [number << (_BITS - 1 - bit) for bit, number in enumerate(numbers)]
