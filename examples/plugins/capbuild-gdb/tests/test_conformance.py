"""The reader of country files keeps the reading contract, on a file whose figures are invented."""

import json

import capbuild_gdb

from capbuild.testing import ReaderConformance, Sample

COUNTRY = {
    "country_info": {"country_name": "Jamaica", "iso": "JAM", "regional_hub": "Caribbean"},
    "indicators": [
        {
            "indicator_id": "G.TEST.ONE",
            "score": "42.5",
            "justification": "invented",
            "evidence": [{"title": "An act", "link": "https://example.org"}],
            "responses": [{"varname": "G.TEST.ONE.a", "response_text": "Yes"}, {"varname": "b", "response_text": None}],
        },
        {"indicator_id": "G.TEST.TWO", "score": None},
    ],
}


class TestCountryFile(ReaderConformance):
    plugin = capbuild_gdb
    reader = "gdb"
    samples = (Sample(name="JAM.json", data=json.dumps(COUNTRY).encode(), responses=1),)
