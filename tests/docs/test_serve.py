"""The page on the server is followed to the letter, against a server."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from simulator.whatif.questions import KEYS
from tests.docs.pages import PAGES, ROOT, blocks, holds

PAGE = blocks(PAGES["docs/how-to/serve.md"])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Begin what the page begins, on any port."""
    folder = tmp_path_factory.mktemp("reader") / "wind"
    shutil.copytree(ROOT / "docs" / "examples" / "wind", folder)
    ((verb, *words),) = [command for block in PAGE if block.kind == "sh" for command in block.commands]
    words[words.index("--port") + 1] = "0"
    command = [sys.executable, "-m", "simulator.cli", verb, *words]
    with contextlib.chdir(folder), subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.kill()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_what_curl_asks_is_answered_as_shown(address: str) -> None:
    asked = [place for place, block in enumerate(PAGE) if block.kind == "sh" and "curl" in block.text]
    assert len(asked) == 2
    for place in asked:
        lines = [line for line in PAGE[place].text.splitlines() if not line.startswith("address=")]
        script = "\n".join([f"address={address}", *lines])
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
        assert PAGE[place + 1].kind == "text"
        assert holds(done.stdout, PAGE[place + 1].text), done.stdout[:2000]


def test_paths_are_read_as_shown(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = [block for block in PAGE if block.kind == "python"]
    exec(compile(block.text, "serve.md", "exec"), {"address": address})

    def mean(values: dict[str, float]) -> float:
        asked = json.dumps({"set": values, "paths": 16_384}).encode()
        with urlopen(f"{address}run", asked) as answer:
            *_, last = answer
        return json.loads(last)["result"]["estimates"]["lcoe"]["mean"]["value"]

    difference = mean({"finance.charge_rate": 0.09}) - mean({})
    assert float(capsys.readouterr().out) == pytest.approx(difference, rel=1e-5)


def test_the_page_names_every_key_of_a_question() -> None:
    page = PAGES["docs/how-to/serve.md"].read_text()
    assert all(f"\n`{key}`\n: " in page for key in KEYS)
