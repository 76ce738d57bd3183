"""Whatever bytes a file or a setting has, it is read or refused in an error that is meant for the user."""

import os
import re
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.cli.parameters import assignments
from simulator.errors import MOST_SHOWN, EvidenceError, StrandlineError, StudyError, UsageError
from simulator.evidence.reading import load_evidence
from simulator.study import Study, load_study
from simulator.study.toml_reader import MOST_BYTES, MOST_LEVELS, UnreadableError, parsed, table_names

OUTLINE = "[study]\nas_of = 2026-01-28\n"
PRIOR = 'unit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "n"\n'
SERIES = """[[series]]
name = "a"
title = "t"
metric = "capex"
company = "amazon"
kind = "actual"
definition = "cash"
unit = "USD bn"
error = 0.001
sources = ["s"]
"""

WRONG_KEYS = "".join(f"k{index} = 1\n" for index in range(20_000))

#: What a value may be, by why it is hostile.
VALUES = {
    "nested lists": "[" * 5000,
    "nested tables": "{a=" * 5000,
    "closed lists": "[" * 40 + "]" * 40,
    "digits": "9" * 5000,
    "hexadecimal digits": "0x" + "f" * 5000,
    "a number beyond floating point": "9" * 400,
    "a list of such": "[1, 0x" + "f" * 300 + "]",
    "parts of a key": "{" + "a." * 20000 + "a = 1}",
    "quoted parts of a key": "{'\"' = 0, " + '"a".' * 20000 + "a = 1}",
    "an open string": '"""' + "\\" * 50000,
    "many strings": '"""' * 50000,
    "infinity": "inf",
    "no number": "nan",
    "a null": "\0",
    "a long text": '"' + "a" * 10000 + '"',
    "a time": "07:32:00",
}
#: What a whole file may be.
FILES = {
    **{why: f"{OUTLINE}[x]\nvalue = {value}\n".encode() for why, value in VALUES.items()},
    "values of evidence": f"{SERIES}lag_days = 35\n[series.values]\n2025Q4 = {VALUES['digits']}".encode(),
    "late evidence": f"{SERIES}lag_days = 366\n[series.values]\n9999Q3 = 1.0".encode(),
    "parts of a header": ("[" + "a." * 20000 + "a]").encode(),
    "blanks after a fault": b"x =\n[" + b" " * 50000,
    "blank lines after a fault": b"x =\n" + b"\n" * 400_000,
    "too many bytes": b"#" * (MOST_BYTES + 1),
    "wrong keys": (OUTLINE + WRONG_KEYS).encode(),
    "wrong keys of a prior": f"{OUTLINE}[x]\nvalue = 1\n{WRONG_KEYS}".encode(),
    "a long key": (OUTLINE + "a" * 100_000 + " = 1").encode(),
    "weights": f'{OUTLINE}[x]\nfamily = "empirical"\nvalues = [1, 2]\nweights = [1e308, 1e308]'.encode(),
    "alphas": f'{OUTLINE}[x]\nfamily = "dirichlet"\nalpha = [1e308, 1e308]\n{PRIOR}'.encode(),
    "size": f'{OUTLINE}[x]\nfamily = "uniform"\nlow = 0\nhigh = 1\nsize = 1000000000\n{PRIOR}'.encode(),
    "a long name": f'[study]\nas_of = 2026-01-28\nname = "{"a" * 300}"'.encode(),
    "a long base": f'extends = "{"a" * 5000}"'.encode(),
    "a null in a base": b'extends = "a\\u0000b"',
    "a base that the system makes up": b'extends = "/proc/self/status"',
    "bytes": bytes(range(256)),
    "UTF-16": OUTLINE.encode("utf-16"),
}


def refusal(call, *arguments) -> StrandlineError:
    with pytest.raises(StrandlineError) as raised:
        call(*arguments)
    assert len(str(raised.value)) < 100_000
    return raised.value


@pytest.mark.parametrize("why", FILES)
def test_a_hostile_file_is_refused_as_a_study_and_as_evidence(why, tmp_path):
    """No content of a file ends in an error of Python's own, hangs, or floods the terminal."""
    file = tmp_path / "hostile.toml"
    file.write_bytes(FILES[why])
    assert isinstance(refusal(load_study, file), StudyError)
    assert isinstance(refusal(load_evidence, file), EvidenceError)


@pytest.mark.parametrize("why", VALUES)
def test_a_hostile_setting_is_read_or_refused(why):
    """A value given by --set is bounded as a file is."""
    study = Study.from_dict({"priors": {"x": {"value": 1.0}}})
    refusal(lambda: study.override(assignments([f"x={VALUES[why]}"])))


