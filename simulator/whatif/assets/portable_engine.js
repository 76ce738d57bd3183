/**
 * The engine of a page that holds its kernel: workers (worker_pool.js) compute parts of a sample, one strip at a time.
 *
 * The kernel's data, packed by simulator/whatif/kernel_data.py as packed.js reads it:
 *   code         the module of WebAssembly
 *   inputs       words of all numbers that beliefs decide, how many each array has, and their addresses
 *   points       address and number of rows of the points of four paths
 *   output       address of what comes of them; names of metrics; rows of each series
 *   sampler      its name, keys and columns (net.js)
 *   changes      by belief, what holding it and what another median does to the words
 *   structures   by name, the beliefs that it holds; null where it needs another kernel
 *   check        metrics of the first points of each replicate, and what distances within each metric are measured by
 */

/** Paths of a strip of one replicate, and the batch that has one of each. */
const STRIP = 256;
const BATCH = 8192;
/** Most workers, whatever a machine says of itself. */
const MOST_WORKERS = 16;
/** How far the kernel may be from what JAX computed (simulator/whatif/nearness.py). */
const TOLERANCE = 1e-4;
/** A module that needs vectors: to ask whether a browser has them. */
const VECTORS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

class PortableEngine {
  /** @param {object} description What the page knows of the study, with `kernel`. */
  constructor(description) {
    this.data = description.kernel;
    this.medians = new Map(description.beliefs.map((belief) => [belief.name, movedFrom(belief)]));
    const { metrics, series } = this.data.output;
    this.rows = [
      ...metrics.map((name) => ({ name, count: 1, group: "metrics" })),
      ...Object.entries(series).map(([name, count]) => ({ name, count, group: "series" })),
    ];
    this.started = null;
  }

  /** Unpack the kernel, once; again after a failure. */
  start() {
    this.started ??= this.prepare().catch((error) => {
      this.started = null;
      throw error;
    });
    return this.started;
  }

  async prepare() {
    const missing = missingHere();
    if (missing) throw new EngineError(missing);
    const { code, inputs, points, output, sampler, check } = this.data;
    const texts = [code, inputs.words, sampler.keys, sampler.columns ?? null, check.values];
    const [binary, words, keys, columns, checked] = await sound(Promise.all(texts.map((text) => text && unpacked(text))));
    this.words = new Uint32Array(words);
    this.checked = new Float32Array(checked);
    const setting = {
      module: await sound(WebAssembly.compile(binary)),
      data: {
        inputs,
        points,
        output: { address: output.address, rows: this.rows.reduce((total, row) => total + row.count, 0) },
        sampler: { ...sampler, keys: new Uint32Array(keys), columns: columns && new Uint32Array(columns) },
      },
    };
    const most = Math.min(Math.max(navigator.hardwareConcurrency || 1, 1), MOST_WORKERS);
    this.pool = new WorkerPool(document.getElementById("kernel-worker").textContent, setting, most);
  }

  /** Return the paths of a state, as every engine does. */
  async simulate({ changes, structure, paths, signal, progress }) {
    await this.start();
    signal?.throwIfAborted();
    const words = changedWords(this.words, this.withStructure(changes, structure), this.data.changes, this.medians);
    return this.compute(words, paths, signal, progress);
  }

  /** Return changes on top of what a structure holds. */
  withStructure(changes, structure) {
    const numbers = structure === null ? {} : this.data.structures[structure];
    if (!numbers) throw new EngineError("other_kernel");
    const ofStructure = Object.entries(numbers).map(([name, to]) => [name, { to, held: true }]);
    return { ...Object.fromEntries(ofStructure), ...changes };
  }

  /** Return the paths that a kernel makes of these words. */
  compute(words, paths, signal, progress) {
    return new Promise((resolve, reject) => {
      const sample = this.empty(paths);
      const parts = partsOf(sample.perReplicate);
      let left = parts.length;
      const job = {
        words,
        parts,
        fail: (error) => end(() => reject(error)),
        finish: (part, found) => {
          this.place(sample, part, found);
          left--;
          progress?.(paths - left * part.points, paths);
          if (!left) end(() => resolve(sample));
        },
      };
      const abort = () => job.fail(signal.reason);
      const end = (settle) => {
        this.pool.remove(job);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      signal?.addEventListener("abort", abort);
      this.pool.add(job);
    });
  }

  /** Return a sample of so many paths without their numbers; of more than a batch, series are those of the first. */
  empty(paths) {
    const seriesPaths = Math.min(paths, BATCH);
    const sample = { paths, perReplicate: paths / REPLICATES, seriesPaths, metrics: new Map(), series: new Map() };
    for (const { name, count, group } of this.rows)
      sample[group].set(name, new Float32Array(count * (group === "series" ? seriesPaths : paths)));
    return sample;
  }

  /** Put what a worker found into its places in a sample. */
  place(sample, { batch, replicate, points }, found) {
    let row = 0;
    for (const { name, count, group } of this.rows) {
      const values = sample[group].get(name);
      const start = group === "metrics" ? replicate * sample.perReplicate + batch * points : replicate * points;
      for (let step = 0; step < count && (group === "metrics" || batch === 0); step++)
        values.set(found.subarray((row + step) * points, (row + step + 1) * points), step * sample.seriesPaths + start);
      row += count;
    }
  }

  /** Compare the kernel with the paths that JAX computed, which the page holds. */
  async check() {
    await this.start();
    const { points, spread, far } = this.data.check;
    const sample = await this.compute(this.words, 4 * REPLICATES);
    let worst = 0;
    this.data.output.metrics.forEach((name, metric) => {
      const own = sample.metrics.get(name);
      for (let replicate = 0; replicate < REPLICATES; replicate++)
        for (let point = 0; point < points; point++) {
          const known = this.checked[(metric * REPLICATES + replicate) * points + point];
          const found = own[replicate * 4 + point];
          worst = Math.max(worst, distance(found, known, spread[metric], far[metric]));
        }
    });
    return { ok: worst <= TOLERANCE, worst };
  }
}

/** Return how far a number is from the known one, in spreads; beyond what is far by the reciprocals. */
function distance(found, known, spread, far) {
  if (Object.is(known, found) || known === found) return 0;
  const apart = Math.abs(known) > far ? Math.abs(1 / known - 1 / found) * far ** 2 : Math.abs(known - found);
  return Number.isNaN(apart) ? Infinity : apart / spread;
}

/** Return the key of what a browser has not that the kernel needs; nothing where all is there. */
function missingHere() {
  if (typeof WebAssembly !== "object") return "no_webassembly";
  if (!WebAssembly.validate(new Uint8Array(VECTORS))) return "no_vectors";
  if (typeof Worker !== "function") return "no_workers";
  return typeof DecompressionStream === "function" ? "" : "no_decompression";
}

/** Return what comes of reading the kernel; where nothing does, it is damaged, unless there is no memory for it. */
async function sound(reading) {
  try {
    return await reading;
  } catch (error) {
    throw new EngineError(error instanceof RangeError ? "no_memory" : "damaged", error.message);
  }
}

/** Return the parts of a sample: of each batch a strip of each replicate. */
function partsOf(perReplicate) {
  const points = Math.min(perReplicate, STRIP);
  const parts = [];
  for (let batch = 0; batch * points < perReplicate; batch++)
    for (let replicate = 0; replicate < REPLICATES; replicate++) parts.push({ batch, replicate, points });
  return parts;
}

function makeEngine(description) {
  return new PortableEngine(description);
}
