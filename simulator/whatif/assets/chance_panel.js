/** The chance of a metric at a threshold of the reader's own, on the paths of the answer. */

/** What says that a metric is somewhere. */
const WHERE_SAID = { below: "chance_below", above: "chance_above", between: "chance_between" };

class ChancePanel {
  /** @param {object} page See app.js. */
  constructor(page) {
    this.page = page;
    const { words } = page;
    this.result = make("div", { class: "chance-answer scroll", role: "status" });
    this.form = new ChanceForm(
      page,
      (asked) => this.ask(asked),
      (refused) => this.result.classList.toggle("refused", refused),
    );
    this.element = make(
      "section",
      { class: "chance", "aria-labelledby": "chance-title" },
      make("h3", { id: "chance-title" }, words.say("chance_title")),
      this.form.element,
      this.form.fault,
      this.result,
    );
  }

  ask(asked) {
    if (asked !== this.page.state.asked) this.page.go({ ...this.page.state, asked });
  }

  /** Show what is asked for as the state has it; what is being written stays while something else changes. */
  update() {
    const { entity, metric, asked } = this.page.state;
    const key = JSON.stringify([entity, asked ?? metric]);
    if (key !== this.key) this.form.show(asked);
    this.key = key;
  }

  /** Show the chance by an answer. @param {object|null} answered See AnswerView. */
  show(answered) {
    const { words, description, state } = this.page;
    const { asked } = state;
    this.element.classList.toggle("unasked", !asked);
    if (!answered || !asked) return refill(this.result);
    this.result.setAttribute("aria-live", answered.preview ? "off" : "polite");
    const within = words.of(description.entities.find((one) => one.name === state.entity).within);
    const found = chancesAsked(answered.shipped, answered.yours, state.entity, asked);
    if (!found) return refill(this.result, make("p", {}, words.say("no_metric", { entity: within })));
    const { title } = measureOf(description, asked.metric);
    const differs = answered.samples.shipped !== answered.samples.yours;
    return refill(
      this.result,
      make(
        "table",
        {},
        headOf(words, make("th", { scope: "col" }, words.say("shares_of_paths"))),
        make("tbody", {}, rowOf(words, whereText(words, description, state), found, 100, differs)),
      ),
      found.undefinedOn ? undefinedNote(words, found.undefinedOn, answered.paths, words.of(title)) : null,
    );
  }
}

/** Return in words where a metric of a company is to lie. */
function whereText(words, description, { entity, asked }) {
  const measure = measureOf(description, asked.metric);
  const numbers = asked.numbers.map((one) => fieldText(one * words.factor(measure)));
  const [low, high] = numbers;
  const said = high === undefined ? low : words.say("chance_range", { low, high });
  return words.say(WHERE_SAID[asked.relation], {
    metric: words.of(measure.title),
    entity: words.of(description.entities.find((one) => one.name === entity).within),
    where: words.amount(said, measure.prose),
  });
}