@given(st.binary(max_size=200) | st.text(alphabet="[]{}\"'.=,#\\\n ax1_-", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    """Only errors that are meant for the user come out of a reader."""
    file = tmp_path_factory.mktemp("any") / "any.toml"
    file.write_bytes(content)
    for load in (load_study, load_evidence):
        with suppress(StrandlineError):
            load(file)
    with suppress(UsageError):
        assignments([f"x={content.decode(errors='replace')}"])


def test_a_message_says_how_large_a_file_may_be(tmp_path):
    """A limit is told with what was found."""
    file = tmp_path / "large.toml"
    file.write_bytes(FILES["too many bytes"])
    assert f"found {MOST_BYTES + 1:,} bytes; allowed: at most {MOST_BYTES:,} bytes" in str(
        refusal(load_study, file)
    )


def test_a_long_list_of_faults_ends_in_their_number(tmp_path):
    """A message tells the first faults one by one, and of all others how many there are."""
    file = tmp_path / "wrong.toml"
    file.write_bytes(FILES["wrong keys"])
    error = refusal(load_study, file)
    assert isinstance(error, StudyError)
    assert len(error.faults) == 20_000
    assert len(str(error).splitlines()) == MOST_SHOWN + 2
    assert str(error).endswith(f"and {20_000 - MOST_SHOWN:,} more")


def test_twice_the_wrong_keys_are_no_more_than_twice_the_work(tmp_path):
    """The reader of a file does as much for each fault, however many there are: counted in calls."""

    def calls(faults: int) -> int:
        file = tmp_path / f"{faults}.toml"
        file.write_text(OUTLINE + "".join(f"k{index} = 1\n" for index in range(faults)))
        made = 0

        def count(*_) -> None:
            nonlocal made
            made += 1

        sys.setprofile(count)
        try:
            refusal(load_study, file)
        finally:
            sys.setprofile(None)
        return made

    calls(1)  # what is imported and compiled on first use
    few, many = calls(1000), calls(2000)
    assert many - few <= few


def test_a_byte_order_mark_is_no_fault(tmp_path):
    """A file that an editor saved as UTF-8 with a mark is the same study."""
    plain, marked = tmp_path / "a" / "study.toml", tmp_path / "b" / "study.toml"
    for file, mark in ((plain, b""), (marked, b"\xef\xbb\xbf")):
        file.parent.mkdir()
        file.write_bytes(mark + f"{OUTLINE}[x]\nvalue = 1.0\n{PRIOR}".encode())
    assert load_study(marked).hash == load_study(plain).hash


def test_another_encoding_is_named(tmp_path):
    """UTF-16 is refused by its name, with what to do."""
    file = tmp_path / "study.toml"
    file.write_bytes(FILES["UTF-16"])
    assert "UTF-16; allowed: UTF-8 text. Save the file again as UTF-8." in str(refusal(load_study, file))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    """What is no regular file is not opened for reading, whatever it is called."""
    os.mkfifo(tmp_path / "study.toml")
    refusal(load_study, tmp_path)
    refusal(load_evidence, tmp_path)


def test_nested_dictionaries_are_bounded_too():
    """A dictionary has the limits of a file, and one that holds itself is refused."""
    ring: dict = {"value": 1.0}
    ring["a"] = ring["b"] = ring
    for x in (ring, {"value": 10**400}):
        refusal(Study.from_dict, {"priors": {"x": x}})


def test_levels_are_read_up_to_the_limit():
    """The limit itself is allowed, one more is not; dots and brackets in text and comments do not count."""
    at_most = MOST_LEVELS - 1
    assert parsed("x = " + "[" * at_most + "]" * at_most)
    assert parsed(".".join("a" * MOST_LEVELS) + " = 1")
    assert parsed('x = "' + "[." * 100 + '" # ' + "[." * 100 + '\ny = """\n' + "a." * 100 + '"""')
    for text in ("x = " + "[" * 33 + "]" * 33, ".".join("a" * 33) + " = 1"):
        with pytest.raises(UnreadableError, match=re.escape(f"more than {MOST_LEVELS} levels")):
            parsed(text)


def test_table_names_are_those_of_headers():
    """A file that is no TOML still says which tables it has."""
    assert table_names('x =\n[a.b]\n [[ c ]]\n[sources."d"]\n[e\n[') == {"a.b", "c", "sources.d", "e"}


@pytest.mark.parametrize("family", ["gamma", "lognormal"])
@pytest.mark.parametrize(("mean", "sd"), [(1e-200, 1e200), (1e200, 1e-200), (2.0, 1.0)])
def test_a_mean_and_sd_beyond_floating_point_are_a_fault(family, mean, sd):
    """A family given by mean and sd has finite parameters, or is refused."""
    from simulator.analysis.run.program import check_study

    data = {"priors": {"x": {"family": family, "mean": mean, "sd": sd}}}
    if mean != 2:
        assert f"found mean {mean:g}, sd {sd:g}" in str(refusal(Study.from_dict, data))
    else:
        check_study(Study.from_dict(data), lambda draws: draws, "float64")
