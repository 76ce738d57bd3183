/** What would have to be true: the number of one belief at which a chance reaches a target, by bisection. */

/** Halvings at most, and how near the end of a chance's error the search stops. */
const MOST_HALVINGS = 14;
const NEAR_ENOUGH = 0.5;

/**
 * Search for the value of a belief at which a chance is the target, on samples that are paired.
 *
 * @param {object} asked
 * @param {Travel} asked.travel Of the belief: the search goes from P1 to P99.
 * @param {number} asked.target Share of the paths.
 * @param {function(number): Promise<Estimate>} asked.chanceAt The chance with the belief at a value.
 * @param {function(number, number): void} [asked.progress] How many of how many steps are done.
 * @returns {Promise<{value: number|null, error: number, chance: Estimate|null, ends: {value: number, chance: Estimate}[]}>}
 *   The value, its error by that of the chance and the slope, and the chance there; null for value and chance where the
 *   chance is on one side of the target at both ends.
 */
async function solveFor({ travel, target, chanceAt, progress = () => {} }) {
  const valueOf = (place) => {
    const width = (travel.high - travel.low) / 2 ** MOST_HALVINGS;
    const near = Math.abs(valueAt(place + width, travel.scale) - valueAt(place, travel.scale));
    return roundedTo(valueAt(place, travel.scale), near);
  };
  let step = 0;
  const look = async (place) => {
    const value = valueOf(place);
    const chance = await chanceAt(value);
    progress(++step, MOST_HALVINGS + 2);
    return { place, value, chance, above: chance.value - target };
  };
  let [low, high] = [await look(travel.low), await look(travel.high)];
  const ends = [low, high].map(({ value, chance }) => ({ value, chance }));
  const exact = [low, high].find((end) => end.above === 0);
  const errorOf = (at) => Math.abs((at.chance.error * (high.value - low.value)) / (high.above - low.above));
  if (exact) return { value: exact.value, error: errorOf(exact), chance: exact.chance, ends };
  if (!(low.above * high.above < 0)) return { value: null, error: NaN, chance: null, ends };
  let middle = low;
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    middle = await look((low.place + high.place) / 2);
    if (Math.abs(middle.above) <= NEAR_ENOUGH * middle.chance.error) break;
    if (middle.above * low.above < 0) high = middle;
    else low = middle;
  }
  return { value: middle.value, error: errorOf(middle), chance: middle.chance, ends };
}
