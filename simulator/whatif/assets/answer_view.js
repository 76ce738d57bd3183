/** The answer: the verdict in a sentence, both bars, the table, the distribution, and what happens over time. */

/** Height of the bar as shipped and of yours  [px]. */
const BAR_SHIPPED = 20;
const BAR_YOURS = 34;

class AnswerView {
  /** @param {object} page Who owns state, words and description; see app.js. */
  constructor(page) {
    this.page = page;
    const { words } = page;
    this.sentence = make("h2", { id: "verdict" });
    this.against = make("p", { class: "against" });
    this.live = make("div", { "aria-live": "polite", "aria-atomic": "true" }, this.sentence, this.against);
    this.status = make("p", { class: "status", role: "status" });
    this.notices = make("div", { class: "notices" });
    this.bars = make("div", { class: "bars" });
    this.head = make("section", { class: "answer-head", "aria-labelledby": "verdict" }, this.live, this.bars, this.status, this.notices);
    this.table = make("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": words.say("table_caption") });
    this.distribution = make("figure");
    this.fans = make("div", { class: "fans" });
    this.width = 0;
    new ResizeObserver(() => {
      if (this.bars.clientWidth === this.width) return;
      this.width = this.bars.clientWidth;
      this.drawAll();
    }).observe(this.bars);
  }

  /** Show an answer. @param {object|null} answered `state`, `paths`, `preview`, `shipped` and `yours`, judged. */
  show(answered) {
    this.answered = answered;
    if (!answered) return;
    const { entity, metric } = this.page.state;
    this.answer = answerOf(answered.shipped, answered.yours, entity, metric);
    this.differs = answered.shipped.sample !== answered.yours.sample;
    // A screen reader hears answers, not every step of a slider.
    this.live.setAttribute("aria-live", answered.preview ? "off" : "polite");
    refill(this.sentence, this.headline());
    refill(this.against, this.contrast());
    this.head.classList.toggle("preview", answered.preview);
    refill(this.table, this.tabled());
    this.drawAll();
  }

  /** Return the verdict in a sentence; of a study without verdicts, the mean of the metric. */
  headline() {
    const { words, description, state } = this.page;
    const entity = words.of(description.entities.find((one) => one.name === state.entity).within);
    const { whole, rows } = this.answer;
    if (!whole.length) {
      if (!rows.length) return words.say("no_metric", { entity });
      const measure = measureOf(description, state.metric);
      return words.say("mean_is", { metric: words.of(measure.title), entity, mean: this.amount(rows[0].yours, measure) });
    }
    const [first, second] = [...whole].sort((one, other) => other.yours.value - one.yours.value);
    const percent = (one) => words.amount(estimateText(one.yours, 100), words.messages.unit_percent);
    const close = { value: first.yours.value - (second?.yours.value ?? 0), error: first.yours.error + (second?.yours.error ?? 0) };
    if (second && !distinguishable(close)) {
      return words.say("verdicts_close", { entity, first: words.of(first.verdict.within), share: percent(first), second: words.of(second.verdict.within), other: percent(second) });
    }
    return words.say("verdict_is", { verdict: words.of(first.verdict.title), entity, share: percent(first) });
  }

  /** Return how the answer differs from the study as shipped, in a sentence. */
  contrast() {
    const { words, state } = this.page;
    if (!this.differs) return words.say(Object.keys(state.rules).length ? "as_shipped_rules" : "as_shipped_is");
    const { whole } = this.answer;
    const moved = [...whole].sort((one, other) => Math.abs(other.change.value) - Math.abs(one.change.value))[0];
    if (!moved) return "";
    if (!distinguishable(moved.change)) return words.say("no_verdict_moves");
    const change = words.amount(changeText(moved.change, 100), words.messages.unit_points);
    const shipped = words.amount(estimateText(moved.shipped, 100), words.messages.unit_percent);
    return words.say("verdict_moves", { verdict: words.of(moved.verdict.title), shipped, change });
  }

  amount(estimate, measure) {
    const { words } = this.page;
    return words.amount(estimateText(estimate, words.factor(measure)), measure.prose);
  }

  tabled() {
    const { words, description, state } = this.page;
    const column = (key) => make("th", { scope: "col", class: "number" }, words.say(key));
    const group = (text, rows) => make("tbody", {}, make("tr", { class: "group" }, make("th", { scope: "rowgroup", colspan: 4 }, text)), rows);
    const row = (title, one, factor) => make("tr", {},
      make("th", { scope: "row" }, title),
      make("td", { class: "number" }, estimateText(one.shipped, factor)),
      make("td", { class: "number" }, estimateText(one.yours, factor)),
      this.changeCell(one.change, factor));
    const { verdicts, below, rows } = this.answer;
    const chances = verdicts.map((one) => row(words.of(one.verdict.title), one, 100));
    if (below) chances.push(row(words.say("below_zero", { metric: words.of(measureOf(description, description.rules.sign_metric).title) }), below, 100));
    const measure = measureOf(description, state.metric);
    const titles = { mean: "mean", p05: "p05", p50: "p50", p95: "p95", shortfall: "shortfall", upper_shortfall: "upper_shortfall" };
    const entity = words.of(description.entities.find((one) => one.name === state.entity).title);
    const unit = words.of(measure.axis);
    return make("table", {},
      make("caption", {}, words.say("table_of", { entity, paths: grouped(String(this.answered.paths)) })),
      make("thead", {}, make("tr", {}, make("td", {}), column("shipped"), column("yours"), column("change"))),
      chances.length ? group(words.say("shares_of_paths"), chances) : null,
      rows.length ? group(words.of(measure.title) + words.inBrackets(unit), rows.map((one) => row(words.say(titles[one.key]), one, words.factor(measure)))) : null);
  }

  changeCell(change, factor) {
    const { words } = this.page;
    if (!this.differs) return make("td", { class: "number nothing" }, "\u2013");
    if (Number.isFinite(change.value) && !distinguishable(change))
      return make("td", { class: "number nothing", title: changeText(change, factor) }, words.say("no_difference"));
    return make("td", { class: "number" }, changeText(change, factor));
  }

  /** Draw bars and charts in the width that there is. */
  drawAll() {
    if (!this.answered || !this.bars.clientWidth) return;
    const { words, description, state } = this.page;
    const { verdicts, name } = this.answer;
    const parts = (side) => verdicts.map((one) => ({ name: one.verdict.name, title: words.of(one.verdict.title), share: one[side].value }));
    const bar = (side, height) => {
      const said = parts(side).map((one) => `${one.title} ${(100 * one.share).toFixed(0)}%`).join(words.messages.list_comma);
      const slot = make("span", { class: "slot" });
      this.bars.append(make("div", { class: `bar ${side}`, role: "img", "aria-label": words.say(side) + words.messages.list_colon + said },
        make("span", { class: "side" }, words.say(side)), slot));
      slot.append(verdictBar(parts(side), slot.clientWidth, height, side));
    };
    refill(this.bars);
    if (verdicts.length) {
      bar("shipped", BAR_SHIPPED);
      bar("yours", BAR_YOURS);
    }
    const measure = measureOf(description, state.metric);
    const width = Math.max(this.bars.clientWidth, 240);
    const drawn = name && distributionChart({
      shipped: this.answered.shipped.values(name), yours: this.answered.yours.values(name),
      verdicts: this.answered.yours.verdicts(state.entity), factor: words.factor(measure), width, differs: this.differs,
    });
    const title = words.of(measure.title) + words.inBrackets(words.of(measure.axis));
    refill(this.distribution, make("figcaption", {}, make("b", {}, title), measure.about ? make("span", {}, words.of(measure.about)) : null),
      drawn ? [this.legend(verdicts), drawn, make("p", { class: "note" }, words.say(this.differs ? "outline_read" : "distribution_read"))] : make("p", {}, words.say("no_values")));
    this.drawFans(width);
  }

  legend(verdicts) {
    const { words } = this.page;
    const items = verdicts.map((one, place) => make("li", {}, verdictKey(one.verdict.name, place, verdicts.length, `key-${place}`), words.of(one.verdict.title)));
    if (this.differs) items.push(make("li", {}, draw("svg", { viewBox: "0 0 26 12", width: 26, height: 12, "aria-hidden": "true" }, draw("line", { class: "outline", x1: 0, x2: 26, y1: 6, y2: 6 })), words.say("shipped")));
    return make("ul", { class: "legend" }, items);
  }

  drawFans(width) {
    const { words, description, state } = this.page;
    const { shipped, yours } = this.answered;
    const own = description.series.filter((one) => one.entity === state.entity && yours.sample.series?.has(one.name));
    refill(this.fans, own.map((one) => {
      const fan = (judged) => judged.once(`fan of ${one.name}`, () => fanOf(judged.sample.series.get(one.name), judged.sample.paths));
      const drawn = fanChart({ shipped: fan(shipped), yours: fan(yours), factor: words.factor(one), start: one.start, width, differs: this.differs });
      const title = words.of(one.title) + words.inBrackets(words.of(one.axis));
      return make("figure", {}, make("figcaption", {}, make("b", {}, title)), drawn, make("p", { class: "note" }, words.say(this.differs ? "fan_outline_read" : "fan_read")));
    }));
  }
}
