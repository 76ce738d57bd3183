/**
 * The engine of a page that holds its kernel: workers that compute parts of a sample, one strip at a time.
 *
 * The kernel's data, packed by simulator/whatif/kernel_data.py:
 *   code         the module of WebAssembly
 *   inputs       words of all numbers that beliefs decide, how many each array has, and their addresses
 *   points       address and number of rows of the points of four paths
 *   output       address of what comes of them; names of metrics; rows of each series
 *   sampler      its name, keys and columns (net.js)
 *   changes      by belief, what holding it and what another median does to the words
 *   structures   by name, the beliefs that it holds; null where it needs another kernel
 *   check        metrics of the first points of each replicate, and the standard deviation of each metric
 * What is packed is compressed and written in base64.
 */

/** Paths of a strip of one replicate, and the batch that has one of each. */
const STRIP = 256;
const BATCH = 8192;
/** Parts that a worker has before it at a time: one to do and one so that it need not wait. */
const AHEAD = 2;
/** Most workers, whatever a machine says of itself. */
const MOST_WORKERS = 16;
/** How far the kernel may be from what JAX computed, in standard deviations of a metric. */
const TOLERANCE = 1e-4;
/** A module that needs vectors: to ask whether a browser has them. */
const VECTORS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** Return the bytes of a packed text. */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** Return the numbers of beliefs after changes: words, of which a fraction is stored as its bits. */
function changedWords(words, changes, rules, medians) {
  const found = words.slice();
  const fractions = new Float32Array(found.buffer);
  for (const [name, { to, held }] of Object.entries(changes)) {
    for (const [first, count, becomes] of held ? rules[name].hold : rules[name].move)
      for (let place = first; place < first + count; place++)
        fractions[place] = becoming(becomes, to, fractions[place], medians.get(name));
  }
  return found;
}

/** Return what becomes of a number: the kinds of simulator/whatif/changes.py. */
function becoming(becomes, to, before, median) {
  if (typeof becomes === "number") return becomes;
  if (becomes === "odds") return to ? (1 - to) / to : Infinity;
  if (becomes === "shift") return before + (to - median);
  if (becomes === "stretch") return before * (to / median);
  return to;
}

class PortableEngine {
  /** @param {object} description What the page knows of the study, with `kernel`. */
  constructor(description) {
    this.description = description;
    this.data = description.kernel;
    this.medians = new Map(description.beliefs.map((belief) => [belief.name, belief.value]));
    this.workers = [];
    this.jobs = new Set();
    this.started = null;
  }

  /** Unpack the kernel and start the workers, once; again after a failure. */
  start() {
    this.started ??= this.prepare().catch((error) => {
      this.started = null;
      throw error;
    });
    return this.started;
  }

  async prepare() {
    if (typeof WebAssembly !== "object" || !WebAssembly.validate(new Uint8Array(VECTORS)))
      throw new EngineError("no_vectors");
    const { code, inputs, points, output, sampler, check } = this.data;
    const [binary, words, keys, columns, checked] = await Promise.all(
      [code, inputs.words, sampler.keys, sampler.columns ?? null, check.values].map((text) => text && unpacked(text)),
    );
    this.words = new Uint32Array(words);
    this.checked = new Float32Array(checked);
    this.rows = [
      ...output.metrics.map((name) => ({ name, count: 1, series: false })),
      ...Object.entries(output.series).map(([name, count]) => ({ name, count, series: true })),
    ];
    const rows = this.rows.reduce((total, row) => total + row.count, 0);
    this.setting = {
      module: await WebAssembly.compile(binary),
      data: {
        inputs, points, output: { address: output.address, rows },
        sampler: { ...sampler, keys: new Uint32Array(keys), columns: columns && new Uint32Array(columns) },
      },
    };
    this.script ??= URL.createObjectURL(new Blob([workerScript()], { type: "text/javascript" }));
    const count = Math.min(Math.max(navigator.hardwareConcurrency || 1, 1), MOST_WORKERS);
    for (let place = 0; place < count; place++) this.workers.push(this.worker());
  }

  /** Return a worker that has the kernel. */
  worker() {
    const worker = new Worker(this.script);
    const one = { worker, busy: new Map(), words: null };
    worker.onmessage = ({ data: { id, found } }) => {
      const part = one.busy.get(id);
      one.busy.delete(id);
      part.job.finish(part, found);
      this.feed();
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.lose(one, event.message);
    };
    worker.postMessage({ start: this.setting });
    return one;
  }

  /** A worker failed: what it was computing fails with it, and all start anew when next asked. */
  lose(_, message) {
    for (const { worker } of this.workers) worker.terminate();
    this.workers = [];
    this.started = null;
    for (const job of [...this.jobs]) job.fail(new EngineError("worker_failed", message));
  }

