"""Every format has the same paths, in the same order, to the bit, and no cell that does more than be read."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet

from simulator import export
from simulator.analysis.run import Run, open_run, simulate
from simulator.estimate import NO_VERDICT
from simulator.report.export.csv_file import cell
from simulator.sampling import BATCH, REPLICATES, STRIP
from simulator.study import Study
from tests.report.export.nasty_run import CONTENT, FORMULA, NOTE, PATHS, QUOTED, nasty_run
from tests.report.export.sheet_reader import Cell, sheets_of

#: Fewer than two batches, and no whole number of strips.
ASKED = BATCH + 1000
POINTS = -(-ASKED // REPLICATES)
METRICS, DRAWS = ["margin", QUOTED, FORMULA, "share"], ["load", "shares[0]", "shares[1]"]
COLUMNS = ["replicate", "point", *METRICS, "verdict", *DRAWS]
KINDS = ["key", "key", *["metric"] * 4, "verdict", *["draw"] * 3]
#: What a workbook has in place of what is no finite number.
ERRORS = {"#NUM!": np.nan, "1/0": np.inf, "-1/0": -np.inf}


@pytest.fixture(scope="module")
def run() -> Run:
    return nasty_run()


@pytest.fixture(scope="module")
def expected(run: Run) -> dict[str, np.ndarray]:
    """Each column as the run itself has it, in the order of the numbers of paths, verdicts as codes."""
    draws = run.draws()
    by_name = {name: run.metric(name) for name in run.names} | {"verdict": run.verdicts["verdict"]}
    by_name |= {"load": draws["load"], "shares[0]": draws["shares"][0], "shares[1]": draws["shares"][1]}
    path = np.arange(PATHS)
    replicate, point = path % BATCH // STRIP, path // BATCH * STRIP + path % STRIP
    chosen = point < POINTS
    replicate, point = replicate[chosen], point[chosen]
    found = {"replicate": replicate, "point": point}
    return found | {name: v.reshape(REPLICATES, -1)[replicate, point] for name, v in by_name.items()}


def same_bits(found: Any, wanted: np.ndarray) -> bool:
    """Whether numbers are the same in the precision of the run; one NaN is as good as another."""
    found = np.asarray(found, wanted.dtype)
    return np.array_equal(found, wanted, equal_nan=True) and np.array_equal(
        np.signbit(found[found == 0]), np.signbit(wanted[wanted == 0])
    )


def verdicts(codes: np.ndarray, none: Any) -> list[Any]:
    return [{1: "bull", 0: "base", -1: "bear", NO_VERDICT: none}[code] for code in codes.tolist()]


def test_csv_reads_back_the_same_bits_in_the_order_of_paths(
    run: Run, expected: dict[str, np.ndarray], tmp_path: Path
) -> None:
    file = tmp_path / "some.csv"
    assert export(run, file, paths=ASKED) == file
    text = file.read_bytes().decode()
    assert text.endswith("\r\n")
    assert text.count("\r\n") == text.count("\n") == REPLICATES * POINTS + 1
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == [f"'{name}" if name == FORMULA else name for name in COLUMNS]
    for name, texts in zip(COLUMNS, zip(*rows, strict=True), strict=True):
        if name == "verdict":
            assert list(texts) == verdicts(expected[name], "")
        else:
            assert same_bits(texts, expected[name]), name
    assert {text for row in rows for text in row if not text[-1:].isdigit()} == {
        *("inf", "-inf", "nan", "bull", "base", "bear", "")
    }


def test_numbers_in_csv_have_no_digit_too_many(run: Run, tmp_path: Path) -> None:
    """The shortest text that reads back: Python finds it among all, digit by digit."""
    file = export(run, tmp_path / "some.csv", ["margin"], [], paths=256)
    for row in csv.DictReader(file.read_text().splitlines()):
        number = np.float32(row["margin"])
        shortest = next(
            digits for digits in range(1, 10) if np.float32(f"{number:.{digits}g}") == number or digits == 9
        )
        assert len(row["margin"].lstrip("-0.").replace(".", "").partition("e")[0]) <= shortest


def test_what_the_columns_of_csv_are_stands_beside_it(run: Run, tmp_path: Path) -> None:
    export(run, tmp_path / "some.csv", paths=32)
    with (tmp_path / "some.columns.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["name", "kind", "unit"]
    assert [row[0].lstrip("'") for row in rows] == COLUMNS
    assert [row[1] for row in rows] == KINDS
    assert {row[0] for row in rows if row[2] == "USD bn"} == {"margin", "load"}


def test_parquet_has_the_same_bits_and_its_units(
    run: Run, expected: dict[str, np.ndarray], tmp_path: Path
) -> None:
    file = export(run, tmp_path / "some.parquet", paths=ASKED)
    table = parquet.read_table(file)
    assert table.column_names == COLUMNS
    for name in COLUMNS:
        if name == "verdict":
            assert table[name].to_pylist() == verdicts(expected[name], None)
        else:
            assert same_bits(table[name].to_numpy(), expected[name]), name
            assert table[name].to_numpy().dtype == expected[name].dtype
    metadata = {field.name: dict(field.metadata) for field in table.schema}
    assert metadata["load"] == {b"kind": b"draw", b"unit": b"USD bn", **_ids(metadata["load"])}
    assert table.schema.metadata[b"study_hash"] == run.study.hash.encode()
    assert table.schema.metadata[b"rows"] == str(REPLICATES * POINTS).encode()
    assert parquet.ParquetFile(file).num_row_groups == 2


def _ids(metadata: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Return what Parquet itself notes of a field."""
    return {name: value for name, value in metadata.items() if name.startswith(b"PARQUET:")}


