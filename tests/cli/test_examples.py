"""The help of each verb ends on examples of that verb, which parse and fit on a terminal."""

import shlex

import pytest

from simulator import cli
from simulator.cli.examples import EXAMPLES


@pytest.mark.parametrize("verb", EXAMPLES)
def test_examples_are_of_the_verb_and_can_be_given(verb: str) -> None:
    for command, purpose in EXAMPLES[verb]:
        assert command.startswith(f"strandline {verb}")
        assert max(len(f"  {command}"), len(f"      {purpose}")) < 80
        words = shlex.split(command.partition(" > ")[0])[1:]
        cli.app.parse_args(words, exit_on_error=False, print_error=False)


def test_every_verb_has_examples_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in EXAMPLES:
        assert cli.main([*verb.split(), "--help"]) == 0
        shown = capsys.readouterr().out.partition("Examples:\n")[2]
        assert shown.startswith(f"  strandline {verb}")
    named = {verb.split()[0] for verb in EXAMPLES}
    assert named == {name for name in cli.app if not name.startswith("-")}


def test_every_argument_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in EXAMPLES:
        cli.main([*verb.split(), "--help"])
        shown = capsys.readouterr().out
        arguments = [line for line in shown.splitlines() if line.startswith(("│ *", "│ "))]
        bare = [line for line in arguments if line.strip("│ *").removesuffix("[required]").strip().isupper()]
        assert not bare, (verb, bare)
