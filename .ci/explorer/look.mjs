// Drives the explorer in a real browser: node look.mjs PROGRAM FOLDER REPORT-A REPORT-B
// The reports are folders of `certify`: A of the reference, B of one with the fault canceled-signs and another answer to
// RevokeSigningProfile/canceled. Screenshots go into FOLDER. Each test fails on a console error or warning, an uncaught error, or a
// request to another origin.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [program, folder, reportA, reportB] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };
const SCHEMES = ["light", "dark"];
const started = [];

/** Starts the program, which says where it listens; the address. */
async function start(...options) {
  const environment = { ...process.env, NO_COLOR: "1" };
  for (const name of Object.keys(environment)) if (/^(AWS|SIGNER)_/.test(name)) delete environment[name];
  const child = spawn(program, options, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let errors = "";
  child.stderr.on("data", (text) => { errors += text; });
  for await (const line of createInterface({ input: child.stdout })) {
    const found = line.match(/^listening on (http:\S+)/);
    if (found) return { child, base: found[1] };
  }
  throw new Error(`${options.join(" ")} does not listen: ${errors}`);
}

/** A page that remembers what must not happen on it. */
async function open(browser, options = {}) {
  const { size = "desktop", scheme = "light", ...rest } = options;
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, ...rest });
  const page = await context.newPage();
  page.wrong = [];
  page.on("console", (entry) => {
    if (["error", "warning"].includes(entry.type()) && !(page.mayFail && /Failed to load resource/.test(entry.text()))) {
      page.wrong.push(`console: ${entry.text()}`);
    }
  });
  page.on("pageerror", (error) => page.wrong.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) page.wrong.push(`asks another origin: ${request.url()}`);
  });
  page.on("response", async (response) => {
    const text = await response.text().catch(() => "");
    for (const secret of SECRETS) if (text.includes(secret)) page.wrong.push(`${response.url()} tells ${secret}`);
  });
  return page;
}

const SECRETS = ["owner-secret-for-tests-only", "other-secret-for-tests-only", "AWS4-HMAC-SHA256", "x-amz-security-token"];

