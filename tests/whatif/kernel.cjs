// The kernel of a page under node: JSON on standard input, numbers on standard output, each 32 bits.
const fs = require("node:fs");
const vm = require("node:vm");
const zlib = require("node:zlib");

const { assets, kernel, program, medians, changes, batches, points } = JSON.parse(fs.readFileSync(0, "utf8"));
const scripts = ["statistics", "net", "kernel", "packed"].map((name) => fs.readFileSync(`${assets}/${name}.js`, "utf8"));
vm.runInThisContext(`"use strict";\n${scripts.join("\n")}\nglobalThis.page = { Kernel, changedWords };`);

function unpacked(text) {
  const bytes = zlib.inflateSync(Buffer.from(text, "base64"));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

const { code, inputs: addresses, points: given, output, sampler } = program;
const rows = output.metrics.length + Object.values(output.series).reduce((total, count) => total + count, 0);
const one = new globalThis.page.Kernel(new WebAssembly.Module(unpacked(code)), {
  inputs: { addresses, counts: kernel.inputs.counts },
  points: given,
  output: { address: output.address, rows },
  sampler: {
    ...sampler,
    keys: new Uint32Array(unpacked(sampler.keys)),
    columns: sampler.columns && new Uint32Array(unpacked(sampler.columns)),
  },
});
const words = new Uint32Array(unpacked(kernel.inputs.words));
one.take(globalThis.page.changedWords(words, changes, kernel.changes, new Map(Object.entries(medians))));
const parts = [];
for (let batch = 0; batch < batches; batch++)
  for (let replicate = 0; replicate < 32; replicate++) {
    const found = one.compute(batch, replicate, points);
    parts.push(Buffer.from(found.buffer, 0, output.metrics.length * points * 4));
  }
fs.writeSync(1, Buffer.concat(parts));
