"""Roles of the rows of a sheet: data, headers, and the rest by reason."""

from collections import Counter

from attrs import define, field

from capbuild.formats.layouts.ledger import Bucket, Ledger

#: Reason of rows above the header.
TITLE = "title or note above the heads"


@define
class RowRoles:
    """Rows of a sheet by role, as positions in its grid.

    Attributes:
        data: Rows with answers.
        headers: Header rows.
        upper: Header rows above the last of their header.
        repeated: Rows of a header that repeats an earlier one.
    """

    data: set[int] = field(factory=set)
    headers: set[int] = field(factory=set)
    upper: set[int] = field(factory=set)
    repeated: set[int] = field(factory=set)

    def left_out(self, ledger: Ledger) -> Counter[str]:
        """Count the rows that are neither data nor headers, by reason."""
        found: Counter[str] = Counter()
        top, plain_headers = min(self.headers, default=0), self.headers - self.upper
        for row in range(len(ledger.grid.rows)):
            if row in self.data or row in plain_headers:
                continue
            if row in self.upper:
                found["part of the header"] += 1
            elif row in self.repeated:
                found["repeats the heads"] += 1
            elif ledger.grid.is_blank(row):
                found["blank"] += 1
            elif reason := ledger.reason(row):
                found[reason] += 1
            elif ledger.has(row, Bucket.TITLE) or (ledger.has(row, Bucket.KEY) and row < top):
                found[TITLE] += 1
            elif ledger.has(row, Bucket.KEY):
                found["names the country of the rows below"] += 1
            else:
                found["a heading without a question"] += 1
        return found
