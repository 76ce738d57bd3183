/**
 * What the page says, in the language of its reader.
 *
 * A text of the study or of the catalogue is a string, or an object of strings by language; so is the factor of
 * a unit. Nothing here makes markup: every text ends in textContent or in an attribute.
 *
 * @typedef {string|Object<string, string>} Text
 */

const HAN = "[\\u4e00-\\u9fff]";
const OTHER_SCRIPT = "[A-Za-z0-9\u2212+\u00b1%]";

/** The place between a Chinese character and a letter, a digit or a sign. */
const BETWEEN_SCRIPTS = new RegExp(`(?<=${HAN})(?=${OTHER_SCRIPT})|(?<=${OTHER_SCRIPT})(?=${HAN})`, "g");

/** A space within Chinese text, which a message leaves before a value that begins with a character. */
const SPACE_WITHIN = new RegExp(`(?<=${HAN}) +(?=${HAN})`, "g");

/** One language of the page. */
class Words {
  /**
   * @param {object} description What the page knows of the study.
   * @param {string} language One of its languages.
   */
  constructor(description, language) {
    this.language = language;
    this.messages = description.messages[language];
    this.bases = description.bases;
  }

  /** Return a text, or a factor, in this language. */
  of(text) {
    if (text === undefined || text === null) return "";
    return typeof text === "object" ? text[this.language] : text;
  }

  /** Return the language of a text that is not in this one: that of the study, which has no other. */
  languageOf(text) {
    return typeof text === "string" && this.language !== "en" ? "en" : null;
  }

  /** Return the factor of a unit in this language: 1 where none is given. */
  factor(owner) {
    return owner.factor === undefined ? 1 : this.of(owner.factor);
  }

  /** Return a message with texts in its places. */
  say(key, values = {}) {
    return this.spaced(this.filled(this.messages[key], values));
  }

  /** Return a text with values in its places, such as {n}; a place without a value stays. */
  filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
  }

  /** Return a text with the space that Chinese has beside another script; in English as it is. */
  spaced(text) {
    return this.language === "en" ? text : text.replace(SPACE_WITHIN, "").replace(BETWEEN_SCRIPTS, " ");
  }

  /** Return what is wrong, in words: an engine names faults of its own by a key, others say it themselves. */
  why(error) {
    const key = `fault_${error.key}`;
    return key in this.messages ? this.say(key) : error.message;
  }

  /** Return a word that no line may part: Chinese ones could be anywhere. */
  unbroken(word) {
    return this.language === "en" ? word : [...word].join("\u2060");
  }

  /** Return an amount in running text: a written number in the unit of its owner. */
  amount(number, prose) {
    return this.spaced(this.filled(this.of(prose) || "{n}", { n: number }));
  }

  /** Return items as a list in running text. */
  listOf(items) {
    if (items.length < 2) return items.join("");
    const all = items.slice(0, -1).join(this.messages.list_between);
    return this.spaced(all + this.messages.list_last + items.at(-1));
  }

  /** Return a unit in brackets, to follow a name; nothing where there is none. */
  inBrackets(unit) {
    return unit ? this.messages.list_open + unit + this.messages.list_close : "";
  }
}
