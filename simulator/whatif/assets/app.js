/** The page: who owns the state, asks the engine and shows what it answers. */

/** Quiet after a key that moves a slider before the full answer is asked for: keys in a row are one change  [ms]. */
const QUIET = 140;

class Page {
  /**
   * @param {object} description What the page knows of the study.
   * @param {object} engine What delivers paths.
   * @param {HTMLElement} root Where the page is built.
   */
  constructor(description, engine, root) {
    this.description = description;
    this.asking = new Asking(engine);
    this.root = root;
    this.answered = null;
    this.running = null;
    this.unsound = null;
    this.checked = this.cancelled = false;
    this.refusals = new Map();
    this.judged = new WeakMap();
    this.address = new AddressBar(this);
    this.past = new Past(this.address.state);
    this.settled = new WeakMap();
    this.words = new Words(description, description.language);
    this.build();
    this.check();
    this.ask(USUAL_PATHS);
  }

  /** What is set, as it can be under its structure. */
  get state() {
    const wanted = this.past.state;
    if (!this.settled.has(wanted)) this.settled.set(wanted, settled(wanted, this.description));
    return this.settled.get(wanted);
  }

  /** How many paths the answer has, or is to have. */
  get paths() {
    return this.answered && !this.answered.preview ? this.answered.paths : USUAL_PATHS;
  }

  /** Return whether the answer that there is is that of the state, on all its paths. */
  isOfState() {
    const { answered, state } = this;
    return Boolean(answered && !answered.preview && sameSample(answered.state, state));
  }

  /** Make everything in the language of the page. */
  build() {
    const { words, description } = this;
    document.documentElement.lang = words.language;
    document.title = words.say("title", { study: words.of(description.study.title) });
    this.answer = new AnswerView(this);
    this.panel = new BeliefPanel(this);
    this.rules = new RulesPanel(this);
    this.chance = new ChancePanel(this);
    this.solve = new SolvePanel(this);
    this.exports = new ExportsPanel(this);
    this.controls = make("section", { class: "controls", "aria-label": words.say("choices") });
    this.more = button(words.say("more_paths", { paths: grouped(String(MOST_PATHS)) }), () =>
      this.ask(MOST_PATHS),
    );
    this.cancel = button(words.say("cancel"), () => this.stopAsking(), { hidden: true });
    this.progress = make("progress", {
      max: 1,
      value: 0,
      hidden: true,
      "aria-label": words.say("computing_short"),
    });
    const details = make(
      "section",
      { class: "details", "aria-label": words.say("numbers") },
      make("div", { class: "tools more" }, this.more, this.cancel, this.progress),
      this.answer.table,
      this.chance.element,
      this.answer.distribution,
      this.answer.fans,
      this.solve.element,
      this.rules.element,
      this.exports.element,
      this.exports.paper,
    );
    refill(this.root, headerOf(this), make("main", { id: "page" }, this.answer.head, this.controls, this.panel.element, details));
    this.update();
    this.show();
    this.tellStatus();
  }

  /** Show the answer that there is. */
  show() {
    this.answer.show(this.answered);
    this.chance.show(this.answered);
  }

  speak(language) {
    this.solve.stop();
    this.refused = null; // what was typed is gone with its field
    this.words = new Words(this.description, language);
    this.build();
    this.root.querySelector(`.languages [lang="${language}"]`).focus();
  }

  /** Show the state in every control. */
  update() {
    refill(this.controls, choicesOf(this));
    this.panel.update();
    this.chance.update();
    this.rules.update();
  }

  /** Go on to a state made of this one, whose answer is asked for after so many milliseconds. */
  go(next, quiet = 0) {
    this.goTo(unsettled(next, this.state, this.past.state), quiet);
  }

  /** Go on to a state, whatever is set. */
  goTo(wanted, quiet = 0) {
    this.past.goTo(wanted);
    this.changed(quiet);
  }

  /** Show another state: its answer from the paths that there are, or else ask for its own. */
  changed(quiet = 0) {
    const focused = document.activeElement?.id;
    this.refused = this.failed = null;
    this.cancelled = false;
    this.refusals.clear();
    this.solve.changed();
    this.address.write();
    this.update();
    clearTimeout(this.waiting);
    const there = this.isOfState();
    const coming = this.running && !this.running.preview && sameSample(this.running.state, this.state);
    if (there && !coming) this.stop();
    if (!there && !coming && quiet) this.waiting = setTimeout(() => this.ask(USUAL_PATHS), quiet);
    else if (!there && !coming) this.ask(USUAL_PATHS);
    if (there || (this.answered && this.judgedBy !== this.lookOf())) this.judge();
    this.tellStatus();
    if (focused?.startsWith("choose-")) document.getElementById(focused)?.focus();
  }

  set(name, change, quiet = 0) {
    this.go(withEntry(this.state, "changes", name, change), quiet);
  }

  setRules(rules) {
    this.go({ ...this.state, rules });
  }

  undo() {
    this.past.undo();
    this.changed();
  }

  redo() {
    this.past.redo();
    this.changed();
  }

