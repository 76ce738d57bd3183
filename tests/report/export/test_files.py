"""A file is whole or not there, whatever stops its writing; what cannot be written is refused at once."""

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from simulator import RunError, UsageError, export
from simulator.analysis.run import Run, simulate
from simulator.analysis.run.path_table import Column, PathTable, Rows
from simulator.report.export import workbook
from simulator.sampling import BATCH, STRIP
from tests.analysis.run.summary_run import judged
from tests.report.export.nasty_run import PATHS, nasty_run
from tests.report.export.sheet_reader import sheets_of

ENDINGS = ("csv", "parquet", "xlsx")


@pytest.fixture(scope="module")
def run() -> Run:
    return nasty_run()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("stop", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_what_is_stopped_leaves_what_was_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, stop: BaseException
) -> None:
    file = tmp_path / f"paths.{ending}"
    file.write_bytes(b"old")
    each = PathTable.each

    def stopped(table: PathTable, consume: Callable[[Rows], None], *rest: object) -> None:
        def once(rows: Rows) -> None:
            consume(rows)
            raise stop

        each(table, once)

    monkeypatch.setattr(PathTable, "each", stopped)
    with pytest.raises(KeyboardInterrupt if isinstance(stop, KeyboardInterrupt) else RunError) as raised:
        export(run, file, paths=512)
    if isinstance(raised.value, RunError):
        assert f"cannot write {file}: No space left on device; make room" in str(raised.value)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(file.name, b"old")]


@pytest.mark.parametrize("moment", ["in the first batch", "after the first batch"])
def test_no_row_is_written_after_an_interrupt(moment: str) -> None:
    """A batch of a workbook takes seconds, and several are ready when the interrupt comes."""
    written: list[int] = []

    def consume(rows: Rows) -> None:
        written.append(int(rows[0][0]))
        if moment == "in the first batch":
            raise KeyboardInterrupt

    def progress(done: int, total: int) -> None:
        raise KeyboardInterrupt

    columns = (Column("replicate", "key", "", np.dtype(np.int64)),)
    table = PathTable(columns, 64 * STRIP, lambda batch: [np.full(BATCH, batch)])
    with pytest.raises(KeyboardInterrupt):
        table.each(consume, progress)
    assert written == [0]


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from simulator import RunError, export
from tests.report.export.nasty_run import nasty_run
run = nasty_run()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for ending in ("csv", "parquet", "xlsx"):
    try:
        export(run, Path(sys.argv[1]) / f"paths.{ending}")
    except RunError as error:
        print(error)
"""


@pytest.mark.slow
def test_a_disk_without_room_leaves_nothing(tmp_path: Path) -> None:
    """The system refuses to write more than some bytes of any file."""
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-W", "error", "-c", FULL, str(tmp_path), root]
    found = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    messages = [f"cannot write {tmp_path}/paths.{ending}: File too large" for ending in ENDINGS]
    assert found.stdout.splitlines() == messages
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("ending", "module", "extra"), [("parquet", "pyarrow", "parquet"), ("xlsx", "xlsxwriter", "excel")]
)
def test_what_is_not_installed_is_named_with_its_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=rf"pip install 'strandline\[{extra}\]'"):
        export(run, tmp_path / f"paths.{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["paths.txt", "paths", ".csv", "paths.csv.gz"])
def test_another_ending_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"allowed: a name that ends in \.csv, \.parquet, \.xlsx"):
        export(run, tmp_path / name)


def test_a_folder_is_refused_and_a_file_is_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match="found a folder"):
        export(run, tmp_path / "folder.csv")
    (tmp_path / "some.columns.csv").mkdir()
    with pytest.raises(UsageError, match="found a folder"):
        export(run, tmp_path / "some.csv")
    assert not (tmp_path / "some.csv").exists()
    new = tmp_path / "new" / "some.csv"
    for _ in range(2):
        export(run, new, "margin", [], 32)
    assert len(new.read_text().splitlines()) == 33
    assert {path.name for path in new.parent.iterdir()} == {"some.csv", "some.columns.csv"}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"metrics": "magrin"}, r"no metric 'magrin'\. Did you mean margin"),
        ({"draws": ["laod"]}, r"no draw 'laod'\. Did you mean load"),
        ({"paths": PATHS + 1}, f"paths: found {PATHS + 1}; allowed: a whole number from 1 to {PATHS}"),
        ({"metrics": ["margin", "margin"]}, "columns: found 'margin' twice"),
    ],
)
def test_what_there_is_not_is_refused(run: Run, tmp_path: Path, asked: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        export(run, tmp_path / "some.csv", **asked)
    assert list(tmp_path.iterdir()) == []


def test_more_than_a_sheet_has_room_for_is_refused_with_what_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header takes a row, and paths come by the 32."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 4 * 32)
    with pytest.raises(UsageError, match=r"found 128 .* at most 96 \(--paths 96\)"):
        export(run, tmp_path / "some.xlsx", paths=128)
    export(run, tmp_path / "some.xlsx", paths=96)
    monkeypatch.setattr(workbook, "MOST_COLUMNS", 3)
    with pytest.raises(UsageError, match=r"columns: found 10 .* at most 3"):
        export(run, tmp_path / "other.xlsx", paths=96)
    assert [path.name for path in tmp_path.iterdir()] == ["some.xlsx"]


def test_a_text_that_a_cell_has_no_room_for_ends_in_an_ellipsis() -> None:
    assert workbook._fitting("x" * 32_767) == "x" * 32_767
    assert workbook._fitting("x" * 32_768) == "x" * 32_766 + "…"


def test_a_run_that_keeps_a_summary_has_a_workbook_of_it(tmp_path: Path) -> None:
    run = simulate(judged(), paths=BATCH, keep="summary")
    for name, more in {"some.csv": {}, "some.parquet": {}, "some.xlsx": {"paths": 32}}.items():
        with pytest.raises(UsageError, match=r"keeps a summary, not its paths.*xlsx has its summary"):
            export(run, tmp_path / name, **more)
    assert list(tmp_path.iterdir()) == []
    sheets = sheets_of(export(run, tmp_path / "some.xlsx"))
    assert list(sheets) == ["Summary", "Beliefs", "Sources", "About"]
    mean = next(row for row in sheets["Summary"] if (row[0].text, row[1].text) == ("margin", "mean"))
    assert float(mean[3].text) == pytest.approx(run.estimate("mean(margin)").value, rel=1e-15)
