/**
 * Differences of two samples of the same draws, path by path: what differs is what was changed, and the error
 * is that of pairs. Means and shares are the twins of simulator/analysis/comparison/paired.py.
 *
 * Every difference is the second less the first. Of samples of unequal size, the paths that both have are
 * compared: the first of each replicate.
 */

/** Return the difference of means; infinities that both have alike do not differ. @returns {Estimate} */
function differenceOfMeans(first, second) {
  return mean(apart(first, second));
}

/**
 * Return the difference path by path, in the metric's unit: none where both are infinite alike.
 *
 * @param {Values} first
 * @param {Values} second
 * @returns {Values}
 */
function apart(first, second) {
  const [a, b] = both(first, second);
  return difference(a, b, (one, other) => (one === other ? 0 : other - one));
}

/**
 * Return the difference of the shares of paths that have a code.
 *
 * @param {Values} first
 * @param {Values} second
 * @param {number} code
 * @returns {Estimate}
 */
function differenceOfShares(first, second, code) {
  const has = (one) => (one === code ? 1 : 0);
  return meanDifference(...both(first, second), has, has);
}

/** Return the difference of the chances that a metric is somewhere. @param {Where} where @returns {Estimate} */
function differenceOfChances(first, second, where) {
  const [a, b] = both(first, second);
  if (!a.valid || !b.valid) return UNKNOWN;
  return meanDifference(a, b, indicatorOf(where, a.numbers), indicatorOf(where, b.numbers));
}

/**
 * Return the difference of quantiles.
 *
 * A quantile moves with the share of paths up to it, by its error over the error of that share. So, to first
 * order, the difference is a mean over paths of how both quantiles move with each, which is its influence
 * function, and its error is that of such a mean: over replicates, or over paths. Where one side is certain
 * it is the error of the other's quantile; where one side is the other and a constant it is 0.
 *
 * @param {Values} first
 * @param {Values} second
 * @param {number} p A share above 0 and below 1.
 * @returns {Estimate}
 */
function differenceOfQuantiles(first, second, p) {
  const [a, b] = both(first, second);
  if (!a.valid || !b.valid) return UNKNOWN;
  const [before, after] = [quantile(a, p), quantile(b, p)];
  const moves = meanDifference(a, b, moveOfQuantile(a, p, before.error), moveOfQuantile(b, p, after.error));
  return { value: after.value - before.value, error: moves.error };
}

/** Return what says how a quantile with this error moves with a value, but for a constant. */
function moveOfQuantile(values, p, error) {
  const { bound, error: errorOfShare } = shareUpTo(values, p);
  const move = -error / errorOfShare;
  return (value) => (value <= bound ? move : 0);
}

/**
 * Return the difference of expected shortfalls.
 *
 * To first order a shortfall is a mean over paths of how far they are beyond its quantile, with that fixed;
 * the error is that of the difference of both, path by path.
 *
 * @param {Values} first
 * @param {Values} second
 * @param {number} p A share above 0 and at most 1.
 * @param {"lower"|"upper"} tail
 * @returns {Estimate}
 */
function differenceOfShortfalls(first, second, p, tail = "lower") {
  const [a, b] = both(first, second);
  const [before, after] = [expectedShortfall(a, p, tail), expectedShortfall(b, p, tail)];
  const value = after.value - before.value;
  if (!Number.isFinite(value)) return { value, error: NaN };
  const beyond = meanDifference(a, b, depth(tailStart(a, p, tail), tail), depth(tailStart(b, p, tail), tail));
  return { value, error: beyond.error / p };
}

/** Return the mean difference, path by path, of a term of the second sample and a term of the first. */
function meanDifference(a, b, termOfFirst, termOfSecond) {
  return mean(difference(a, b, (one, other) => termOfSecond(other) - termOfFirst(one)));
}

/** Return what a function makes of the values of either sample on each path. */
function difference(a, b, of) {
  const steps = new Float64Array(a.size);
  for (let path = 0; path < steps.length; path++) steps[path] = of(a.numbers[path], b.numbers[path]);
  return new Values(steps, a.sampler);
}

/** Return two samples with the paths that both have. */
function both(first, second) {
  const points = Math.min(first.perReplicate, second.perReplicate);
  return [firstOfEach(first, points), firstOfEach(second, points)];
}

/** Return the sample with so many paths of each replicate, the first ones. */
function firstOfEach(values, points) {
  if (values.perReplicate === points) return values;
  const path = (place) => Math.floor(place / points) * values.perReplicate + (place % points);
  const numbers = values.numbers.slice(0, REPLICATES * points);
  return new Values(numbers.map((_, place) => values.numbers[path(place)]), values.sampler);
}
