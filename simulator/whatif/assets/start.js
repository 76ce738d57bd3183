/** The page begins when all of it has been read: the engine follows this script. */

/** Return whether keys pressed in an element are its own: it is a text that has an undo of its own. */
function isText(element) {
  return element.matches("textarea, input:not([type=range], [type=checkbox])");
}

/** Undo and redo by the keys of every editor, where no text is being written. */
function listenForKeys(page) {
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) page.redo();
    else page.undo();
  });
}

addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("root");
  // Where the description cannot be read, its messages cannot either.
  let said = () => root.dataset.damaged;
  try {
    const description = JSON.parse(document.getElementById("description").textContent);
    const words = new Words(description, description.language);
    said = (error) => words.say("cannot_start", { why: words.why(error) });
    globalThis.page = new Page(withLimits(description), makeEngine(description), root);
    listenForKeys(globalThis.page);
  } catch (error) {
    refill(root, make("p", { class: "notice", role: "alert" }, said(error)));
  }
});
