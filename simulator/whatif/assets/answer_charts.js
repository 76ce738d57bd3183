/** The answer as drawings: the distribution of a metric, and what happens over time. */

/** Return the distribution of the metric that is chosen, in a width in pixels. */
function distributionFigure(page, answered, answer, width, differs) {
  const { words, description, state } = page;
  const { verdicts, name } = answer;
  const measure = measureOf(description, state.metric);
  const marks = state.asked?.metric === state.metric ? state.asked.numbers : [];
  const drawn =
    name &&
    distributionChart({
      shipped: answered.shipped.values(name),
      yours: answered.yours.values(name),
      verdicts: answered.yours.verdicts(state.entity),
      factor: words.factor(measure),
      width,
      differs,
      marks,
    });
  const title = words.of(measure.title) + words.inBrackets(words.of(measure.axis));
  return make(
    "figure",
    {},
    make("figcaption", {}, make("b", {}, title), measure.about ? make("span", {}, words.of(measure.about)) : null),
    drawn
      ? [
          legendOf(words, verdicts, differs, marks),
          drawn,
          make("p", { class: "note" }, words.say(differs ? "outline_read" : "distribution_read")),
        ]
      : make("p", {}, words.say("no_values")),
  );
}

/** Return the legend of verdicts, of the line as shipped, and of the numbers that a chance is asked at, where there are any. */
function legendOf(words, verdicts, differs, marks) {
  const items = verdicts.map((one, place) =>
    make(
      "li",
      {},
      verdictKey(one.verdict.name, place, verdicts.length, `key-${place}`),
      words.of(one.verdict.title),
    ),
  );
  const line = (ends, key) =>
    make(
      "li",
      {},
      draw("svg", { viewBox: "0 0 26 12", width: 26, height: 12, "aria-hidden": "true" }, draw("line", ends)),
      words.say(key),
    );
  if (differs) items.push(line({ class: "outline", x1: 0, x2: 26, y1: 6, y2: 6 }, "shipped"));
  if (marks.length) items.push(line({ class: "asked", x1: 13, x2: 13, y1: 0, y2: 12 }, "chance_mark"));
  return make("ul", { class: "legend" }, items);
}

/** Return the charts over time of a company, if the engine gives its series. */
function fanFigures(page, answered, width, differs) {
  const { words, description, state } = page;
  const { shipped, yours } = answered;
  const own = description.series.filter(
    (one) => one.entity === state.entity && yours.sample.series?.has(one.name),
  );
  const fan = (judged, name) =>
    judged.once(`fan of ${name}`, () =>
      fanOf(judged.sample.series.get(name), judged.sample.seriesPaths ?? judged.sample.paths),
    );
  const titleOf = (one) => words.of(one.chart) + words.inBrackets(words.of(one.axis));
  const figures = [...new Set(own.map(titleOf))].map((title) => {
    const parts = own.filter((one) => titleOf(one) === title);
    const drawn = fanChart({
      fans: parts.map(({ name }) => ({ shipped: fan(shipped, name), yours: fan(yours, name) })),
      factor: words.factor(parts[0]),
      start: parts[0].start,
      width,
      differs,
    });
    const legend = parts.length > 1 ? legendOfFans(words, parts, differs) : null;
    return make("figure", {}, make("figcaption", {}, make("b", {}, title)), legend, drawn);
  });
  const read = make("p", { class: "note" }, words.say(differs ? "fan_outline_read" : "fan_read"));
  return figures.length ? [figures, read] : [];
}

/** Return the legend of a chart of two fans, and of the median as shipped where it is drawn. */
function legendOfFans(words, parts, differs) {
  const key = (...marks) => draw("svg", { viewBox: "0 0 26 12", width: 26, height: 12, "aria-hidden": "true" }, marks);
  const line = (kind) => draw("line", { class: kind, x1: 0, x2: 26, y1: 6, y2: 6 });
  const items = parts.map((one, place) =>
    make(
      "li",
      {},
      key(
        draw("rect", { class: `outer ${FAN_KINDS[place]}`, width: 26, height: 12 }),
        line(`median ${FAN_KINDS[place]}`),
      ),
      words.of(one.title),
    ),
  );
  if (differs) items.push(make("li", {}, key(line("outline")), words.say("medians_shipped")));
  return make("ul", { class: "legend" }, items);
}
