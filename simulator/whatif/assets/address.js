/**
 * The state in the fragment of the address: beliefs by name, and what is no belief by a name with a tilde. The
 * hash of the study says whose beliefs they are.
 *
 *     #~study=0b1f2c…&~structure=late_curve&adoption.potential=1939&finance.wacc=0.09!
 *
 * A number that ends in an exclamation mark is held. The chance that is asked for has the name that the command line
 * gives it: ~prob_below.value_created=-500, or ~between.value_created=-500..0.
 */

/** Digits of the study's hash that an address has. */
const HASH_DIGITS = 12;

/** Return the fragment of a state, without the hash sign; empty for the study as it is written. */
function addressOf(state, description) {
  const shipped = shippedState(description);
  const parts = [];
  for (const key of ["structure", "horizon", "entity", "metric"])
    if (state[key] !== shipped[key]) parts.push([`~${key}`, String(state[key])]);
  if (state.asked) parts.push(askedPart(state.asked));
  for (const [name, value] of Object.entries(state.rules)) parts.push([`~${name}`, String(value)]);
  for (const [name, { to, held }] of Object.entries(state.changes)) parts.push([name, `${to}${held ? "!" : ""}`]);
  if (!parts.length) return "";
  const all = [["~study", description.study.hash.slice(0, HASH_DIGITS)], ...parts];
  return all.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
}

/**
 * Return what an address holds.
 *
 * @param {string} fragment Without the hash sign.
 * @param {object} description
 * @returns {{state: State, study: string|null, unknown: string[], refused: string[]}} The state of all that
 *   exists here; the hash of another study that the address is of, or null; names that there are not; names
 *   whose value cannot be had.
 */
function readAddress(fragment, description) {
  const found = { state: shippedState(description), study: null, unknown: [], refused: [] };
  const beliefs = new Map(description.beliefs.map((belief) => [belief.name, belief]));
  const given = fragment.split("&").filter(Boolean).map(pairOf);
  const isAlone = ([name]) => given.filter(([other]) => subjectOf(other) === subjectOf(name)).length === 1;
  const pairs = given.filter(isAlone);
  // What has two values has none.
  const twice = new Map(given.filter((pair) => !isAlone(pair)));
  if (twice.has("~study")) found.study = twice.get("~study");
  found.refused.push(...twice.keys());
  // What else is set depends on the structure: it comes first.
  pairs.sort(([one], [other]) => (other === "~structure") - (one === "~structure"));
  for (const [name, text] of pairs) {
    if (name === "~study") found.study = text.length >= HASH_DIGITS && description.study.hash.startsWith(text) ? null : text;
    else if (relationOf(name)) readAsked(found, name, text, description);
    else if (name.startsWith("~")) readChoice(found, name.slice(1), text, description);
    else if (beliefs.has(name)) readBelief(found, beliefs.get(name), text, description);
    else found.unknown.push(name);
  }
  return found;
}

/** Return the name and the text of a part of an address; what is no escape stays as it is. */
function pairOf(part) {
  const [name, ...rest] = part.split("=");
  return [name, rest.join("=")].map((text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  });
}

/** Return what asks for a chance in an address: the name and the text. */
function askedPart({ metric, relation, numbers }) {
  return [`~${RELATIONS[relation].statistic}.${metric}`, numbers.join("..")];
}

/** Return the relation of a name that asks for a chance; undefined for another name. */
function relationOf(name) {
  return Object.keys(RELATIONS).find((one) => name.startsWith(`~${RELATIONS[one].statistic}.`));
}

/** Return what a name of an address sets: one chance is asked for, whichever it is. */
function subjectOf(name) {
  return relationOf(name) ? "~asked" : name;
}

function readAsked(found, name, text, description) {
  const relation = relationOf(name);
  const metric = name.slice(`~${RELATIONS[relation].statistic}.`.length);
  const numbers = text.split("..").map(readNumber);
  if (!measureOf(description, metric)) found.unknown.push(metric);
  else if (numbers.includes(null) || !canBe({ relation, numbers })) found.refused.push(name.slice(1));
  else found.state = { ...found.state, asked: { metric, relation, numbers } };
}

function readChoice(found, name, text, description) {
  const known = {
    structure: description.structures,
    entity: description.entities,
    metric: description.measures,
  };
  if (Object.hasOwn(known, name)) {
    if (known[name].some((one) => one.name === text && !one.elsewhere))
      found.state = { ...found.state, [name]: text };
    else found.unknown.push(text);
    return;
  }
  if (name === "horizon") return readHorizon(found, text, description);
  const threshold = thresholdsOf(description.rules).find((one) => one.name === name);
  const number = readNumber(text);
  if (!threshold) found.unknown.push(name);
  else if (number === null) found.refused.push(name);
  else if (number !== threshold.value) found.state = withEntry(found.state, "rules", name, number);
}

function readHorizon(found, text, { horizon }) {
  const all = horizon ? [horizon.quarters, ...horizon.others] : [];
  const quarters = all.find((one) => String(one) === text);
  if (quarters) found.state = { ...found.state, horizon: quarters };
  else found.unknown.push(`horizon=${text}`);
}

function readBelief(found, belief, text, description) {
  const to = readNumber(text.replace(/!$/, ""));
  if (to === null || belief.no_change) return found.refused.push(belief.name);
  const held = text.endsWith("!");
  if (!held && belief.held_only && belief.varies) return found.refused.push(belief.name);
  // As it was set, whatever the structure makes of it.
  const change =
    changeOf(belief, to, held, { ...found.state, structure: null }, description) ??
    changeOf(belief, to, held, found.state, description);
  if (change === null) return found.state;
  if (refusalOf(belief, change)) return found.refused.push(belief.name);
  return (found.state = withEntry(found.state, "changes", belief.name, change));
}
