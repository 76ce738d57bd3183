/**
 * The points of a kernel: the twin of simulator/sampling (counter.py, generators.py, net.py, montecarlo.py).
 *
 * A point is a 32-bit fraction. A path is known by its batch, its replicate and its place among the 256 points
 * that a batch has of each replicate.
 */

/** Skein's parity, and the distances of rotation, alternating every four rounds. */
const PARITY = 0x1bd11bda;
const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];
/** Bits of a point's number within a strip of a batch, and digits of a point. */
const STRIP_BITS = 8;
const DIGITS = 32;

/** Return two random words of a key and a counter: threefry 2x32 with 20 rounds. */
function threefry(key0, key1, counter0, counter1) {
  const schedule = [key0, key1, key0 ^ key1 ^ PARITY];
  let first = (counter0 + key0) | 0;
  let second = (counter1 + key1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const distance of ROTATIONS[group % 2]) {
      first = (first + second) | 0;
      second = first ^ ((second << distance) | (second >>> (32 - distance)));
    }
    first = (first + schedule[(group + 1) % 3]) | 0;
    second = (second + schedule[(group + 2) % 3] + group + 1) | 0;
  }
  return [first, second];
}

/** Scrambled Sobol points: `DigitalNet`. */
class Net {
  /**
   * @param {{keys: Uint32Array, columns: Uint32Array, count: number}} sampler Keys [2, row] of the scrambles,
   *     and so many columns [column, row] of the generator matrices.
   */
  constructor({ keys, columns, count }) {
    this.rows = keys.length / 2;
    Object.assign(this, { keys, columns, count });
    this.replicates = new Map();
  }

  /** Return the scrambled columns [column, row] of a replicate, and its shifts [row]. */
  scrambled(replicate) {
    if (!this.replicates.has(replicate)) this.replicates.set(replicate, this.scramble(replicate));
    return this.replicates.get(replicate);
  }

  scramble(replicate) {
    const { rows, keys, columns, count } = this;
    const scrambled = new Int32Array(count * rows);
    const shifts = new Int32Array(rows);
    const half = (DIGITS + 2) / 2;
    for (let row = 0; row < rows; row++) {
      const word = (place) => threefry(keys[row], keys[rows + row], replicate, place % half)[place < half ? 0 : 1];
      for (let digit = 0; digit < count; digit++) {
        // Column `digit` of a lower triangular matrix: one on the diagonal, random below it.
        const lower = (word(digit) | 0x80000000) >>> digit;
        for (let column = digit; column < count; column++)
          if ((columns[column * rows + row] >>> (DIGITS - 1 - digit)) & 1) scrambled[column * rows + row] ^= lower;
      }
      shifts[row] = word(DIGITS);
    }
    return { scrambled, shifts };
  }

  /** Write four points that follow each other, from a multiple of four on, as rows of four numbers. */
  write(into, batch, replicate, point) {
    const { rows } = this;
    const { scrambled, shifts } = this.scrambled(replicate);
    const bits = [];
    for (let bit = 2; bit < STRIP_BITS; bit++) if ((point >>> bit) & 1) bits.push(bit * rows);
    for (let bit = 0; batch >>> bit; bit++) if ((batch >>> bit) & 1) bits.push((STRIP_BITS + bit) * rows);
    for (let row = 0, at = 0; row < rows; row++, at += 4) {
      let first = shifts[row];
      for (const start of bits) first ^= scrambled[start + row];
      const [one, two] = [scrambled[row], scrambled[rows + row]];
      into[at] = first;
      into[at + 1] = first ^ one;
      into[at + 2] = first ^ two;
      into[at + 3] = first ^ one ^ two;
    }
  }
}

/** Independent points: `MonteCarlo`. */
class Independent {
  /** @param {{keys: Uint32Array}} sampler Keys [2, row] of the streams. */
  constructor({ keys }) {
    this.rows = keys.length / 2;
    this.keys = keys;
  }

  /** Write four points that follow each other, as rows of four numbers. */
  write(into, batch, replicate, point) {
    const { rows, keys } = this;
    const strip = batch * 32 + replicate;
    for (let row = 0; row < rows; row++)
      for (let lane = 0; lane < 4; lane++)
        [into[row * 4 + lane]] = threefry(keys[row], keys[rows + row], strip, point + lane);
  }
}
