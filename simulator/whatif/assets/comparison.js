/** The answer: the study as shipped beside yours, number by number, with the error of what differs. */

/** The quantiles of a metric that are told, and the share of the worst paths whose mean is. */
const LISTED_QUANTILES = [
  ["p05", 0.05],
  ["p50", 0.5],
  ["p95", 0.95],
];
const WORST = 0.05;

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

  /** Return on how many paths a metric is not a number. */
  undefinedOn(name) {
    return this.once(`undefined ${name}`, () => this.sample.metrics.get(name).filter(Number.isNaN).length);
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
    undefinedOn: name ? yours.undefinedOn(name) : 0,
    below: sign ? chances(shipped.values(sign), yours.values(sign), BELOW_ZERO) : null,
    rows: name ? metricRows(shipped.values(name), yours.values(name), measureOf(description, metric)) : [],
  };
}

/** Return the chance that a metric is somewhere, as shipped, yours, and the change. */
function chances(before, after, where) {
  return {
    shipped: chanceOf(before, where),
    yours: chanceOf(after, where),
    change: differenceOfChances(before, after, where),
  };
}

/**
 * Return the chance that a reader asks for, and on how many of your paths the metric has no number; null where the
 * company has no such metric.
 */
function chancesAsked(shipped, yours, entity, asked) {
  const name = metricName(yours.description, asked.metric, entity);
  if (!name) return null;
  return { ...chances(shipped.values(name), yours.values(name), asked), undefinedOn: yours.undefinedOn(name) };
}

/** Return the rows of a metric: its mean, and unless that is all, its quantiles and the mean of the worst. */
function metricRows(before, after, measure) {
  const rows = [
    { key: "mean", shipped: mean(before), yours: mean(after), change: differenceOfMeans(before, after) },
  ];
  if (measure.chance) return rows;
  if (measure.infinite) rows.unshift({ key: "infinite", share: true, ...chances(before, after, INFINITE) });
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
