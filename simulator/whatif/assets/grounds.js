/** What a belief rests on: basis, date and sources at a glance, and why these numbers when it is opened. */

/** Return what a belief rests on, folded. */
function groundsOf(belief, { words, description }) {
  const sources = belief.sources ?? [];
  const glance = [
    words.say("grounds", { basis: words.of(description.bases[belief.basis]) }),
    belief.as_of,
    sources.length ? words.say("sources", { n: sources.length }) : "",
  ];
  const facts = [words.of(belief.family), belief.as_of ? words.say("as_of", { day: belief.as_of }) : ""];
  return make(
    "details",
    { class: "grounds" },
    make("summary", {}, glance.filter(Boolean).join(" \u00b7 ")),
    make("p", {}, facts.filter(Boolean).join(words.messages.list_comma)),
    belief.note ? make("p", { lang: words.languageOf(belief.note) }, words.of(belief.note)) : null,
    sources.length
      ? make(
          "ul",
          {},
          sources.map((id) => make("li", {}, sourceOf(description.sources[id], words))),
        )
      : make("p", {}, words.say("no_source")),
    make("p", {}, make("code", {}, belief.name)),
  );
}

/** Return a source by its title, as a link where it can be read. */
function sourceOf({ title, address }, words) {
  const lang = words.languageOf(title);
  if (!address) return make("span", { lang }, words.of(title));
  return make("a", { href: address, lang, rel: "noopener noreferrer", target: "_blank" }, words.of(title));
}
