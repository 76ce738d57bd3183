/**
 * What a reader has set: beliefs, structure, horizon, company, metric, thresholds of the rules and the chance that is
 * asked for. A state is never changed: each step makes another, so that undo is to go back.
 *
 * @typedef {{to: number, held: boolean}} Change A belief's number in its own unit: on every path where it is
 *   held, else the median of the same family and spread.
 * @typedef {Where & {metric: string}} Asked
 * @typedef {object} State
 * @property {Object<string, Change>} changes By belief.
 * @property {string|null} structure
 * @property {number|null} horizon In quarters, where it is not as shipped.
 * @property {string} entity
 * @property {string} metric
 * @property {Object<string, number>} rules Thresholds that are not as shipped, by the name of their setting.
 * @property {Asked|null} asked Of which metric of the company a chance is asked for, and where it is to lie.
 */

/** What sets the horizon. */
const HORIZON_SETTING = "study.horizon_quarters";

/** Return the state of the study as it is written. @returns {State} */
function shippedState(description) {
  return {
    changes: {},
    structure: null,
    horizon: null,
    entity: description.entities[0].name,
    metric: description.measures[0].name,
    rules: {},
    asked: null,
  };
}

/** Return a state with one entry of one of its tables set, or taken out where it is null. */
function withEntry(state, table, name, value) {
  const { [name]: _, ...others } = state[table];
  return { ...state, [table]: value === null ? others : { ...others, [name]: value } };
}

/**
 * Return a description with what the kernel in the page cannot do marked on its beliefs and structures: `no_hold`,
 * `no_move` and `no_change` of a belief, `elsewhere` of a structure that needs another kernel.
 */
function withLimits(description) {
  const { kernel } = description;
  if (!kernel?.changes) return description;
  const beliefs = description.beliefs.map((belief) => {
    const { hold, move } = kernel.changes[belief.name] ?? {};
    const only = belief.held_only || !move;
    return { ...belief, held_only: only, no_hold: !hold, no_change: !hold && only };
  });
  const structures = description.structures.map((one) => ({ ...one, elsewhere: !kernel.structures?.[one.name] }));
  return { ...description, beliefs, structures };
}

/** Return whether the structure of a state sets a belief. */
function setByStructure(belief, state, description) {
  const structure = description.structures.find((one) => one.name === state.structure);
  return Boolean(structure && Object.hasOwn(structure.numbers, belief.name));
}

/** Return whether a belief can only be a number on every path: it has no median to move, or a structure sets it. */
function heldOnly(belief, state, description) {
  return Boolean(belief.held_only) || setByStructure(belief, state, description);
}

/** Return how far ahead a state looks; undefined where that is no choice. */
function horizonOf({ horizon, structure }, description) {
  const ofStructure = description.structures.find((one) => one.name === structure)?.settings[HORIZON_SETTING];
  return horizon ?? (ofStructure === undefined ? description.horizon?.quarters : Number(ofStructure));
}

/** Return the median that another one replaces: of quantiles that among them, which a family may miss. */
function movedFrom(belief) {
  return belief.table.quantiles?.p50 ?? belief.value;
}

/** Return the number that a belief has unless a reader changes it: that of the structure, or as shipped. */
function unchangedNumber(belief, state, description) {
  const structure = description.structures.find((one) => one.name === state.structure);
  return structure?.numbers[belief.name] ?? belief.value;
}

/**
 * Return the change that a number and a hold make of a belief; null where it is as it was.
 *
 * @returns {Change|null}
 */
function changeOf(belief, to, held, state, description) {
  const only = heldOnly(belief, state, description);
  const same = to === unchangedNumber(belief, state, description);
  const varies = belief.varies && !setByStructure(belief, state, description);
  return same && !(varies && (only || held)) ? null : { to, held: only || held };
}

/**
 * Return why a number cannot be had: the ends between which it must lie, whether they belong, and in `reach` whether it
 * is what is drawn around it that the model cannot mean; null if it can be had.
 */
function refusalOf(belief, change) {
  const ends = [...belief.range];
  let open = false;
  if (!change.held) {
    const [low, high] = belief.support;
    if (low !== null && (ends[0] === null || low >= ends[0])) [ends[0], open] = [low, true];
    if (high !== null && (ends[1] === null || high <= ends[1])) [ends[1], open] = [high, true];
  }
  const [low, high] = ends;
  const beyond = (end, sign) => end !== null && (sign * (change.to - end) > 0 || (open && change.to === end));
  if (beyond(low, -1) || beyond(high, 1)) return { low, high, open };
  const [least, most] = change.held ? [null, null] : (belief.medians ?? [null, null]);
  const reach = (least !== null && change.to < least) || (most !== null && change.to > most);
  return reach ? { low: least, high: most, open: false, reach } : null;
}

