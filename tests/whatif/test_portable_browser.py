"""A page with its kernel inside, in a real browser: what it computes, and how it says that it cannot."""

import base64
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.analysis.run import NotFiniteError, simulate
from simulator.analysis.run.agreement import TOLERANCE
from simulator.engine import Plan
from simulator.study import Study, load_study
from simulator.whatif.making import portable_page
from simulator.whatif.nearness import distances, spread_of_metric
from tests.report.page.browser import Tab

#: A family that misses its quantiles says so.
pytestmark = pytest.mark.filterwarnings("ignore::simulator.beliefs.StrandlineWarning")

SEED = 3
PATHS = 8192
SETTLED = (
    "globalThis.page && page.answered && !page.running && !page.answered.preview"
    " && sameSample(page.answered.state, page.state)"
)
PRIORS: Mapping[str, Any] = {
    "level": {"family": "normal", "mean": 1.0, "sd": 0.3},
    "price": {"family": "lognormal", "median": 3.0, "sigma": 0.2},
    "share": {"family": "logitnormal", "median": 0.3, "sigma": 0.5},
    "missed": {"family": "lognormal", "quantiles": {"p10": 1.0, "p50": 1.6, "p90": 4.0}},
    "table": {"family": "gamma", "quantiles": {"p10": 1.0, "p50": 1.9, "p90": 4.0}},
    "child": {"family": "normal", "mean": "level", "sd": 0.5},
    "flag": {"family": "bernoulli", "p": 0.1},
    "uniform": {"family": "uniform", "low": -1.0, "high": 2.0},
    "triangular": {"family": "triangular", "low": 1.0, "mode": 2.0, "high": 5.0},
    "beta": {"family": "beta", "alpha": 2.0, "beta": 3.0},
    "empirical": {"family": "empirical", "values": [1.0, 2.0, 2.0, 4.0, 7.0]},
    "metalog": {"family": "metalog", "quantiles": {"p10": 1.0, "p50": 2.0, "p90": 5.0}},
    "mix": {"family": "dirichlet", "alpha": [1.0, 2.0, 3.0]},
    "vector": {"family": "lognormal", "median": 2.0, "sigma": 0.5, "size": 3},
    "tail": {"family": "normal", "mean": 0.0, "sd": 1.0},
    "other_tail": {"family": "gamma", "shape": 2.0, "scale": 3.0},
}
STUDY: Mapping[str, Any] = {
    "study": {"title": "A model of one's own"},
    "priors": PRIORS,
    "dependence": {
        "groups": [
            {
                "name": "tails",
                "copula": "student_t",
                "df": 4.0,
                "factors": {"common": {"tail": 0.6, "other_tail": 0.6}},
            }
        ]
    },
}
#: What is set, and how the command says it.
CASES: list[tuple[str, float, bool]] = [
    ("level", 1.2, True),
    ("level", 0.8, False),
    ("price", 4.0, False),
    ("share", 0.4, True),
    ("missed", 2.5, False),
    ("table", 2.5, False),
    ("child", 1.5, True),
    ("flag", 1.0, True),
    ("triangular", 3.0, False),
    ("empirical", 3.0, True),
    ("metalog", 3.0, False),
    ("vector", 1.5, False),
    ("tail", 0.5, False),
    ("other_tail", 7.0, False),
]


def outcome(d: Any) -> dict[str, Any]:
    """Return what is drawn, a metric that is infinite on some paths, and one that is no number on some."""
    one = [name for name in PRIORS if name not in {"mix", "vector"}]
    return {name: d[name] for name in one} | {
        "several": d["vector"].sum(axis=0) + d["mix"][0] * d["beta"],
        "infinite": jnp.where(d["flag"] > 0.5, jnp.inf, d["price"]),
        "undefined": jnp.where(d["level"] < 0.5, jnp.nan, d["level"]),
    }


def own_study() -> Study:
    return Study.from_dict(STUDY, model=outcome)


def written(file: Path, study: Study, change: Callable[[str], str] = lambda html: html) -> Path:
    made = portable_page(study, None, Plan(seed=SEED), "en", lambda _: None)
    file.write_text(change(made.html), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("page") / "own.html", own_study())


