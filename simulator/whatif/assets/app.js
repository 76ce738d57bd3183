/** The page: who owns the state, asks the engine and shows what it answers. */

/** Quiet after a change before the full answer is asked for: keys pressed in a row are one change  [ms]. */
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
    const address = readAddress(location.hash.slice(1), description);
    // Of another study's address nothing is taken before the reader says so, and it stays where it is.
    this.address = address.study === null ? null : address;
    this.past = new Past(this.address ? shippedState(description) : address.state);
    this.words = new Words(description, description.language);
    this.build();
    this.tellAddress(address);
    addEventListener("hashchange", () => this.arrived());
    this.check(engine);
    this.ask(USUAL_PATHS);
  }

  get state() {
    return this.past.state;
  }

  /** Make everything in the language of the page. */
  build() {
    const { words, description } = this;
    document.documentElement.lang = words.language;
    document.title = words.say("title", { study: words.of(description.study.title) });
    this.answer = new AnswerView(this);
    this.panel = new BeliefPanel(this);
    this.rules = new RulesPanel(this);
    this.solve = new SolvePanel(this);
    this.exports = new ExportsPanel(this);
    this.controls = make("div", { class: "controls" });
    this.more = button(words.say("more_paths", { paths: grouped(String(MOST_PATHS)) }), () => this.ask(MOST_PATHS));
    this.cancel = button(words.say("cancel"), () => this.stop(), { hidden: true });
    this.progress = make("progress", { max: 1, value: 0, hidden: true, "aria-label": words.say("computing_short") });
    const details = make("section", { class: "details", "aria-label": words.say("numbers") },
      this.controls, make("div", { class: "tools more" }, this.more, this.cancel, this.progress),
      this.answer.table, this.answer.distribution, this.answer.fans, this.solve.element, this.rules.element, this.exports.element, this.exports.paper);
    refill(this.root, this.header(), make("main", { id: "page" }, this.answer.head, this.panel.element, details));
    this.update();
    this.answer.show(this.answered);
    this.tellStatus();
  }

  header() {
    const { words, description } = this;
    const { study } = description;
    const about = [study.name, words.of(study.known) ? words.say("as_of", { day: words.of(study.known) }) : "", study.hash.slice(0, HASH_DIGITS)].filter(Boolean);
    const languages = description.languages.map((language) =>
      button(description.messages[language].language_name, () => this.speak(language), { lang: language, "aria-pressed": String(language === words.language) }));
    return make("header", {},
      make("div", {}, make("h1", {}, words.of(study.title)), make("p", { class: "note" }, about.join(" \u00b7 "))),
      make("div", { class: "languages", role: "group", "aria-label": words.say("language") }, languages));
  }

  speak(language) {
    this.words = new Words(this.description, language);
    this.build();
    this.root.querySelector(`.languages [lang="${language}"]`).focus();
  }

  /** Show the state in every control. */
  update() {
    const { words, description, state } = this;
    const pick = (key) => (value) => this.go({ ...state, [key]: value === "" ? null : value }, key === "structure");
    const has = (measure) => metricName(description, measure.name, state.entity);
    refill(this.controls,
      description.entities.length > 1 ? choice(words.say("company"), description.entities.map((one) => [one.name, words.of(one.title)]), state.entity, pick("entity"), { id: "choose-entity" }) : null,
      choice(words.say("metric"), description.measures.filter(has).map((one) => [one.name, words.of(one.title)]), state.metric, pick("metric"), { id: "choose-metric" }),
      description.structures.length ? choice(words.say("structure"), [["", words.say("as_written")], ...description.structures.map((one) => [one.name, words.of(one.title)])], state.structure ?? "", pick("structure"), { id: "choose-structure" }) : null,
      state.structure ? make("p", { class: "note" }, words.of(description.structures.find((one) => one.name === state.structure).note)) : null);
    this.panel.update();
    this.rules.update();
    this.exports.update();
  }

  /** Go on to a state, and ask for its answer where another sample is needed. */
  go(next, sampled = true) {
    const known = metricName(this.description, next.metric, next.entity);
    const focused = document.activeElement?.id;
    const metric = known ? next.metric : this.description.measures.find((one) => metricName(this.description, one.name, next.entity))?.name ?? next.metric;
    this.past.goTo(settled({ ...next, metric }, this.description));
    this.changed(sampled);
    if (focused?.startsWith("choose-")) document.getElementById(focused)?.focus();
  }

  changed(sampled = true) {
    this.refused = null;
    const fragment = addressOf(this.state, this.description);
    if (!this.address) history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    this.update();
    clearTimeout(this.waiting);
    if (sampled) this.waiting = setTimeout(() => this.ask(USUAL_PATHS), QUIET);
    else if (this.answered) this.judge(this.answered, this.answered.preview);
    this.tellStatus();
  }

  set(name, change) {
    this.next = null;
    this.go(withEntry(this.state, "changes", name, change));
  }

  setRules(rules) {
    this.go({ ...this.state, rules }, false);
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
    this.go({ ...this.state, changes: {}, rules: {}, structure: null });
  }

  /** Show what a belief would do while its slider moves: the newest place, as soon as the engine is free. */
  drag(name, change) {
    clearTimeout(this.waiting);
    this.next = withEntry(this.state, "changes", name, change);
    if (this.running?.preview) return;
    this.stop();
    this.preview();
  }

  async preview() {
    while (this.next) {
      const state = this.next;
      this.next = null;
      await this.ask(PREVIEW_PATHS, state);
    }
  }

  /** Mark that a number was refused: the answer stays that of the last one. */
  refuse(name) {
    this.refused = name;
    this.tellStatus();
  }

  stop() {
    this.running?.abort.abort();
    this.running = null;
    this.tellStatus();
  }

  /** Ask the engine for a state's paths and show the answer; what it was asked before is cancelled. */
  async ask(paths, state = this.state) {
    clearTimeout(this.waiting);
    this.running?.abort.abort();
    const preview = paths === PREVIEW_PATHS;
    const running = (this.running = { abort: new AbortController(), paths, preview, done: 0, state });
    this.failed = null;
    this.tellStatus();
    try {
      const progress = (done, of) => {
        running.done = done / of;
        if (running === this.running) this.tellStatus();
      };
      const { shipped, yours } = await this.asking.both(state, paths, running.abort.signal, progress);
      if (running !== this.running) return;
      const rules = rulesWith(this.description.rules, state.rules);
      this.answered = { state, paths, rules, preview, shipped: new Judged(shipped, this.description, rules) };
      this.answered.yours = yours === shipped ? this.answered.shipped : new Judged(yours, this.description, rules);
      this.running = null;
      this.answer.show(this.answered);
    } catch (error) {
      if (running !== this.running) return;
      this.running = null;
      if (error.name !== "AbortError") this.failed = { error, paths };
    }
    this.tellStatus();
  }

  /** Judge the paths that there are by the rules as they are now. */
  judge(answered, preview) {
    const { state } = this;
    const rules = rulesWith(this.description.rules, state.rules);
    const shipped = new Judged(answered.shipped.sample, this.description, rules);
    const same = answered.yours.sample === answered.shipped.sample;
    const yours = same ? shipped : new Judged(answered.yours.sample, this.description, rules);
    this.answered = { ...answered, state: { ...answered.state, rules: state.rules }, rules, preview, shipped, yours };
    this.answer.show(this.answered);
  }

  /** Say what the answer is of, what is being computed, and what went wrong. */
  tellStatus() {
    const { words, answered, running } = this;
    const busy = Boolean(running);
    this.answer.head.setAttribute("aria-busy", String(busy && !running.preview));
    this.answer.head.classList.toggle("old", Boolean(this.refused || this.failed || (busy && !running.preview)));
    const count = (paths) => grouped(String(paths));
    const parts = [];
    if (answered) parts.push(words.say(answered.preview ? "preview_of" : "answer_of", { paths: count(answered.paths) }));
    if (busy && !running.preview) parts.push(words.say("computing", { paths: count(running.paths) }));
    const structure = this.description.structures.find((one) => one.name === this.state.structure);
    if (structure) parts.push(words.say("structure_is", { structure: words.of(structure.title) }));
    if (Object.keys(this.state.rules).length) parts.push(words.say("rules_changed"));
    refill(this.answer.status, parts.join(words.messages.list_space));
    this.more.disabled = busy || (answered?.paths === MOST_PATHS && !answered.preview);
    this.cancel.hidden = this.progress.hidden = !(busy && !running.preview);
    this.progress.value = running?.done ?? 0;
    const notices = [];
    if (this.refused) notices.push(make("p", { class: "notice" }, words.say("answer_stays")));
    if (this.failed) notices.push(make("div", { class: "notice", role: "alert" }, make("p", {}, words.say("failed", { why: this.failed.error.message })), button(words.say("retry"), () => this.ask(this.failed.paths))));
    if (this.unsound) notices.push(make("p", { class: "notice", role: "alert" }, words.say("unsound", { why: this.unsound })));
    refill(this.answer.notices, notices, this.aboutAddress ?? []);
  }

  /** Have the engine check itself, and say if it is not sound. */
  async check(engine) {
    try {
      const { ok, message } = await engine.check();
      this.unsound = ok ? null : message;
    } catch (error) {
      this.unsound = error.message;
    }
    this.tellStatus();
  }

  /** Take the state of an address that was typed or followed. */
  arrived() {
    const address = readAddress(location.hash.slice(1), this.description);
    this.address = address.study === null ? null : address;
    this.tellAddress(address);
    if (!this.address) this.go(address.state);
  }

  /** Say what of an address there is not here; of another study's, offer what there is. */
  tellAddress(address) {
    const { words } = this;
    const lost = [...address.unknown, ...address.refused];
    const taken = Object.keys(address.state.changes);
    this.aboutAddress = null;
    if (address.study !== null) {
      const answer = (state) => {
        this.address = this.aboutAddress = null;
        this.go(state ?? this.state);
      };
      const said = words.say("other_study", { hash: address.study, n: taken.length });
      this.aboutAddress = make("div", { class: "notice", role: "alert" }, make("p", {}, said),
        lost.length ? make("p", {}, words.say("not_here", { names: words.listOf(lost) })) : null,
        make("div", { class: "tools" },
          button(words.say("take_address"), () => answer(address.state), { disabled: !taken.length }),
          button(words.say("leave_address"), () => answer(null))));
    } else if (lost.length) {
      this.aboutAddress = make("div", { class: "notice", role: "alert" }, make("p", {}, words.say("not_here", { names: words.listOf(lost) })), button(words.say("close"), () => {
        this.aboutAddress = null;
        this.tellStatus();
      }));
    }
    this.tellStatus();
  }
}

addEventListener("DOMContentLoaded", () => {
  const description = JSON.parse(document.getElementById("description").textContent);
  const root = document.getElementById("root");
  try {
    globalThis.page = new Page(description, makeEngine(description), root);
  } catch (error) {
    const message = description.messages[description.language].cannot_start.replace("{why}", error.message);
    refill(root, make("p", { class: "notice", role: "alert" }, message));
  }
});
