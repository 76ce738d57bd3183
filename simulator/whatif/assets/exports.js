/**
 * What a reader takes away: the command, a file of beliefs that extends the study, the paths as a table. Each is
 * plain text; a name or a title that somebody chose can do no harm in any of them.
 */

/** Return a word as a POSIX shell reads it back, whatever is in it. */
function shellQuoted(word) {
  if (/^[\w%+,./:=@-]+$/.test(word) && !word.startsWith("=")) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Return the name of what a setting sets, be it a number or the median. */
function priorOf(name) {
  return name.replace(/\.median$/, "");
}

/**
 * Return every setting that makes a state of the study, by name, as the command takes them: what the study itself
 * was set to, then its structure, then what the reader set. What comes later goes before.
 */
function settingsOf(state, description) {
  const structure = description.structures.find((one) => one.name === state.structure);
  const settings = new Map();
  const set = (name, text) => {
    settings.delete(priorOf(name));
    settings.delete(`${priorOf(name)}.median`);
    settings.set(name, text);
  };
  for (const [name, text] of Object.entries(description.study.set)) set(name, text);
  for (const [name, text] of Object.entries(structure?.settings ?? {})) set(name, text);
  if (state.horizon !== null) set(HORIZON_SETTING, String(state.horizon));
  for (const [name, { to, held }] of Object.entries(state.changes)) set(held ? name : `${name}.median`, String(to));
  for (const [name, value] of Object.entries(state.rules)) set(name, String(value));
  return settings;
}

/** Return the command that computes the numbers of a state on so many paths, in one line. */
function commandOf(state, description, paths) {
  const words = [...description.study.command, "--paths", String(paths)];
  for (const [name, text] of settingsOf(state, description)) words.push("--set", `${name}=${text}`);
  return words.map(shellQuoted).join(" ");
}

/**
 * Return the command that prints the chance that is asked for, of the run that the one before has made; empty where
 * none is, or where the command line reads no such name.
 */
function estimateOf({ entity, asked }, description) {
  const name = asked && metricName(description, asked.metric, entity);
  if (!name || !/^[^\s(),<>]+$/.test(name)) return "";
  return [...description.study.estimate, "--of", statisticText(asked, name)].map(shellQuoted).join(" ");
}

/** Return the command that runs a file of beliefs on the draws of the page. */
function fileCommand({ command, given }, paths) {
  const words = command.map((word) => (word === given ? "beliefs.toml" : word));
  return [...words, "--paths", String(paths)].map(shellQuoted).join(" ");
}

/** Return a string of TOML; what JSON's strings leave as it is and TOML's do not is escaped. */
function tomlString(text) {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007F");
}

/** Return a key of TOML. */
function tomlKey(key) {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

/** Return a value of TOML on one line; an open side of bounds is infinite, and a day is no text. */
function tomlValue(value, key = "") {
  if (key === "as_of") return value;
  if (key === "bounds") return `[${value[0] ?? "-inf"}, ${value[1] ?? "inf"}]`;
  if (Array.isArray(value)) return `[${value.map((one) => tomlValue(one)).join(", ")}]`;
  if (typeof value === "string") return tomlString(value);
  if (typeof value !== "object") return String(value);
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${tomlKey(name)} = ${tomlValue(one, name)}`)
    .join(", ")} }`;
}

/** Return a table of TOML under a dotted name. */
function tomlTable(name, table, brackets = ["[", "]"]) {
  const header = name.split(".").map(tomlKey).join(".");
  const lines = Object.entries(table).map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value, key)}`);
  return [brackets[0] + header + brackets[1], ...lines, ""].join("\n");
}

/**
 * Return the table of a belief moved to another median; null where no rule says how.
 *
 * The rules are those of simulator/whatif/moving.py.
 */
function movedTable(belief, median) {
  if (!belief.moves) return null;
  const before = movedFrom(belief);
  const rules = {
    place: () => median,
    shift: (value) => value + (median - before),
    multiply: (value) => (median / before) * value,
    scale: (values) => Object.fromEntries(Object.entries(values).map(([p, value]) => [p, onScale(value)])),
  };
  const onScale = (value) => {
    if (value === before) return median;
    const place = (one) => placeOf(one, belief.support);
    return valueAt(place(value) + place(median) - place(before), belief.support);
  };
  const moved = Object.entries(belief.moves).map(([key, rule]) => [key, rules[rule](belief.table[key])]);
  return { ...belief.table, ...Object.fromEntries(moved) };
}

/**
 * Return a file that extends the study by a state.
 *
 * @returns {{text: string, missing: string[]}} The file, and beliefs that it cannot hold as they are moved.
 */
function beliefsFile(state, description, note) {
  const beliefs = new Map(description.beliefs.map((belief) => [belief.name, belief]));
  // No prior may know more than its study does: it is dated as that is.
  const provenance = { basis: "judgement", as_of: description.study.as_of || today(), note };
  const structure = description.structures.find((one) => one.name === state.structure);
  const horizon = state.horizon ?? structure?.settings[HORIZON_SETTING] ?? description.study.set[HORIZON_SETTING];
  const ofStructure = Object.keys(structure?.numbers ?? {});
  const written = new Set([...Object.keys(state.changes), ...Object.keys(state.rules), ...ofStructure, HORIZON_SETTING]);
  const missing = Object.keys(description.study.set).filter((name) => !written.has(priorOf(name)));
  const parts = [`extends = ${tomlString(description.study.given)}\n`];
  if (horizon !== undefined) parts.push(tomlTable("study", { horizon_quarters: Number(horizon) }));
  const number = (belief, value) => {
    const { unit = "1", size } = belief.table;
    return { value, ...(size === undefined ? {} : { size }), unit, ...provenance };
  };
  for (const [name, value] of Object.entries(structure?.numbers ?? {}))
    if (!(name in state.changes)) parts.push(tomlTable(name, number(beliefs.get(name), value)));
  for (const [name, { to, held }] of Object.entries(state.changes)) {
    const belief = beliefs.get(name);
    const table = held ? number(belief, to) : movedTable(belief, to);
    if (table === null) missing.push(name);
    else parts.push(tomlTable(name, { unit: "1", ...table, ...provenance }));
  }
  for (const name of Object.keys(structure?.settings ?? {}))
    if (!Object.hasOwn(structure.numbers, name) && name !== HORIZON_SETTING) missing.push(name);
  return { text: [...parts, ...ruleTables(state, description)].join("\n"), missing };
}

/** Return the tables of rules that are not as shipped: a verdict whole, of the scorecard what differs. */
function ruleTables(state, description) {
  const changed = rulesWith(description.rules, state.rules);
  const parts = [];
  for (const item of changed.scorecard)
    if (`scorecard.${item.metric}.min` in state.rules)
      parts.push(tomlTable("scorecard", { metric: item.metric, min: item.min }, ["[[", "]]"]));
  for (const rule of changed.verdicts) {
    if (!Object.keys(state.rules).some((name) => name.startsWith(`verdict.${rule.name}.`))) continue;
    const limits = Object.entries(rule.conditions).map(([metric, { min, max }]) => [
      metric,
      { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) },
    ]);
    parts.push(tomlTable(`verdict.${rule.name}`, Object.fromEntries(limits)));
  }
  return parts;
}

/** Return the day in the reader's place, as 2026-01-28. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

/** Return a cell of a table of comma-separated values: quoted where it must be, and never a formula. */
function csvCell(text) {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Return what is saved of every path, by name: every metric, and whether it is where a chance is asked for. */
function columnsOf(sample, { entity, asked }, description) {
  const columns = new Map(description.metrics.map(({ name }) => [name, sample.metrics.get(name)]));
  const name = asked && metricName(description, asked.metric, entity);
  if (name) columns.set(statisticText(asked, name), flagsOf(columns.get(name), asked));
  return columns;
}

/**
 * Return the paths of a sample as comma-separated values, a row a path, in the order of the sample.
 *
 * @param {object} sample What the engine gave.
 * @param {Map<string, Float32Array>} columns What to write of every path, by name.
 */
function csvOf(sample, columns) {
  const lines = [["replicate", "point", ...columns.keys()].map(csvCell).join(",")];
  const values = [...columns.values()];
  for (let path = 0; path < sample.paths; path++) {
    const cells = values.map((one) => plainNumber(one[path]));
    lines.push([Math.floor(path / sample.perReplicate), path % sample.perReplicate, ...cells].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** Return a number in single precision in the fewest digits that tell it apart; empty where it is none. */
function plainNumber(value) {
  if (Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const short = Number(value.toPrecision(7));
  return String(Math.fround(short) === value ? short : Number(value.toPrecision(9)));
}
