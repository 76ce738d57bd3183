/** Quantities over time: bands of yours over the lines as shipped. */

/** The colours of one quantity alone, and of two. */
const FAN_KINDS = ["one", "two"];

/** The quantiles of a band, from the lowest. */
const FAN_LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95];

/**
 * Return the quantiles of a series by quarter.
 *
 * @param {Float32Array} series Quarter after quarter, each with all paths in the order of the sample.
 * @param {number} paths
 * @returns {number[][]} By level, then by quarter; NaN where a path is not a number.
 */
function fanOf(series, paths) {
  const quarters = series.length / paths;
  const fan = FAN_LEVELS.map(() => []);
  const places = FAN_LEVELS.map((level) => Math.min(Math.round(level * paths), paths - 1));
  for (let quarter = 0; quarter < quarters; quarter++) {
    const values = series.slice(quarter * paths, (quarter + 1) * paths);
    if (values.some(Number.isNaN)) {
      for (const level of fan) level.push(NaN);
      continue;
    }
    let from = 0;
    places.forEach((place, level) => {
      fan[level].push(values[arranged(values, place, from)]);
      from = place;
    });
  }
  return fan;
}

/**
 * Arrange values so that in one place stands what would if they were ordered, what is less before it and what is
 * greater behind it: Hoare's selection, faster than ordering all.
 *
 * @param {Float32Array} values
 * @param {number} place
 * @param {number} from What stands before is less already.
 * @returns {number} The place.
 */
function arranged(values, place, from) {
  let [low, high] = [from, values.length - 1];
  while (low < high) {
    const middle = values[place];
    let [up, down] = [low, high];
    do {
      while (values[up] < middle) up++;
      while (middle < values[down]) down--;
      if (up > down) break;
      [values[up], values[down]] = [values[down], values[up]];
      up++;
      down--;
    } while (up <= down);
    if (down < place) low = up;
    if (place < up) high = down;
  }
  return place;
}

/** Return the name of a quarter so many after the first, as 2026Q1; its number where no quarter is named. */
function quarterName(start, after) {
  const [year, quarter] = start.split("Q").map(Number);
  if (!year || !quarter) return String(after + 1);
  const index = quarter - 1 + after;
  return `${year + Math.floor(index / 4)}Q${(index % 4) + 1}`;
}

/**
 * Return a chart of one quantity over time, or of two to compare; null where there is nothing to draw.
 *
 * @param {object} asked
 * @param {{shipped: number[][], yours: number[][]}[]} asked.fans What `fanOf` returns, of each quantity.
 * @param {number} asked.factor
 * @param {string} asked.start First quarter.
 * @param {number} asked.width In pixels.
 * @param {boolean} asked.differs
 */
function fanChart({ fans, factor, start, width, differs }) {
  const [height, bottom, top, left] = [170, 24, 10, 52];
  const quarters = Math.max(...fans.flatMap(({ shipped, yours }) => [yours[0].length, differs ? shipped[0].length : 0]));
  const all = fans
    .flatMap(({ shipped, yours }) => [...yours, ...(differs ? shipped : [])])
    .flat()
    .map((value) => factor * value)
    .filter(Number.isFinite);
  if (!all.length || quarters < 2) return null;
  const levels = roundNumbers(Math.min(0, ...all), Math.max(...all), 4);
  const x = (quarter) => left + (quarter / (quarters - 1)) * (width - left - 8);
  const y = (value) =>
    height - bottom - ((value - levels[0]) / (levels.at(-1) - levels[0])) * (height - bottom - top);
  const line = (values) =>
    values.flatMap((value, quarter) => (Number.isFinite(value) ? [`${x(quarter)},${y(factor * value)}`] : []));
  const band = (low, high) => [...line(low), ...line(high).reverse()].join(" ");
  const curve = (kind, values) => draw("polyline", { class: kind, points: line(values).join(" ") });
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", height, "aria-hidden": "true" });
  for (const level of levels)
    chart.append(
      draw("line", { class: "grid", x1: left, x2: width, y1: y(level), y2: y(level) }),
      draw("text", { class: "tick", x: left - 6, y: y(level) + 4, "text-anchor": "end" }, givenText(level)),
    );
  const alone = fans.length === 1;
  fans.forEach(({ yours }, place) => {
    const kind = FAN_KINDS[place];
    chart.append(draw("polygon", { class: `outer ${kind}`, points: band(yours[0], yours[4]) }));
    if (alone) chart.append(draw("polygon", { class: "inner", points: band(yours[1], yours[3]) }));
    // Where two overlap, only their edges are drawn in full.
    else chart.append(curve(`edge ${kind}`, yours[0]), curve(`edge ${kind}`, yours[4]));
    chart.append(curve(`median ${kind}`, yours[2]));
  });
  if (differs)
    for (const { shipped } of fans)
      for (const place of alone ? [0, 2, 4] : [2])
        chart.append(curve(place === 2 ? "outline middle-line" : "outline", shipped[place]));
  const every = Math.ceil(quarters / Math.max(Math.floor((width - left) / 70), 2));
  for (let quarter = 0; quarter < quarters; quarter += every)
    chart.append(
      draw(
        "text",
        { class: "tick", x: Math.min(x(quarter), width - 24), y: height - 6, "text-anchor": "middle" },
        quarterName(start, quarter),
      ),
    );
  return chart;
}
