/** What the page says of itself: what the answer is of, what went wrong, what an address holds. */

/** Names of an address that are told one by one, and letters of each. */
const MOST_NAMES = 6;
const MOST_LETTERS = 60;

/** Return what the answer is of and what is being computed. */
function statusOf({ words, description, state: wanted, answered, running }) {
  const state = answered?.state ?? wanted; // the answer that stands there may be of an earlier state
  const count = (paths) => grouped(String(paths));
  const parts = [];
  if (answered)
    parts.push(words.say(answered.preview ? "preview_of" : "answer_of", { paths: count(answered.paths) }));
  if (running && !running.preview) parts.push(words.say("computing", { paths: count(running.paths) }));
  parts.push(...modelSaid(words, description, state));
  if (Object.keys(wanted.rules).length) parts.push(words.say("rules_changed"));
  return parts.join(words.messages.list_space);
}

/** Return which structure and which horizon a state has, where they are not as shipped. */
function modelSaid(words, description, state) {
  const structure = description.structures.find((one) => one.name === state.structure);
  const quarters = horizonOf(state, description);
  return [
    structure && words.say("structure_is", { structure: words.of(structure.title) }),
    quarters !== description.horizon?.quarters && words.say("horizon_is", { n: String(quarters) }),
  ].filter(Boolean);
}

/** Return what is wrong, each with what can be done. */
function noticesOf(page) {
  const { words, answered, refused, failed, cancelled, unsound, address } = page;
  const { answer } = page.answer;
  return [
    refused ? make("p", { class: "notice" }, words.say("answer_stays")) : null,
    failed
      ? notice(
          make("p", { class: "why" }, words.say(answered ? "failed" : "failed_first", { why: words.why(failed.error) })),
          button(words.say("retry"), () => page.ask(Math.max(failed.paths, USUAL_PATHS))),
        )
      : null,
    cancelled
      ? notice(
          make("p", {}, words.say(answered && !sameSample(answered.state, page.state) ? "cancelled_old" : "cancelled")),
          button(words.say("retry"), () => page.ask(USUAL_PATHS)),
        )
      : null,
    answer?.undefinedOn
      ? undefinedNote(
          words,
          answer.undefinedOn,
          answered.paths,
          words.of(measureOf(page.description, page.state.metric).title),
        )
      : null,
    unsound ? notice(make("p", {}, words.say("unsound", { why: unsound.message || words.say("kernel_differs") }))) : null,
    address.open ? addressNotice(page, address.found) : null,
  ];
}

/** Return on how many paths a metric is not a number. */
function undefinedNote(words, n, paths, metric) {
  const count = (one) => grouped(String(one));
  return make("p", { class: "notice" }, words.say("undefined_on", { n: count(n), paths: count(paths), metric }));
}

/** Return a notice that is heard at once. */
function notice(...children) {
  return make("div", { class: "notice", role: "alert" }, children);
}

/** Return a name that anybody may have written, at a length that can be read. */
function shortened(name) {
  return name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS)}\u2026` : name;
}

/** Return what is to be said of an address; null where all of it is here. */
function addressNotice(page, address) {
  const { words } = page;
  const lost = [...address.unknown, ...address.refused].filter(Boolean);
  const few = lost.slice(0, MOST_NAMES).map(shortened);
  if (lost.length > few.length) few.push(words.say("others", { n: grouped(String(lost.length - few.length)) }));
  const missing = lost.length ? make("p", {}, words.say("not_here", { names: words.listOf(few) })) : null;
  if (address.study === null)
    return (
      missing &&
      notice(
        missing,
        button(words.say("close"), () => page.address.leave()),
      )
    );
  const there = settingsIn(address.state);
  return notice(
    make("p", {}, words.say("other_study", { hash: address.study, n: there })),
    missing,
    make(
      "div",
      { class: "tools" },
      button(words.say("take_address"), () => page.address.leave(address.state), { disabled: !there }),
      button(words.say("leave_address"), () => page.address.leave()),
    ),
  );
}

/** Return how many things an address sets: beliefs, structure, horizon, rules and the chance that it asks for. */
function settingsIn({ changes, rules, ...alone }) {
  const single = ["structure", "horizon", "asked"].filter((name) => alone[name] !== null);
  return Object.keys(changes).length + Object.keys(rules).length + single.length;
}
