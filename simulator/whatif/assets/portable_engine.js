/**
 * The engine of a page that holds its kernel. The kernel's data, packed by simulator/whatif/kernel_data.py as
 * packed.js reads it:
 *   inputs       words of all numbers that beliefs decide, and how many each array has
 *   own          the program of the study (portable_program.js)
 *   horizons     by their quarters, programs of the same beliefs for other horizons
 *   changes      by belief, what holding it and what another median does to the words
 *   structures   by name, the beliefs that it holds; null where it needs another kernel
 *   check        metrics of the first points of each replicate, and the spreads of each metric
 */

/**
 * How far the kernel may be from what JAX computed, in standard deviations of a metric, and always in units of the last
 * place (simulator/whatif/nearness.py).
 */
const TOLERANCE = 1e-4;
const LAST_PLACES = 8 * 2 ** -23;
/** A module that needs vectors: to ask whether a browser has them. */
const VECTORS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

class PortableEngine {
  /** @param {object} description What the page knows of the study, with `kernel`. */
  constructor(description) {
    const { own, horizons, inputs } = (this.data = description.kernel);
    this.medians = new Map(description.beliefs.map((belief) => [belief.name, movedFrom(belief)]));
    this.own = new PortableProgram(own, inputs.counts);
    this.horizons = new Map(
      Object.entries(horizons).map(([quarters, data]) => [Number(quarters), new PortableProgram(data, inputs.counts)]),
    );
    /** Unpack what all programs share. */
    this.start = once(() => this.prepare());
  }

  async prepare() {
    const missing = missingHere();
    if (missing) throw new EngineError(missing);
    const [words, checked] = await unpackedAll([this.data.inputs.words, this.data.check.values]);
    this.words = new Uint32Array(words);
    this.checked = new Float32Array(checked);
  }

  /** Return the paths of a state, as every engine does. */
  async simulate({ changes, structure, horizon, paths, signal, progress }) {
    await this.start();
    const words = changedWords(this.words, this.withStructure(changes, structure), this.data.changes, this.medians);
    const program = horizon === null ? this.own : this.horizons.get(horizon);
    if (!program) throw new EngineError("other_kernel");
    for (const other of [this.own, ...this.horizons.values()]) if (other !== program) other.pool?.rest();
    return program.compute(words, paths, signal, progress);
  }

  /** Return changes on top of what a structure holds. */
  withStructure(changes, structure) {
    const numbers = structure === null ? {} : this.data.structures[structure];
    if (!numbers) throw new EngineError("other_kernel");
    const ofStructure = Object.entries(numbers).map(([name, to]) => [name, { to, held: true }]);
    return { ...Object.fromEntries(ofStructure), ...changes };
  }

  /** Compare the kernel with the paths that JAX computed, which the page holds. */
  async check() {
    await this.start();
    const { points, spreads } = this.data.check;
    const sample = await this.own.compute(this.words, 4 * REPLICATES);
    let worst = 0;
    this.data.own.output.metrics.forEach((name, metric) => {
      const own = sample.metrics.get(name);
      for (let replicate = 0; replicate < REPLICATES; replicate++)
        for (let point = 0; point < points; point++) {
          const known = this.checked[(metric * REPLICATES + replicate) * points + point];
          const found = own[replicate * 4 + point];
          worst = Math.max(worst, distance(found, known, spreads[metric]));
        }
    });
    return { ok: worst <= TOLERANCE, worst };
  }
}

/** Return how far a number is from the known one, in standard deviations; of what is far maybe by the reciprocals. */
function distance(found, known, { standard, robust, far }) {
  if (Object.is(known, found) || known === found) return 0;
  const size = Math.abs(known);
  const least = Number.isFinite(size) ? (LAST_PLACES * size) / TOLERANCE : 0;
  const all = [Math.abs(known - found) / Math.max(standard, least)];
  if (size > far && found > 0 === known > 0) all.push((Math.abs(1 / known - 1 / found) * far ** 2) / robust);
  return Math.min(...all.map((apart) => (Number.isNaN(apart) ? Infinity : apart)));
}

/** Return the key of what a browser has not that the kernel needs; nothing where all is there. */
function missingHere() {
  if (typeof WebAssembly !== "object") return "no_webassembly";
  if (!WebAssembly.validate(new Uint8Array(VECTORS))) return "no_vectors";
  if (typeof Worker !== "function") return "no_workers";
  return typeof DecompressionStream === "function" ? "" : "no_decompression";
}

function makeEngine(description) {
  return new PortableEngine(description);
}
