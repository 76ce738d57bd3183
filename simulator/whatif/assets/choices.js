/** What is chosen above the answer: company, metric, structure and horizon; and the head of the page. */

/** Return the head of the page: the study, and the languages. */
function headerOf(page) {
  const { words, description } = page;
  const { study } = description;
  const about = [
    study.name,
    words.of(study.known) ? words.say("as_of", { day: words.of(study.known) }) : "",
    study.hash.slice(0, HASH_DIGITS),
  ].filter(Boolean);
  const languages = description.languages.map((language) =>
    button(description.messages[language].language_name, () => page.speak(language), {
      lang: language,
      "aria-pressed": String(language === words.language),
    }),
  );
  return make(
    "header",
    {},
    make("div", {}, make("h1", {}, words.of(study.title)), make("p", { class: "note" }, about.join(" \u00b7 "))),
    make("div", { class: "languages", role: "group", "aria-label": words.say("language") }, languages),
  );
}

/** Return the choices as the state has them. */
function choicesOf(page) {
  const { words, description, state } = page;
  const pick = (key) => (value) => page.go({ ...state, [key]: value === "" ? null : value });
  const has = (measure) => metricName(description, measure.name, state.entity);
  return [
    description.entities.length > 1
      ? choice(
          words.of(description.entity_kind),
          description.entities.map((one) => [one.name, words.of(one.title)]),
          state.entity,
          pick("entity"),
          { id: "choose-entity" },
        )
      : null,
    choice(
      words.say("metric"),
      description.measures.filter(has).map((one) => [one.name, words.of(one.title)]),
      state.metric,
      pick("metric"),
      { id: "choose-metric" },
    ),
    description.structures.length
      ? choice(
          words.say("structure"),
          [
            ["", words.say("as_written")],
            ...description.structures.map((one) => [
              one.name,
              words.of(one.title) + (one.elsewhere ? words.inBrackets(words.say("elsewhere")) : ""),
              one.elsewhere,
            ]),
          ],
          state.structure ?? "",
          pick("structure"),
          { id: "choose-structure" },
        )
      : null,
    horizonChoice(page, (value) => page.go({ ...state, horizon: value === "" ? null : Number(value) })),
    state.structure
      ? make(
          "p",
          { class: "note" },
          words.of(description.structures.find((one) => one.name === state.structure).note),
        )
      : null,
    horizonNote(page),
  ];
}

/** Return the choice of the horizon, from the nearest; null where there is none. What a structure sets is its own. */
function horizonChoice({ words, description, state }, choose) {
  const { horizon } = description;
  if (!horizon?.others.length) return null;
  const own = horizonOf({ ...state, horizon: null }, description);
  const all = [...new Set([own, horizon.quarters, ...horizon.others])].sort((one, other) => one - other);
  const nameOf = (quarters) => {
    const key = quarters !== own ? "quarters" : own === horizon.quarters ? "quarters_shipped" : "quarters_structure";
    return words.say(key, { n: String(quarters) });
  };
  const named = (quarters) => [quarters === own ? "" : String(quarters), nameOf(quarters)];
  return choice(words.say("horizon"), all.map(named), String(state.horizon ?? ""), choose, { id: "choose-horizon" });
}

/** Return what is to be known of another horizon than the one as shipped; null under that one. */
function horizonNote({ words, description, state }) {
  const quarters = horizonOf(state, description);
  const shipped = description.horizon?.quarters;
  if (shipped === undefined || quarters === shipped) return null;
  return make("p", { class: "note" }, words.say("horizon_read", { n: String(quarters), shipped: String(shipped) }));
}