def opened(tab: Tab, file: Path, before: str = "", until: str = SETTLED) -> None:
    """Open a page, with a script that runs before those of the page."""
    tab.call("Page.navigate", url="about:blank")
    tab.wait("location.href === 'about:blank'")
    added = tab.call("Page.addScriptToEvaluateOnNewDocument", source=before)["identifier"]
    tab.open(file)
    tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=added)
    tab.wait(until)


def text(tab: Tab, selector: str) -> str:
    return tab.run(f"document.querySelector({selector!r}).textContent")


def asked(
    tab: Tab, changes: Mapping[str, Any], paths: int = PATHS, horizon: int | None = None
) -> dict[str, np.ndarray]:
    """Return the paths that the page computes of changes."""
    names, packed = tab.run(
        "(async () => {"
        f"const asked = {{ changes: {json.dumps(changes)}, structure: null, paths: {paths},"
        f" horizon: {json.dumps(horizon)} }};"
        "const sample = await page.asking.engine.simulate(asked);"
        "const bytes = new Uint8Array(await new Blob([...sample.metrics.values()]).arrayBuffer());"
        "let letters = '';"
        "for (let at = 0; at < bytes.length; at += 8192)"
        " letters += String.fromCharCode(...bytes.subarray(at, at + 8192));"
        "return [[...sample.metrics.keys()], btoa(letters)]; })()"
    )
    rows = np.frombuffer(base64.b64decode(packed), "<f4").reshape(len(names), paths)
    return dict(zip(names, rows.astype(float), strict=True))


def computed(study: Study, paths: int = PATHS) -> dict[str, np.ndarray]:
    """Return the paths of a study as a run has them."""
    try:
        run = simulate(study, paths=paths, seed=SEED, progress=False)
    except NotFiniteError as error:
        run = error.run
    return {name: np.asarray(run.metric(name), float).reshape(-1) for name in run.names}


def assert_same(found: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray]) -> None:
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        assert (distances(found[name], values, spread_of_metric(values)) <= TOLERANCE).all(), name


def setting(name: str, held: bool) -> str:
    return name if held else f"{name}.median"


@pytest.mark.slow
def test_beliefs_that_are_changed_give_what_the_command_gives(tab: Tab, file: Path) -> None:
    opened(tab, file)
    assert tab.run("page.unsound") is None
    study = own_study()
    assert_same(asked(tab, {}), computed(study))
    for name, to, held in CASES:
        found = asked(tab, {name: {"to": to, "held": held}})
        assert_same(found, computed(study.override({setting(name, held): to})))
    several = {name: (to, held) for name, to, held in CASES}
    changes = {name: {"to": to, "held": held} for name, (to, held) in several.items()}
    together = study.override({setting(name, held): to for name, (to, held) in several.items()})
    assert_same(asked(tab, changes, 2 * PATHS), computed(together, 2 * PATHS))
    assert tab.requests == []
    assert tab.complaints == []


def test_numbers_that_are_infinite_or_none_are_shown_as_such(tab: Tab, file: Path) -> None:
    opened(tab, file)
    for metric in ("infinite", "undefined"):
        tab.run(f"page.go({{ ...page.state, metric: '{metric}' }})")
        assert metric in text(tab, "#verdict")
    tab.run("page.set('level', { to: 1.2, held: false })")
    tab.wait(SETTLED)
    assert tab.complaints == []


LACKS = {
    "no_webassembly": "delete globalThis.WebAssembly;",
    "no_vectors": "WebAssembly.validate = () => false;",
    "no_decompression": "delete globalThis.DecompressionStream;",
    "no_workers": "globalThis.Worker = function () { throw new DOMException('refused', 'SecurityError'); };",
}


