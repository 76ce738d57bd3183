/**
 * Statistics of one metric over its paths, each with its standard error. The twin of
 * simulator/estimate/{observed,pool,statistics,distinguishable}.py: the same definitions and the same rules,
 * computed in double precision whatever the precision of the metric.
 *
 * No statistic takes a number that it does not show: where there are no paths or there are paths that are not
 * a number, value and error are NaN; where the statistic is infinite, so is the value, and the error is NaN.
 *
 * @typedef {{value: number, error: number}} Estimate A statistic and one standard error, in the metric's unit
 *   (a share in 1); NaN where it is not known.
 * @typedef {"rqmc"|"mc"} Sampler How the paths were drawn, which decides the rule for errors.
 */

/** Independent randomisations of the point set, whose spread gives errors (simulator/sampling/layout.py). */
const REPLICATES = 32;

/** Half of the rule of three: N paths resolve no chance finer than this over N, and no error is smaller. */
const RESOLUTION = 1.5;

/** Standard errors between a quantile and each end of the interval that its error is read from. */
const SPAN = 2;

/** Standard errors beyond which two numbers differ. */
const STANDARD_ERRORS = 2;

/** Of no paths nothing is known. */
const UNKNOWN = Object.freeze({ value: NaN, error: NaN });

/** The value of every path of one metric, or its code: sorted once, if a statistic asks for the order. */
class Values {
  #ordered = null;

  /**
   * @param {Float32Array|Float64Array|Int8Array} numbers In the unit of the metric, replicate after
   *   replicate, as many paths of each.
   * @param {Sampler} sampler
   */
  constructor(numbers, sampler) {
    if (numbers.length % REPLICATES)
      throw new RangeError(`found ${numbers.length} paths; allowed: a multiple of ${REPLICATES}`);
    this.numbers = numbers;
    this.sampler = sampler;
    this.size = numbers.length;
    this.perReplicate = this.size / REPLICATES;
  }

  /** The values in ascending order, those that are not a number last. */
  get ordered() {
    this.#ordered ??= this.numbers.slice().sort();
    return this.#ordered;
  }

  /** Whether there are values and each is a number, infinity included. */
  get valid() {
    return this.size > 0 && !Number.isNaN(this.ordered[this.size - 1]);
  }

  /** Return the value at a position in ascending order, from 0, straight lines between; the ends beyond. */
  at(position) {
    const last = this.size - 1;
    const place = Math.min(Math.max(position, 0), last);
    const low = Math.floor(place);
    const part = place - low;
    const below = this.ordered[low];
    const above = this.ordered[Math.min(low + 1, last)];
    // At an infinite end a straight line would be inf - inf or 0 * inf.
    return part === 0 || above === below ? below : below + part * (above - below);
  }

  /** Return the sum of a term of every value, by replicate. */
  sums(term) {
    const { numbers, perReplicate } = this;
    const sums = new Float64Array(REPLICATES);
    for (let replicate = 0; replicate < REPLICATES; replicate++) {
      const end = (replicate + 1) * perReplicate;
      let sum = 0;
      for (let path = end - perReplicate; path < end; path++) sum += term(numbers[path]);
      sums[replicate] = sum;
    }
    return sums;
  }

  /**
   * Return how many values, by replicate, are below a bound, equal to it, and above it.
   *
   * @param {number} bound In the unit of the metric; rounded as the values are.
   * @returns {{below: Float64Array, equal: Float64Array, above: Float64Array}}
   */
  count(bound) {
    const { numbers, perReplicate } = this;
    const limit = inPrecisionOf(numbers, bound);
    const [below, equal, above] = Array.from({ length: 3 }, () => new Float64Array(REPLICATES));
    for (let replicate = 0; replicate < REPLICATES; replicate++) {
      const end = (replicate + 1) * perReplicate;
      let [lower, same, higher] = [0, 0, 0];
      for (let path = end - perReplicate; path < end; path++) {
        const value = numbers[path];
        if (value < limit) lower++;
        else if (value > limit) higher++;
        else if (value === limit) same++;
      }
      below[replicate] = lower;
      equal[replicate] = same;
      above[replicate] = higher;
    }
    return { below, equal, above };
  }

  /**
   * Return the mean of a term of every value.
   *
   * Where some are not finite, the sum is already what the mean is: an infinity, or NaN where both are there.
   *
   * @returns {Estimate}
   */
  mean(term) {
    const sums = this.sums(term);
    const value = total(sums) / this.size;
    if (this.sampler === "mc") {
      const squares = this.sums((one) => square(term(one) - value));
      return { value, error: this.#independent(total(squares)) };
    }
    return { value, error: this.#sectioned(sums, value) };
  }

  /** Return the share that so many values of each replicate are of all. @returns {Estimate} */
  share(counted) {
    return this.size ? { value: total(counted) / this.size, error: this.shareError(counted) } : UNKNOWN;
  }

  /** Return the standard error of a share of values, by how many of each replicate they are. */
  shareError(counted) {
    const share = total(counted) / this.size;
    const error =
      this.sampler === "mc"
        ? this.#independent(this.size * share * (1 - share))
        : this.#sectioned(counted, share);
    return Math.max(error, RESOLUTION / this.size);
  }

  /** Return the error of a mean of independent terms, by their sum of squares about it. */
  #independent(squares) {
    return Math.sqrt(squares / (this.size - 1) / this.size);
  }

  /** Return the error of a mean by the spread of the replicates' sums about it: those are independent. */
  #sectioned(sums, mean) {
    const squares = sums.map((sum) => square(sum - mean * this.perReplicate));
    return Math.sqrt((total(squares) * REPLICATES) / (REPLICATES - 1)) / this.size;
  }
}

