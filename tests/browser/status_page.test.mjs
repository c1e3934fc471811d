// The status page in Chromium, against the real exporter and the simulator.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { chromium } from "playwright-core";

import { startExporter, startSimulator } from "./programs.mjs";

const HOSTILE = `<img src=x onerror="document.title='owned'">&amp;'"`;
const PAST_SECONDS = 100000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Where pictures go, for people to look at.
const PICTURES = process.env.CODEARTS_PICTURES;

let simulator;
let exporter;
let browser;
let context;
let page;
let troubles;
let project;

async function open(options = {}, path = "") {
  if (context) await context.close();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  page = await context.newPage();
  troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  await page.goto(exporter.url + path);
  if (options.javaScriptEnabled !== false) await page.waitForSelector("#table[data-live]");
}

const names = () => page.locator("#table tbody tr th").evaluateAll(
  (cells) => cells.map((cell) => cell.firstChild.textContent));

const UNIT = "(?:[dhms]| (?:天|小时|分|秒))";
const SPAN = `(?:&lt;|不到 )?\\d+${UNIT}(?: \\d+${UNIT})?`;

// What every row holds, but for spans that go on while the test runs.
const cells = () => page.locator("#table tbody tr").evaluateAll((rows, pattern) => rows.map((row) => {
  const goesOn = row.querySelector(".busy, .wait");
  const span = new RegExp(goesOn ? pattern : `${pattern}(?: ago|前)`, "g");
  return [row.className, ...[...row.cells].map((cell) => cell.innerHTML.replaceAll(span, "SPAN"))];
}), SPAN);

