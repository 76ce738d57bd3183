/** "What must be true?": one belief is searched for the value at which a chance reaches a target. */

/** The target that is there at first, as a share of the paths. */
const FIRST_TARGET = 0.25;

class SolvePanel {
  /** @param {object} page See app.js. */
  constructor(page) {
    this.page = page;
    const { words, description } = page;
    const { rules } = description;
    const events = rules.listed.map((one) => [one.name, words.of(one.title)]);
    if (rules.sign_metric)
      events.push([
        "",
        words.say("chance_loss", { metric: words.of(measureOf(description, rules.sign_metric).title) }),
      ]);
    this.event = events.at(-1)?.[0] ?? "";
    if (rules.listed.length) this.event = rules.listed.at(-1).name;
    const drivers = new Set(description.drivers);
    const varying = description.beliefs
      .filter((belief) => belief.varies && !belief.no_change)
      .map((belief) => [belief.name, words.of(belief.title)]);
    const ordered = [
      ...description.drivers.map((name) => varying.find(([one]) => one === name)),
      ...varying.filter(([name]) => !drivers.has(name)),
    ].filter(Boolean);
    this.belief = ordered[0]?.[0];
    this.target = make("input", {
      type: "text",
      inputmode: "decimal",
      class: "number",
      id: "target",
      value: fieldText(100 * FIRST_TARGET),
      autocomplete: "off",
      "aria-describedby": "target-fault",
    });
    this.fault = make("p", { class: "fault", id: "target-fault", role: "alert" });
    this.start = make("button", { type: "submit" }, words.say("solve"));
    this.cancel = button(words.say("cancel"), () => this.stop(), { hidden: true });
    this.progress = make("progress", { max: 1, value: 0, hidden: true, "aria-label": words.say("solving") });
    this.result = make("div", { class: "result", role: "status" });
    this.element = make(
      "details",
      { class: "panel solve", hidden: !events.length || !ordered.length },
      make("summary", {}, words.say("solve_title")),
      make("p", { class: "note" }, words.say("solve_read")),
      make(
        "form",
        {
          submit: (event) => {
            event.preventDefault();
            this.solve();
          },
        },
        choice(words.say("solve_event"), events, this.event, (value) => {
          this.event = value;
        }),
        make(
          "label",
          { class: "choice", for: "target" },
          make("span", {}, words.say("solve_target")),
          make("span", { class: "value" }, this.target, make("span", { class: "unit" }, "%")),
        ),
        choice(words.say("solve_belief"), ordered, this.belief, (value) => {
          this.belief = value;
        }),
        make("div", { class: "tools" }, this.start, this.cancel),
      ),
      this.fault,
      this.progress,
      this.result,
    );
  }

  async solve() {
    const { page } = this;
    const { words, description } = page;
    const percent = readNumber(this.target.value);
    const valid = percent !== null && percent > 0 && percent < 100;
    this.fault.textContent = valid ? "" : words.say("target_between");
    markInvalid(this.target, !valid);
    if (!valid) return;
    const belief = description.beliefs.find((one) => one.name === this.belief);
    const { state } = page;
    const held = heldOnly(belief, state, description) || Boolean(state.changes[belief.name]?.held);
    const abort = (this.abort = new AbortController());
    this.busy(true);
    refill(this.result);
    try {
      const found = await solveFor({
        travel: this.travelOf(belief, held),
        target: percent / 100,
        chanceAt: (value) =>
          this.chanceAt(withEntry(state, "changes", belief.name, { to: value, held }), abort.signal),
        progress: (done, of) => {
          this.progress.value = done / of;
        },
      });
      this.tell(found, belief, percent, held);
    } catch (error) {
      refill(
        this.result,
        error.name !== "AbortError"
          ? words.say("failed", { why: words.why(error) })
          : abort === this.abort
            ? words.say("cancelled")
            : "",
      );
    }
    this.busy(false);
  }

  /** Return the way that is searched: where the belief is moved, as far as its median can be. */
  travelOf(belief, held) {
    const travel = new Travel(belief);
    const [least, most] = held ? [null, null] : (belief.medians ?? [null, null]);
    if (least !== null) travel.low = Math.max(travel.low, placeOf(least, travel.scale));
    if (most !== null) travel.high = Math.min(travel.high, placeOf(most, travel.scale));
    return travel;
  }

  /** Return the chance that is asked about, on as many paths as usual. */
  async chanceAt(state, signal) {
    const { page } = this;
    const sample = await page.asking.sample(state, USUAL_PATHS, signal, () => {});
    const judged = new Judged(sample, page.description, rulesWith(page.description.rules, state.rules));
    if (this.event) {
      const { whole, unjudged } = judged.verdicts(state.entity) ?? {};
      const { code } = page.description.rules.listed.find((one) => one.name === this.event);
      if (unjudged?.value > 0) throw new EngineError("unjudged");
      return whole ? share(whole, code) : UNKNOWN;
    }
    const name = metricName(page.description, page.description.rules.sign_metric, state.entity);
    if (name && sample.metrics.get(name).some(Number.isNaN)) throw new EngineError("unjudged");
    return name ? chanceOf(judged.values(name), BELOW_ZERO) : UNKNOWN;
  }

  tell({ value, error, chance, ends }, belief, percent, held) {
    const { page } = this;
    const { words } = page;
    const number = (one) => `${givenText(one * words.factor(belief))} ${words.of(belief.unit)}`.trim();
    const share = (one) => words.amount(estimateText(one, 100), words.messages.unit_percent);
    const target = words.amount(givenText(percent), words.messages.unit_percent);
    const [low, high] = ends;
    const values = {
      belief: words.of(belief.title),
      target,
      low: number(low.value),
      high: number(high.value),
      at_low: share(low.chance),
      at_high: share(high.chance),
    };
    if (value === null) return refill(this.result, make("p", {}, words.say("solve_nothing", values)));
    const falls = low.chance.value > high.chance.value;
    const said = words.say(falls ? "solved_above" : "solved_below", {
      ...values,
      value: `${estimateText({ value, error }, words.factor(belief))} ${words.of(belief.unit)}`.trim(),
      how: words.say(held ? "solved_held" : "solved_median"),
      share: share(chance),
    });
    const set = button(words.say("solve_set"), () =>
      page.set(belief.name, changeOf(belief, value, held, page.state, page.description)),
    );
    return refill(
      this.result,
      make("p", {}, said),
      make("p", { class: "note" }, words.say("solved_ends", values)),
      set,
    );
  }

  stop() {
    this.abort?.abort();
  }

  /** The state is another one: what was found, or is searched for, is not of it. */
  changed() {
    this.stop();
    this.abort = null;
    refill(this.result);
  }

  busy(on) {
    this.start.disabled = on;
    this.cancel.hidden = this.progress.hidden = !on;
    this.progress.value = 0;
  }
}
