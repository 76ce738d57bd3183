/** The engine of a served page: the warm kernel behind it, asked over the address that the page came from. */

/** Bytes of a number, and paths of a batch: the server sends one frame a batch. */
const NUMBER_BYTES = 4;
const BATCH_PATHS = 8192;

class ServerEngine {
  /** @param {object} description What the page knows of the study: the order of the metrics. */
  constructor(description) {
    this.names = description.metrics.map((metric) => metric.name);
    this.overTime = description.series.map((one) => one.name);
  }

  async check() {
    return { ok: true, message: "" };
  }

  /** Return the paths of a state, as every engine does, without what it is over time. */
  simulate({ paths, progress, ...asked }) {
    return this.ask("paths", { ...asked, paths }, (answer) => this.assembled(answer.body.getReader(), paths, progress));
  }

  /** Return what a state is over time, of a batch of paths at most: by name, quarter after quarter. */
  series(asked) {
    return this.ask("series", asked, async (answer) => {
      const numbers = new Float32Array(await answer.arrayBuffer());
      const size = numbers.length / this.overTime.length;
      return new Map(this.overTime.map((name, place) => [name, numbers.subarray(place * size, (place + 1) * size)]));
    });
  }

  /** Return what a function reads from the server's answer to a question. */
  async ask(address, { changes, structure, horizon, paths, signal }, read) {
    const set = Object.fromEntries(
      Object.entries(changes).map(([name, { to, held }]) => [held ? name : `${name}.median`, to]),
    );
    if (horizon !== null) set[HORIZON_SETTING] = horizon;
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ set, structure, paths }),
        signal,
      });
      if (answer.status === 404) throw new EngineError("started_anew"); // another token
      if (!answer.ok) throw await errorOf(answer);
      return await read(answer);
    } catch (error) {
      // What a browser says of a connection is in its own language, and helps nobody.
      throw error instanceof TypeError ? new EngineError("no_server", error.message) : error;
    }
  }

  /** Put frames, as they come, into arrays by metric: replicate after replicate. */
  async assembled(reader, paths, progress) {
    const perBatch = Math.min(paths, BATCH_PATHS);
    const perReplicate = paths / REPLICATES;
    const points = perBatch / REPLICATES;
    const metrics = new Map(this.names.map((name) => [name, new Float32Array(paths)]));
    const frame = new Uint8Array(this.names.length * perBatch * NUMBER_BYTES);
    let [filled, batch] = [0, 0];
    const take = () => {
      const numbers = new DataView(frame.buffer);
      let at = 0;
      for (const values of metrics.values())
        for (let replicate = 0; replicate < REPLICATES; replicate++)
          for (let point = 0; point < points; point++, at += NUMBER_BYTES)
            values[replicate * perReplicate + batch * points + point] = numbers.getFloat32(at, true);
      batch++;
      filled = 0;
      progress?.(batch * perBatch, paths);
    };
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (let from = 0; from < value.length;) {
        const part = value.subarray(from, from + frame.length - filled);
        frame.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled === frame.length) take();
      }
    }
    if (batch * perBatch !== paths || filled) throw new EngineError("cut_off");
    return { paths, perReplicate, metrics, series: new Map() };
  }
}

/** Return what a server says is wrong; its `faults` say of which settings. */
async function errorOf(answer) {
  try {
    const { message, faults } = (await answer.json()).error;
    return Object.assign(new Error(message), { faults });
  } catch {
    return new Error(`${answer.status} ${answer.statusText}`.trim());
  }
}

function makeEngine(description) {
  return new ServerEngine(description);
}
