/** What a reader takes away, and what stands on paper: what differs, the command, the day. */

/** Return the address of the page with its state, whatever stands in the address bar. */
function linkOf({ past, description }) {
  const fragment = addressOf(past.state, description);
  return location.href.split("#")[0] + (fragment && `#${fragment}`);
}

class ExportsPanel {
  /** @param {object} page See app.js. */
  constructor(page) {
    this.page = page;
    const { words } = page;
    this.command = make("textarea", { readonly: true, rows: 3, id: "command", spellcheck: "false" });
    this.said = make("p", { class: "note", role: "status" });
    this.element = make(
      "section",
      { class: "panel exports" },
      make("h3", {}, words.say("exports")),
      make(
        "div",
        { class: "tools" },
        // A page within another has no address of its own.
        location.protocol === "about:"
          ? null
          : button(words.say("copy_link"), () => this.copy(linkOf(page), "link_copied")),
        button(words.say("save_file"), () => this.save()),
        button(words.say("save_paths"), () => this.savePaths()),
      ),
      make("label", { for: "command" }, words.say("command")),
      this.command,
      make(
        "div",
        { class: "tools" },
        button(words.say("copy_command"), () => this.copy(this.command.value, "command_copied")),
      ),
      this.said,
    );
    this.paper = make("section", { class: "paper" });
  }

  async copy(text, key) {
    const { words } = this.page;
    if (await copyText(text)) return this.say(words.say(key));
    const field = make("textarea", { readonly: true, rows: 2, "aria-label": words.say("copy_yourself") }, text);
    refill(this.said, words.say("copy_yourself"), field);
    field.select();
  }

  save() {
    const { words, state, description } = this.page;
    const { text, missing } = beliefsFile(
      state,
      description,
      `Set on a page of ${description.study.name}, ${today()}`,
    );
    saveFile("beliefs.toml", text, "application/toml");
    this.say(
      missing.length
        ? words.say("file_misses", { names: words.listOf(missing) })
        : words.say("file_saved", { given: description.study.given, command: fileCommand(description.study, this.page.paths) }),
    );
  }

  savePaths() {
    const { words, answered, description, state } = this.page;
    if (!answered) return this.say(words.say("no_paths"));
    if (!this.page.isOfState()) return this.say(words.say("paths_old"));
    const { sample } = answered.yours;
    saveFile("paths.csv", csvOf(sample, columnsOf(sample, state, description)), "text/csv");
    return this.say(words.say("paths_saved", { paths: grouped(String(answered.paths)) }));
  }

  say(text) {
    refill(this.said, text);
  }

  /** Show the state as it is. */
  update() {
    const { words, state, description } = this.page;
    const commands = [commandOf(state, description, this.page.paths), estimateOf(state, description)];
    this.command.value = commands.filter(Boolean).join("\n");
    const beliefs = new Map(description.beliefs.map((belief) => [belief.name, belief]));
    const rows = Object.entries(state.changes).map(([name, { to, held }]) => {
      const belief = beliefs.get(name);
      const number = (value) => givenText(value * words.factor(belief));
      return make(
        "tr",
        {},
        make(
          "th",
          { scope: "row" },
          words.of(belief.title) + words.inBrackets(words.of(belief.unit)),
          " ",
          make("code", {}, name),
        ),
        make("td", { class: "number" }, number(belief.value)),
        make("td", { class: "number" }, number(to)),
        make("td", {}, words.say(held ? "held_at" : "median_at")),
      );
    });
    const facts = [
      this.page.isOfState() ? "" : words.say("paper_old"),
      ...modelSaid(words, description, state),
      ...thresholdsOf(description.rules)
        .filter((one) => one.name in state.rules)
        .map(
          (one) =>
            `${one.name} = ${state.rules[one.name]} (${words.say("shipped_value", { n: String(one.value) })})`,
        ),
      words.say("printed", {
        day: today(),
        study: description.study.name,
        hash: description.study.hash,
        seed: description.seed,
      }),
    ].filter(Boolean);
    refill(
      this.paper,
      make("h3", {}, words.say("your_beliefs")),
      rows.length
        ? make(
            "table",
            {},
            make(
              "thead",
              {},
              make(
                "tr",
                {},
                make("td", {}),
                ...["shipped", "yours", "how"].map((key) => make("th", { scope: "col" }, words.say(key))),
              ),
            ),
            make("tbody", {}, rows),
          )
        : make("p", {}, words.say("nothing_changed")),
      facts.map((fact) => make("p", {}, fact)),
      make("pre", {}, this.command.value),
    );
  }
}
