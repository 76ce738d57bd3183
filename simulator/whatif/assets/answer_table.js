/** The answer as a table: shipped, yours, and the change path by path. */

/** Return the table of an answer; `differs` is whether there is another sample than the one as shipped. */
function tableOf(page, answered, answer, differs) {
  const { words, description, state } = page;
  const group = (text, rows) =>
    make("tbody", {}, make("tr", { class: "group" }, make("th", { scope: "rowgroup", colspan: 4 }, text)), rows);
  const { verdicts, below, rows } = answer;
  const chances = verdicts.map((one) => rowOf(words, words.of(one.verdict.title), one, 100, differs));
  if (below) {
    const metric = words.of(measureOf(description, description.rules.sign_metric).title);
    chances.push(rowOf(words, words.say("below_zero", { metric }), below, 100, differs));
  }
  const measure = measureOf(description, state.metric);
  const entity = words.of(description.entities.find((one) => one.name === state.entity).title);
  const unit = words.of(measure.axis);
  const factorOf = (one) => (one.share ? 100 : words.factor(measure));
  return make(
    "table",
    {},
    make("caption", {}, words.say("table_of", { entity, paths: grouped(String(answered.paths)) })),
    headOf(words, make("td", {})),
    chances.length ? group(words.say("shares_of_paths"), chances) : null,
    rows.length
      ? group(
          words.of(measure.title) + words.inBrackets(unit),
          rows.map((one) => rowOf(words, words.say(one.key), one, factorOf(one), differs)),
        )
      : null,
  );
}

/** Return the head of a table of this kind, with what stands above the titles of its rows. */
function headOf(words, corner) {
  const column = (key) => make("th", { scope: "col", class: "number" }, words.say(key));
  return make("thead", {}, make("tr", {}, corner, column("shipped"), column("yours"), column("change")));
}

/** Return a row: an estimate as shipped, yours, and the change, in a unit of which there are `factor` to one. */
function rowOf(words, title, one, factor, differs) {
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, title),
    make("td", { class: "number" }, parted(estimateText(one.shipped, factor))),
    make("td", { class: "number" }, parted(estimateText(one.yours, factor))),
    changeCell(words, one.change, factor, differs),
  );
}

/** Return the cell of a change: that there is none, where it is within its errors. */
function changeCell(words, change, factor, differs) {
  if (!differs || !Number.isFinite(change.value)) return make("td", { class: "number nothing" }, "\u2013");
  if (!distinguishable(change))
    return make("td", { class: "number nothing", title: changeText(change, factor) }, words.say("no_difference"));
  return make("td", { class: "number" }, parted(changeText(change, factor)));
}

/** Return a number and its error as parts, which a narrow page sets below each other. */
function parted(text) {
  const [value, error] = text.split(/(?=\u00a0\u00b1)/);
  return [value, error ? make("span", { class: "error" }, error) : null];
}
