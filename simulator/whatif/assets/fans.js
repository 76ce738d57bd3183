/** Quantities over time: bands of yours over the lines as shipped. */

/** The quantiles of a band, from the lowest. */
const FAN_LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95];

/**
 * Return the quantiles of a series by quarter.
 *
 * @param {Float32Array} series Quarter after quarter, each with all paths in the order of the sample.
 * @param {number} paths
 * @returns {number[][]} By level, then by quarter.
 */
function fanOf(series, paths) {
  const quarters = series.length / paths;
  const fan = FAN_LEVELS.map(() => []);
  for (let quarter = 0; quarter < quarters; quarter++) {
    const ordered = series.slice(quarter * paths, (quarter + 1) * paths).sort();
    FAN_LEVELS.forEach((level, place) => fan[place].push(ordered[Math.min(Math.round(level * paths), paths - 1)]));
  }
  return fan;
}

/** Return the name of a quarter so many after the first, as 2026Q1; its number where no quarter is named. */
function quarterName(start, after) {
  const [year, quarter] = start.split("Q").map(Number);
  if (!year || !quarter) return String(after + 1);
  const index = quarter - 1 + after;
  return `${year + Math.floor(index / 4)}Q${(index % 4) + 1}`;
}

/**
 * Return a chart of a series over time.
 *
 * @param {object} asked
 * @param {number[][]} asked.shipped What `fanOf` returns.
 * @param {number[][]} asked.yours
 * @param {number} asked.factor
 * @param {string} asked.start First quarter.
 * @param {number} asked.width In pixels.
 * @param {boolean} asked.differs
 */
function fanChart({ shipped, yours, factor, start, width, differs }) {
  const [height, bottom, top, left] = [170, 24, 10, 52];
  const quarters = yours[0].length;
  const all = [...yours, ...(differs ? shipped : [])]
    .flat()
    .map((value) => factor * value)
    .filter(Number.isFinite);
  if (!all.length || quarters < 2) return null;
  const levels = roundNumbers(Math.min(0, ...all), Math.max(...all), 4);
  const x = (quarter) => left + (quarter / (quarters - 1)) * (width - left - 8);
  const y = (value) =>
    height - bottom - ((value - levels[0]) / (levels.at(-1) - levels[0])) * (height - bottom - top);
  const line = (values) => values.map((value, quarter) => `${x(quarter)},${y(factor * value)}`);
  const band = (low, high) => [...line(low), ...line(high).reverse()].join(" ");
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", height, "aria-hidden": "true" });
  for (const level of levels)
    chart.append(
      draw("line", { class: "grid", x1: left, x2: width, y1: y(level), y2: y(level) }),
      draw("text", { class: "tick", x: left - 6, y: y(level) + 4, "text-anchor": "end" }, givenText(level)),
    );
  chart.append(
    draw("polygon", { class: "outer one", points: band(yours[0], yours[4]) }),
    draw("polygon", { class: "inner", points: band(yours[1], yours[3]) }),
    draw("polyline", { class: "median one", points: line(yours[2]).join(" ") }),
  );
  if (differs)
    for (const place of [0, 2, 4])
      chart.append(
        draw("polyline", {
          class: place === 2 ? "outline middle-line" : "outline",
          points: line(shipped[place]).join(" "),
        }),
      );
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
