/** The answer in sentences: the verdict, and how it differs from the study as shipped. */

/** Return the verdict in a sentence; of a study without verdicts, the mean of the metric. */
function headlineOf(page, answer) {
  const { words, description, state } = page;
  const entity = words.of(description.entities.find((one) => one.name === state.entity).within);
  const { whole, rows } = answer;
  if (!whole.length) {
    if (!rows.length) return words.say("no_metric", { entity });
    const measure = measureOf(description, state.metric);
    return words.say("mean_is", {
      metric: words.of(measure.title),
      entity,
      mean: words.amount(estimateText(rows[0].yours, words.factor(measure)), measure.prose),
    });
  }
  const percent = (one) => words.amount(estimateText(one, 100), words.messages.unit_percent);
  if (answer.unjudged) return words.say("unjudged", { entity, share: percent(answer.unjudged) });
  const [first, second] = [...whole].sort((one, other) => other.yours.value - one.yours.value);
  const close = {
    value: first.yours.value - (second?.yours.value ?? 0),
    error: first.yours.error + (second?.yours.error ?? 0),
  };
  if (second && !distinguishable(close)) {
    return words.say("verdicts_close", {
      entity,
      first: words.of(first.verdict.within),
      share: percent(first.yours),
      second: words.of(second.verdict.within),
      other: percent(second.yours),
    });
  }
  return words.say("verdict_is", {
    verdict: words.unbroken(words.of(first.verdict.title)),
    entity,
    share: percent(first.yours),
  });
}

/** Return how the answer differs from the study as shipped, in a sentence. */
function contrastOf(page, answer, differs) {
  const { words, state } = page;
  if (!differs) return words.say(Object.keys(state.rules).length ? "as_shipped_rules" : "as_shipped_is");
  const { whole } = answer;
  if (!whole.length || answer.unjudged) return "";
  const [moved] = whole
    .filter((one) => distinguishable(one.change))
    .sort((one, other) => Math.abs(other.change.value) - Math.abs(one.change.value));
  if (!moved) return words.say("no_verdict_moves");
  const change = words.amount(changeText(moved.change, 100), words.messages.unit_points);
  const shipped = words.amount(estimateText(moved.shipped, 100), words.messages.unit_percent);
  const said = Object.keys(state.rules).length ? "verdict_moves_rules" : "verdict_moves";
  return words.say(said, { verdict: words.of(moved.verdict.title), shipped, change });
}
