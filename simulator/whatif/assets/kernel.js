/** A kernel in WebAssembly: numbers of beliefs in, metrics of paths out, four paths at a time. */
class Kernel {
  /**
   * @param {WebAssembly.Module} module
   * @param {object} data `inputs`, `points`, `output` and `sampler` of a kernel's data, unpacked.
   */
  constructor(module, { inputs, points, output, sampler }) {
    const { memory, once, path } = new WebAssembly.Instance(module).exports;
    Object.assign(this, { memory, once, path, inputs, rows: output.rows });
    this.sampler = sampler.name === "rqmc" ? new Net(sampler) : new Independent(sampler);
    this.points = new Int32Array(memory.buffer, points.address, points.rows * 4);
    this.output = new Float32Array(memory.buffer, output.address, output.rows * 4);
  }

  /** Take other numbers of beliefs: words, one array after the other. */
  take(words) {
    let from = 0;
    this.inputs.addresses.forEach((address, place) => {
      const count = this.inputs.counts[place];
      new Uint32Array(this.memory.buffer, address, count).set(words.subarray(from, from + count));
      from += count;
    });
    this.once();
  }

  /** Return the output [row, point] of the first points, a multiple of four, of a replicate in a batch. */
  compute(batch, replicate, points) {
    const { rows, output } = this;
    const found = new Float32Array(rows * points);
    for (let point = 0; point < points; point += 4) {
      this.sampler.write(this.points, batch, replicate, point);
      this.path();
      for (let row = 0; row < rows; row++)
        for (let lane = 0; lane < 4; lane++) found[row * points + point + lane] = output[row * 4 + lane];
    }
    return found;
  }
}
