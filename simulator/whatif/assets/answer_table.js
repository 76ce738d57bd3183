/** The answer as a table: shipped, yours, and the change path by path. */

/** Return the table of an answer; `differs` is whether there is another sample than the one as shipped. */
function tableOf(page, answered, answer, differs) {
  const { words, description, state } = page;
  const column = (key) => make("th", { scope: "col", class: "number" }, words.say(key));
  const group = (text, rows) =>
    make("tbody", {}, make("tr", { class: "group" }, make("th", { scope: "rowgroup", colspan: 4 }, text)), rows);
  const row = (title, one, factor) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, title),
      make("td", { class: "number" }, parted(estimateText(one.shipped, factor))),
      make("td", { class: "number" }, parted(estimateText(one.yours, factor))),
      changeCell(words, one.change, factor, differs),
    );
  const { verdicts, below, rows } = answer;
  const chances = verdicts.map((one) => row(words.of(one.verdict.title), one, 100));
  if (below)
    chances.push(
      row(
        words.say("below_zero", {
          metric: words.of(measureOf(description, description.rules.sign_metric).title),
        }),
        below,
        100,
      ),
    );
  const measure = measureOf(description, state.metric);
  const entity = words.of(description.entities.find((one) => one.name === state.entity).title);
  const unit = words.of(measure.axis);
  return make(
    "table",
    {},
    make("caption", {}, words.say("table_of", { entity, paths: grouped(String(answered.paths)) })),
    make("thead", {}, make("tr", {}, make("td", {}), column("shipped"), column("yours"), column("change"))),
    chances.length ? group(words.say("shares_of_paths"), chances) : null,
    rows.length
      ? group(
          words.of(measure.title) + words.inBrackets(unit),
          rows.map((one) => row(words.say(one.key), one, one.share ? 100 : words.factor(measure))),
        )
      : null,
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