/** What a page of ours has: no violation, nothing beyond the right edge. */
async function sound(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`), [], page.url());
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert(wide <= screen, `${page.url()} is ${wide} wide on a screen of ${screen}`);
}

/** Takes an answer by mouse. */
async function take(page, call, reply) {
  const before = page.url();
  await page.locator(`.choice:has(h3:text-is("${call}")) a.take`).filter({ hasText: reply }).first().click();
  await page.waitForFunction((before) => location.href !== before, before);
}

/** Takes an answer by its key. */
async function press(page, call, reply) {
  const before = page.url();
  const key = await page.locator(`.choice:has(h3:text-is("${call}")) a.take`).filter({ hasText: reply }).first().getAttribute("aria-keyshortcuts");
  await page.keyboard.press(key);
  await page.waitForFunction((before) => location.href !== before, before);
}

const PUT = ["PutSigningProfile p0 on Lambda", "created"];
const CANCEL = ["CancelSigningProfile p0", "done"];
const START = ["StartSigningJob j0 with p0 over an object", "j0"];
const REVOKE = ["RevokeSigningProfile p0 in its version from an hour ago", "done"];

async function walk(page, scope, ...steps) {
  await page.goto(`${base}/${scope}/walk`);
  for (const [call, reply] of steps) await take(page, call, reply);
}

/** The answer of the server itself, with any headers. */
function raw(method, path, headers = {}, body = "") {
  return new Promise((resolve, reject) => {
    const request = http.request(base + path, { method, headers: { "content-length": Buffer.byteLength(body), ...headers } }, (response) => {
      let text = "";
      response.on("data", (part) => { text += part; });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}
const json = async (path) => JSON.parse((await raw("GET", path)).text);
/** The twin of a page whose search may go on, once it has ended. */
async function found(path) {
  for (;;) {
    const twin = await json(path);
    if (twin.progress.ended) return twin;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const median = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)];

const TESTS = {
  async "the first page lists every scope, and each opens under its name"(browser) {
    const page = await open(browser);
    await page.goto(base);
    const scopes = await page.locator("#scopes tbody th a").allTextContents();
    assert(scopes.length >= 11, scopes.join());
    for (const scope of scopes) {
      await page.goto(`${base}/${scope}/walk`);
      assert.match(await page.title(), new RegExp(`^Walk: ${scope}, (current|2019-05-22) `));
    }
    return page;
  },

  async "a revoked profile is reached by mouse, and by keyboard alone"(browser) {
    for (const size of Object.keys(SIZES)) {
      const page = await open(browser, { size });
      await walk(page, "profiles", PUT, REVOKE);
      assert.match(await page.locator(".card .changed").first().innerText(), /status[\s\S]*Active[\s\S]*Revoked/);
      await page.goto(`${base}/profiles/walk`);
      await press(page, ...PUT);
      await press(page, ...REVOKE);
      assert.match(await page.locator(".card").innerText(), /Revoked/);
      assert.match(await page.locator("#said").textContent(), /Step 2: p0: Active → Revoked/);
      assert.deepEqual(page.wrong, []);
    }
  },

  async "few calls change anything, and the others say why they do not"(browser) {
    const page = await open(browser);
    await walk(page, "joint", PUT, START, CANCEL);
    const calls = await page.locator(".choice").count();
    assert(calls >= 3 && calls <= 6, `${calls} calls`);
    const idle = page.locator("details[data-key=idle] > ul > li");
    assert(await idle.count() > 30);
    for (const reason of await idle.locator(".reason").all()) {
      assert.equal(await reason.locator(":scope > a.rule-id, :scope > details.why").count(), 1);
    }
    // Where a rule is named first it unfolds to what it says; refusals that have a reason come first.
    assert.match(await idle.first().locator(".reason").textContent(), /Exception/);
    return page;
  },

  async "an answer unfolds to the sentence of the ledger, and none that a source speaks against can be taken"(browser) {
    const page = await open(browser);
    await walk(page, "joint", PUT, START, CANCEL);
    const answer = page.locator(".answer").first();
    assert.match(await answer.locator(".standing").innerText(), /documented|inferred|modelled|observed|open/);
    await answer.locator(".why summary").click();
    const id = await answer.locator(".why code").innerText();
    const sentence = await answer.locator(".why p").first().innerText();
    assert((await raw("GET", `/requirement?id=${encodeURIComponent(id)}`)).text.includes(sentence.replaceAll("&", "&amp;").replaceAll("<", "&lt;")));
    assert(await page.locator("details[data-key=against] li").count() > 0);
    assert.equal(await page.locator("details[data-key=against] a:not(.rule-id)").count(), 0);
    return page;
  },

  async "undo, redo, back and forward give the same page, and search, scroll and focus stay"(browser) {
    const page = await open(browser);
    await walk(page, "joint", PUT, START);
    await page.locator(".tools #q").fill("profile");
    await page.waitForURL(/q=profile/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "q", "one goes on typing");
    await page.locator(".choices a.take").first().focus();
    const [url, main] = [page.url(), await page.locator("main").innerText()];
    await page.evaluate(() => scrollTo(0, 200));
    const scrolled = await page.evaluate(() => scrollY);
    await page.keyboard.press("u");
    await page.waitForURL(/at=1/);
    assert(page.url().includes("q=profile"));
    assert.equal(await page.evaluate(() => scrollY), scrolled);
    assert.equal(await page.evaluate(() => document.activeElement.matches("a.take, #main")), true, "focus stays on the list");
    await page.keyboard.press("r");
    await page.waitForURL((there) => !there.search.includes("at="));
    assert.equal(await page.locator("main").innerText(), main);
    await page.goBack();
    await page.waitForFunction(() => document.querySelector("#state-title").textContent.includes("step 1"));
    await page.goForward();
    await page.waitForFunction((main) => document.querySelector("main").innerText === main, main);
    assert.equal(page.url(), url);
    return page;
  },

  async "a link opens the same view elsewhere, and a bad one says so"(browser) {
    const page = await open(browser);
    await walk(page, "joint", PUT, START);
    const other = await open(browser, { size: "desktop" });
    await other.goto(page.url());
    assert.equal(await other.locator("main").innerText(), await page.locator("main").innerText());
    other.mayFail = true;
    await other.goto(page.url().replace(/m=\w+/, "m=00000000"));
    assert.match(await other.locator("[role=alert]").innerText(), /another model/);
    await other.goto(page.url().replace(/t=(\w+)\.\w+/, "t=$1.zzzzzzz"));
    assert.match(await other.locator("[role=alert]").innerText(), /After 1 of its 2 steps/);
    await other.goto(`${base}/joint/walk?t=%3Cscript%3E`);
    assert.match(await other.locator("[role=alert]").innerText(), /names no step/);
    assert.deepEqual(other.wrong, []);
    return page;
  },

  async "one goes on otherwise from an earlier step, and both continuations are there"(browser) {
    const page = await open(browser);
    await walk(page, "joint", PUT, START, CANCEL);
    await page.locator(".steps li a").nth(1).click();
    await page.waitForURL(/at=1/);
    await take(page, ...REVOKE);
    const branch = page.locator(".branch a").first();
    assert.match(await branch.innerText(), /StartSigningJob j0 .* and 1 more/);
    await branch.click();
    await page.waitForFunction(() => document.querySelectorAll(".steps li").length === 4);
    assert.match(await page.locator(".branch").innerText(), /RevokeSigningProfile/);
    return page;
  },

  async "a counterexample opens at the step that departs, and gives the same program again"(browser) {
    const page = await open(browser);
    await page.goto(base);
    await page.locator("section", { hasText: "Report B" }).locator("details a", { hasText: /StartSigningJob/ }).first().click();
    await page.waitForURL(/trace/);
    const row = page.locator("tr.departs");
    assert(await row.isVisible());
    const box = await row.boundingBox();
    assert(box.y + box.height <= SIZES.desktop.height, "it is seen without scrolling");
    assert.match(await page.locator(".departure").innerText(), /F\d+[\s\S]*permitted[\s\S]*observed[\s\S]*StartSigningJob\//i);
    assert.match(await page.locator(".departure .source").innerText(), /\w/);
    const link = page.url().replace("/trace?", "/export.json?").slice(base.length);
    const written = (await raw("GET", link)).text;
    await page.goto(`${base}/#open`);
    await page.locator("#text").fill(written);
    await page.locator("form[action='/open'] button").first().click();
    await page.waitForURL(/trace/);
    assert.equal((await raw("GET", page.url().replace("/trace?", "/export.json?").slice(base.length))).text, written);
    await page.locator("a", { hasText: "Walk on from here" }).click();
    await page.waitForURL(/walk/);
    return page;
  },

  async "a service beside is judged: as the trace, another branch, a departure at its member"(browser) {
    const page = await open(browser);
    await walk(page, "jobs", PUT, CANCEL);
    await page.locator("details[data-key=idle] > summary").click();
    await page.locator("details[data-key=idle] li", { hasText: "StartSigningJob j0 with p0 over an object" }).first().locator("a:not(.rule-id)").first().click();
    await page.waitForFunction(() => document.querySelectorAll(".steps li").length === 4);
    await page.locator("#live a").click();
    await page.waitForURL(/targets/);
    await page.locator("main li a", { hasText: "the reference implementation" }).click();
    await page.waitForURL(/live=reference/);
    const marks = async () => (await page.locator(".told strong").allTextContents()).join();
    if ((await marks()).includes("another branch")) {
      await page.locator(".steps a", { hasText: "follow it" }).first().click();
      await page.waitForFunction(() => !document.querySelector(".told.another-branch"));
    }
    assert.equal(await marks(), "as the trace,as the trace,as the trace");
    await page.locator("#live a").click();
    await page.locator("#find").fill("canceled-signs");
    await page.keyboard.press("Enter");
    await page.waitForURL(/find=canceled-signs/);
    await page.locator("main li a", { hasText: "canceled-signs" }).first().click();
    await page.waitForURL(/canceled-signs.*|live=fault/);
    await page.locator(".told.departs").waitFor();
    assert.match(await page.locator(".departure").innerText(), /\/jobId/);
    return page;
  },

  async "the endpoint is asked when one says so, and not before"(browser) {
    const page = await open(browser);
    await page.goto(`${base}/profiles/walk?live=endpoint`);
    await take(page, ...PUT);
    assert.equal(await page.locator(".told").count(), 0);
    await page.keyboard.press("l");
    await page.locator(".told.as-the-trace").waitFor();
    return page;
  },

  async "worlds that were not told apart show as several, and an answer tells which it is"(browser) {
    const page = await open(browser);
    await walk(page, "profiles", PUT, CANCEL);
    await page.locator(".unheard a").first().click();
    await page.waitForFunction(() => /2 worlds/.test(document.querySelector("#state").innerText));
    assert.match(await page.locator(".card .differs").first().innerText(), /Canceled or Revoked|Revoked or Canceled/);
    await page.locator(".choice:has(h3:text-is('GetSigningProfile p0')) a.take").filter({ hasText: "Canceled" }).first().click();
    await page.waitForFunction(() => !/2 worlds/.test(document.querySelector("#state").innerText));
    return page;
  },

  async "reports are laid over, and one walks as a target answers"(browser) {
    const page = await open(browser);
    await walk(page, "profiles", PUT, CANCEL);
    const marks = await page.locator(".choice .marks").allInnerTexts();
    assert(marks.some((text) => /✓ A did this|A did this/.test(text)), marks.join(" | "));
    assert(marks.some((text) => /B answered otherwise/.test(text) && /A did this/.test(text)), marks.join(" | "));
    await page.locator(".tools a", { hasText: "as B answers" }).click();
    await page.waitForURL(/as=B/);
    assert.match(await page.locator("details[data-key=elsewhere] > summary").innerText(), /that B does not give here/);
    await page.goto(`${base}/unreached?report=B`);
    assert.match(await page.locator("main").innerText(), /transitions of the model were reached/);
    await page.goto(`${base}/differences`);
    assert.match(await page.locator("#points").innerText(), /RevokeSigningProfile\/canceled/);
    return page;
  },

  async "the map holds every state in few groups, and a group leads into itself"(browser) {
    for (const scope of ["profiles", "permissions", "jobs", "tags", "revocation", "pagination", "jobs-2019"]) {
      const { grid } = await found(`/${scope}/map.json`);
      const cells = grid.rows.flatMap((row) => row.cells).filter(Boolean);
      assert(cells.length <= 60, `${scope}: ${cells.length}`);
      const { found: checked } = await found(`/${scope}/check.json`);
      assert.equal(cells.reduce((sum, cell) => sum + cell.states, 0), checked.unique, scope);
    }
    const page = await open(browser, { size: "phone" });
    await walk(page, "jobs", PUT, START);
    await page.keyboard.press("m");
    await page.locator(".grid td.here").waitFor();
    const wanted = page.locator(".grid td.near a").last();
    const label = (await wanted.textContent()).split(":")[0];
    await wanted.click();
    await page.waitForURL(/walk/);
    await page.keyboard.press("m");
    await page.locator(".grid td.here").waitFor();
    assert((await page.locator(".grid td.here a").textContent()).startsWith(`${label}:`));
    assert.match(await page.locator("#lives").innerText(), /p0 is at \w+/);
    return page;
  },

  async "two traces stand side by side, and a pasted link is one of them"(browser) {
    const page = await open(browser);
    await walk(page, "jobs", PUT, CANCEL);
    const link = page.url();
    await walk(page, "jobs", PUT, START);
    await page.keyboard.press("t");
    await page.waitForURL(/trace/);
    await page.locator("#link").fill(link);
    await page.locator("button", { hasText: "Side by side" }).click();
    await page.waitForURL(/beside/);
    assert.match(await page.locator("tr.first").innerText(), /first difference/);
    await page.locator("a", { hasText: "Swap them" }).click();
    await page.waitForFunction(() => /CancelSigningProfile/.test(document.querySelector("tr.first th").innerText));
    return page;
  },

  async "on a phone the thumb reaches undo, the map and the service"(browser) {
    const page = await open(browser, { size: "phone" });
    await walk(page, "jobs", PUT, CANCEL);
    const bar = page.locator("nav.thumb");
    const box = await bar.boundingBox();
    assert(box.y + box.height >= SIZES.phone.height - 1, "it is at the bottom");
    assert.match(await bar.innerText(), /step 2 of 2/);
    await bar.locator("a", { hasText: "Undo" }).click();
    await page.waitForFunction(() => /step 1 of 2/.test(document.querySelector("nav.thumb").innerText));
    await bar.locator("a", { hasText: "Map" }).click();
    await page.waitForURL(/map/);
    const desktop = await open(browser);
    await walk(desktop, "jobs", PUT);
    assert(!await desktop.locator("nav.thumb").isVisible(), "larger screens have it elsewhere");
    await desktop.context().close();
    return page;
  },

  async "a check tells how far it is and stops, and a wrong definition shows its counterexample"(browser) {
    const page = await open(browser);
    await page.goto(`${base}/joint/check`);
    await page.locator("button", { hasText: "Start the check" }).click();
    // A fast machine has visited the scope in a second, so Stop is pressed in the frame that shows the first states.
    await page.waitForFunction(() => {
      const states = document.querySelector("#watched") && document.querySelector("[data-progress=states]");
      if (!states || Number(states.textContent.replace(/\D/g, "")) < 1000) return false;
      [...document.querySelectorAll("button")].find((button) => button.textContent.includes("Stop")).click();
      return true;
    });
    await page.waitForFunction(() => /was stopped at/.test(document.querySelector("main").innerText), null, { timeout: 5000 });
    await page.goto(`${base}/#wrong`);
    await page.locator("#wrong a", { hasText: "upsert" }).click();
    await page.locator(".broken").first().waitFor();
    assert.match(await page.locator(".verdict").innerText(), /4 of \d+ properties fail/);
    await page.locator(".broken a", { hasText: "see the counterexample" }).first().click();
    await page.waitForURL(/upsert\/trace/);
    assert(await page.locator(".trace tbody tr").count() >= 3);
    return page;
  },

  async "every view is sound on both screens, in both schemes, and is kept as a picture"(browser) {
    const revoked = (await raw("GET", "/jobs/goto?to=property:a+canceled+profile's+job+succeeds")).headers.location;
    const query = revoked.split("?")[1];
    const views = {
      start: "/", walk: revoked, trace: `/jobs/trace?${query}&live=fault:canceled-signs`, map: `/jobs/map?${query}`,
      pair: `/jobs/map?${query}&axis=pair`, beside: `/jobs/beside?${query}&b=${new URLSearchParams(query).get("t").split(".").slice(0, 2).join(".")}`, check: "/upsert/check",
      targets: "/jobs/targets", help: "/help", requirement: "/requirement?id=PutSigningProfile/name-taken", unreached: "/unreached?report=B",
      differences: "/differences",
    };
    mkdirSync(folder, { recursive: true });
    for (const size of Object.keys(SIZES)) {
      for (const scheme of SCHEMES) {
        const page = await open(browser, { size, scheme });
        for (const [name, path] of Object.entries(views)) {
          await page.goto(base + path);
          await sound(page);
          const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).every((part) => part > 128));
          assert.equal(light, scheme === "light", `${path} is not ${scheme}`);
          await page.screenshot({ path: `${folder}/${name}-${size}-${scheme}.png` });
        }
        assert.deepEqual(page.wrong, []);
        await page.context().close();
      }
    }
  },

  async "it can be read in forced colours, at 200 %, and without motion, and Tab follows the eye"(browser) {
    const page = await open(browser, { forcedColors: "active", reducedMotion: "reduce", viewport: { width: 640, height: 430 } });
    await walk(page, "joint", PUT);
    await sound(page);
    // From the top again, as the focus stayed where the step was taken.
    await page.goto(page.url());
    const places = [];
    for (let at = 0; at < 40; at += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        const section = document.activeElement.closest("header, #state, #next, #trace");
        return { section: section?.id || section?.tagName, html: document.activeElement.outerHTML.slice(0, 100), outline: style.outlineStyle !== "none" && style.outlineWidth !== "0px" };
      });
      if (seen.html.startsWith("<body")) continue;
      assert(seen.outline, `the focus is not seen on ${seen.html}`);
      places.push(seen.section);
    }
    const order = places.filter((place, at) => place && place !== places[at - 1]);
    assert.deepEqual(order.slice(0, 3), ["HEADER", "state", "next"], order.join());
    return page;
  },

  async "without its script one walks, goes back and opens links"(browser) {
    const page = await open(browser, { javaScriptEnabled: false });
    await page.goto(`${base}/profiles/walk`);
    await page.locator(`.choice:has(h3:text-is("${PUT[0]}")) a.take`).first().click();
    assert.match(await page.locator("#state").innerText(), /Active/);
    const url = page.url();
    await page.locator("#undo").click();
    assert.match(await page.locator("#state").innerText(), /Nothing was made yet/);
    await page.goto(url);
    assert.match(await page.locator("#state").innerText(), /Active/);
    await page.locator("#to").selectOption({ label: "p0 is Revoked" });
    await page.locator(".jump button").click();
    assert.match(await page.locator("#state").innerText(), /Revoked/);
    return page;
  },

  async "foreign hosts, origins and forms are refused, and every page has its policy"() {
    assert([403, 421].includes((await raw("GET", "/", { host: "evil.example" })).status));
    assert.equal((await raw("POST", "/tags/check", { origin: "http://evil.example" }, "token=x")).status, 403);
    assert.equal((await raw("POST", "/tags/check", {}, "token=x")).status, 403);
    for (const path of ["/", "/tags/walk", "/tags/trace", "/tags/map", "/tags/check", "/nope/walk", "/assets/explorer.js"]) {
      assert.match((await raw("GET", path)).headers["content-security-policy"], /default-src 'none'/, path);
    }
  },

  async "a step is quick"(browser) {
    const page = await open(browser);
    const deep = (await raw("GET", "/joint/goto?to=property:a+signature+is+revoked")).headers.location;
    let at = deep.replace("/walk?", "/walk.json?");
    for (let depth = 0; depth < 40; depth += 1) {
      const { next } = await json(at);
      const link = [...next.calls, ...next.idle].flatMap((choice) => choice.answers).find((answer) => answer.link)?.link;
      at = link.replace("/walk?", "/walk.json?");
    }
    const url = at.replace("/walk.json?", "/walk?");
    const times = [];
    for (let turn = 0; turn < 50; turn += 1) {
      const begin = performance.now();
      await raw("GET", url);
      times.push(performance.now() - begin);
    }
    await page.goto(base + url);
    const paints = [];
    for (let turn = 0; turn < 20; turn += 1) {
      paints.push(await page.evaluate(() => new Promise((resolve) => {
        const begin = performance.now();
        const seen = new MutationObserver(() => {
          seen.disconnect();
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begin)));
        });
        seen.observe(document.body, { childList: true });
        document.querySelector("a.take[href]").click();
      })));
    }
    console.log(`explorer: a step at depth 40 of joint takes ${median(times).toFixed(1)} ms from asking to the whole page, and ` +
      `${median(paints).toFixed(0)} ms from click to painted (medians)`);
    return page;
  },

  async "Ctrl-C ends it at once, whatever goes on"() {
    const { child, base: there } = await start("explore", "--listen", "127.0.0.1:0");
    const page = await (await fetch(`${there}/joint/check`)).text();
    const token = page.match(/name="token" value="(\w+)"/)[1];
    await fetch(`${there}/joint/check`, { method: "POST", body: new URLSearchParams({ token }), redirect: "manual" });
    const put = await (await fetch(`${there}/jobs/walk.json`)).json();
    const link = put.next.calls[0].answers[0].link;
    const asked = fetch(`${there}${link}&live=reference`).catch(() => null);
    const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal || code)));
    child.kill("SIGINT");
    const late = new Promise((resolve) => setTimeout(() => resolve("late"), 5000));
    const how = await Promise.race([ended, late]);
    assert(how === "SIGINT" || how === 130, `it ends with ${how}`);
    await asked;
  },

  async "these tests notice a page that is broken"(browser) {
    const breakings = {
      "a missing label": (text) => text.replace('<label for="q">Search</label>', ""),
      "an image from elsewhere": (text) => text.replace("<main", '<img alt="" src="http://127.0.0.1:9/x.png"><main'),
      "a script that throws": (text) => text.replace("</head>", '<script src="/assets/broken.js"></script></head>'),
      "a page that is too wide": (text) => text.replace("<main", '<pre class="wide">' + "x".repeat(20) + "</pre><main"),
    };
    for (const [what, change] of Object.entries(breakings)) {
      const page = await open(browser, { size: "phone" });
      await page.route("**/assets/broken.js", (route) => route.fulfill({ contentType: "text/javascript", body: "throw new Error('on purpose')" }));
      await page.route("**/assets/style.css", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${await response.text()}\n.wide { width: 900px; }` });
      });
      await page.route("**/profiles/walk", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: change(await response.text()) });
      });
      await page.goto(`${base}/profiles/walk`);
      const noticed = await sound(page).then(() => page.wrong.length > 0, () => true);
      assert(noticed, `${what} goes unnoticed`);
      await page.context().close();
    }
  },
};

let base = "";
let failed = 0;
const begin = performance.now();
const service = await start("serve", "--listen", "127.0.0.1:0");
({ base } = await start("explore", "--listen", "127.0.0.1:0", "--threads", "1", "--endpoint", service.base, "--report", `A=${reportA}`, `B=${reportB}`));
const options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: options });
try {
  for (const [name, test] of Object.entries(TESTS)) {
    if (process.env.ONLY && !name.includes(process.env.ONLY)) continue;
    try {
      const page = await test(browser);
      if (page) assert.deepEqual(page.wrong, []);
      console.log(`explorer: ok: ${name}`);
    } catch (error) {
      failed += 1;
      console.error(`explorer: FAILED: ${name}\n  ${error.message.split("\n").slice(0, 12).join("\n  ")}`);
    }
    for (const context of browser.contexts()) await context.close();
  }
} finally {
  await browser.close();
  for (const child of started) child.kill("SIGTERM");
}
console.log(`explorer: ${Object.keys(TESTS).length - failed} of ${Object.keys(TESTS).length} hold, in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
process.exit(failed ? 1 : 0);
