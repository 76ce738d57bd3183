/** What a worker does: it takes a kernel, then numbers of beliefs, then parts of paths, and answers each part. */
let kernel = null;

self.onmessage = ({ data: { start, words, part } }) => {
  if (start) {
    kernel = new Kernel(start.module, start.data);
    self.postMessage({ ready: true });
  }
  if (words) kernel.take(words);
  if (part) {
    const found = kernel.compute(part.batch, part.replicate, part.points);
    self.postMessage({ id: part.id, found }, [found.buffer]);
  }
};
