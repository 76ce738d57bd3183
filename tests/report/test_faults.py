from io import StringIO

from rich.console import Console

from simulator.errors import Fault, RunError, StudyError
from simulator.report.faults import print_error

FAULTS = (
    Fault("set/spend.toml", "spend.capex.sd", "-1", "a number above 0", "Write a standard deviation."),
    Fault("set/spend.toml", "spend.capex.unit", "'GW'", "USD bn/yr"),
    Fault("set/power.toml", "[line 3]", "no value", "TOML"),
    Fault("", "study", "'hyprscalers'", "a prior set"),
)


def printed(error, **options):
    text = StringIO()
    print_error(Console(file=text, width=80, markup=False, highlight=False, emoji=False, **options), error)
    return text.getvalue()


def test_every_fault_is_told_with_file_key_found_allowed_and_advice():
    text = printed(StudyError(FAULTS))
    assert "4 faults" in text
    for fault in FAULTS:
        for part in (fault.file, fault.key, fault.found, fault.allowed, fault.advice):
            assert part in text


def test_a_file_is_named_once_for_all_its_faults():
    assert printed(StudyError(FAULTS)).count("set/spend.toml") == 1


def test_keys_with_the_same_fault_share_its_text():
    alike = [Fault("a.toml", f"spend.q{i}", "nothing", "a unit") for i in range(4)]
    text = printed(StudyError(alike))
    assert text.count("found: nothing") == 1
    assert all(fault.key in text for fault in alike)


def test_one_fault_is_not_faults():
    assert "1 fault\n" in printed(StudyError(FAULTS[:1]))


def test_other_errors_are_their_own_words():
    assert printed(RunError("runs/x holds another run:\nseed 1 against 2")) == (
        "error: runs/x holds another run:\n  seed 1 against 2\n"
    )


def test_what_was_found_in_a_file_can_do_nothing_but_be_read():
    hostile = Fault("\x1b[2Ja.toml", "[red]k[/red]", "\x1b]0;title\x07", ":smile:")
    text = printed(StudyError([hostile]), force_terminal=True, color_system=None)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]k[/red]" in text
    assert ":smile:" in text
