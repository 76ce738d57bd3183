/**
 * Drawings, in the classes of the report's charts (simulator/report/drawing/charts.css). A verdict has a pattern
 * beside its colour, and its name wherever there is room.
 */

/** Share of paths beyond each end of a chart, and bins of a histogram, about; as simulator/analysis/distribution.py. */
const BEYOND = 0.005;
const BINS = 44;

/** Width of a character of a label, about  [px]. */
const CHARACTER = 7;

/** Height of a label in a bar  [px]. */
const LABEL_HEIGHT = 15;

/** Patterns by place in the list of verdicts: none, lines to one side, dots, lines to the other, both. */
const PATTERNS = 5;

/** Return the definitions of the patterns of a drawing, under names of its own. */
function patterns(prefix) {
  const shapes = [
    [],
    [draw("path", { d: "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2" })],
    [draw("circle", { cx: 3, cy: 3, r: 0.9, class: "dot" })],
    [draw("path", { d: "M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2" })],
    [draw("path", { d: "M0,3 h6 M3,0 v6" })],
  ];
  return draw(
    "defs",
    {},
    shapes.map((shape, place) =>
      draw(
        "pattern",
        { id: `${prefix}-${place}`, width: 6, height: 6, patternUnits: "userSpaceOnUse", class: "hatch" },
        shape,
      ),
    ),
  );
}

/** Return the pattern of a verdict: of the first none, of the last the most. */
function patternOf(place, count) {
  return count < 2 ? 0 : Math.round((place * (PATTERNS - 2)) / (count - 1));
}

/** Return a colour with its pattern, for a legend. */
function verdictKey(name, place, count, prefix) {
  return draw(
    "svg",
    { viewBox: "0 0 26 12", width: 26, height: 12, "aria-hidden": "true" },
    patterns(prefix),
    draw("rect", { class: `key ${name}`, width: 26, height: 12 }),
    draw("rect", { width: 26, height: 12, fill: `url(#${prefix}-${patternOf(place, count)})` }),
  );
}

/**
 * Return a bar of verdicts.
 *
 * @param {{name: string, title: string, share: number}[]} parts
 * @param {number} width In pixels.
 * @param {number} height
 * @param {string} prefix Of the names of its patterns.
 */
