"""Who watches hears what begins, while watching, and no longer."""

from simulator.watching import begin, watched


def test_every_watcher_hears_while_it_watches() -> None:
    outer: list[str] = []
    inner: list[str] = []
    begin("nobody hears")
    with watched(outer.append):
        begin("first")
        with watched(inner.append):
            begin("second")
        begin("third")
    begin("nobody hears")
    assert outer == ["first", "second", "third"]
    assert inner == ["second"]
