/** The page begins when all of it has been read: the engine follows this script. */

/** Set the fragment of the address; a page within another may have none. */
function setFragment(fragment) {
  try {
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  } catch {
    // The state is in the page, and the link is that of the page it stands in.
  }
}

addEventListener("DOMContentLoaded", () => {
  const description = JSON.parse(document.getElementById("description").textContent);
  const root = document.getElementById("root");
  try {
    globalThis.page = new Page(withLimits(description), makeEngine(description), root);
  } catch (error) {
    const words = new Words(description, description.language);
    refill(
      root,
      make("p", { class: "notice", role: "alert" }, words.say("cannot_start", { why: words.why(error) })),
    );
  }
});
