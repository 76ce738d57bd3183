/** The workers of a page: each has the kernel, and computes parts of samples one after the other. */

/** Parts that a worker has before it at a time: one to do and one so that it need not wait. */
const AHEAD = 2;
/** How often workers are looked at  [ms], and at how many looks in a row one may be as it was at the last. */
const LOOK = 10_000;
const SILENT_LOOKS = 2;

class WorkerPool {
  /**
   * @param {string} script What a worker does.
   * @param {object} setting Module and data of the kernel.
   * @param {number} most How many workers there are if all goes well.
   */
  constructor(script, setting, most) {
    this.script = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    Object.assign(this, { setting, most, wanted: most, look: LOOK, given: 0 });
    this.workers = [];
    this.jobs = new Set();
  }

  /**
   * Compute the parts of a job; what was added last comes first.
   *
   * @param {object} job `words` that the kernel takes, `parts` that are still to be done, `finish(part, found)` and
   *   `fail(error)`. Whoever asks takes a job that is done away.
   */
  add(job) {
    this.jobs.add(job);
    while (this.workers.length < this.wanted && this.begin());
    this.watching ??= setInterval(() => this.watch(), this.look);
    this.feed();
  }

  /** Compute nothing more of a job: parts that are being computed are of no use to anybody. */
  remove(job) {
    this.jobs.delete(job);
    if (this.jobs.size) return;
    clearInterval(this.watching);
    this.watching = null;
  }

  /** End all workers where nothing is asked of them; they are started again when something is. */
  rest() {
    if (this.jobs.size) return;
    for (const one of this.workers) one.worker.terminate();
    this.workers = [];
  }

  /** Start a worker. Return whether it could be. */
  begin() {
    const one = { worker: null, busy: new Map(), words: null, ready: false, silent: 0 };
    this.workers.push(one);
    try {
      one.worker = new Worker(this.script);
    } catch (error) {
      this.lose(one, new EngineError("no_workers", error.message));
      return false;
    }
    one.worker.onmessage = ({ data }) => this.take(one, data);
    one.worker.onmessageerror = () => this.lose(one, new EngineError("worker_failed"));
    one.worker.onerror = (event) => {
      event.preventDefault();
      this.lose(one, faultOf(one, event.message));
    };
    one.worker.postMessage({ start: this.setting });
    return true;
  }

  /** Give parts to workers that have not enough to do. */
  feed() {
    for (let depth = 1; depth <= AHEAD; depth++)
      for (const one of this.workers) {
        if (one.busy.size >= depth) continue;
        const job = [...this.jobs].findLast((other) => other.parts.length);
        if (!job) return;
        const part = job.parts.shift();
        const id = ++this.given;
        one.busy.set(id, { job, part });
        one.worker.postMessage({ words: one.words === job.words ? undefined : job.words, part: { id, ...part } });
        one.words = job.words;
      }
  }

  /** Take what a worker says: that it has the kernel, or what it found. */
  take(one, { ready, id, found }) {
    one.silent = 0;
    one.ready ||= ready;
    if (ready) return;
    const { job, part } = one.busy.get(id);
    one.busy.delete(id);
    if (this.jobs.has(job)) job.finish(part, found);
    this.feed();
  }

  /** Give up workers that have something to do and do not answer; a machine that slept wakes to one look. */
  watch() {
    for (const one of [...this.workers])
      if (one.busy.size && ++one.silent > SILENT_LOOKS) this.lose(one, new EngineError("worker_silent"));
  }

  /**
   * Go on without a worker: others do what it had to. One that never began is not started again. Where none is
   * left, no job can be done; all are started when there is another.
   */
  lose(one, error) {
    if (!this.workers.includes(one)) return;
    one.worker?.terminate();
    this.workers = this.workers.filter((other) => other !== one);
    if (!one.ready) this.wanted--;
    for (const { job, part } of one.busy.values()) job.parts.unshift(part);
    if (this.workers.length) return this.feed();
    this.wanted = this.most;
    for (const job of [...this.jobs]) job.fail(error);
  }
}

/** Return what is wrong with a worker that failed. */
function faultOf(one, message = "") {
  if (/memory|RangeError/i.test(message)) return new EngineError("no_memory", message);
  return new EngineError(one.ready || message ? "worker_failed" : "no_workers", message);
}
