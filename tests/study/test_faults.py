"""Everything wrong with a prior set is told at once, with its file and key, and nothing that is right."""

from pathlib import Path

from simulator.study import load_study
from tests.study import broken_priors, broken_settings
from tests.study.small_set import FILES, faults_of, write_set

#: Faults of a folder of both, in the order in which they are told.
TOLD = sorted(broken_priors.TOLD + broken_settings.TOLD)


def broken_set(folder: Path) -> Path:
    folder.mkdir()
    for name, text in (broken_settings.FILES | broken_priors.FILES).items():
        (folder / name).write_text(text, encoding="latin-1")
    return folder


def test_every_fault_of_a_folder_is_told_with_its_file_and_key(tmp_path: Path) -> None:
    folder = broken_set(tmp_path / "broken")
    printed = [(f.file.removeprefix(f"{folder}/"), f.key) for f in faults_of(folder)]
    assert printed == sorted(printed)
    assert printed == [(file, key) for file, key, _ in TOLD]


def test_every_fault_says_what_is_wrong_or_what_to_do(tmp_path: Path) -> None:
    for fault, (_, _, part) in zip(faults_of(broken_set(tmp_path / "broken")), TOLD, strict=True):
        assert part in f"{fault.found} {fault.allowed} {fault.advice}", str(fault)
        assert fault.found
        assert fault.allowed


def test_a_file_that_is_not_toml_makes_no_name_of_another_one_unknown(tmp_path: Path) -> None:
    # The spend priors and the sources are defined, only not readable: telling that they are missing misleads.
    folder = write_set(
        tmp_path / "small",
        spend=FILES["spend.toml"] + "\n[spend.last]\nvalue = \n",
        sources=FILES["sources.toml"] + "\n]",
    )
    assert [Path(f.file).name for f in faults_of(folder)] == ["sources.toml", "spend.toml"]


def test_a_valid_set_has_no_fault(tmp_path: Path) -> None:
    load_study(write_set(tmp_path / "small"))
