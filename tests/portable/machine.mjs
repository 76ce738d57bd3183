// Runs modules of WebAssembly: a line of JSON in, a line of JSON out.
import readline from "node:readline";

const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));

function run({ code, inputs, points, points_at, output, rows, outputs, paths }) {
  const { memory, once, path } = new WebAssembly.Instance(new WebAssembly.Module(bytes(code))).exports;
  for (const { address, words } of inputs) new Uint8Array(memory.buffer).set(bytes(words), address);
  once();
  const given = new Uint32Array(bytes(points).buffer);
  const row = new Uint32Array(memory.buffer, output, outputs * 4);
  const into = new Uint32Array(memory.buffer, points_at, rows * 4);
  const found = new Uint32Array(outputs * paths);
  for (let first = 0; first < paths; first += 4) {
    for (let at = 0; at < rows * 4; at++) into[at] = given[(at >> 2) * paths + first + (at & 3)];
    path();
    for (let at = 0; at < outputs * 4; at++) found[(at >> 2) * paths + first + (at & 3)] = row[at];
  }
  return Buffer.from(found.buffer).toString("base64");
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { found: run(JSON.parse(line)) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
