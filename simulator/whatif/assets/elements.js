/** Elements made without markup: a text is always a text. */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * Return an element.
 *
 * @param {string} tag
 * @param {Object<string, *>} attributes A function is a listener of the event of its name; true is a bare
 *   attribute; null, undefined and false leave it out.
 * @param {...(Node|string|null|undefined|Array)} children
 */
function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Return an element of a drawing. */
function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""),
  );
  return element;
}

/** Put children in the place of those that an element has. */
function refill(element, ...children) {
  element.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""),
  );
}

/** Return a choice of options, each a value, a text and whether it cannot be chosen, under a label. */
function choice(label, options, chosen, choose, attributes = {}) {
  const select = make("select", { ...attributes, change: () => choose(select.value) });
  for (const [value, text, disabled] of options)
    select.append(make("option", { value, selected: value === chosen, disabled }, text));
  return make("label", { class: "choice" }, make("span", {}, label), select);
}

/** Return a button. */
function button(text, press, attributes = {}) {
  return make("button", { type: "button", ...attributes, click: press }, text);
}

/** Mark a field whose text cannot be taken, for those who see it and those who hear it. */
function markInvalid(field, invalid) {
  if (invalid) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** Give a text to the reader as a file. */
function saveFile(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Copy a text; whether the browser let us. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
