/** The answer: the study as shipped beside yours, number by number, with the error of what differs. */

/** The quantiles of a metric that are told, and the share of the worst paths whose mean is. */
const LISTED_QUANTILES = [
  ["p05", 0.05],
  ["p50", 0.5],
  ["p95", 0.95],
];
const WORST = 0.05;

/** The largest number of single precision: beyond it there is only infinity. */
const LARGEST_NUMBER = 3.4028234663852886e38;

/** A sample with what was computed from it: nothing is computed twice. */
class Judged {
  /**
   * @param {object} sample What the engine gave.
   * @param {object} description
   * @param {object} rules Those of the study, or as a reader has changed them.
   */
  constructor(sample, description, rules) {
    this.sample = sample;
    this.description = description;
    this.rules = rules;
    this.found = new Map();
  }

  /** Return the values of a metric by full name; undefined where the sample has none. */
  values(name) {
    const numbers = this.sample.metrics.get(name);
    return numbers && this.once(name, () => new Values(numbers, this.description.sampler));
  }

  /** Return the verdict of every path of an entity: the codes, and what is listed; null where it has none. */
  verdicts(entity) {
    return this.once(`verdict of ${entity}`, () => {
      const own = this.description.metrics
        .filter((metric) => metric.entity === entity)
        .map((metric) => metric.name);
      const metrics = new Map(own.map((name) => [name, this.sample.metrics.get(name)]));
      const { codes, split } = derive(metrics, this.rules);
      const numbers = split.get(entity) ?? codes.get(entity);
      if (!numbers) return null;
      const listed = split.has(entity) ? this.rules.shown : this.rules.listed;
      const whole = new Values(codes.get(entity), this.description.sampler);
      return { codes: new Values(numbers, this.description.sampler), whole, listed, unjudged: share(whole, NO_VERDICT) };
    });
  }

  once(key, make) {
    if (!this.found.has(key)) this.found.set(key, make());
    return this.found.get(key);
  }
}

/**
 * Return the answer for a company and a metric.
 *
 * @param {Judged} shipped
 * @param {Judged} yours
 * @param {string} entity
 * @param {string} metric
 * @returns {{verdicts: object[], whole: object[], unjudged: object|null, below: object|null, rows: object[],
 *   undefinedOn: number, name: string|undefined}} Each entry has `shipped`, `yours` and `change`, estimates of a share
 *   or in the metric's unit; `unjudged` is the share of your paths without a verdict, where there are any, and
 *   `undefinedOn` how many of your paths have no number of the metric.
 */
function answerOf(shipped, yours, entity, metric) {
  const { description } = yours;
  const [before, after] = [shipped.verdicts(entity), yours.verdicts(entity)];
  const ofCodes = (listed, one, other) =>
    listed.map((verdict) => ({
      verdict,
      shipped: share(one, verdict.code),
      yours: share(other, verdict.code),
      change: differenceOfShares(one, other, verdict.code),
    }));
  const sign = metricName(description, description.rules.sign_metric, entity);
  const name = metricName(description, metric, entity);
  return {
    name,
    verdicts: before && after ? ofCodes(after.listed, before.codes, after.codes) : [],
    whole: before && after ? ofCodes(yours.rules.listed, before.whole, after.whole) : [],
    unjudged: after?.unjudged.value > 0 ? after.unjudged : null,
    undefinedOn: name ? yours.sample.metrics.get(name).filter(Number.isNaN).length : 0,
    below: sign ? pairOfChances(shipped.values(sign), yours.values(sign)) : null,
    rows: name ? metricRows(shipped.values(name), yours.values(name), measureOf(description, metric)) : [],
  };
}

/** Return how a metric is displayed. */
function measureOf(description, metric) {
  return description.measures.find((one) => one.name === metric);
}

function pairOfChances(before, after) {
  return {
    shipped: probabilityBelow(before, 0),
    yours: probabilityBelow(after, 0),
    change: differenceBelow(before, after, 0),
  };
}

/** Return the share of paths on which a metric is infinite. */
function infiniteRow(before, after) {
  const beyond = (values) => probabilityAbove(values, LARGEST_NUMBER);
  // The second less the first of what is finite is the first less the second of what is not.
  const change = differenceBelow(after, before, Infinity);
  return { key: "infinite", share: true, shipped: beyond(before), yours: beyond(after), change };
}

/** Return the rows of a metric: its mean, and unless that is all, its quantiles and the mean of the worst. */
function metricRows(before, after, measure) {
  const rows = [
    { key: "mean", shipped: mean(before), yours: mean(after), change: differenceOfMeans(before, after) },
  ];
  if (measure.chance) return rows;
  if (measure.infinite) rows.unshift(infiniteRow(before, after));
  for (const [key, p] of LISTED_QUANTILES)
    rows.push({
      key,
      shipped: quantile(before, p),
      yours: quantile(after, p),
      change: differenceOfQuantiles(before, after, p),
    });
  const tail = measure.low_is_bad ? "lower" : "upper";
  rows.push({
    key: tail === "lower" ? "shortfall" : "upper_shortfall",
    shipped: expectedShortfall(before, WORST, tail),
    yours: expectedShortfall(after, WORST, tail),
    change: differenceOfShortfalls(before, after, WORST, tail),
  });
  return rows;
}
