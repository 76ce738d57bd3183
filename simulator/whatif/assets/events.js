/**
 * Where a metric may lie: below a number, above it, or between two, both of which count. The twin of `THRESHOLDS`
 * in simulator/estimate/targets.py.
 *
 * @typedef {"below"|"above"|"between"} Relation
 * @typedef {{relation: Relation, numbers: number[]}} Where Numbers in the unit of the metric, as many as the
 *   relation takes, ascending.
 */

/** What the command line calls the chance of each, how many numbers it takes, and which values are there. */
const RELATIONS = {
  below: { statistic: "prob_below", takes: 1, has: (value, [limit]) => value < limit },
  above: { statistic: "prob_above", takes: 1, has: (value, [limit]) => value > limit },
  between: { statistic: "between", takes: 2, has: (value, [low, high]) => value >= low && value <= high },
};

/** The largest number of single precision: beyond it there is only infinity. */
const LARGEST_NUMBER = 3.4028234663852886e38;

/** Where a metric is a loss, and where it is infinite. */
const BELOW_ZERO = { relation: "below", numbers: [0] };
const INFINITE = { relation: "above", numbers: [LARGEST_NUMBER] };

/** Return whether numbers are those that a relation takes: as many, none beyond what a metric can be, ascending. */
function canBe({ relation, numbers }) {
  const within = numbers.every((one) => Math.abs(one) <= LARGEST_NUMBER); // false of what is none
  return numbers.length === RELATIONS[relation].takes && within && !(numbers[0] > numbers[1]);
}

/** Return what is 1 of a value that is there and 0 of another; numbers are rounded as the values are. */
function indicatorOf({ relation, numbers }, values) {
  const { has } = RELATIONS[relation];
  const limits = numbers.map((one) => inPrecisionOf(values, one));
  return (value) => (has(value, limits) ? 1 : 0);
}

/** Return the chance that a metric is there. @param {Values} values @param {Where} where @returns {Estimate} */
function chanceOf(values, where) {
  return values.valid ? values.share(values.sums(indicatorOf(where, values.numbers))) : UNKNOWN;
}

/** Return of every path whether it is there, as 1 or 0; NaN where the metric is not a number. */
function flagsOf(values, where) {
  const is = indicatorOf(where, values);
  return values.map((value) => (Number.isNaN(value) ? NaN : is(value)));
}

/** Return the chance as the command line writes it, such as prob_below(value_created.group, -500). */
function statisticText({ relation, numbers }, name) {
  return `${RELATIONS[relation].statistic}(${[name, ...numbers].join(", ")})`;
}
