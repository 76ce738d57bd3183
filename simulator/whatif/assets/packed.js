/** What a page holds as text: bytes, compressed and written in base64; and what changes make of the numbers in it. */

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
