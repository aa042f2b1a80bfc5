"""Country codes and legal status.

Codes come from CLDR's code mappings; the legal status of each place is written here.
"""

from __future__ import annotations

import json
from pathlib import Path

from capbuild.countries.registry import word_set

#: State -> its territories with codes of their own.
SOVEREIGN = {
    "AU": "CC CX HM NF", "CN": "HK MO", "DK": "FO GL", "FI": "AX", "FR": "BL GF GP MF MQ NC PF PM RE TF WF YT",
    "GB": "AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG", "NL": "AW BQ CW SX", "NO": "BV SJ", "NZ": "TK",
    "US": "AS GU MP PR UM VI",
}  # fmt: skip
#: Neither a member or observer state of the United Nations nor a territory of one: the reasons stand in the docs.
OTHER = ("AQ", "CK", "EH", "NU", "TW", "XK")
#: Codes that CLDR knows and ISO 3166-1 does not assign.
NOT_ISO = word_set(
    "XA XB AC AN BU CP CQ CS CT DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO RH SU TA TP UK UN VD WK YD YU "
    "ZR ZZ"
)


def code_rows(cldr_core: Path) -> list[tuple[str, ...]]:
    from babel import Locale

    known = Locale.parse("en").territories
    mappings = json.loads((cldr_core / "supplemental/codeMappings.json").read_text("utf-8"))["supplemental"][
        "codeMappings"
    ]
    owner = {code: state for state, codes in SOVEREIGN.items() for code in codes.split()}
    table = []
    for code, row in sorted(mappings.items()):
        if len(code) != 2 or code not in known or code in NOT_ISO or "_alpha3" not in row:
            continue
        kind = "territory" if code in owner else "other" if code in OTHER else "state"
        numeric = "" if code == "XK" else row.get("_numeric", "")
        alpha_3 = "XKX" if code == "XK" else row["_alpha3"]
        table.append((code, alpha_3, numeric, kind, owner.get(code, "")))
    return table
