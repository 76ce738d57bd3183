/**
 * An engine for tests: a model of a few lines in place of the kernel. Every metric is a level that moves with
 * the beliefs, and a spread of its own; paths are the same numbers for the same seed, so that samples are paired.
 *
 * `fakeEngine.delay` holds every answer back by so many milliseconds, `fakeEngine.fail` has the next ones fail
 * with its text, `fakeEngine.undefined` makes so many paths no number, and `fakeEngine.asked` has all that was asked.
 */
const fakeEngine = (globalThis.fakeEngine = { delay: 0, fail: "", faults: [], unsound: "", undefined: 0, asked: [] });

function noise(index, stream) {
  let state = (index * 2654435761 + stream * 40503 + 12345) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Return by how many of its own spreads a belief is moved. */
function movedBy(belief, to) {
  if (!belief.varies) return to === belief.value ? 0 : 0.5;
  const place = (value) => placeOf(value, belief.scale);
  return (2.56 * (place(to) - place(belief.value))) / (place(belief.quantiles.p90) - place(belief.quantiles.p10));
}

function makeEngine(description) {
  const beliefs = new Map(description.beliefs.map((belief) => [belief.name, belief]));
  return {
    async check() {
      return fakeEngine.unsound ? { ok: false, message: fakeEngine.unsound } : { ok: true, message: "" };
    },
    async simulate({ changes, structure, horizon, paths, signal, progress }) {
      fakeEngine.asked.push({ changes, structure, horizon, paths });
      const batches = Math.max(1, paths / 8192);
      for (let batch = 0; batch < batches; batch++) {
        await new Promise((done) => setTimeout(done, fakeEngine.delay));
        if (signal.aborted) throw new DOMException("aborted", "AbortError");
        progress(batch + 1, batches);
      }
      if (fakeEngine.fail) throw Object.assign(new Error(fakeEngine.fail), { faults: fakeEngine.faults });
      let level = (structure === null ? 0 : -0.4) + (horizon === null ? 0 : (horizon - 24) / 100);
      let held = 0;
      for (const [name, change] of Object.entries(changes)) {
        const rank = description.drivers.indexOf(name);
        level +=
          movedBy(beliefs.get(name), change.to) * (rank < 0 ? 0.004 : 0.5 / (1 + rank)) * (rank % 2 ? -1 : 1);
        held += change.held ? 0.03 : 0;
      }
      const perReplicate = paths / 32;
      const metrics = new Map();
      description.metrics.forEach(({ name, metric, entity }) => {
        const values = new Float32Array(paths);
        const scale =
          entity === "group" ? 4 : 1 + (description.entities.findIndex((one) => one.name === entity) % 3) / 4;
        for (let path = 0; path < paths; path++) {
          const point = path % perReplicate;
          const index = Math.floor(path / perReplicate) * 2048 + point;
          const good = -0.35 + level + (1 - held) * noise(index, 1) + 0.3 * noise(index, scale);
          values[path] =
            {
              value_created: 250 * scale * good,
              value_per_dollar: 0.2 * good,
              noncircular_yield: 0.2 + 0.1 * good,
              gross_margin: 0.35 + 0.15 * good + 0.05 * noise(index, 3),
              energised_share: 0.8 + 0.08 * good,
              roic: 0.09 + 0.07 * good,
              payback_years: good < -0.5 ? Infinity : 9 - 2 * good,
            }[metric] ?? 0.25 + 0.1 * good;
        }
        if (Object.keys(changes).length) values.fill(NaN, 0, fakeEngine.undefined);
        metrics.set(name, values);
      });
      const series = new Map();
      for (const { name } of description.series) {
        const values = new Float32Array(24 * paths);
        for (let quarter = 0; quarter < 24; quarter++)
          for (let path = 0; path < paths; path++)
            values[quarter * paths + path] =
              (60 + 4 * quarter) * Math.exp(0.03 * quarter * (level + noise(path % 997, 5)));
        series.set(name, values);
      }
      return { paths, perReplicate, metrics, series };
    },
  };
}
