/**
 * One program of a page's kernel, and the workers (worker_pool.js) that compute parts of a sample by it, one strip at
 * a time. Its data:
 *   code         the module of WebAssembly
 *   inputs       addresses of the arrays of numbers that beliefs decide
 *   points       address and number of rows of the points of four paths
 *   output       address of what comes of them; names of metrics; rows of each series
 *   sampler      its name, keys and columns (net.js)
 */

/** Paths of a strip of one replicate, and the batch that has one of each. */
const STRIP = 256;
const BATCH = 8192;
/** Most workers, whatever a machine says of itself. */
const MOST_WORKERS = 16;

class PortableProgram {
  /**
   * @param {object} data Of the program.
   * @param {number[]} counts How many numbers each array has that beliefs decide.
   */
  constructor(data, counts) {
    Object.assign(this, { data, counts });
    const { metrics, series } = data.output;
    this.rows = [
      ...metrics.map((name) => ({ name, count: 1, group: "metrics" })),
      ...Object.entries(series).map(([name, count]) => ({ name, count, group: "series" })),
    ];
    /** Unpack the program. */
    this.start = once(() => this.prepare());
  }

  async prepare() {
    const { code, inputs, points, output, sampler } = this.data;
    const [binary, keys, columns] = await unpackedAll([code, sampler.keys, sampler.columns ?? null]);
    const setting = {
      module: await sound(WebAssembly.compile(binary)),
      data: {
        inputs: { addresses: inputs, counts: this.counts },
        points,
        output: { address: output.address, rows: this.rows.reduce((total, row) => total + row.count, 0) },
        sampler: { ...sampler, keys: new Uint32Array(keys), columns: columns && new Uint32Array(columns) },
      },
    };
    const most = Math.min(Math.max(navigator.hardwareConcurrency || 1, 1), MOST_WORKERS);
    this.pool = new WorkerPool(document.getElementById("kernel-worker").textContent, setting, most);
  }

  /** Return the paths that come of these words. */
  async compute(words, paths, signal, progress) {
    await this.start();
    signal?.throwIfAborted();
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
}

/** Return a function that promises what another one does, which is called once; again after a failure. */
function once(make) {
  let promised = null;
  return () =>
    (promised ??= make().catch((error) => {
      promised = null;
      throw error;
    }));
}

/** Return the parts of a sample: of each batch a strip of each replicate. */
function partsOf(perReplicate) {
  const points = Math.min(perReplicate, STRIP);
  const parts = [];
  for (let batch = 0; batch * points < perReplicate; batch++)
    for (let replicate = 0; replicate < REPLICATES; replicate++) parts.push({ batch, replicate, points });
  return parts;
}

/** Return packed texts as bytes; null of none. */
function unpackedAll(texts) {
  return sound(Promise.all(texts.map((text) => text && unpacked(text))));
}

/** Return what comes of reading the kernel; where nothing does, it is damaged, unless there is no memory for it. */
async function sound(reading) {
  try {
    return await reading;
  } catch (error) {
    throw new EngineError(error instanceof RangeError ? "no_memory" : "damaged", error.message);
  }
}
