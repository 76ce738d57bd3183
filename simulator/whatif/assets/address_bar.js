/** The address of the page: it follows the state, and a state is taken from it. */

class AddressBar {
  /** @param {object} page See app.js. */
  constructor(page) {
    this.page = page;
    this.read();
    addEventListener("hashchange", () => this.arrived());
  }

  /** Read the address. Of another study's nothing is taken before the reader says so, and it stays as it is. */
  read() {
    const { description } = this.page;
    this.found = readAddress(location.hash.slice(1), description);
    this.foreign = this.found.study !== null;
    this.state = this.foreign ? shippedState(description) : this.found.state;
    this.open = this.foreign || this.found.unknown.length + this.found.refused.length > 0;
  }

  /** Write the state of the page into the address. */
  write() {
    if (!this.foreign) setFragment(addressOf(this.page.past.state, this.page.description));
  }

  /** Take the state of an address that was typed or followed. */
  arrived() {
    this.read();
    if (this.foreign) this.page.tellStatus();
    else this.page.goTo(this.state);
  }

  /** Leave what was said of the address, and where it is of another study, take its state or none. */
  leave(state = null) {
    const { page, foreign } = this;
    this.open = this.foreign = false;
    if (foreign) page.goTo(state ?? page.past.state);
    else page.tellStatus();
  }
}

/** Set the fragment of the address; a page within another may have none. */
function setFragment(fragment) {
  try {
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  } catch {
    // The state is in the page, and the link is that of the page it stands in.
  }
}