@pytest.mark.parametrize("lacking", LACKS)
def test_what_a_browser_has_not_is_said_in_place_in_both_languages(
    tab: Tab, file: Path, lacking: str
) -> None:
    opened(tab, file, LACKS[lacking], "globalThis.page && Boolean(page.failed)")
    assert tab.run(f"page.words.messages.fault_{lacking}") in text(tab, ".answer-head .notices")
    assert text(tab, "#verdict") == "There is no answer yet"
    tab.run("page.speak('zh-Hant')")
    assert tab.run(f"page.words.messages.fault_{lacking}") in text(tab, ".answer-head .notices")
    assert tab.complaints == []


@pytest.mark.parametrize("cores", [1, 64])
def test_any_number_of_cores_computes(tab: Tab, file: Path, cores: int) -> None:
    opened(tab, file, f"Object.defineProperty(navigator, 'hardwareConcurrency', {{ value: {cores} }});")
    assert tab.run("page.asking.engine.own.pool.workers.length") == min(cores, 16)
    assert tab.run("page.unsound") is None


def packed_text(html: str, name: str) -> re.Match[str]:
    found = re.search(rf'"{name}":"([A-Za-z0-9+/=]+)"', html)
    assert found is not None
    return found


def test_a_damaged_kernel_is_said_so(tab: Tab, file: Path, tmp_path: Path) -> None:
    html = file.read_text("utf-8")
    found = packed_text(html, "code")
    middle = (found.start(1) + found.end(1)) // 2
    other = "A" if html[middle] != "A" else "B"
    damaged = tmp_path / "damaged.html"
    damaged.write_text(html[:middle] + other + html[middle + 1 :], "utf-8")
    opened(tab, damaged, until="globalThis.page && Boolean(page.failed)")
    assert "damaged" in text(tab, ".answer-head .notices")


def test_a_description_that_cannot_be_read_is_said_so(tab: Tab, file: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.html"
    damaged.write_text(file.read_text("utf-8").replace('"schema":1', '"schema":', 1), "utf-8")
    opened(tab, damaged, until="document.querySelector('.notice') !== null")
    assert "damaged" in text(tab, ".notice")
    assert tab.complaints == []


def test_a_kernel_that_computes_something_else_is_said_so(tab: Tab, file: Path, tmp_path: Path) -> None:
    html = file.read_text("utf-8")
    start = html.index('"check":')
    found = packed_text(html[start:], "values")
    values = np.frombuffer(zlib.decompress(base64.b64decode(found[1])), "<f4").copy()
    values[5] += 1
    other = base64.b64encode(zlib.compress(values.tobytes())).decode()
    wrong = tmp_path / "wrong.html"
    wrong.write_text(html[:start] + html[start:].replace(found[1], other, 1), "utf-8")
    opened(tab, wrong, until=f"{SETTLED} && Boolean(page.unsound)")
    assert "do not use its numbers" in text(tab, ".answer-head .notices")
    tab.run("page.speak('zh-Hant')")
    assert tab.run("page.words.messages.kernel_differs") in text(tab, ".answer-head .notices")


def ending(script: str) -> str:
    """Return a script that puts another at the end of what a worker does."""
    return (
        "const original = globalThis.Blob;"
        "globalThis.Blob = class extends original { constructor(parts, kind) {"
        f" super(kind?.type === 'text/javascript' ? [...parts, {json.dumps(script)}] : parts, kind); }} }};"
    )


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("\nself.onmessage = () => { throw new Error('gone'); };", "worker_failed"),
        ("\nWebAssembly.Instance = function () { throw new RangeError('Out of memory'); };", "no_memory"),
    ],
)
def test_workers_that_cannot_begin_are_said_so(tab: Tab, file: Path, script: str, said: str) -> None:
    opened(tab, file, ending(script), "globalThis.page && Boolean(page.failed)")
    assert tab.run(f"page.words.messages.fault_{said}") in text(tab, ".answer-head .notices")


SET = "page.set('level', {{ to: {}, held: false }});"
GONE = "worker.onerror({ message: 'Uncaught Error: gone', preventDefault() {} })"


