/** The side with the beliefs: those that drive the answer first, then all of them by topic or by search. */

/** Most beliefs that a search lists: more words find fewer. */
const MOST_FOUND = 40;

class BeliefPanel {
  /** @param {object} page As for `BeliefRow`, with `undo`, `redo`, `resetAll`, `past`. */
  constructor(page) {
    this.page = page;
    this.rows = new Map();
    this.beliefs = new Map(page.description.beliefs.map((belief) => [belief.name, belief]));
    this.element = this.built();
  }

  built() {
    const { page } = this;
    const { words, description } = page;
    this.undo = button(words.say("undo"), () => page.undo());
    this.redo = button(words.say("redo"), () => page.redo());
    this.all = button(words.say("reset_all"), () => page.resetAll());
    this.changedList = make("div", { class: "rows" });
    this.changed = make(
      "section",
      { class: "changed-others", hidden: true },
      make("h3", {}, words.say("changed_others")),
      this.changedList,
    );
    this.found = make("div", { class: "rows", "aria-live": "off" });
    this.count = make("p", { class: "note", role: "status" });
    this.search = make("input", {
      type: "search",
      id: "search",
      input: () => this.searched(),
      autocomplete: "off",
    });
    this.groups = make("div", { class: "groups" }, this.topics());
    return make(
      "aside",
      { class: "beliefs", "aria-labelledby": "beliefs-title" },
      make("h2", { id: "beliefs-title" }, words.say("beliefs")),
      make("p", { class: "note" }, words.say("beliefs_read")),
      make("div", { class: "tools" }, this.undo, this.redo, this.all),
      make("h3", {}, words.say("drivers")),
      make(
        "div",
        { class: "rows" },
        description.drivers.map((name) => this.row(name)),
      ),
      this.changed,
      make("h3", {}, words.say("all_beliefs", { n: grouped(String(description.beliefs.length)) })),
      make("label", { class: "search", for: "search" }, make("span", {}, words.say("search")), this.search),
      this.count,
      this.found,
      this.groups,
    );
  }

  /** Return every topic, folded; its beliefs are made when it is opened. */
  topics() {
    const { words, description } = this.page;
    return Object.entries(description.topics).map(([topic, title]) => {
      const own = description.beliefs.filter((belief) => belief.topic === topic);
      const rows = make("div", { class: "rows" });
      const fold = make(
        "details",
        {
          class: "topic",
          toggle: () => {
            if (fold.open && !rows.childElementCount) rows.append(...own.map((belief) => this.row(belief.name)));
          },
        },
        make("summary", {}, words.say("topic", { topic: words.of(title), n: grouped(String(own.length)) })),
        rows,
      );
      return fold;
    });
  }

  /** Return the element of a new row of a belief, which follows the state from now on. */
  row(name) {
    const row = new BeliefRow(this.beliefs.get(name), this.page);
    this.rows.set(name, [...(this.rows.get(name) ?? []), row]);
    return row.element;
  }

  /** Show the beliefs whose title, name, topic or note has every word that is searched for. */
  searched() {
    const { words, description } = this.page;
    const wanted = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.forget(this.found);
    this.groups.hidden = wanted.length > 0;
    if (!wanted.length) return refill(this.count);
    const text = (belief) =>
      [words.of(belief.title), belief.name, words.of(description.topics[belief.topic]), words.of(belief.note)]
        .join(" ")
        .toLowerCase();
    const found = description.beliefs.filter((belief) => wanted.every((word) => text(belief).includes(word)));
    const said =
      found.length > MOST_FOUND
        ? words.say("found_more", { n: found.length, shown: MOST_FOUND })
        : words.say("found", { n: found.length });
    refill(this.count, said);
    this.found.append(...found.slice(0, MOST_FOUND).map((belief) => this.row(belief.name)));
  }

  /** Take rows away that need not follow the state any more. */
  forget(list) {
    for (const [name, rows] of this.rows)
      this.rows.set(
        name,
        rows.filter((row) => !list.contains(row.element)),
      );
    refill(list);
  }

  /** Show the state as it is, in every row. */
  update() {
    const { state, past, description } = this.page;
    for (const rows of this.rows.values()) for (const row of rows) row.update();
    const others = Object.keys(state.changes).filter((name) => !description.drivers.includes(name));
    const there = [...this.changedList.children].map((element) => element.dataset.belief);
    if (others.join(" ") !== there.join(" ")) {
      const focused = document.activeElement?.closest?.(".changed-others [data-belief]")?.dataset.belief;
      this.forget(this.changedList);
      this.changedList.append(...others.map((name) => this.row(name)));
      if (focused) this.changedList.querySelector(`[data-belief="${CSS.escape(focused)}"] input`)?.focus();
    }
    this.changed.hidden = !others.length;
    this.undo.disabled = !past.canUndo;
    this.redo.disabled = !past.canRedo;
    this.all.disabled = sameSample(state, SHIPPED) && !Object.keys(state.rules).length;
  }
}