// A picture of the whole page. Names the state, the theme and the width.
async function draw(name) {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

// Pipelines in every state that the page tells apart.
async function fill() {
  const add = (name) => simulator.post("/_sim/pipelines",
    { project, name, interval_seconds: 0, stages: [{ name: "Build", jobs: ["compile"] }, { name: "Ship", jobs: ["roll out"] }] });
  const run = ({ pipeline_id: id }, plan) => simulator.post(`/_sim/pipelines/${id}/runs`, plan);
  const broken = await add("deploy-gateway");
  const good = await add("build-web");
  const running = await add("release-api");
  const waiting = await add("发布-订单");
  await add("never-used");
  const hostile = await add(HOSTILE);
  for (let i = 0; i < 6; ++i) await run(good, { outcome: "success", duration_seconds: 100 + i });
  await run(broken, { outcome: "success", duration_seconds: 60 });
  await run(hostile, { outcome: "failure", duration_seconds: 30 });
  await simulator.post("/_sim/advance", { seconds: PAST_SECONDS - 1800 });
  await run(broken, { outcome: "failure", duration_seconds: 90, stage: 1 });
  await simulator.post("/_sim/advance", { seconds: 300 });
  await run(running, { outcome: "success", duration_seconds: 36000 });
  await run(waiting, { outcome: "success", duration_seconds: 36000, pause_seconds: 30000 });
  await simulator.post("/_sim/advance", { seconds: 1500 });
}

before(async () => {
  // The virtual clock stands still, and ends up where the real one is.
  const start = new Date(Date.now() - PAST_SECONDS * 1000).toISOString();
  simulator = await startSimulator("--projects=0", "--pipelines=0", "--run-interval=0s", "--time-scale=0",
    `--start=${start}`);
  ({ id: project } = await simulator.post("/_sim/projects", { name: "payments", pipelines: 0 }));
  await fill();
  exporter = await startExporter(simulator, [project]);
  await exporter.scrape();
  browser = await chromium.launch({ executablePath: process.env.CODEARTS_CHROMIUM, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  await exporter?.stop();
  await simulator?.stop();
});

beforeEach(() => open());

// Covers violations of the CSP too: the browser reports them as errors.
afterEach(() => assert.deepEqual(troubles, []));

test("shows what is broken first, and where", async () => {
  assert.equal(await page.title(), "CodeArts Pipeline exporter");
  assert.deepEqual((await names()).slice(0, 2).sort(), [HOSTILE, "deploy-gateway"].sort());
  const row = page.locator("#table tbody tr", { hasText: "deploy-gateway" });
  assert.match(await row.textContent(), /Failed.*Ship/);
});

test("keeps hostile names inert", async () => {
  assert.equal(await page.locator("#table img").count(), 0);
  await page.fill("#q", HOSTILE);
  assert.deepEqual(await names(), [HOSTILE]);
});

test("filters by name and by state", async () => {
  await page.fill("#q", "RELEASE");
  assert.deepEqual(await names(), ["release-api"]);
  assert.equal(await page.textContent("#count"), "1 of 6 pipelines");
  await page.fill("#q", "");
  await page.selectOption("#show", "never");
  assert.deepEqual(await names(), ["never-used"]);
  await page.click('[data-show="all"]');
  assert.equal((await names()).length, 6);
});

test("sorts by keyboard, and says so", async () => {
  await page.focus('[data-sort="pipeline"]');
  await page.keyboard.press("Enter");
  const ascending = await names();
  await page.keyboard.press("Enter");
  assert.deepEqual(await names(), ascending.toReversed());
  assert.equal(await page.getAttribute('th:has([data-sort="pipeline"])', "aria-sort"), "descending");
});

test("remembers filter and order in its address", async () => {
  await page.selectOption("#show", "broken");
  await page.click('[data-sort="when"]');
  const before = await names();
  await page.reload();
  await page.waitForSelector("#table[data-live]");
  assert.deepEqual(await names(), before);
});

for (const locale of ["en-GB", "zh-CN"]) {
  test(`writes the same rows with and without its script: ${locale}`, async () => {
    await open({ locale });
    const scripted = await cells();
    await open({ locale, javaScriptEnabled: false });
    assert.deepEqual(await cells(), scripted);
  });
}

test("filters and sorts without scripts", async () => {
  await open({ javaScriptEnabled: false });
  await page.fill("#q", "e");
  await page.selectOption("#show", "healthy");
  await page.click("button[type=submit]");
  await page.click('[data-sort="pipeline"]');
  assert.deepEqual(await names(), ["build-web", "release-api", "发布-订单"]);
});

test("refreshes by itself", async () => {
  await page.clock.install();
  await page.reload();
  await page.waitForSelector("#table[data-live]");
  const { pipeline_id: id } = await simulator.post("/_sim/pipelines", { project, name: "added-later", interval_seconds: 0 });
  await exporter.scrape();
  await page.clock.runFor(16000);
  await page.waitForSelector("#table tbody th:text('added-later')");
  await simulator.post(`/_sim/pipelines/${id}/delete`, {});
  await exporter.scrape();
  await page.clock.runFor(16000);
  await page.waitForSelector("#table tbody th:text('added-later')", { state: "detached" });
});

test("shows errors of a project in words", async () => {
  await simulator.post("/_sim/faults", { endpoint: "list_pipelines", kind: "403", count: 100 });
  await exporter.scrape();
  await page.reload();
  await page.waitForSelector("#table[data-live]");
  assert.match(await page.textContent("#projects"), /failing.*The credential lacks a permission/s);
  assert.equal((await names()).length, 6);
  await draw("failing-light-1280");
  await simulator.deleteAll("/_sim/faults");
  await exporter.scrape();
  await page.reload();
  await page.waitForSelector("#table[data-live]");
  assert.match(await page.textContent("#projects"), /up/);
});

test("says so when the exporter does not answer", async () => {
  await page.clock.install();
  await page.reload();
  await page.waitForSelector("#table[data-live]");
  await page.route("**/api/v1/status", (route) => route.abort());
  await page.clock.runFor(16000);
  await page.waitForSelector("#trouble:text('does not answer')");
  await page.unroute("**/api/v1/status");
  await page.clock.runFor(16000);
  await page.waitForSelector("#trouble", { state: "hidden" });
  // The aborted request itself is the one message that belongs here.
  assert.match(troubles.shift(), /ERR_FAILED/);
});

test("shows all of many pipelines when asked to", async () => {
  const { id } = await simulator.post("/_sim/projects", { name: "many", pipelines: 210 });
  const many = await startExporter(simulator, [id]);
  try {
    await many.scrape();
    await page.goto(many.url);
    await page.waitForSelector("#table[data-live]");
    assert.equal((await names()).length, 200);
    await page.click("#more a");
    assert.equal((await names()).length, 210);
    assert.ok(await page.isHidden("#more"));
  } finally {
    await many.stop();
  }
});

for (const colorScheme of ["light", "dark"]) {
  for (const [locale, word] of [["en-GB", "Failed"], ["zh-CN", "失败"]]) {
    for (const width of [1280, 360]) {
      test(`is accessible: ${colorScheme}, ${locale}, ${width} px`, async () => {
        await open({ colorScheme, locale, viewport: { width, height: 900 } });
        assert.match(await page.textContent("#table"), new RegExp(word));
        await draw(`status-${colorScheme}-${locale}-${width}`);
        const { violations } = await page.evaluate(`${AXE}; axe.run()`);
        assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]), []);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(overflow, 0);
      });
    }
  }
}
