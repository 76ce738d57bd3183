"""The page holds no markup that a study brought, and its policy lets in what it names by hash and no more."""

import base64
import hashlib
import json
import re
import string
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from simulator.report.drawing.style import DARK, LIGHT
from simulator.study import Prior
from simulator.whatif.page import asset, json_text, page
from simulator.whatif.texts import LANGUAGES, own_messages
from tests.whatif.scripts import FAKE_ENGINE, described, study

#: Every script, of whichever engine.
ALL = sorted(
    one.name for one in (resources.files("simulator.whatif") / "assets").iterdir() if one.name.endswith(".js")
)

EVIL = "</script><script>window.struck=1</script><!--<img src=x onerror=window.struck=1>\u2028"


def written(mode: str = "portable", **more: Any) -> tuple[str, str]:
    return page(described(mode=mode), engine=FAKE_ENGINE.read_text(encoding="utf-8"), **more)


def sources_of(policy: str, directive: str) -> list[str]:
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    return parts[directive].split(" ")


@pytest.mark.parametrize("mode", ["portable", "served"])
def test_the_policy_names_the_script_and_the_style_and_lets_nothing_else_in(mode: str) -> None:
    html, policy = written(mode)
    assert policy.replace("'", "&#x27;") in html
    assert html.index("Content-Security-Policy") < html.index("<style")
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(texts) == 1
        digest = base64.b64encode(hashlib.sha256(texts[0].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in sources_of(policy, directive)
    assert sources_of(policy, "default-src") == ["'none'"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    portable = mode == "portable"
    assert sources_of(policy, "connect-src") == ["'none'" if portable else "'self'"]
    assert ("'wasm-unsafe-eval'" in sources_of(policy, "script-src")) is portable
    assert ("worker-src blob:" in policy) is portable


def test_a_text_of_a_study_never_ends_the_element_that_it_stands_in() -> None:
    known = described()
    known["study"]["title"] = EVIL
    known["beliefs"][0]["note"] = EVIL
    html = page({**known, "kernel": {"text": EVIL}}, engine="").html
    assert "window.struck=1</script>" not in html
    assert "<!--" not in html
    texts = re.findall(r'<script type="application/json" id="(\w+)">(.*?)</script>', html, re.DOTALL)
    blocks = {name: json.loads(text) for name, text in texts}
    assert blocks["description"]["study"]["title"] == EVIL
    assert blocks["description"]["kernel"] == {"text": EVIL}


def test_an_address_that_no_browser_should_open_is_left_out() -> None:
    one = next(iter(study().sources.values()))
    evil = replace(one, address="javascript:window.struck=1")
    changed = replace(study(), sources={**study().sources, one.id: evil})
    object.__setattr__(changed, "_document", None)
    prior: Prior = replace(study().priors["finance.wacc"], sources=(one.id,))
    changed = replace(changed, priors={**study().priors, "finance.wacc": prior})
    assert described(changed)["sources"][one.id]["address"] == ""


def test_json_text_is_what_it_was() -> None:
    value = {"a": [EVIL, 1.5, None, True], "b&": "\u2029"}
    text = json_text(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"))


def test_scripts_make_no_markup_of_texts_and_run_no_texts() -> None:
    for name in ALL:
        text = asset(name)
        for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "new Function"):
            assert word not in text, (name, word)
        assert not re.search(r"""(make|draw)\([^)]*\bon\w+=""", text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_have_the_same_keys_and_places_in_every_language(language: str) -> None:
    first, own = own_messages("en"), own_messages(language)
    assert own.keys() == first.keys()

    def places(text: str) -> set[str | None]:
        return {place for _, place, _, _ in string.Formatter().parse(text)} - {None}

    for key, text in own.items():
        assert places(text) == places(first[key]), key


def test_every_message_is_used_and_every_one_used_is_there() -> None:
    scripts = "\n".join(map(asset, ALL))
    quoted = set(re.findall(r'"(\w+)"', scripts)) | set(re.findall(r"messages(?:\[\w+\])?\.(\w+)", scripts))
    quoted |= set(re.findall(r"\{ (\w+): ", scripts)) | set(re.findall(r", (\w+): ", scripts))
    known = described()["messages"]["en"].keys() - {"no_script", "page_damaged"}  # said without a script
    assert {key for key in known - quoted if not key.startswith("fault_")} == set()
    faults = {key.removeprefix("fault_") for key in known if key.startswith("fault_")}
    assert set(re.findall(r'EngineError\("(\w+)"', scripts)) <= faults <= quoted
    said = set(re.findall(r"say\(\"(\w+)", scripts)) | set(re.findall(r"messages\.(\w+)", scripts))
    assert said - known == set()


def test_a_page_without_its_kernel_is_small() -> None:
    html, _ = written()
    assert len(html.encode()) < 1_000_000


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""

    def light(value: str) -> float:
        digits = value[1:] if len(value) == 7 else "".join(2 * c for c in value[1:])
        parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("colours", "place"), [(LIGHT, 0), (DARK, 1)])
def test_texts_stand_out_on_everything_that_they_stand_on(colours: Mapping[str, str], place: int) -> None:
    own = re.findall(r":root \{([^}]*)\}", asset("frame.css"))[place]
    known = {**colours, **dict(re.findall(r"--([\w-]+): (#\w+)", own))}
    for ground in ("paper", "wash", "mark"):
        for ink in ("ink", "soft", "link", "fault"):
            assert contrast(known[ink], known[ground]) >= 4.5, (ink, ground)
    assert contrast(known["ink"], known["warn"]) >= 4.5
    for line in ("link", "one"):
        assert contrast(known[line], known["wash"]) >= 3, line