/** Return the mean; infinite or NaN where any value is. @param {Values} values @returns {Estimate} */
function mean(values) {
  return values.mean((value) => value);
}

/**
 * Return the value that a share of the paths does not exceed.
 *
 * The definition is Hazen's: the i-th of n values in order stands for the share (i - 1/2)/n, with straight
 * lines between. The error is read off the ordered values (Woodruff 1952): the quantiles at the ends of
 * Wilson's interval of that share span it, whatever the density, with ties, and where some are infinite.
 *
 * @param {Values} values
 * @param {number} p A share above 0 and below 1.
 * @returns {Estimate}
 */
function quantile(values, p) {
  if (!values.valid) return UNKNOWN;
  const value = values.at(p * values.size - 0.5);
  const [low, high] = wilson(p, shareUpTo(values, p).error).map((q) => values.at(q * values.size - 0.5));
  const error = (high - low) / (2 * SPAN);
  return { value, error: Number.isFinite(value) && Number.isFinite(error) ? error : NaN };
}

/** Return the value on which a quantile stands, and the standard error of the share of paths up to it. */
function shareUpTo(values, p) {
  const position = Math.min(Math.max(p * values.size - 0.5, 0), values.size - 1);
  const bound = values.at(Math.floor(position));
  const { above } = values.count(bound);
  return { bound, error: values.shareError(above.map((count) => values.perReplicate - count)) };
}

/** Return the shares `SPAN` standard errors to either side of a share `p`, which stay between 0 and 1. */
function wilson(p, error) {
  const scale = square(SPAN * error) / (p * (1 - p));
  const middle = (p + scale / 2) / (1 + scale);
  const half = (SPAN * error * Math.sqrt(1 + scale / (4 * p * (1 - p)))) / (1 + scale);
  return [middle - half, middle + half];
}

/**
 * Return the mean of the lowest (or highest) share of the paths.
 *
 * With q the quantile it is q + mean(min(x - q, 0)) / p, which does not change to first order with q: the
 * error is that of the second term with q fixed.
 *
 * @param {Values} values
 * @param {number} p A share above 0 and at most 1.
 * @param {"lower"|"upper"} tail
 * @returns {Estimate}
 */
function expectedShortfall(values, p, tail = "lower") {
  if (!values.valid) return UNKNOWN;
  const threshold = tailStart(values, p, tail);
  if (!Number.isFinite(threshold)) return { value: threshold, error: NaN };
  const beyond = values.mean(depth(threshold, tail)); // infinite where the deepest is
  return { value: threshold + (tail === "lower" ? 1 : -1) * (beyond.value / p), error: beyond.error / p };
}

/** Return the value at which the lowest (or highest) share of the paths begins. */
function tailStart(values, p, tail) {
  const rank = Math.max(Math.ceil(p * values.size), 1);
  return values.at(tail === "lower" ? rank - 1 : values.size - rank);
}

/** Return what says how far a value is beyond a threshold, as a negative number; 0 on its near side. */
function depth(threshold, tail) {
  return tail === "lower"
    ? (value) => Math.min(value - threshold, 0)
    : (value) => Math.min(threshold - value, 0);
}

/** Return the share of paths that have a code. @param {Values} codes @returns {Estimate} */
function share(codes, code) {
  return codes.share(codes.count(code).equal);
}

/**
 * Return the share of all paths in each bin, before the first, after the last, and infinite. A bin has its
 * lower end and not its upper; the last has both (simulator/analysis/distribution.py).
 *
 * @param {Values} values
 * @param {ArrayLike<number>} edges Ends of the bins, ascending, in the unit of the metric.
 * @returns {{shares: Float64Array, below: number, above: number, infinite: number}}
 */
function histogram(values, edges) {
  const last = edges.length - 1;
  const below = (edge) => countBefore(values.ordered, (value) => value < edge);
  const upTo = (edge) => countBefore(values.ordered, (value) => value <= edge);
  const ranks = Array.from(edges, (edge, place) => (place < last ? below(edge) : upTo(edge)));
  const [first, end] = [upTo(-Infinity), below(Infinity)];
  return {
    shares: Float64Array.from({ length: last }, (_, bin) => (ranks[bin + 1] - ranks[bin]) / values.size),
    below: (ranks[0] - first) / values.size,
    above: (end - ranks[last]) / values.size,
    infinite: (first + upTo(Infinity) - end) / values.size,
  };
}

/** Return how many ordered values come before the first for which `isBefore` is false, by bisection. */
function countBefore(ordered, isBefore) {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(ordered[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Return whether an estimate is distinguishable from zero; never where value or error is not known. */
function distinguishable(estimate, errors = STANDARD_ERRORS) {
  const known = Number.isFinite(estimate.value) || estimate.error === 0;
  return known && Math.abs(estimate.value) > errors * estimate.error;
}

/** Return a number as values of these compare with it: NumPy rounds it to float32 where they are. */
function inPrecisionOf(numbers, number) {
  return numbers instanceof Float32Array ? Math.fround(number) : number;
}

/** Return the sum of some numbers. */
function total(numbers) {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

/** Return a number times itself. */
function square(number) {
  return number * number;
}