  /** Give parts to workers that have not enough to do; the job that came last comes first. */
  feed() {
    for (let depth = 1; depth <= AHEAD; depth++)
      for (const one of this.workers)
        if (one.busy.size < depth) {
          const job = [...this.jobs].findLast((other) => other.parts.length);
          if (!job) return;
          const part = job.parts.shift();
          one.busy.set(part.id, part);
          const words = one.words === job.words ? undefined : job.words;
          one.words = job.words;
          one.worker.postMessage({ words, part: { id: part.id, batch: part.batch, replicate: part.replicate, points: part.points } });
        }
  }

  /** Return the paths of a state, as every engine does. */
  async simulate({ changes, structure, paths, signal, progress }) {
    await this.start();
    signal?.throwIfAborted();
    const words = changedWords(this.words, this.withStructure(changes, structure), this.data.changes, this.medians);
    return this.compute({ words, paths, signal, progress });
  }

  /** Return changes on top of what a structure holds. */
  withStructure(changes, structure) {
    const numbers = structure === null ? {} : this.data.structures[structure];
    if (!numbers) throw new EngineError("other_kernel");
    const held = Object.entries(numbers).map(([name, to]) => [name, { to, held: true }]);
    return { ...Object.fromEntries(held), ...changes };
  }

  compute({ words, paths, signal, progress }) {
    const { promise, resolve, reject } = Promise.withResolvers?.() ?? deferred();
    const perReplicate = paths / REPLICATES;
    const points = Math.min(perReplicate, STRIP);
    const kept = paths <= BATCH;
    const sample = { paths, perReplicate, seriesPaths: Math.min(paths, BATCH), metrics: new Map(), series: new Map() };
    for (const { name, count, series } of this.rows)
      sample[series ? "series" : "metrics"].set(name, new Float32Array(count * (series ? sample.seriesPaths : paths)));
    const parts = [];
    for (let batch = 0; batch * points < perReplicate; batch++)
      for (let replicate = 0; replicate < REPLICATES; replicate++)
        parts.push({ id: `${++this.count}`, batch, replicate, points });
    let left = parts.length;
    const job = { words, parts };
    const end = (settle, value) => {
      this.jobs.delete(job);
      job.parts = [];
      signal?.removeEventListener("abort", abort);
      settle(value);
    };
    const abort = () => end(reject, signal.reason);
    job.fail = (error) => end(reject, error);
    job.finish = (part, found) => {
      if (!this.jobs.has(job)) return;
      this.place(sample, part, found, kept);
      left--;
      progress?.(paths - left * points, paths);
      if (!left) end(resolve, sample);
    };
    for (const part of parts) part.job = job;
    signal?.addEventListener("abort", abort);
    this.jobs.add(job);
    this.feed();
    return promise;
  }

  /** Put what a worker found into its places in a sample. */
  place(sample, { batch, replicate, points }, found) {
    let row = 0;
    for (const { name, count, series } of this.rows) {
      if (!series) {
        const own = found.subarray(row * points, (row + 1) * points);
        sample.metrics.get(name).set(own, replicate * sample.perReplicate + batch * points);
      } else if (batch === 0)
        for (let step = 0; step < count; step++) {
          const own = found.subarray((row + step) * points, (row + step + 1) * points);
          sample.series.get(name).set(own, step * sample.seriesPaths + replicate * points);
        }
      row += count;
    }
  }

  /** Compare the kernel with the paths that JAX computed, which the page holds. */
  async check() {
    await this.start();
    const { points, spread } = this.data.check;
    const sample = await this.compute({ words: this.words, paths: 4 * REPLICATES });
    let worst = 0;
    this.data.output.metrics.forEach((name, metric) => {
      const own = sample.metrics.get(name);
      for (let replicate = 0; replicate < REPLICATES; replicate++)
        for (let point = 0; point < points; point++) {
          const known = this.checked[(metric * REPLICATES + replicate) * points + point];
          const found = own[replicate * 4 + point];
          if (Object.is(known, found) || known === found) continue;
          const apart = Math.abs(known - found) / (spread[metric] || Math.abs(known) || 1);
          worst = Math.max(worst, Number.isNaN(apart) ? Infinity : apart);
        }
    });
    return { ok: worst <= TOLERANCE, worst };
  }
}

PortableEngine.prototype.count = 0;

/** What an engine says is wrong, by the key of a message. */
class EngineError extends Error {
  constructor(key, detail = "") {
    super(detail ? `${key}: ${detail}` : key);
    this.key = key;
    this.detail = detail;
  }
}

function deferred() {
  const found = {};
  found.promise = new Promise((resolve, reject) => Object.assign(found, { resolve, reject }));
  return found;
}

/** Return the script of a worker, which the page holds as text. */
function workerScript() {
  return document.getElementById("kernel-worker").textContent;
}

function makeEngine(description) {
  return new PortableEngine(description);
}