def test_where_one_worker_ends_others_do_its_part(tab: Tab, file: Path) -> None:
    opened(tab, file, "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 });")
    tab.wait("!page.asking.engine.own.pool.jobs.size")  # it checks itself too
    tab.run(
        f"(async () => {{ {SET.format(1.5)} const {{ pool }} = page.asking.engine.own;"
        f" while (!pool.jobs.size) await null; pool.workers[0].{GONE} }})()"
    )
    tab.wait(SETTLED)
    assert tab.run("[page.failed, page.asking.engine.own.pool.workers.length]") == [None, 1]
    tab.run(SET.format(1.6))
    tab.wait(SETTLED)
    assert tab.run("page.asking.engine.own.pool.workers.length") == 2


def test_where_all_workers_fall_silent_the_answer_stays_and_can_be_asked_for_again(
    tab: Tab, file: Path
) -> None:
    opened(tab, file)
    tab.wait("page.asking.engine.own.pool.jobs.size === 0")
    answer = text(tab, "#verdict")
    tab.run(
        "page.asking.engine.own.pool.look = 50;"
        "page.asking.engine.own.pool.workers.forEach(({ worker }) => worker.terminate());" + SET.format(1.5)
    )
    tab.wait("Boolean(page.failed)")
    assert tab.run("page.words.messages.fault_worker_silent") in text(tab, ".answer-head .notices")
    assert text(tab, "#verdict") == answer
    assert "old" in tab.run("document.querySelector('.answer-head').className")
    assert tab.run("page.state.changes") == {"level": {"to": 1.5, "held": False}}
    tab.run(
        "page.asking.engine.own.pool.look = 60000;"
        " document.querySelector('.answer-head .notices button').click()"
    )
    tab.wait(SETTLED)
    assert text(tab, "#verdict") != answer
    assert text(tab, ".answer-head .notices") == ""


def test_an_answer_that_is_cancelled_leaves_the_last_one(tab: Tab, file: Path) -> None:
    opened(tab, file)
    tab.wait("!page.asking.engine.own.pool.jobs.size")  # it checks itself after its first answer
    left = tab.run(
        "(async () => { page.ask(65536); await new Promise((done) => setTimeout(done)); page.cancel.click();"
        " return [page.running, page.answered.paths, page.asking.engine.own.pool.jobs.size]; })()"
    )
    assert left == [None, 8192, 0]
    tab.run(SET.format(1.4))
    tab.wait(SETTLED)


@pytest.mark.slow
def test_a_hundred_changes_take_no_more_memory_than_a_few(tab: Tab, file: Path) -> None:
    opened(tab, file)
    change = (
        "(async () => { for (let turn = 0; turn < %d; turn++) {"
        " page.set('level', { to: 0.5 + turn / 100, held: false });"
        " while (page.running) await new Promise((done) => setTimeout(done, 1)); } })()"
    )

    def used() -> float:
        tab.call("HeapProfiler.collectGarbage")
        found = tab.call("Runtime.getHeapUsage")
        return found["usedSize"] + found["backingStorageSize"]

    tab.run(change % 10)
    tab.run("page.past = new Past(page.past.state)")
    before = used()
    tab.run(change % 100)
    tab.run("page.past = new Past(page.past.state)")
    assert used() < before + 4e6


@pytest.mark.slow
def test_eight_beliefs_of_a_shipped_study_give_the_verdicts_of_the_command(tab: Tab, tmp_path: Path) -> None:
    study = load_study("hyperscalers-2026-01")
    opened(tab, written(tmp_path / "shipped.html", study))
    assert tab.run("page.unsound") is None
    beliefs = tab.run("page.description.beliefs.filter((one) => page.description.drivers.includes(one.name))")
    moved = {one["name"]: min(one["quantiles"]["p90"], one["medians"][1] or math.inf) for one in beliefs}
    changes = {name: {"to": to, "held": place % 2 == 0} for place, (name, to) in enumerate(moved.items())}
    values = {setting(name, one["held"]): one["to"] for name, one in changes.items()}
    assert_same(asked(tab, changes), computed(study.override(values)))
    longer = study.override({"study.horizon_quarters": 40} | values)
    assert_same(asked(tab, changes, horizon=40), computed(longer))
