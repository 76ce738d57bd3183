/** One belief: its slider, its number, whether it is held, and what it rests on. */

/** Digits of the ends of what is believed: nobody believes more of them. */
const BELIEVED_DIGITS = 3;

let rowsMade = 0;

class BeliefRow {
  /**
   * @param {object} belief
   * @param {object} page Who owns the state: `words`, `description`, `state`, `drag(name, change)` while a
   *   slider moves, `set(name, change, quiet)` once it is let go, and `refuse(name)`, which marks the answer.
   */
  constructor(belief, page) {
    this.belief = belief;
    this.page = page;
    this.travel = belief.varies ? new Travel(belief) : null;
    this.quiet = 0;
    this.id = `belief-${++rowsMade}`;
    this.element = this.built();
    this.update();
  }

  built() {
    const { belief, page } = this;
    const { words } = page;
    this.title = words.of(belief.title);
    this.number = make("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      id: `${this.id}-number`,
      class: "number",
      "aria-describedby": `${this.id}-fault`,
      change: () => this.typed(),
      keydown: (event) => this.keyed(event),
    });
    this.hold = make("input", {
      type: "checkbox",
      "aria-describedby": `${this.id}-limit`,
      change: () => this.typed(),
    });
    this.limit = make("p", { class: "note", id: `${this.id}-limit` });
    this.fault = make("p", { class: "fault", id: `${this.id}-fault`, role: "alert" });
    this.reset = button("\u21ba", () => this.resetAll(), {
      class: "icon",
      "aria-label": words.say("reset_one", { belief: this.title }),
      title: words.say("reset_one", { belief: this.title }),
    });
    const unit = words.of(belief.unit);
    const head = make(
      "div",
      { class: "head" },
      make("label", { for: this.number.id }, this.title),
      make("span", { class: "value" }, unit ? make("span", { class: "unit" }, unit) : null, this.number),
    );
    const hold = make("label", { class: "hold" }, this.hold, words.say("hold"));
    const foot = make(
      "div",
      { class: "foot" },
      make("span", { class: "believed" }, this.believed()),
      hold,
      this.reset,
    );
    return make(
      "div",
      { class: "belief", role: "group", "aria-label": this.title, "data-belief": belief.name },
      head,
      this.travel ? this.slider() : null,
      foot,
      this.fault,
      this.limit,
      groundsOf(belief, page),
    );
  }

  /** Return what is believed as shipped, in words. */
  believed() {
    const {
      belief,
      page: { words },
    } = this;
    if (!belief.varies) return words.say("one_number", { n: this.shown(belief.value) });
    const { p10, p90 } = belief.quantiles;
    return words.say("believed", {
      low: this.shown(p10, BELIEVED_DIGITS),
      median: this.shown(belief.value),
      high: this.shown(p90, BELIEVED_DIGITS),
    });
  }

  slider() {
    const { belief, travel } = this;
    this.range = make("input", {
      type: "range",
      min: 0,
      max: SLIDER_STEPS,
      step: 1,
      "aria-label": this.title,
      keydown: () => {
        this.quiet = QUIET;
      },
      pointerdown: () => {
        this.quiet = 0;
      },
      input: () => this.dragged(),
      change: () => this.released(),
      pointerup: () => this.dragging && this.released(),
      blur: () => this.dragging && this.released(),
    });
    const band = make("span", { class: "band" });
    band.style.left = `${100 * travel.part(belief.quantiles.p10)}%`;
    band.style.right = `${100 * (1 - travel.part(belief.quantiles.p90))}%`;
    const mark = make("span", { class: "median-mark" });
    mark.style.left = `${100 * travel.part(belief.value)}%`;
    return make(
      "div",
      { class: "slider" },
      make("div", { class: "rail", "aria-hidden": "true" }, band, mark),
      this.range,
    );
  }

  /** Return a number of the belief in the unit that is shown, to so many digits. */
  shown(value, digits = GIVEN_DIGITS) {
    return givenText(value * this.page.words.factor(this.belief), digits);
  }

  /** The number as it is set, in the belief's own unit. */
  get value() {
    const change = this.page.state.changes[this.belief.name];
    return change ? change.to : unchangedNumber(this.belief, this.page.state, this.page.description);
  }

  /** Whether the belief is one number on every path. */
  get held() {
    const { belief, page } = this;
    const change = page.state.changes[belief.name];
    return change ? change.held : !belief.varies || setByStructure(belief, page.state, page.description);
  }

  dragged() {
    this.dragging = true;
    const value = this.travel.value(Number(this.range.value));
    this.showNumber(value);
    this.page.drag(this.belief.name, this.change(value, this.hold.checked));
  }

  /** A slider that was let go where it began changes nothing, but was looked at on few paths. */
  released() {
    this.dragging = false;
    this.commit(this.travel.value(Number(this.range.value)), this.hold.checked, this.quiet);
  }

  typed() {
    const text = this.number.value.trim();
    const percent = /[%\uff05]$/.test(text) && this.belief.percent;
    const typed = readNumber(percent ? text.slice(0, -1) : text);
    if (typed === null) return this.refuse(this.page.words.say("no_number"));
    const factor = this.page.words.factor(this.belief);
    // A field that was not touched is the number itself, not its rounded text.
    const value = text === fieldText(this.value * factor) ? this.value : typed / (percent ? 100 : factor);
    return this.commit(value, this.hold.checked);
  }

  keyed(event) {
    if (event.key !== "Escape") return;
    this.update();
    this.page.refuse(null);
  }

  change(value, held) {
    return changeOf(this.belief, value, held, this.page.state, this.page.description);
  }

  /** Set a number; keys that move a slider come in a row, and are answered after the last. */
  commit(value, held, quiet = 0) {
    const change = this.change(value, held);
    const refused = change && refusalOf(this.belief, change);
    if (!refused) return this.page.set(this.belief.name, change, quiet);
    const { low, high, open, reach } = refused;
    const side = low === null ? "below" : high === null ? "above" : "between";
    const key = {
      above: open ? "must_exceed" : "at_least",
      below: open ? "must_stay_below" : "at_most",
      between: open ? "inside" : "between",
    }[side];
    const { words } = this.page;
    const said = words.say(key, { low: this.shown(low), high: this.shown(high) });
    return this.refuse(reach ? said + words.messages.list_space + words.say("reach") : said);
  }

  /** Say in place why a number cannot be had; it stays in the field, and the answer stays that of the last one. */
  refuse(why) {
    this.hold.checked = this.held;
    this.fault.textContent = why;
    markInvalid(this.number, true);
    this.element.classList.add("refused");
    this.page.refuse(this.belief.name);
  }

  resetAll() {
    this.page.set(this.belief.name, null);
    this.number.focus();
  }

  /** Show the state as it is. */
  update() {
    const { belief, page } = this;
    const change = page.state.changes[belief.name];
    const only = heldOnly(belief, page.state, page.description);
    const refusal = page.refusals.get(belief.name) ?? "";
    this.fault.textContent = refusal;
    markInvalid(this.number, Boolean(refusal));
    this.element.classList.toggle("refused", Boolean(refusal));
    this.element.classList.toggle("changed", Boolean(change));
    this.hold.checked = this.held;
    this.hold.disabled = only || Boolean(belief.no_hold);
    this.limit.textContent = only ? this.limitOf() : "";
    this.limit.hidden = !this.limit.textContent;
    this.number.disabled = Boolean(belief.no_change);
    if (this.range) this.range.disabled = Boolean(belief.no_change);
    this.reset.hidden = !change;
    if (this.range) this.range.value = String(this.travel.step(this.value));
    this.showNumber(this.value);
  }

  /** Return why a belief can only be held, or not be changed at all; nothing of one number. */
  limitOf() {
    const { belief, page } = this;
    if (belief.no_change) return page.words.say("not_in_page");
    if (!belief.varies) return "";
    return page.words.say(setByStructure(belief, page.state, page.description) ? "set_by_structure" : "only_held");
  }

  showNumber(value) {
    const factor = this.page.words.factor(this.belief);
    this.number.value = fieldText(value * factor);
    this.range?.setAttribute(
      "aria-valuetext",
      `${givenText(value * factor)} ${this.page.words.of(this.belief.unit)}`.trim(),
    );
  }
}
