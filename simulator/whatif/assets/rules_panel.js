/** The thresholds of the verdict's rules, which a reader may change: both columns are computed anew. */

class RulesPanel {
  /** @param {object} page See app.js. */
  constructor(page) {
    this.page = page;
    this.fields = thresholdsOf(page.description.rules).map((threshold, place) => this.field(threshold, place));
    const { words } = page;
    this.mark = make("p", { class: "marked" });
    this.reset = button(words.say("rules_reset"), () => page.setRules({}));
    this.element = make(
      "details",
      { class: "panel rules", hidden: !this.fields.length },
      make("summary", {}, words.say("rules")),
      make("p", { class: "note" }, words.say("rules_read")),
      this.mark,
      make(
        "div",
        { class: "thresholds" },
        this.fields.map((field) => field.element),
      ),
      this.reset,
    );
    this.update();
  }

  field(threshold, place) {
    const { words, description } = this.page;
    const { metric, side, item, rule, value, name } = threshold;
    const measure = measureOf(description, metric);
    const factor = measure ? words.factor(measure) : 1;
    const title = item
      ? words.of(item.title)
      : words.say("rule_of", { verdict: this.verdict(rule.name), metric: this.title(metric) });
    const input = make("input", {
      type: "text",
      inputmode: "decimal",
      class: "number",
      id: `threshold-${place}`,
      autocomplete: "off",
      "aria-describedby": `threshold-${place}-fault`,
      change: () => {
        const typed = readNumber(input.value);
        fault.textContent = typed === null ? words.say("no_number") : "";
        markInvalid(input, typed === null);
        if (typed === null) return this.page.refuse(name);
        const number = input.value === fieldText(value * factor) ? value : typed / factor;
        return this.page.setRules(
          withEntry(this.page.state, "rules", name, number === value ? null : number).rules,
        );
      },
    });
    const fault = make("p", { class: "fault", id: `threshold-${place}-fault`, role: "alert" });
    const unit = measure ? words.of(measure.axis) : "";
    const shipped = words.say("shipped_value", { n: givenText(value * factor) });
    const element = make(
      "div",
      { class: "threshold" },
      make(
        "label",
        { for: input.id },
        title,
        " ",
        make("span", { class: "side" }, words.say(side === "min" ? "least" : "most")),
      ),
      make("span", { class: "value" }, unit ? make("span", { class: "unit" }, unit) : null, input),
      make("span", { class: "believed" }, shipped),
      fault,
    );
    return { element, input, fault, name, value, factor };
  }

  verdict(name) {
    const { words, description } = this.page;
    return words.of(description.rules.listed.find((one) => one.name === name).title);
  }

  title(metric) {
    const { words, description } = this.page;
    return words.of(measureOf(description, metric)?.title ?? description.rules.passes_title);
  }

  /** Show the state as it is. */
  update() {
    const { rules } = this.page.state;
    for (const { element, input, fault, name, value, factor } of this.fields) {
      input.value = fieldText((rules[name] ?? value) * factor);
      markInvalid(input, false);
      fault.textContent = "";
      element.classList.toggle("changed", name in rules);
    }
    const changed = Object.keys(rules).length > 0;
    this.mark.textContent = changed ? this.page.words.say("rules_changed") : "";
    this.reset.hidden = !changed;
  }
}
