/** What a reader asks the chance of: a metric, where it is to lie, and the numbers, in the unit that is shown. */

/** What each relation is called. */
const RELATION_NAMES = { below: "relation_below", above: "relation_above", between: "relation_between" };

class ChanceForm {
  /**
   * @param {object} page See app.js.
   * @param {function(Asked|null): void} ask What is asked for; null where every number was taken out.
   * @param {function(boolean): void} refuse Whether what stands there can not be asked for.
   */
  constructor(page, ask, refuse) {
    this.page = page;
    this.ask = ask;
    this.refuse = refuse;
    const { words } = page;
    this.fault = make("p", { class: "fault", id: "chance-fault", role: "alert" });
    this.inputs = ["first", "second"].map((name) =>
      make("input", {
        type: "text",
        inputmode: "decimal",
        class: "number",
        id: `chance-${name}`,
        autocomplete: "off",
        "aria-describedby": `chance-${name}-unit chance-fault`,
        change: () => this.read(),
        keydown: (event) => event.key === "Escape" && this.show(this.asked),
      }),
    );
    this.units = this.inputs.map(({ id }) => make("span", { class: "unit", id: `${id}-unit` }));
    this.metric = make("select", { id: "chance-metric", change: () => this.pick(this.metric.value) });
    const relations = Object.entries(RELATION_NAMES).map(([name, key]) => [name, words.say(key)]);
    const relation = choice(words.say("chance_is"), relations, "below", () => this.read(), { id: "chance-relation" });
    this.relation = relation.querySelector("select");
    this.second = this.field(1, "chance_and");
    this.element = make(
      "form",
      { submit: (event) => event.preventDefault() },
      make("label", { class: "choice" }, make("span", {}, words.say("chance_that")), this.metric),
      relation,
      this.field(0, "chance_number"),
      this.second,
    );
  }

  field(place, key) {
    const input = this.inputs[place];
    return make(
      "label",
      { class: "choice", for: input.id },
      make("span", {}, this.page.words.say(key)),
      make("span", { class: "value" }, input, this.units[place]),
    );
  }

  /** Return how the metric is displayed that is picked. */
  get measure() {
    return measureOf(this.page.description, this.metric.value);
  }

  /** Return the fields that the relation takes. */
  get taken() {
    return this.inputs.slice(0, RELATIONS[this.relation.value].takes);
  }

  /** Show what is asked for; where nothing is, the metric that was picked or that the page shows. */
  show(asked) {
    const { state, words } = this.page;
    this.asked = asked;
    this.picked = asked ? null : this.picked;
    this.offer(asked?.metric ?? this.picked ?? state.metric);
    if (asked) this.relation.value = asked.relation;
    const factor = words.factor(this.measure);
    this.inputs.forEach((input, place) => {
      const number = asked?.numbers[place];
      input.value = number === undefined ? "" : fieldText(number * factor);
    });
    this.say("");
    this.arrange();
  }

  /** Offer the metrics that the company has, and the one that is chosen whether it has it or not. */
  offer(chosen) {
    const { description, state, words } = this.page;
    const has = ({ name }) => name === chosen || metricName(description, name, state.entity);
    const option = ({ name, title }) => make("option", { value: name, selected: name === chosen }, words.of(title));
    refill(this.metric, description.measures.filter(has).map(option));
  }

  /** Show as many fields as the relation takes, and their unit. */
  arrange() {
    this.second.hidden = this.taken.length < 2;
    for (const unit of this.units) unit.textContent = this.page.words.of(this.measure.axis);
  }

  /** Take another metric: numbers of the last one say nothing of it. */
  pick(metric) {
    this.picked = metric;
    this.ask(null);
    this.show(null);
  }

  /** Read the numbers, and ask for what they say; where that cannot be, say in place why. */
  read() {
    this.arrange();
    if (this.taken.every((input) => !input.value.trim())) return this.leave();
    const numbers = this.taken.map((input, place) => this.number(input.value, place));
    const [place, why] = this.wrongOf(numbers) ?? [];
    this.say(why ?? "", this.taken[place]);
    if (why === undefined) this.ask({ metric: this.metric.value, relation: this.relation.value, numbers });
  }

  /** Ask for nothing any more. */
  leave() {
    this.say("");
    this.ask(null);
  }

  /** Return the number of a text in the metric's own unit; null where it is none. What was not touched is as it was. */
  number(text, place) {
    const factor = this.page.words.factor(this.measure);
    const before = this.asked?.numbers[place];
    if (before !== undefined && text === fieldText(before * factor)) return before;
    const percent = this.units[place].textContent.startsWith("%");
    const typed = readNumber(percent ? text.trim().replace(/[%\uff05]$/, "") : text);
    // Without the digits that only the division makes: 0.7% is 0.007.
    return typed === null ? null : Number((typed / factor).toPrecision(15));
  }

  /** Return which number is wrong and why; null where all can be. */
  wrongOf(numbers) {
    const { words } = this.page;
    const none = numbers.indexOf(null);
    if (none >= 0) return [none, words.say(this.taken[none].value.trim() ? "no_number" : "number_missing")];
    if (canBe({ relation: this.relation.value, numbers })) return null;
    if (numbers[0] > numbers[1]) return [1, words.say("at_least", { low: this.taken[0].value.trim() })];
    const far = numbers.findIndex((one) => Math.abs(one) > LARGEST_NUMBER);
    return [far, words.say("between", { low: givenText(-LARGEST_NUMBER), high: givenText(LARGEST_NUMBER) })];
  }

  /** Say what is wrong with a field; nothing where nothing is. */
  say(why, wrong) {
    const stays = why && this.asked ? this.page.words.messages.list_space + this.page.words.say("chance_stays") : "";
    this.fault.textContent = why + stays;
    for (const input of this.inputs) markInvalid(input, input === wrong);
    this.refuse(Boolean(why));
  }
}
