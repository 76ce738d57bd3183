"""The page on files names what there is in them."""

import json
import re
from pathlib import Path

from simulator import Study, simulate
from tests.docs.pages import ROOT

NORMAL = {"family": "normal", "mean": 0.0, "sd": 1.0}


def test_every_key_of_a_manifest_is_on_the_page(tmp_path: Path) -> None:
    study = Study.from_dict({"priors": {"x": NORMAL}}, model=lambda draws: {"twice": 2 * draws["x"]})
    simulate(study, paths=8192, keep="summary", out=tmp_path)
    page = (ROOT / "docs" / "reference" / "files.md").read_text()
    section = page.partition("### The manifest\n")[2].partition("\n## ")[0]
    terms = re.findall(r"^(`.+`)\n: ", section, re.MULTILINE)
    listed = [key for term in terms for key in re.findall(r"`(\w+)`", term)]
    assert sorted(listed) == sorted(json.loads((tmp_path / "manifest.json").read_text()))
