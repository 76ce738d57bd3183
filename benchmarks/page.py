"""How long does a page with the model inside take to make and to answer, against the kernel of JAX?

A page of the shipped study is made from what is on disk and, with --full, as from a plain install with
nothing compiled. It is opened in Chromium without a head, where the clock is the page's own: from its start
to the first verdict, and from the release of a slider to the answer drawn. The peer is the kernel of
`strandline run` on the same cores, for the same 8,192 paths; browser and peer take turns, so that load falls
on both alike.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import simulator
from simulator.analysis.run.program import model_of, program
from simulator.engine import Plan, metric_kernel

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.report.page.browser import Tab, browser  # noqa: E402

STUDY = "hyperscalers-2026-01"
ANSWERED = "globalThis.page && page.answered && !page.running && !page.answered.preview"
#: Sets a belief as the release of a slider does, and waits for the answer drawn; the time taken  [ms].
CHANGE = """
(async () => {
  const range = document.querySelector("input[type=range]");
  const began = performance.now();
  const before = page.answered;
  range.value = Number(range.min) + (Number(range.max) - Number(range.min)) * %s;
  range.dispatchEvent(new Event("input", { bubbles: true }));
  range.dispatchEvent(new Event("change", { bubbles: true }));
  while (page.answered === before || page.running || page.answered.preview)
    await new Promise((next) => setTimeout(next, 2));
  return performance.now() - began;
})()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also from nothing compiled")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        if asked.full:
            print(f"made from a plain install: {made(file, Path(folder) / 'home'):.1f} s")
        made(file)
        print(f"made, the kernel of runs on disk: {made(file):.1f} s; {file.stat().st_size / 1e3:,.0f} kB")
        with browser() as tab:
            opened = [first_verdict(tab, file) for _ in range(5)]
            changes, peers = in_turn(tab)
    ratios = [change / peer for change, peer in zip(changes, peers, strict=True)]
    print(f"first verdict: {median(opened)} ms")
    print(f"a changed belief, 8,192 paths, from release to the answer drawn: {median(changes)} ms")
    ratio = statistics.median(ratios)
    print(f"8,192 paths by the kernel of runs on as many cores: {median(peers)} ms; ratio {ratio:.2f}")


def median(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def made(file: Path, home: Path | None = None) -> float:
    """Return how long it takes to make the page, by the clock  [s]."""
    environment = {**os.environ, **({"HOME": str(home), "XDG_CACHE_HOME": str(home)} if home else {})}
    began = time.perf_counter()
    command = [sys.executable, "-m", "simulator.cli", "whatif", STUDY, "--out", str(file), "--quiet"]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def first_verdict(tab: Tab, file: Path) -> float:
    """Return the page's clock when its first answer stands, rounded up to the next look  [ms]."""
    tab.call("Page.navigate", url="about:blank")
    tab.open(file)
    tab.wait(ANSWERED)
    return tab.run("performance.now()")


def in_turn(tab: Tab, rounds: int = 12) -> tuple[list[float], list[float]]:
    """Return times of a changed belief in the page, and of as many paths by the peer on all cores  [ms]."""
    plan = Plan(8192)
    study = simulator.load_study(STUDY)
    kernel = metric_kernel(program(study, model_of(study, None), plan), plan)
    cores = len(os.sched_getaffinity(0))
    changes, peers = [], []
    with ThreadPoolExecutor(cores) as threads:
        list(threads.map(kernel, [0] * cores))
        for one in range(rounds):
            changes.append(tab.run(CHANGE % (0.2 + 0.05 * one)))
            began = time.perf_counter()
            list(threads.map(kernel, [0] * cores))  # a batch on each core
            peers.append((time.perf_counter() - began) * 1e3 / cores)
    return changes, peers


if __name__ == "__main__":
    main()
