/** The answer as it stands on the page: sentence and bars at its head, table and drawings below. */

/** Height of the bar as shipped and of yours  [px]. */
const BAR_SHIPPED = 20;
const BAR_YOURS = 34;

/** Width of a chart where the page has less  [px]. */
const LEAST_WIDTH = 240;

/** When what stands below an answer is drawn, after it: a picture on screen later  [ms]. */
const AFTER_ANSWER = 30;

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
    this.head = make(
      "section",
      { class: "answer-head", "aria-labelledby": "verdict" },
      this.live,
      this.bars,
      this.status,
      this.notices,
    );
    this.table = make("div", {
      class: "scroll",
      role: "region",
      tabindex: 0,
      "aria-label": words.say("table_caption"),
    });
    this.distribution = make("div");
    this.fans = make("div", { class: "fans" });
    this.width = 0;
    new ResizeObserver(() => {
      if (this.bars.clientWidth === this.width) return;
      this.width = this.bars.clientWidth;
      this.drawAll();
    }).observe(this.bars);
  }

  /** Say that there is no answer yet: it is being computed, or could not be. */
  wait(failed) {
    refill(this.sentence, this.page.words.say(failed ? "no_answer" : "computing_short"));
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
    refill(this.sentence, headlineOf(this.page, this.answer));
    refill(this.against, contrastOf(this.page, this.answer, this.differs));
    this.head.classList.toggle("preview", answered.preview);
    refill(this.table, tableOf(this.page, answered, this.answer, this.differs));
    this.drawAll();
  }

  /** Draw bars and charts in the width that there is. */
  drawAll() {
    if (!this.answered || !this.bars.clientWidth) return;
    const { words } = this.page;
    const { verdicts } = this.answer;
    const parts = (side) =>
      verdicts.map((one) => ({
        name: one.verdict.name,
        title: words.of(one.verdict.title),
        share: one[side].value,
      }));
    const bar = (side, height) => {
      const said = parts(side)
        .map((one) => `${one.title} ${(100 * one.share).toFixed(0)}%`)
        .join(words.messages.list_comma);
      const slot = make("span", { class: "slot" });
      this.bars.append(
        make(
          "div",
          { class: `bar ${side}`, role: "img", "aria-label": words.say(side) + words.messages.list_colon + said },
          make("span", { class: "side" }, words.say(side)),
          slot,
        ),
      );
      slot.append(verdictBar(parts(side), slot.clientWidth, height, side));
    };
    refill(this.bars);
    if (verdicts.length) {
      bar("shipped", BAR_SHIPPED);
      bar("yours", BAR_YOURS);
    }
    const width = Math.max(this.bars.clientWidth, LEAST_WIDTH);
    refill(this.distribution, distributionFigure(this.page, this.answered, this.answer, width, this.differs));
    // What stands below waits until the answer is on screen.
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.drawFans(width), AFTER_ANSWER);
  }

  /** Draw what is over time; until an engine has told it, what was drawn stays and is marked. */
  async drawFans(width) {
    const { page, answered } = this;
    if (!page.description.series.length) return;
    const { shipped, yours } = answered.samples;
    const there = () => Boolean(shipped.series.size && yours.series.size);
    this.fans.classList.toggle("old", !there());
    if (!there() && answered.preview) return;
    try {
      if (!there()) await page.asking.overTime(answered);
      if (answered !== this.answered || !there()) return;
      this.fans.classList.remove("old");
      refill(this.fans, fanFigures(page, answered, width, this.differs));
    } catch (error) {
      if (error.name === "AbortError" || answered !== this.answered) return;
      refill(this.fans, make("p", { class: "note" }, page.words.say("failed_first", { why: page.words.why(error) })));
    }
  }
}
