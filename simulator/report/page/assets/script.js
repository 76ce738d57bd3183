"use strict";
// Selectors of company and metric, and reading of values off a chart. Without this script everything is shown.
(() => {
  const words = document.body.dataset;
  const make = (tag, text, kind) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  const choice = (section, name, title, options, first, choose) => {
    const set = make("fieldset");
    set.append(make("legend", title));
    for (const [value, text] of [["", words.all], ...options]) {
      const label = make("label");
      const input = make("input");
      input.type = "radio";
      input.name = `${section.id}-${name}`;
      input.value = value;
      input.checked = value === first;
      input.addEventListener("change", () => choose(value));
      label.append(input, text);
      set.append(label);
    }
    return set;
  };

  const distinct = (nodes, key) => {
    const found = new Map();
    for (const node of nodes) if (!found.has(node.dataset[key])) found.set(node.dataset[key], node.dataset.title);
    return [...found];
  };

  // A quantity that the chosen company does not have is shown for all.
  const chooseCompany = (charts, value) => {
    for (const chart of charts) {
      const figures = [...chart.querySelectorAll("figure")];
      const there = figures.some((figure) => figure.dataset.entity === value);
      for (const figure of figures) {
        const chosen = figure.dataset.entity === value;
        figure.classList.toggle("away", there && !chosen);
        figure.classList.toggle("chosen", chosen);
      }
    }
  };

  for (const section of document.querySelectorAll("section.choose")) {
    const charts = [...section.querySelectorAll(".charts")];
    const figures = [...section.querySelectorAll("figure")];
    const bar = make("div", "", "selector");
    const entities = distinct(figures, "entity");
    const lead = section.querySelector("figure.first")?.dataset.entity ?? "";
    chooseCompany(charts, lead);
    if (entities.length > 1)
      bar.append(
        choice(section, "company", words.company, entities, lead, (value) => chooseCompany(charts, value)),
      );
    const metrics = distinct(charts, "metric");
    if (metrics.length > 1)
      bar.append(
        choice(section, "metric", words.metric, metrics, "", (value) => {
          for (const chart of charts) {
            const away = value !== "" && chart.dataset.metric !== value;
            chart.classList.toggle("away", away);
            for (let next = chart.nextElementSibling; next && !next.classList.contains("charts") && next.matches(".scroll, .sideways, .note"); next = next.nextElementSibling)
              next.classList.toggle("away", away);
          }
        }),
      );
    const before = section.querySelector(".charts");
    if (before && bar.childElementCount) before.before(bar);
    if (before && section.querySelector("[data-points]")) before.before(make("p", words.hover, "note hover"));
  }

  // A table that is wider than its box says so, above it.
  const hint = (box) => {
    const wide = box.scrollWidth > box.clientWidth + 1;
    const before = box.previousElementSibling;
    const there = before?.classList.contains("sideways");
    if (wide && !there) box.before(make("p", words.scroll, "sideways"));
    if (!wide && there) before.remove();
    box.classList.toggle("wide", wide);
  };
  const boxes = new ResizeObserver((entries) => entries.forEach((entry) => hint(entry.target)));
  for (const box of document.querySelectorAll(".scroll")) {
    hint(box);
    boxes.observe(box);
  }

  for (const figure of document.querySelectorAll("figure[data-points]")) {
    const points = figure.dataset.points.split("\n").map((row) => {
      const [place, text] = row.split("\t");
      return [Number(place), text];
    });
    const read = make("p", "", "read");
    read.setAttribute("aria-live", "polite");
    let at = -1;
    const show = (index) => {
      at = Math.min(Math.max(index, 0), points.length - 1);
      read.textContent = points[at][1];
      for (const svg of figure.querySelectorAll("svg[data-plot]")) {
        const [left, right, top, bottom] = svg.dataset.plot.split(" ").map(Number);
        const cursor = svg.querySelector(".cursor") || svg.appendChild(document.createElementNS(svg.namespaceURI, "line"));
        const x = left + points[at][0] * (right - left);
        for (const [name, value] of [["class", "cursor"], ["x1", x], ["x2", x], ["y1", top], ["y2", bottom]])
          cursor.setAttribute(name, value);
      }
    };
    for (const svg of figure.querySelectorAll("svg[data-plot]")) {
      svg.tabIndex = 0;
      svg.addEventListener("pointermove", (event) => {
        const box = svg.getBoundingClientRect();
        const [left, right] = svg.dataset.plot.split(" ").map(Number);
        const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
        const place = (x - left) / (right - left);
        let nearest = 0;
        points.forEach(([other], index) => {
          if (Math.abs(other - place) < Math.abs(points[nearest][0] - place)) nearest = index;
        });
        show(nearest);
      });
      svg.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        show(at < 0 ? 0 : at + step);
      });
    }
    figure.append(read);
  }
})();