  resetAll() {
    this.goTo({ ...this.state, changes: {}, rules: {}, structure: null, horizon: null });
  }

  /** Show what a belief would do while its slider moves: the newest place, as soon as the engine is free. */
  drag(name, change) {
    const belief = this.description.beliefs.find((one) => one.name === name);
    if (change && refusalOf(belief, change)) return;
    clearTimeout(this.waiting);
    const previewing = this.running?.preview;
    if (!previewing) this.stop();
    this.next = withEntry(this.state, "changes", name, change);
    if (!previewing) this.preview();
  }

  async preview() {
    while (this.next) {
      const state = this.next;
      this.next = null;
      await this.ask(PREVIEW_PATHS, state);
    }
  }

  /** Mark that a number was refused, or that none is any more: the answer is that of the last one that can be. */
  refuse(name) {
    this.refused = name;
    if (this.running ? this.running.preview : this.answered?.preview) this.ask(USUAL_PATHS);
    this.tellStatus();
  }

  /** Cancel what a reader waits for: where no answer of this state is there, that is said until there is one. */
  stopAsking() {
    this.stop();
    this.cancelled = !this.isOfState();
    this.tellStatus();
  }

  stop() {
    this.next = null;
    this.running?.abort.abort();
    this.running = null;
    this.tellStatus();
  }

  /** Ask the engine for a state's paths and show the answer; what it was asked before is cancelled. */
  async ask(paths, state = this.state) {
    const preview = paths === PREVIEW_PATHS;
    if (!preview) clearTimeout(this.waiting); // the full answer is due after the last preview
    this.running?.abort.abort();
    if (!preview) this.next = null;
    const running = (this.running = { abort: new AbortController(), paths, preview, done: 0, state });
    this.failed = null;
    this.cancelled = false;
    this.tellStatus();
    try {
      const progress = (done, of) => {
        running.done = done / of;
        if (running === this.running) this.progress.value = running.done;
      };
      const { shipped, yours } = await this.asking.both(state, paths, running.abort.signal, progress);
      if (running !== this.running) return;
      this.running = null;
      this.answered = { state, paths, preview, samples: { shipped, yours } };
      this.judge();
      if (!this.checked) this.check();
    } catch (error) {
      if (running !== this.running) return;
      this.running = null;
      if (error.name !== "AbortError") this.fail(error, paths);
    }
    this.tellStatus();
  }

  /** Mark that no answer came; what an engine refuses of single beliefs is said beside them too. */
  fail(error, paths) {
    this.failed = { error, paths };
    if (paths === PREVIEW_PATHS) return; // the row is being dragged: the full answer says it there
    for (const { key, allowed } of error.faults ?? [])
      this.refusals.set(key.replace(/\.median$/, ""), this.words.say("refused_by_model", { allowed }));
    if (this.refusals.size) this.panel.update();
  }

  /** Judge the paths that there are by the rules as they are now, and show the answer. */
  judge() {
    const { answered } = this;
    this.judgedBy = this.lookOf();
    answered.shipped = this.judgedOf(answered.samples.shipped);
    answered.yours = this.judgedOf(answered.samples.yours);
    this.show();
  }

  /** Return what decides how paths are shown, whatever they are of. */
  lookOf() {
    const { entity, metric, rules, asked } = this.state;
    return JSON.stringify([entity, metric, rules, asked]);
  }

  /** Return a sample as the rules judge it: what was computed of it is there as long as it is. */
  judgedOf(sample) {
    const known = this.judged.get(sample);
    const rules = JSON.stringify(this.state.rules);
    if (known?.rules === rules) return known.judged;
    const judged = new Judged(sample, this.description, rulesWith(this.description.rules, this.state.rules));
    this.judged.set(sample, { rules, judged });
    return judged;
  }

  /** Say what the answer is of, what is being computed, and what went wrong. */
  tellStatus() {
    const { answered, running } = this;
    const busy = Boolean(running && !running.preview);
    this.answer.head.setAttribute("aria-busy", String(busy));
    const old = Boolean(this.refused || this.failed || this.cancelled);
    this.answer.head.classList.toggle("old", old || busy);
    const { table, distribution, fans } = this.answer;
    for (const part of [table, this.chance.result, distribution, fans]) part.classList.toggle("stale", old);
    this.exports.update();
    if (!answered) this.answer.wait(Boolean(this.failed || this.cancelled));
    refill(this.answer.status, statusOf(this));
    refill(this.answer.notices, noticesOf(this));
    this.more.disabled = Boolean(running) || (answered?.paths === MOST_PATHS && !answered.preview);
    this.cancel.hidden = this.progress.hidden = !busy;
    this.progress.value = running?.done ?? 0;
  }

  /** Have the engine check itself, and say if it is not sound. */
  async check() {
    this.checked = true;
    try {
      const { ok, message } = await this.asking.engine.check();
      this.unsound = ok ? null : { message };
    } catch {
      // What keeps it from computing is said where it is asked for an answer; the next one is checked.
      this.checked = false;
    }
    this.tellStatus();
  }
}
