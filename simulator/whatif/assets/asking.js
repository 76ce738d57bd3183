/** What is asked of the engine, and what it answered: no answer is asked for twice. */

/** Paths of an answer while a slider moves, once it is let go, and when a reader asks for more. */
const PREVIEW_PATHS = 1024;
const USUAL_PATHS = 8192;
const MOST_PATHS = 65536;

/** What is drawn of the study as shipped. */
const SHIPPED = { changes: {}, structure: null, horizon: null };

/** Samples of a reader's beliefs that are at hand again: those of a few steps back. */
const SAMPLES_AT_HAND = 4;

/** What an engine says is wrong, by the key of a message. */
class EngineError extends Error {
  constructor(key, detail = "") {
    super(detail ? `${key}: ${detail}` : key);
    this.key = key;
  }
}

class Asking {
  /** @param {object} engine What delivers paths. */
  constructor(engine) {
    this.engine = engine;
    this.shipped = null;
    this.recent = new Map();
  }

  /**
   * Return the sample of a state.
   *
   * @param {State} state
   * @param {number} paths
   * @param {AbortSignal} signal
   * @param {function(number, number): void} progress
   */
  async sample(state, paths, signal, progress) {
    if (sameSample(state, SHIPPED)) return this.asShipped(paths, signal, progress);
    const key = `${paths} ${sampleKey(state)}`;
    const known = this.recent.get(key);
    const sample = known ?? (await this.engine.simulate({ ...drawnOf(state), paths, signal, progress }));
    this.recent.delete(key);
    if (paths === USUAL_PATHS) this.recent.set(key, sample);
    while (this.recent.size > SAMPLES_AT_HAND) this.recent.delete(this.recent.keys().next().value);
    return sample;
  }

  /** Return the sample of the study as shipped: the first paths of the largest that there is. */
  async asShipped(paths, signal, progress) {
    if (!this.shipped || this.shipped.paths < paths) {
      const most = Math.max(paths, USUAL_PATHS);
      this.shipped = await this.engine.simulate({ ...SHIPPED, paths: most, signal, progress });
    }
    return firstPaths(this.shipped, paths);
  }

  /** Return a sample and the one as shipped, of as many paths. */
  async both(state, paths, signal, progress) {
    this.coming?.abort();
    const yours = await this.sample(state, paths, signal, progress);
    return { shipped: await this.asShipped(paths, signal, progress), yours };
  }

  /**
   * Have samples be over time too, where the engine tells that for itself; the next answer does not wait for it.
   *
   * @param {object} answered Its `state`, `paths` and `samples`.
   */
  async overTime({ state, paths, samples: { shipped, yours } }) {
    if (!this.engine.series) return;
    this.coming?.abort();
    this.coming = new AbortController();
    const { signal } = this.coming;
    const seriesPaths = Math.min(paths, USUAL_PATHS);
    for (const [sample, drawn] of [[shipped, SHIPPED], [yours, drawnOf(state)]]) {
      if (sample.series.size) continue;
      const series = await this.engine.series({ ...drawn, paths: seriesPaths, signal });
      Object.assign(sample, { series, seriesPaths });
    }
  }
}

/** Return the first paths of a sample, as many of each replicate; the sample itself where that is all. */
function firstPaths(sample, paths) {
  if (sample.paths === paths) return sample;
  sample.firsts ??= new Map();
  if (sample.firsts.has(paths)) return sample.firsts.get(paths);
  const perReplicate = (sample.perReplicate * paths) / sample.paths;
  // An engine may give the series of fewer paths than it gives metrics of: those of the first batch.
  const there = sample.seriesPaths ?? sample.paths;
  const seriesPaths = Math.min(there, paths);
  const first = (arrays, from, to) =>
    new Map([...arrays].map(([name, values]) => [name, firstOfReplicates(values, from, to)]));
  const firsts = {
    paths,
    perReplicate,
    seriesPaths,
    metrics: first(sample.metrics, sample.perReplicate, perReplicate),
    series: first(
      sample.series ?? new Map(),
      (sample.perReplicate * there) / sample.paths,
      (perReplicate * seriesPaths) / paths,
    ),
  };
  sample.firsts.set(paths, firsts);
  return firsts;
}

/** Return an array with the first of every so many values in a row. */
function firstOfReplicates(values, from, to) {
  const chosen = new Float32Array((values.length / from) * to);
  for (let start = 0, at = 0; start < values.length; start += from, at += to)
    chosen.set(values.subarray(start, start + to), at);
  return chosen;
}
