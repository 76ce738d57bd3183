/** What is asked of the engine, and what it answered: one question at a time, no answer twice. */

/** Paths of an answer while a slider moves, once it is let go, and when a reader asks for more. */
const PREVIEW_PATHS = 1024;
const USUAL_PATHS = 8192;
const MOST_PATHS = 65536;

/** Samples of a reader's beliefs that are at hand again: those of a few steps back. */
const SAMPLES_AT_HAND = 4;

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
    const { changes, structure } = state;
    if (structure === null && !Object.keys(changes).length) return this.asShipped(paths, signal, progress);
    const key = JSON.stringify([paths, structure, Object.entries(changes).sort()]);
    const known = this.recent.get(key);
    const sample = known ?? (await this.engine.simulate({ changes, structure, paths, signal, progress }));
    this.recent.delete(key);
    if (paths > PREVIEW_PATHS) this.recent.set(key, sample);
    while (this.recent.size > SAMPLES_AT_HAND) this.recent.delete(this.recent.keys().next().value);
    return sample;
  }

  /** Return the sample of the study as shipped: the first paths of the largest that there is. */
  async asShipped(paths, signal, progress) {
    if (!this.shipped || this.shipped.paths < paths) {
      const most = Math.max(paths, USUAL_PATHS);
      this.shipped = await this.engine.simulate({ changes: {}, structure: null, paths: most, signal, progress });
    }
    return firstPaths(this.shipped, paths);
  }

  /** Return a sample and the one as shipped, of as many paths. */
  async both(state, paths, signal, progress) {
    const yours = await this.sample(state, paths, signal, progress);
    return { shipped: await this.asShipped(paths, signal, progress), yours };
  }
}

/** Return the first paths of a sample, as many of each replicate; the sample itself where that is all. */
function firstPaths(sample, paths) {
  if (sample.paths === paths) return sample;
  if (sample.firsts?.paths === paths) return sample.firsts;
  const perReplicate = (sample.perReplicate * paths) / sample.paths;
  const first = (values) => {
    const chosen = new Float32Array((values.length / sample.paths) * paths);
    for (let start = 0, to = 0; start < values.length; start += sample.perReplicate, to += perReplicate)
      chosen.set(values.subarray(start, start + perReplicate), to);
    return chosen;
  };
  const all = (arrays) => new Map([...arrays].map(([name, values]) => [name, first(values)]));
  sample.firsts = { paths, perReplicate, metrics: all(sample.metrics), series: all(sample.series ?? new Map()) };
  return sample.firsts;
}