function verdictBar(parts, width, height, prefix) {
  const bar = draw(
    "svg",
    { class: "verdicts", width: "100%", height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    patterns(prefix),
  );
  let start = 0;
  parts.forEach(({ name, title, share }, place) => {
    const own = Math.max(share * width, 0);
    bar.append(
      draw("rect", { class: `fill ${name}`, x: start, width: own, height }),
      draw("rect", { x: start, width: own, height, fill: `url(#${prefix}-${patternOf(place, parts.length)})` }),
    );
    if (start > 0) bar.append(draw("line", { class: "between", x1: start, x2: start, y1: 0, y2: height }));
    const percent = `${(100 * share).toFixed(0)}%`;
    const label = [`${title} ${percent}`, percent].find((text) => textWidth(text) + 10 < own);
    if (label) {
      // The pattern stays away from letters.
      const room = textWidth(label) + 6;
      const clear = { x: start + (own - room) / 2, width: room, y: (height - LABEL_HEIGHT) / 2, height: LABEL_HEIGHT };
      bar.append(
        draw("rect", { class: `fill ${name}`, ...clear }),
        draw(
          "text",
          { class: `on ${name}`, x: start + own / 2, y: height / 2 + 4, "text-anchor": "middle" },
          label,
        ),
      );
    }
    start += own;
  });
  return bar;
}

/** Return the width of a text in a drawing, about: a Chinese character takes two places. */
function textWidth(text) {
  return [...text].reduce((width, one) => width + (one > "\u2e80" ? 12 : CHARACTER), 0);
}

/** Return a step of 1, 2, 2.5 or 5 times a power of ten, so that about `count` of them make a span. */
function roundStep(span, count) {
  if (!(span > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(span / count));
  const far = (factor) => Math.abs(Math.log((factor * power * count) / span));
  return [1, 2, 2.5, 5, 10].reduce((best, one) => (far(one) < far(best) ? one : best)) * power;
}

/** Return about `count` round numbers a round step apart that span a range, ends included. */
function roundNumbers(low, high, count) {
  const step = roundStep(high - low, count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, place) => step * (first + place));
}

/** Return the ends of nearly all finite values; nothing where there is none. */
function finiteEnds({ ordered }) {
  const start = countBefore(ordered, (value) => value === -Infinity);
  const last = countBefore(ordered, (value) => value < Infinity) - 1;
  if (last < start) return [];
  return [BEYOND, 1 - BEYOND].map((p) => ordered[Math.round(start + p * (last - start))]);
}

/** Return the edges of a histogram of two samples; null where neither has a finite value. */
function commonEdges(first, second) {
  const ends = [first, second].flatMap(finiteEnds);
  if (!ends.length) return null;
  let [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (low === high) [low, high] = [low - Math.max(Math.abs(low), 1) / 2, high + Math.max(Math.abs(high), 1) / 2];
  return roundNumbers(low, high, BINS);
}

/**
 * Return the distribution of yours, stacked by verdict, over the outline of the one as shipped.
 *
 * @param {object} asked
 * @param {Values} asked.shipped
 * @param {Values} asked.yours
 * @param {{codes: Values, listed: object[]}|null} asked.verdicts Of yours.
 * @param {number} asked.factor From the metric's unit to the one that is shown.
 * @param {number} asked.width In pixels.
 * @param {boolean} asked.differs Whether there is another distribution than the one as shipped.
 * @param {number[]} asked.marks What a chance is asked at, in the metric's unit.
 */
function distributionChart({ shipped, yours, verdicts, factor, width, differs, marks }) {
  const edges = commonEdges(shipped, yours);
  if (!edges) return null;
  const [height, bottom, top] = [210, 26, 10];
  const listed = verdicts?.listed ?? [{ name: "all", code: null }];
  const stacks = listed.map(({ code }) =>
    binned(yours.numbers, edges, code === null ? null : verdicts.codes.numbers, code),
  );
  const outline = histogram(shipped, edges).shares;
  const highest = Math.max(
    ...outline,
    ...outline.map((_, bin) => stacks.reduce((sum, stack) => sum + stack[bin], 0)),
  );
  const x = (value) => ((value - edges[0]) / (edges.at(-1) - edges[0])) * (width - 2) + 1;
  const y = (share) => height - bottom - (share / highest) * (height - bottom - top);
  const chart = draw(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width: "100%", height, "aria-hidden": "true" },
    patterns("distribution"),
  );
  const below = new Float64Array(outline.length);
  stacks.forEach((stack, place) => {
    for (let bin = 0; bin < stack.length; bin++) {
      if (!stack[bin]) continue;
      const box = {
        x: x(edges[bin]),
        width: Math.max(x(edges[bin + 1]) - x(edges[bin]) - 0.6, 0.5),
        y: y(below[bin] + stack[bin]),
        height: y(below[bin]) - y(below[bin] + stack[bin]),
      };
      chart.append(draw("rect", { ...box, class: `fill ${listed[place].name}` }));
      chart.append(draw("rect", { ...box, fill: `url(#distribution-${patternOf(place, listed.length)})` }));
      below[bin] += stack[bin];
    }
  });
  if (differs) {
    const corners = [...outline].flatMap((share, bin) => [
      `${x(edges[bin])},${y(share)}`,
      `${x(edges[bin + 1])},${y(share)}`,
    ]);
    chart.append(draw("polyline", { class: "outline", points: corners.join(" ") }));
  }
  chart.append(draw("line", { class: "axis", x1: 0, x2: width, y1: height - bottom, y2: height - bottom }));
  if (edges[0] < 0 && edges.at(-1) > 0)
    chart.append(draw("line", { class: "zero", x1: x(0), x2: x(0), y1: top, y2: height - bottom }));
  for (const mark of marks)
    if (mark >= edges[0] && mark <= edges.at(-1))
      chart.append(draw("line", { class: "asked", x1: x(mark), x2: x(mark), y1: 0, y2: height - bottom }));
  appendTicks(
    chart,
    edges[0] * factor,
    edges.at(-1) * factor,
    (value) => x(value / factor),
    height - bottom,
    width,
  );
  return chart;
}

/** Return the share of all paths in each bin, of those with a code where one is given. */
function binned(numbers, edges, codes, code) {
  const shares = new Float64Array(edges.length - 1);
  const [first, width, last] = [edges[0], (edges.at(-1) - edges[0]) / shares.length, edges.at(-1)];
  for (let path = 0; path < numbers.length; path++) {
    const value = numbers[path];
    if ((codes && codes[path] !== code) || !(value >= first && value <= last)) continue;
    shares[Math.min(Math.floor((value - first) / width), shares.length - 1)] += 1 / numbers.length;
  }
  return shares;
}

/** Put round numbers under an axis, as many as there is room for. */
function appendTicks(chart, low, high, x, y, width) {
  const step = roundStep(high - low, Math.max(Math.floor(width / 90), 3));
  const decimals = step < 100 ? (String(Number(step.toPrecision(3))).split(".")[1] ?? "").length : 0;
  for (let place = Math.ceil(low / step - 1e-9); place <= high / step + 1e-9; place++) {
    const at = x(place * step);
    const text = grouped((place * step).toFixed(decimals).replace(/^-(?=[0.]*$)/, ""));
    const half = textWidth(text) / 2;
    chart.append(draw("line", { class: "axis", x1: at, x2: at, y1: y, y2: y + 4 }));
    if (at >= half && at <= width - half)
      chart.append(draw("text", { class: "tick", x: at, y: y + 18, "text-anchor": "middle" }, text));
  }
}
