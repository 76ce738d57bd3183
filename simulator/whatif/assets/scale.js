/**
 * The line on which a slider of a belief moves: straight, logarithmic or in log-odds, by the ends of the scale
 * (simulator/families/scale.py). Its travel is from P1 to P99 of what is believed.
 */

/** Steps of a slider from one end to the other. */
const SLIDER_STEPS = 200;

/** Return a value's place on the line of a scale with these ends, null for an open one. */
function placeOf(value, [low, high]) {
  if (low === null && high === null) return value;
  if (high === null) return Math.log(value - low);
  if (low === null) return -Math.log(high - value);
  const part = (value - low) / (high - low);
  return Math.log(part) - Math.log1p(-part);
}

/** Return the value at a place on that line. */
function valueAt(place, [low, high]) {
  if (low === null && high === null) return place;
  if (high === null) return low + Math.exp(place);
  if (low === null) return high - Math.exp(-place);
  const tail = Math.exp(-Math.abs(place));
  return low + ((high - low) * (place >= 0 ? 1 : tail)) / (1 + tail);
}

/** The travel of one belief's slider. */
class Travel {
  /** @param {object} belief One that varies. */
  constructor(belief) {
    this.scale = belief.scale;
    this.shipped = belief.value;
    this.low = placeOf(belief.quantiles.p01, this.scale);
    this.high = placeOf(belief.quantiles.p99, this.scale);
  }

  /** Return where a value stands, 0 at the lower end and 1 at the upper; the ends for what lies beyond. */
  part(value) {
    const [low, high] = this.scale;
    if (low !== null && value <= low) return 0;
    if (high !== null && value >= high) return 1;
    const part = (placeOf(value, this.scale) - this.low) / (this.high - this.low);
    return Math.min(Math.max(part, 0), 1);
  }

  /** Return the step of the slider at a value. */
  step(value) {
    return Math.round(this.part(value) * SLIDER_STEPS);
  }

  /** Return the value at a step, in as few digits as tell it from its neighbours. */
  value(step) {
    const at = (one) => valueAt(this.low + (one / SLIDER_STEPS) * (this.high - this.low), this.scale);
    const width = Math.abs(at(step + 0.5) - at(step - 0.5));
    // The median as shipped is there with all its digits.
    return step === this.step(this.shipped) ? this.shipped : roundedTo(at(step), width / 2);
  }
}