/** Return what of a state decides its paths, as an engine is asked for them. */
function drawnOf({ changes, structure, horizon }) {
  return { changes, structure, horizon };
}

/** Return what of a state decides its paths, as a key. */
function sampleKey({ changes, structure, horizon }) {
  return JSON.stringify([structure, horizon, Object.entries(changes).sort()]);
}

/** Return whether two states have the same paths. */
function sameSample(one, other) {
  return sampleKey(one) === sampleKey(other);
}

/**
 * Return a state that can be: no belief is moved that can only be held, as under another structure, the metric is
 * one that the company has, and a horizon that there would be without is none.
 */
function settled(state, description) {
  const beliefs = new Map(description.beliefs.map((belief) => [belief.name, belief]));
  const changes = {};
  for (const [name, { to, held }] of Object.entries(state.changes)) {
    const change = changeOf(beliefs.get(name), to, held, state, description);
    if (change) changes[name] = change;
  }
  const own = horizonOf({ ...state, horizon: null }, description);
  const horizon = state.horizon === own ? null : state.horizon;
  return { ...state, metric: metricFor(state, description), horizon, changes };
}

/**
 * Return a state as it was set, whatever it is settled to: what a structure alone holds, or has as its own number,
 * is as it was once another structure is chosen.
 *
 * @param {State} next Made of `shown`.
 * @param {State} shown What `wanted` was settled to.
 * @param {State} wanted
 */
function unsettled(next, shown, wanted) {
  const hidden = Object.entries(wanted.changes).filter(([name]) => !Object.hasOwn(shown.changes, name));
  const asSet = ([name, change]) => [name, change === shown.changes[name] ? wanted.changes[name] : change];
  const changes = Object.fromEntries([...hidden, ...Object.entries(next.changes).map(asSet)]);
  return { ...next, horizon: next.horizon === shown.horizon ? wanted.horizon : next.horizon, changes };
}

/** Return the full name of a metric of an entity; undefined where it has none. */
function metricName(description, metric, entity) {
  return description.metrics.find((one) => one.metric === metric && one.entity === entity)?.name;
}

/** Return how a metric is displayed. */
function measureOf(description, metric) {
  return description.measures.find((one) => one.name === metric);
}

/** Return the metric of a state, or the first that its company has. */
function metricFor({ metric, entity }, description) {
  if (metricName(description, metric, entity)) return metric;
  return description.measures.find((one) => metricName(description, one.name, entity))?.name ?? metric;
}

/** The states that a reader went through. */
class Past {
  /** @param {State} state */
  constructor(state) {
    this.states = [state];
    this.place = 0;
  }

  get state() {
    return this.states[this.place];
  }

  get canUndo() {
    return this.place > 0;
  }

  get canRedo() {
    return this.place < this.states.length - 1;
  }

  /** Go on to another state; what was undone before is gone. */
  goTo(state) {
    if (JSON.stringify(state) === JSON.stringify(this.state)) return;
    this.states = [...this.states.slice(0, this.place + 1), state];
    this.place++;
  }

  undo() {
    if (this.canUndo) this.place--;
  }

  redo() {
    if (this.canRedo) this.place++;
  }
}

/** Return all thresholds of a study's rules: the name of the setting, and where it stands. */
function thresholdsOf(rules) {
  const found = [];
  for (const item of rules.scorecard)
    found.push({ name: `scorecard.${item.metric}.min`, item, metric: item.metric, side: "min", value: item.min });
  for (const rule of rules.verdicts)
    for (const [metric, limits] of Object.entries(rule.conditions))
      for (const side of ["min", "max"])
        if (limits[side] !== null)
          found.push({ name: `verdict.${rule.name}.${metric}.${side}`, rule, metric, side, value: limits[side] });
  return found;
}

/** Return the rules of a study with thresholds changed. */
function rulesWith(rules, changed) {
  const scorecard = rules.scorecard.map((item) => ({
    ...item,
    min: changed[`scorecard.${item.metric}.min`] ?? item.min,
  }));
  const verdicts = rules.verdicts.map((rule) => ({
    ...rule,
    conditions: Object.fromEntries(
      Object.entries(rule.conditions).map(([metric, limits]) => {
        const at = (side) => changed[`verdict.${rule.name}.${metric}.${side}`] ?? limits[side];
        return [metric, { min: at("min"), max: at("max") }];
      }),
    ),
  }));
  return { ...rules, scorecard, verdicts };
}
