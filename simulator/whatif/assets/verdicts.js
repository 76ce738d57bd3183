/**
 * The scorecard and the verdict of every path, by the rules of the study. The twin of
 * simulator/estimate/verdicts.py.
 *
 * Rules are asked in order; a path that fits none has the verdict that is all else. A path on which a metric
 * that the rules need is not a number has none. All else is shown in two parts by the sign of one metric.
 *
 * @typedef {{min: number|null, max: number|null}} Limits A closed range in the metric's unit; null: no limit.
 * @typedef {{name: string, conditions: Object<string, Limits>}} VerdictRule Without conditions: all else.
 * @typedef {{metric: string, min: number|null}} ScorecardItem It passes from `min` upwards.
 * @typedef {{scorecard: ScorecardItem[], verdicts: VerdictRule[], sign_metric: string}} Rules
 */

/** The code of a path without a verdict. */
const NO_VERDICT = -128;

/** The code of a path of all else that loses, where all else is split: above that of any verdict. */
const LOSSES = 127;

/** The entity of metrics whose names have no dot. */
const MODEL = "model";

/** What rules call the number of items of the scorecard that a path passes. */
const PASSES = "scorecard_passes";

/** The verdict that a path is which fits no rule, where none of the rules is named so. */
const REST = "base";

/**
 * Return the code of each verdict: all else has 0, those asked before it 1 and up, after it -1 and down.
 *
 * @param {VerdictRule[]} rules
 * @returns {Map<string, number>}
 */
function codesOf(rules) {
  const names = rules.map((rule) => rule.name);
  const bare = rules.find((rule) => !hasConditions(rule))?.name ?? REST;
  if (names.length && rules.every(hasConditions)) names.splice((names.length + 1) >> 1, 0, bare);
  return new Map(names.map((name, place) => [name, names.indexOf(bare) - place]));
}

/**
 * Return the full names of metrics by entity and short name: the group first, then as they appear.
 *
 * @param {Iterable<string>} names
 * @returns {Map<string, Map<string, string>>}
 */
function byEntity(names) {
  const found = new Map();
  for (const name of names) {
    const dot = name.lastIndexOf(".");
    const entity = dot < 0 ? MODEL : name.slice(dot + 1);
    if (!found.has(entity)) found.set(entity, new Map());
    found.get(entity).set(dot < 0 ? name : name.slice(0, dot), name);
  }
  return new Map([...found].sort(([one], [other]) => (other === "group") - (one === "group")));
}

/**
 * Return the passes, the verdict and the verdict with all else in two parts of every path, by entity.
 *
 * Only entities that have all the metrics for it are there.
 *
 * @param {Map<string, Float32Array>} metrics By full name, in the metric's unit.
 * @param {Rules} rules
 * @returns {{codes: Map<string, Int8Array>, passes: Map<string, Int8Array>, split: Map<string, Int8Array>}}
 *   Codes as in `codesOf`, in `split` `LOSSES` where all else loses; `NO_VERDICT` where there is none.
 */
function derive(metrics, { scorecard, verdicts, sign_metric: sign }) {
  const derived = { codes: new Map(), passes: new Map(), split: new Map() };
  const used = new Set(verdicts.flatMap((rule) => Object.keys(rule.conditions)));
  const items = scorecard.map((item) => item.metric);
  for (const [entity, names] of byEntity(metrics.keys())) {
    const own = new Map([...names].map(([metric, name]) => [metric, metrics.get(name)]));
    if (items.length && items.every((metric) => own.has(metric))) {
      derived.passes.set(entity, countPasses(own, scorecard));
      own.set(PASSES, derived.passes.get(entity));
    }
    if (!used.size || ![...used].every((metric) => own.has(metric))) continue;
    const codes = classify(own, verdicts);
    const needed = used.has(PASSES) ? [...used, ...items] : [...used];
    for (const metric of needed) withoutVerdict(codes, own.get(metric));
    derived.codes.set(entity, codes);
    if (own.has(sign)) derived.split.set(entity, splitRest(codes, own.get(sign)));
  }
  return derived;
}

/** Return how many items of the scorecard every path passes. */
function countPasses(own, scorecard) {
  const passes = new Int8Array(own.get(scorecard[0].metric).length);
  for (const { metric, min } of scorecard) {
    const values = own.get(metric);
    const least = inPrecisionOf(values, min ?? -Infinity);
    for (let path = 0; path < passes.length; path++) if (values[path] >= least) passes[path]++;
  }
  return passes;
}

/** Return the code of every path; the rule asked first is applied last, and so has the last word. */
function classify(own, verdicts) {
  const codeOf = codesOf(verdicts);
  const codes = new Int8Array(own.values().next().value.length);
  for (const rule of verdicts.filter(hasConditions).reverse()) {
    const meets = meeting(own, rule.conditions, codes.length);
    const code = codeOf.get(rule.name);
    for (let path = 0; path < codes.length; path++) if (meets[path]) codes[path] = code;
  }
  return codes;
}

/** Return which paths meet all conditions, ends included, as 1 or 0; one that is not a number never does. */
function meeting(own, conditions, paths) {
  const meets = new Uint8Array(paths).fill(1);
  for (const [metric, { min, max }] of Object.entries(conditions)) {
    const values = own.get(metric);
    const least = inPrecisionOf(values, min ?? -Infinity);
    const most = inPrecisionOf(values, max ?? Infinity);
    for (let path = 0; path < paths; path++) meets[path] &= values[path] >= least && values[path] <= most;
  }
  return meets;
}

/** Take the verdict of paths on which a metric is not a number. */
function withoutVerdict(codes, values) {
  for (let path = 0; path < codes.length; path++) if (Number.isNaN(values[path])) codes[path] = NO_VERDICT;
}

/** Return the codes with all else in two parts by a sign; `NO_VERDICT` where the value has none. */
function splitRest(codes, values) {
  return codes.map((code, path) => {
    if (code !== 0 || values[path] >= 0) return code;
    return values[path] < 0 ? LOSSES : NO_VERDICT;
  });
}

/** Return whether a rule has conditions. */
function hasConditions(rule) {
  return Object.keys(rule.conditions).length > 0;
}
