"""The engine of a served page under node: frames become arrays, and what breaks off is no answer."""

import numpy as np
import pytest

from simulator import simulate
from tests.whatif.scripts import evaluated
from tests.whatif.served import SEED, serving, small

SERVED = """
  const frames = (paths, batches) => {
    // Two metrics: a path's place in its batch, and 10,000 times its batch more than that.
    const bytes = new Uint8Array(batches * 2 * paths * 4);
    const numbers = new DataView(bytes.buffer);
    for (let batch = 0, at = 0; batch < batches; batch++)
      for (const metric of [0, 1])
        for (let path = 0; path < paths; path++, at += 4)
          numbers.setFloat32(at, path + metric * 10000 * (batch + 1), true);
    return bytes;
  };
  const asked = [];
  globalThis.fetch = async (address, { body }) => {
    asked.push([address, JSON.parse(body)]);
    const { paths } = JSON.parse(body);
    const bytes = frames(Math.min(paths, 8192), Math.max(1, paths / 8192));
    const parts = [];
    for (let at = 0; at < bytes.length; at += 5003) parts.push(bytes.subarray(at, at + 5003));
    return new Response(new ReadableStream({ pull(stream) {
      if (parts.length) stream.enqueue(parts.shift());
      else stream.close();
    } }));
  };
  const engine = makeEngine({ series: [], metrics: [{ name: "a" }, { name: "b" }] });
"""


def test_frames_of_the_server_become_arrays_in_the_order_of_replicates() -> None:
    script = f"""(async () => {{ {SERVED}
      const steps = [];
      const changes = {{ x: {{ to: 2, held: true }}, y: {{ to: 3, held: false }} }};
      const progress = (done, of) => steps.push([done, of]);
      const state = {{ changes, structure: "s", horizon: 40 }};
      const sample = await engine.simulate({{ ...state, paths: 16384, progress }});
      const few = await engine.simulate({{ changes: {{}}, structure: null, horizon: null, paths: 1024 }});
      return [asked, steps, sample.perReplicate, [...sample.metrics.get("a").slice(254, 258)],
        [...sample.metrics.get("b").slice(255, 257)], sample.metrics.get("a")[512], few.perReplicate,
        few.metrics.get("a")[33]];
    }})()"""
    asked, steps, per_replicate, first, second, next_replicate, few, place = evaluated(
        "statistics state asking server_engine", script
    )
    assert asked[0] == [
        "paths",
        {"set": {"x": 2, "y.median": 3, "study.horizon_quarters": 40}, "structure": "s", "paths": 16384},
    ]
    assert steps == [[8192, 16384], [16384, 16384]]
    assert per_replicate == 512
    assert first == [254, 255, 0, 1]
    assert second == [10255, 20000]
    assert next_replicate == 256
    assert [few, place] == [32, 33]


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    script = f"""(async () => {{ {SERVED}
      globalThis.fetch = async () => new Response(new Uint8Array(100));
      try {{
        await engine.simulate({{ changes: {{}}, structure: null, horizon: null, paths: 1024 }});
      }} catch (error) {{
        return error.message;
      }}
    }})()"""
    assert evaluated("statistics state asking server_engine", script) == "cut_off"


def test_a_server_that_was_started_anew_is_said_so() -> None:
    script = f"""(async () => {{ {SERVED}
      globalThis.fetch = async () => new Response("nothing is here", {{ status: 404 }});
      try {{
        await engine.simulate({{ changes: {{}}, structure: null, horizon: null, paths: 1024 }});
      }} catch (error) {{
        return error.key;
      }}
    }})()"""
    assert evaluated("statistics state asking server_engine", script) == "started_anew"


def test_what_the_server_refuses_is_said_with_its_faults() -> None:
    script = f"""(async () => {{ {SERVED}
      const error = {{ message: "no", faults: [{{ key: "x", allowed: "at least 0" }}] }};
      globalThis.fetch = async () => new Response(JSON.stringify({{ error }}), {{ status: 422 }});
      try {{
        await engine.simulate({{ changes: {{}}, structure: null, horizon: null, paths: 1024 }});
      }} catch (found) {{
        return [found.message, found.faults];
      }}
    }})()"""
    found = evaluated("statistics state asking server_engine", script)
    assert found == ["no", [{"key": "x", "allowed": "at least 0"}]]


@pytest.mark.parametrize(
    ("changes", "set_so"), [({}, {}), ({"x": {"to": 0.5, "held": False}}, {"x.median": 0.5})]
)
def test_a_chance_on_the_paths_of_the_server_is_that_of_the_command_line(
    changes: dict[str, object], set_so: dict[str, float]
) -> None:
    where = {"relation": "between", "numbers": [-0.3, 0.9]}
    script = """(async () => {
      const here = globalThis.fetch;
      globalThis.fetch = (address, asked) => here(base + address, asked);
      const metrics = [{ name: "value_created.group" }, { name: "value_created.meta" }];
      const engine = makeEngine({ series: [], metrics });
      const sample = await engine.simulate({ changes, structure: null, horizon: null, paths: 8192 });
      return chanceOf(new Values(sample.metrics.get("value_created.group"), "rqmc"), where);
    })()"""
    with serving(small()) as served:
        scripts = "statistics events state asking server_engine"
        found = evaluated(scripts, script, base=served.server.address, changes=changes, where=where)
    run = simulate(small().override(set_so), paths=8192, seed=SEED)
    expected = run.estimate("between(value_created.group, -0.3, 0.9)")
    # A count over a power of two is exact; an error is a length of 32 such, added up in two ways.
    assert found["value"] == expected.value
    assert found["error"] == pytest.approx(expected.error, rel=64 * np.finfo(np.float64).eps)
