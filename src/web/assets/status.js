// Sorts, filters and refreshes the status page in place. Without it the page works by its links and
// its form. Text from the exporter only ever becomes text nodes.
"use strict";

(() => {
  const REFRESH_MILLISECONDS = 15000;
  const SOURCE = "api/v1/status";

  const table = document.getElementById("table");
  const body = table.tBodies[0];
  const texts = JSON.parse(table.dataset.texts);
  const form = document.querySelector("form");
  const search = document.getElementById("q");
  const filter = document.getElementById("show");
  const trouble = document.getElementById("trouble");
  const keep = document.getElementById("keep");
  const more = document.getElementById("more");

  let pipelines = [];
  let now = 0;
  const order = readOrder();
  let all = new URLSearchParams(location.search).get("all") === "1";

  function readOrder() {
    const query = new URLSearchParams(location.search);
    return { by: query.get("sort") || "urgency", descending: query.get("desc") === "1" };
  }

  // ---- Forms of values: the same as the server writes.

  const fill = (text, ...values) => values.reduce((all, value) => all.replace("{}", value), text);

  function formatSpan(seconds) {
    const units =
      [[86400, texts.days], [3600, texts.hours], [60, texts.minutes], [1, texts.seconds]];
    const whole = Math.floor(seconds);
    if (whole < 1) return texts.underSecond;
    for (let i = 0; i + 1 < units.length; ++i) {
      const [size, form] = units[i];
      const [nextSize, nextForm] = units[i + 1];
      if (whole >= size) {
        const rest = Math.floor((whole % size) / nextSize);
        return `${fill(form, Math.floor(whole / size))} ${fill(nextForm, rest)}`;
      }
    }
    return fill(texts.seconds, whole);
  }

  const formatInstant = (seconds) =>
    new Date(Math.floor(seconds) * 1000).toISOString().replace(".000Z", "Z");

  // ---- Elements.

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children.filter((child) => child !== ""));
    return element;
  }

  const small = (text) => (text === "" ? "" : make("small", {}, text));

  function age(seconds) {
    if (seconds === null) return "";
    const instant = formatInstant(seconds);
    return make("time", { datetime: instant, title: instant },
      fill(texts.ago, formatSpan(now - seconds)));
  }

  function statusCell(pipeline) {
    if (!pipeline.latest_run) return [make("span", { class: "soft" }, texts.neverRun)];
    const status = pipeline.latest_run.status;
    const [look, symbol, word] = texts.statuses[status];
    return [make("span", { class: `status ${look}`, title: status },
      make("span", { "aria-hidden": "true" }, symbol), ` ${word}`)];
  }

  function runCell(pipeline) {
    const run = pipeline.latest_run;
    if (!run) return [];
    const number = `#${run.number}`;
    const link = run.url ? make("a", { href: run.url, rel: "noreferrer" }, number) : number;
    return [link, small(run.branch)];
  }

  function durationCell(pipeline) {
    const run = pipeline.latest_run;
    const usual = pipeline.usual_duration;
    return [run && run.duration !== null ? formatSpan(run.duration) : "",
      small(usual === null ? "" : fill(texts.usual, formatSpan(usual)))];
  }

  function whereCell(pipeline) {
    const run = pipeline.latest_run;
    return run ? [run.stage, small(run.job)] : [];
  }

  function brokenCell(pipeline) {
    const failures = pipeline.consecutive_failures;
    if (pipeline.broken_since === null) return [];
    return [age(pipeline.broken_since), small(failures > 1 ? fill(texts.failures, failures) : "")];
  }

  function activeCell(pipeline) {
    const runs = pipeline.active_runs;
    return [["queued", "running", "paused"].filter((state) => runs[state] > 0)
      .map((state) => fill(texts[state], runs[state])).join(", ")];
  }

  function makeRow(pipeline) {
    const css = ["broken", "paused"].find((name) => pipeline.shown_as.includes(name)) || "";
    const head = make("th", { scope: "row", role: "rowheader" }, pipeline.name,
      small(pipeline.project));
    const cells = [statusCell, runCell, (p) => [age(p.when)], durationCell, whereCell, brokenCell,
      activeCell].map((cell, i) =>
      make("td", { role: "cell", "data-label": texts.labels[i + 1] }, ...cell(pipeline)));
    return make("tr", { class: css, "data-id": pipeline.id, role: "row" }, head, ...cells);
  }

  function projectState(project) {
    const [look, word] = project.up ? ["good", texts.up]
      : project.last_error ? ["bad", texts.failing] : ["", texts.waiting];
    return make("span", { class: `status ${look}` }, word);
  }

  const projectCount = (project) => (project.projects === undefined
    ? String(project.pipelines) : fill(texts.found, project.projects));

  function projectRefresh(project) {
    if (project.last_refresh === null) return [texts.never];
    const took = project.refresh_duration;
    return [age(project.last_refresh),
      small(took === null ? "" : fill(texts.took, formatSpan(took)))];
  }

  function projectError(project) {
    const error = project.last_error;
    if (!error) return [texts.none];
    return [texts.reasons[error.reason], small(error.message), age(error.time)];
  }

  function makeProject(project) {
    const head = make("th", { scope: "row", role: "rowheader" }, project.name, small(project.id));
    const cells = [[projectState(project)], [project.region], [projectCount(project)],
      projectRefresh(project), projectError(project)].map((children, i) =>
      make("td", { role: "cell", "data-label": texts.projectLabels[i + 1] }, ...children));
    const css = project.last_error && !project.up ? "broken" : "";
    return make("tr", { class: css, role: "row" }, head, ...cells);
  }

  function showProjects(status) {
    const sources = [...status.projects, ...status.discoveries];
    document.querySelector("#projects tbody").replaceChildren(...sources.map(makeProject));
  }

  // ---- Filter and order.

  function isShown(pipeline) {
    const wanted = search.value.trim().toLowerCase();
    return (filter.value === "all" || pipeline.shown_as.includes(filter.value)) &&
      (pipeline.name.toLowerCase().includes(wanted) ||
        pipeline.project.toLowerCase().includes(wanted));
  }

  const compareTexts = (a, b) => (a < b ? -1 : Number(a > b));

  const values = {
    pipeline: (p) => `${p.project}\u0000${p.name}`,
    status: (p) => p.latest_run && p.latest_run.status,
    when: (p) => p.when,
    duration: (p) => p.latest_run && p.latest_run.duration,
    broken: (p) => p.broken_since,
  };

  // The exporter sends the pipelines by urgency. What lacks the value stays at the end.
  function sorted() {
    if (order.by === "urgency") return order.descending ? [...pipelines].reverse() : pipelines;
    const valueOf = values[order.by];
    const missing = (p) => Number(valueOf(p) === null);
    const sign = order.descending ? -1 : 1;
    return [...pipelines].sort((a, b) => missing(a) - missing(b) ||
      (missing(a) ? 0 : sign * compareTexts(valueOf(a), valueOf(b))));
  }

  function show() {
    const matching = sorted().filter(isShown);
    const shown = all ? matching : matching.slice(0, Number(table.dataset.limit));
    body.replaceChildren(...shown.map(makeRow));
    more.hidden = shown.length === matching.length;
    document.getElementById("count").textContent =
      fill(texts.shown, shown.length, pipelines.length);
    showTiles();
    showOrder();
  }

  function showTiles() {
    for (const tile of document.querySelectorAll("[data-show]")) {
      const name = tile.dataset.show;
      const count = name === "all" ? pipelines.length
        : pipelines.filter((p) => p.shown_as.includes(name)).length;
      const number = tile.querySelector("strong");
      number.textContent = count;
      number.classList.toggle("bad", name === "broken" && count > 0);
      tile.toggleAttribute("aria-current", false);
      if (name === filter.value) tile.setAttribute("aria-current", "true");
    }
  }

  function showOrder() {
    for (const link of table.querySelectorAll("[data-sort]")) {
      const head = link.closest("th");
      head.removeAttribute("aria-sort");
      if (link.dataset.sort === order.by) {
        head.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      }
    }
  }

  // What is shown can be bookmarked and survives a reload of the page.
  function remember() {
    const query = new URLSearchParams(location.search);
    query.set("show", filter.value);
    query.set("q", search.value);
    query.set("sort", order.by);
    query.set("desc", order.descending ? "1" : "0");
    query.set("all", all ? "1" : "0");
    history.replaceState(null, "", `?${query}`);
  }

  // ---- Refresh.

  async function refresh() {
    try {
      const answer = await fetch(SOURCE, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const status = await answer.json();
      pipelines = status.pipelines;
      now = status.time;
      show();
      showProjects(status);
      trouble.hidden = status.exporter.ready;
    } catch {
      trouble.textContent = texts.refreshFailed;
      trouble.hidden = false;
    }
  }

  // ---- Events.

  function onSort(event) {
    const link = event.target.closest("[data-sort]");
    if (!link) return;
    event.preventDefault();
    order.descending = order.by === link.dataset.sort && !order.descending;
    order.by = link.dataset.sort;
    show();
    remember();
  }

  function onTile(event) {
    const tile = event.target.closest("[data-show]");
    if (!tile) return;
    event.preventDefault();
    filter.value = tile.dataset.show;
    show();
    remember();
  }

  function onMore(event) {
    event.preventDefault();
    all = true;
    show();
    remember();
  }

  function onFilter(event) {
    event.preventDefault();
    show();
    remember();
  }

  async function start() {
    await refresh();
    table.addEventListener("click", onSort);
    document.querySelector(".tiles").addEventListener("click", onTile);
    more.addEventListener("click", onMore);
    form.addEventListener("submit", onFilter);
    search.addEventListener("input", onFilter);
    filter.addEventListener("change", onFilter);
    keep.hidden = false;
    table.dataset.live = "true";
    const box = keep.querySelector("input");
    setInterval(() => {
      if (box.checked && document.visibilityState === "visible") refresh();
    }, REFRESH_MILLISECONDS);
  }

  start();
})();
