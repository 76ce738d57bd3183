/**
 * Numbers as text: an estimate has no digit beyond its error, as simulator/estimate/number.py has it; a number
 * that is given has a few; what a reader types is read strictly.
 */

/** Digits of a number that is exact, of one whose error is not known, and of one that is given. */
const EXACT_DIGITS = 6;
const UNSURE_DIGITS = 2;
const GIVEN_DIGITS = 4;

/** Return plain digits with thousands set apart and a true minus. */
function grouped(digits) {
  const [, sign, whole, rest] = /^(-?)(\d*)(.*)$/.exec(digits);
  return (sign ? "\u2212" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + rest;
}

/** Return a number rounded to a decimal place, 0 for ones and -1 for tenths, in plain digits. */
function atPlace(value, place) {
  const unit = 10 ** place;
  const digits = place >= 0 ? (Math.round(value / unit) * unit).toFixed(0) : value.toFixed(Math.min(-place, 100));
  return /^-[0.]*$/.test(digits) ? digits.slice(1) : digits;
}

/** Return the decimal place of the last digit that an error leaves: its first, its second where that is a 1. */
function lastPlace(error) {
  const [first, exponent] = error.toExponential().split("e");
  const place = Number(exponent);
  if (!first.startsWith("1")) return place;
  return error.toExponential(1).startsWith("1") ? place - 1 : place;
}

/** Return a number to some significant digits, without an exponent where it can be read without. */
function significant(value, digits) {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  if (Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e9) {
    return rounded
      .toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)))))
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "");
  }
  return String(rounded);
}

/**
 * Return the texts of a value and of its error; that of the error is empty where there is none to state.
 *
 * @param {number} value
 * @param {number} error
 * @returns {[string, string]}
 */
function roundToError(value, error) {
  if (Number.isNaN(value)) return ["\u2013", ""];
  if (!Number.isFinite(value)) return [value > 0 ? "\u221e" : "\u2212\u221e", ""];
  if (!Number.isFinite(error)) return [grouped(significant(value, UNSURE_DIGITS)), "?"];
  if (error === 0) return [grouped(significant(value, EXACT_DIGITS)), ""];
  const place = lastPlace(error);
  return [grouped(atPlace(value, place)), grouped(atPlace(error, place))];
}

/** Return an estimate with its error, in a unit of which there are `factor` to one of its own. */
function estimateText(estimate, factor = 1) {
  const [value, error] = roundToError(factor * estimate.value, Math.abs(factor) * estimate.error);
  return error ? `${value}\u00a0\u00b1\u00a0${error}` : value;
}

/**
 * Return a difference with its error and its sign; to four figures alone where it is known beyond them, which are
 * all that a reader can use.
 */
function changeText(estimate, factor = 1) {
  const size = Math.abs(estimate.value);
  const beyondUse = size > 0 && estimate.error < 0.5 * 10 ** (Math.floor(Math.log10(size)) - GIVEN_DIGITS + 1);
  const text = beyondUse ? givenText(factor * estimate.value) : estimateText(estimate, factor);
  return /^[\d.,]+/.test(text) && factor * estimate.value > 0 ? `+${text}` : text;
}

/** Return a number that is given and not estimated, to so many digits. */
function givenText(value, digits = GIVEN_DIGITS) {
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : "\u2212\u221e";
  return grouped(significant(value, digits));
}

/** Return a number with all its digits, as a field has it: what was typed comes back as it was. */
function fieldText(value) {
  return grouped(significant(value, 12));
}

/**
 * Return the number that a text is; null where it is none.
 *
 * Thousands may be set apart by commas or spaces where they stand in threes; the minus may be a true one.
 */
function readNumber(text) {
  const plain = text.trim().replace(/[\u2212\uff0d]/g, "-");
  const digits = /^[+-]?\d{1,3}([,\u202f\u00a0 ]\d{3})+(\.\d*)?$/.test(plain)
    ? plain.replace(/[,\u202f\u00a0 ]/g, "")
    : plain;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(digits)) return null;
  const number = Number(digits);
  return Number.isFinite(number) ? number : null;
}

/** Return a value rounded so that what is left is small beside a resolution, with no digits of chance behind. */
function roundedTo(value, resolution) {
  if (!(resolution > 0) || !Number.isFinite(resolution)) return value;
  const place = Math.floor(Math.log10(resolution));
  return place < 0 ? Number(value.toFixed(Math.min(-place, 100))) : Math.round(value / 10 ** place) * 10 ** place;
}