def test_a_data_frame_is_what_is_read_from_parquet(run: Run, tmp_path: Path) -> None:
    import pandas as pd

    file = export(run, tmp_path / "some.parquet", paths=ASKED)
    read = pd.read_parquet(file).set_index(["replicate", "point"]).sort_index()
    pd.testing.assert_frame_equal(read, run.to_pandas(paths=ASKED), check_index_type=False)


def test_a_workbook_has_the_same_bits(run: Run, expected: dict[str, np.ndarray], tmp_path: Path) -> None:
    header, *rows = sheets_of(export(run, tmp_path / "some.xlsx", paths=ASKED))["Paths"]
    assert [one.text for one in header.values()] == COLUMNS
    nothing = Cell("", "", "")
    for place, name in enumerate(COLUMNS):
        cells = [row.get(place, nothing) for row in rows]
        if name == "verdict":
            assert [one.text for one in cells] == verdicts(expected[name], "")
            continue
        numbers = [ERRORS[one.formula] if one.kind == "e" else float(one.text) for one in cells]
        assert same_bits(numbers, expected[name]), name


def test_no_text_of_a_workbook_is_a_formula(run: Run, tmp_path: Path) -> None:
    sheets = sheets_of(export(run, tmp_path / "some.xlsx", paths=1024))
    cells = [one for rows in sheets.values() for row in rows for one in row.values()]
    assert {one.formula for one in cells if one.formula} == ERRORS.keys()
    assert {one.kind for one in cells if one.text in (FORMULA, NOTE)} == {"inlineStr"}
    assert sum(one.text == NOTE for one in cells) == 1


def test_a_workbook_has_summary_beliefs_and_what_the_run_was(run: Run, tmp_path: Path) -> None:
    sheets = sheets_of(export(run, tmp_path / "some.xlsx", ["margin"], "load", paths=32))
    assert list(sheets) == ["Summary", "Beliefs", "Sources", "About", "Columns", "Paths"]
    number = run.estimate("p_bear(model)")
    row = next(row for row in sheets["Summary"] if row[1].text == "chance of bear")
    assert (float(row[3].text), float(row[4].text)) == pytest.approx((number.value, number.error), rel=1e-15)
    units = {row[1].text: row[5].text for row in sheets["Summary"] if row[0].text == "margin"}
    assert (units["p05"], units["prob_below_zero"], units["share_not_a_number"]) == ("USD bn", "1", "1")
    assert [row[0].text for row in sheets["Beliefs"][1:]] == ["load", "shares[0]", "shares[1]", "rate"]
    about = {row[0].text: row[1].text for row in sheets["About"] if 1 in row}
    assert (about["study_hash"], about["seed"], about["rows"]) == (run.study.hash, "3", "32")


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_the_same_run_makes_the_same_bytes(run: Run, tmp_path: Path, ending: str) -> None:
    files = [export(run, tmp_path / f"{name}.{ending}", paths=1024) for name in ("first", "second")]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("sign", [*"=+-@\t\r\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_takes_for_a_formula_is_text(sign: str) -> None:
    (row,) = csv.reader(io.StringIO(cell(f'{sign}1+1,"x"').decode(), newline=""))
    assert row == [f'\'{sign}1+1,"x"']


@pytest.mark.parametrize("text", ["", "plain", "a = b", "it's", '"', ",", "two\nlines", "a\rb", "中文"])
def test_other_text_reads_back_as_it_is(text: str) -> None:
    assert list(csv.reader(io.StringIO(f"{cell(text).decode()},end", newline=""))) == [[text, "end"]]


def test_no_model_is_needed_for_what_is_stored_and_for_draws_of_priors(tmp_path: Path) -> None:
    study = Study.from_dict({"priors": CONTENT["priors"]}, model=lambda draws: {"twice": 2 * draws["load"]})
    simulate(study, paths=BATCH, out=tmp_path / "run")
    stored = open_run(tmp_path / "run")
    rows = list(csv.DictReader(export(stored, tmp_path / "some.csv").read_text().splitlines()))
    load, twice = (np.array([row[name] for row in rows], np.float32) for name in ("load", "twice"))
    assert np.array_equal(twice, 2 * load)
