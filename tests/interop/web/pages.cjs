// The web page of a service, led by a person in a browser: Chromium (apt) by playwright-core, judged by axe-core and
// html-validate (npm).
//   node pages.cjs NODE_MODULES URL KEY FOLDER [SHOTS]
// FOLDER has people.csv, large.csv. SHOTS: where pictures of every page go.
"use strict";
const fs = require("fs"), path = require("path"), assert = require("assert");
const [modules, base, key, folder, shots] = process.argv.slice(2);
const load = (name) => require(path.join(modules, name));
const { chromium } = load("playwright-core"), axe = load("axe-core");
const { HtmlValidate, StaticConfigLoader } = load("html-validate");
const html = new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:standard"] }));
const begin = Date.now();
const note = (text) => console.log(`${((Date.now() - begin) / 1000).toFixed(1)} s: ${text}`);
const bad = [];

// The API, as programs ask it.
async function ask(method, where, body, headers = {}, want = [200, 201, 202, 204]) {
  const answer = await fetch(base + where, { method, body, redirect: "manual", headers: { Authorization: "Bearer " + key,
    ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}), ...headers } });
  const data = Buffer.from(await answer.arrayBuffer());
  assert([].concat(want).includes(answer.status), `${method} ${where}: ${answer.status} ${data}`);
  return (answer.headers.get("content-type") || "").startsWith("application/json") ? JSON.parse(data) : data;
}
async function over(id) {
  for (;;) {
    const job = await ask("GET", "/v1/operations/" + id);
    if (job.state === "over") return job;
    await new Promise((done) => setTimeout(done, 50));
  }
}
async function run(...request) {
  const job = await over((await ask(...request)).id);
  assert.strictEqual(job.status, "valid", JSON.stringify(job.answer));
}
const csv = { "Content-Type": "text/csv" };

// A browser of its own: nothing may be refused by the policy, asked for elsewhere, said by a dialog, or fail in a script.
async function person(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
  context.setDefaultTimeout(900000); // proofs on a machine that has other work
  const page = await context.newPage();
  page.on("dialog", (d) => { bad.push("a dialog: " + d.message()); d.dismiss(); });
  page.on("pageerror", (e) => bad.push("script: " + e.message));
  page.on("console", (m) => { if (/Content Security Policy|Refused to/.test(m.text())) bad.push("policy: " + m.text()); });
  page.on("request", (r) => { if (!r.url().startsWith(base + "/") && !r.url().startsWith("data:")) bad.push("asks " + r.url()); });
  return { context, page };
}
async function log_in(page, secret, where = "/") {
  await page.goto(base + where);
  assert(page.url().startsWith(base + "/login"), page.url());
  await page.fill("#key", secret);
  await page.click("button.main");
  await page.waitForURL(base + where);
}

// Form and accessibility of the page that is shown.
async function judge(page, name, rules) {
  if (!rules)
    for (const result of (await html.validateString(await (await page.request.get(page.url())).text())).results)
      for (const m of result.messages) bad.push(`${name}: html-validate ${m.ruleId}: ${m.message} (line ${m.line})`);
  await page.evaluate(axe.source);
  const found = await page.evaluate((only) => window.axe.run(document, only ? { runOnly: only } : {}), rules || null);
  if (!found.passes.length) bad.push(`${name}: axe looked at nothing`);
  for (const v of found.violations) bad.push(`${name}: axe ${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" ")}`);
}
async function shoot(page, name) {
  if (shots) await page.screenshot({ path: path.join(shots, name + ".png"), fullPage: true });
}

const hostile = '<img src=x onerror=alert(1)>';
const long = "n" + "0".repeat(59);
async function fill() {
  const people = fs.readFileSync(path.join(folder, "people.csv"));
  await run("PUT", "/v1/datasets/people?claim=range(age,0,120)", people, csv);
  await run("PUT", "/v1/datasets/" + long, `"${hostile}","\u202eabc",${"y".repeat(60)}\n1,2,3\n`, csv);
  await run("PUT", "/v1/datasets/adults", "id,age\n1,30\n", csv);
  await run("POST", "/v1/datasets/adults/links", JSON.stringify({ operation: `<script>alert(1)</script> ${hostile} \u202e \u05e9\u05dc\u05d5\u05dd`, sources: ["people"] }));
  await ask("POST", "/v1/datasets/people@1/revocations", JSON.stringify({ reason: hostile }));
  return people;
}

async function every_page(browser, operation) {
  const pages = { overview: "/", datasets: "/datasets", "datasets-search": "/datasets?q=PEO", dataset: "/datasets/adults", revoked: "/datasets/people@1",
    long: "/datasets/" + long, log: "/log", "log-search": "/log?q=notarise+adults", jobs: "/jobs", job: "/jobs/" + operation, upload: "/upload",
    verify: "/verify", prove: "/datasets/adults/prove", transform: "/datasets/adults/transform", split: "/datasets/adults/split",
    revoke: "/datasets/adults/revoke", export: `/datasets/${long}/export`, reports: "/reports?q=adults", policies: "/policies", keys: "/keys", roles: "/roles", sessions: "/sessions", health: "/health", ledgers: "/ledgers",
    other: "/ledgers/default/datasets/adults", nothing: "/datasets/nothing", "no-ledger": "/ledgers/nowhere/log" };
  const modes = { light: {}, dark: { colorScheme: "dark" }, phone: { viewport: { width: 360, height: 740 } } };
  for (const [mode, options] of Object.entries(modes)) {
    const { context, page } = await person(browser, options);
    await page.goto(base + "/login");
    await judge(page, mode + " login", mode === "light" ? null : ["color-contrast"]);
    await shoot(page, mode + "-login");
    await log_in(page, key);
    for (const [name, where] of Object.entries(pages)) {
      if (mode !== "light" && ["datasets-search", "log-search", "revoked", "other", "no-ledger", "roles", "transform", "export"].includes(name)) continue;
      const answer = await page.goto(base + where);
      assert.strictEqual(answer.status(), name.startsWith("no") ? 404 : 200, where);
      assert(answer.headers()["content-security-policy"].startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), where);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (width > 0) bad.push(`${mode} ${name}: ${width} pixels too wide`);
      await judge(page, mode + " " + name, mode === "light" ? null : mode === "dark" ? ["color-contrast"] : ["scrollable-region-focusable", "target-size"]);
      await shoot(page, mode + "-" + name);
    }
    await page.goto(base + "/datasets/adults");
    assert.strictEqual(await page.locator("svg.zkl-lineage text").first().isVisible(), true);
    assert((await page.locator("#lineage ~ .scroll").innerText()).includes("<script>alert(1)</script> " + hostile + " \\xe2\\x80\\xae"), "the step as text");
    await context.close();
  }
}

// What is done with a dataset: by rows that the ledger keeps, by a file that is sent, and what makes no sense.
async function forms(page, people) {
  const send = async (where, fields, file) => {
    await page.goto(base + where);
    for (const [id, text] of Object.entries(fields))
      await (["words1", "format"].includes(id) ? page.selectOption("#" + id, text) : page.fill("#" + id, text));
    if (file) await page.setInputFiles("#table", { name: "people.csv", mimeType: "text/csv", buffer: file });
    await page.click("main form button");
    await page.waitForSelector(".tag.verified, .tag.broken, [role=alert]");
    return page.innerText("main");
  };
  const said = (text, ...words) => { for (const w of words) assert(text.includes(w), w + ": " + text); };
  const refused = async (where, fields, file) => {
    const text = await send(where, fields, file);
    assert.strictEqual(await page.locator("main .tag.broken, main [role=alert]").count(), 1, where + ": " + text);
  };
  const adults = Buffer.from("id,age\n1,30\n");
  said(await send("/datasets/by-hand/prove", { words1: "mean", column1: "age" }), "Proven", "mean of age", "by-hand.zkl");
  said(await send("/datasets/adults/prove", { claims: "sum(age)" }, adults), "Proven", "sum of age");
  await refused("/datasets/adults/prove", { claims: "mean(age)" }); // no rows are kept, none are sent
  await refused("/datasets/adults/prove", { claims: "mean(age)" }, people);
  await refused("/datasets/adults/prove", { claims: "mean(" }, adults);
  await refused("/datasets/adults/prove", {}, Buffer.from(""));
  await refused("/datasets/people/prove", { claims: "mean(age)" }, people); // it was revoked
  assert.strictEqual((await ask("GET", "/v1/files")).files.length, 0, "tables that were sent stay");
  said(await send("/datasets/by-hand/transform", { operation: "filter age >= 40", name: "older", format: "csv" }), "older", "Proven");
  const table = await (await page.request.get(new URL(await page.getAttribute('main a[href$="older.csv"]', "href"), base).href)).text();
  assert(/^id,age\s+3,44\s+4,45\s+$/.test(table), table);
  await refused("/datasets/by-hand/transform", { operation: "nonsense", name: "other" });
  said(await send("/datasets/by-hand/split", { name1: "first", share1: "60", name2: "second", share2: "40" }), "first", "second", "3 rows", "2 rows");
  await refused("/datasets/by-hand/split", { name1: "third", share1: "x", name2: "fourth" });
  said(await send("/datasets/older/export", { format: "lineage" }), "older.lineage.zkl");
  said(await send("/datasets/older/revoke", { reason: "taken back <b>" }), "revoked", "taken back <b>");
  assert.strictEqual(await page.locator("main a", { hasText: "Revoke" }).count(), 0);
  for (const format of ["md", "csv", "json"]) {
    await page.goto(base + "/reports?q=by-hand");
    await page.selectOption("#format", format);
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("button.main")]);
    const text = fs.readFileSync(await file.path(), "utf8");
    assert.strictEqual(file.suggestedFilename(), "report." + format);
    assert(text.includes("by-hand") && (format !== "json" || JSON.parse(text)), text.slice(0, 200));
  }
  await page.goto(base + "/reports?q=nobody");
  await page.click("button.main");
  await page.waitForSelector("[role=alert]"); // told on a page, not as a file
  said(await page.innerText("main"), "nobody");
}

async function main() {
  const people = await fill();
  note("the ledger has datasets");
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  const { context, page } = await person(browser);

  // by the keyboard alone: log in, a dataset by its link
  await page.goto(base + "/datasets?q=adul");
  await page.keyboard.press("Tab");
  assert.strictEqual(await page.evaluate(() => document.activeElement.className), "skip");
  const reach = async (selector) => {
    for (let i = 0; i < 60; i++) {
      if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail("no key leads to " + selector);
  };
  await reach("#key");
  await page.keyboard.type("sk-" + "0".repeat(64));
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]");
  assert((await page.textContent("[role=alert]")).includes("no key"), "a wrong key is told");
  await judge(page, "wrong key", ["color-contrast", "label", "aria-valid-attr-value"]);
  await page.locator("#key").focus();
  await page.keyboard.type(key);
  await page.keyboard.press("Enter");
  await page.waitForURL(base + "/datasets?q=adul");
  await reach('a[href="/datasets/adults"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(base + "/datasets/adults");
  const cookie = (await context.cookies()).find((c) => c.name === "zkl-session");
  assert(cookie.httpOnly && cookie.sameSite === "Strict" && cookie.expires === -1, JSON.stringify(cookie));
  assert.deepStrictEqual((await context.cookies()).map((c) => c.name), ["zkl-session"]);
  assert.strictEqual(await page.evaluate(() => document.cookie), "");
  note("logged in by the keyboard");

  // upload by the page, the job as it moves, what came of it
  await page.goto(base + "/upload");
  await page.setInputFiles("#table", path.join(folder, "people.csv"));
  assert.strictEqual(await page.inputValue("#name"), "people");
  await page.fill("#name", "by-hand");
  assert.deepStrictEqual(await Promise.all(["column1", "a1"].map((id) => page.isVisible("#" + id))), [false, false]);
  await page.selectOption("#words1", "range");
  for (const [id, text] of [["column1", "age"], ["a1", "0"], ["b1", "120"]]) await page.fill("#" + id, text);
  await page.fill("#claims", "sum(age)\n\n");
  await page.click("text=How it is read");
  await page.fill("#null", "17");
  await page.check("#keep");
  await page.click("button.main");
  await page.waitForURL(/\/jobs\/[0-9a-f]{16}$/);
  const operation = page.url().slice(-16);
  await page.waitForSelector(".tag.verified"); // without a hand
  await page.click('main a[href="/datasets/by-hand"]');
  const said = await page.innerText("main");
  assert(said.includes("every non-null value of age lies between 0 and 120") && said.includes("the sum of age") && /is exactly 149/.test(said), said);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download the receipt")]);
  assert.strictEqual(download.suggestedFilename(), "by-hand.zkl");
  const receipt = fs.readFileSync(await download.path());
  note("a table was uploaded and its job watched");

  // a claim that is false, and what is no table: told, nothing recorded
  for (const [name, claim, file, words] of [["wrong", "range(age, 0, 20)", "people.csv", "0 to 20"], ["wrong", "", "people.txt", ".parquet"]]) {
    await page.goto(base + "/upload");
    await page.setInputFiles("#table", { name: file, mimeType: "text/csv", buffer: people });
    await page.fill("#name", name);
    await page.fill("#claims", claim);
    await page.click("button.main");
    await page.waitForSelector(".tag.broken, [role=alert]");
    assert((await page.innerText("main")).includes(claim ? "rows" : words), await page.innerText("main"));
  }
  await ask("GET", "/v1/datasets/wrong", undefined, {}, 404);

  await forms(page, people);
  note("a dataset was proven, transformed, split, revoked, exported and reported of");

  // a job that runs is seen to move, one that waits behind it is cancelled
  const first = await ask("PUT", "/v1/datasets/large?claim=range(v,0,*)", fs.readFileSync(path.join(folder, "large.csv")), csv);
  const second = await ask("PUT", "/v1/datasets/late", "v\n1\n", csv);
  const watcher = await person(browser);
  await log_in(watcher.page, key, "/jobs/" + first.id);
  await watcher.page.waitForFunction(() => /running/.test(document.querySelector(".tag").textContent) && document.getElementById("stage").textContent);
  await page.goto(base + "/jobs/" + second.id);
  assert.strictEqual(await page.innerText(".card .tag"), "waiting");
  await judge(page, "a job that waits");
  await page.click("main button");
  await page.waitForSelector(".tag.broken");
  assert.strictEqual((await over(second.id)).status, "cancelled");
  await watcher.page.waitForSelector(".tag.verified, .tag.broken");
  await watcher.context.close();
  note("a job was watched and one cancelled");

  // receipts that are dropped: good, changed, none
  const altered = Buffer.from(receipt);
  altered[altered.length >> 1] ^= 1;
  for (const [bytes, words] of [[receipt, "The receipt is valid."], [altered, /rejected|could not be checked/], [Buffer.from("none"), "could not be checked"]]) {
    await page.goto(base + "/verify");
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "a.zkl"));
      return transfer;
    }, bytes.toString("base64"));
    await page.dispatchEvent("main", "drop", { dataTransfer: data });
    await page.waitForSelector(".verdict");
    const verdict = await page.innerText(".verdict .big");
    assert(words instanceof RegExp ? words.test(verdict) : verdict.includes(words), verdict);
    if (bytes === receipt) assert((await page.innerText("main")).includes("that the log shows everybody the same entries"), "what is not proven");
    await judge(page, "verdict", ["color-contrast", "heading-order", "region"]);
    await shoot(page, bytes === receipt ? "verdict-valid" : bytes === altered ? "verdict-altered" : "verdict-none");
  }
  note("receipts were dropped");

  // a key for somebody: its secret once; what its role may not is neither offered nor done
  await page.goto(base + "/keys");
  await page.fill("#key-name", hostile);
  await page.fill("#days", "3");
  await page.click("text=Make the key");
  await page.waitForSelector("#secret");
  const viewer = await page.innerText("#secret");
  assert(/^sk-[0-9a-f]{64}$/.test(viewer));
  await judge(page, "secret", ["color-contrast", "region"]);
  await page.click("text=I have it");
  assert(!(await page.content()).includes(viewer) && (await page.innerText("main table")).includes(hostile));
  const other = await person(browser);
  await log_in(other.page, viewer, "/log?q=setup");
  assert.deepStrictEqual(await other.page.locator("nav a").allInnerTexts(), ["Overview", "Datasets", "Log", "Jobs", "Check a receipt", "Health"]);
  for (const where of ["/keys", "/roles", "/upload"]) {
    assert.strictEqual((await other.page.goto(base + where)).status(), 403, where);
    assert((await other.page.innerText("main")).includes("is not allowed"), where);
  }
  await other.page.goto(base + "/sessions");
  assert.strictEqual(await other.page.locator("tbody tr").count(), 1);
  note("a key was made");

  // forms that are not ours change nothing
  const token = (await other.context.cookies())[0].value, csrf = await other.page.inputValue("main [name=csrf]");
  const post = async (where, body, headers = {}) => (await fetch(base + where, { method: "POST", body, redirect: "manual",
    headers: { Cookie: "zkl-session=" + token, "Content-Type": "application/x-www-form-urlencoded", ...headers } })).status;
  const mine = await other.page.getAttribute("main form", "action");
  for (const [body, headers] of [["", {}], ["csrf=", {}], ["csrf=" + "0".repeat(32), {}], [`csrf=${csrf}x`, {}], [`csrf=${csrf}`, { "Sec-Fetch-Site": "cross-site" }],
    [`csrf=${csrf}`, { "Sec-Fetch-Site": "same-site" }]])
    for (const where of [mine, "/logout", "/keys"]) assert.strictEqual(await post(where, body, headers), 403, where + " " + body);
  assert.strictEqual(await post(mine, `csrf=${csrf}&csrf=${csrf}`), 400);
  assert.strictEqual(await post(mine, `csrf=${csrf}`, { "Content-Type": "text/plain" }), 415);
  assert.strictEqual(await post("/login", `key=${key}&csrf=${csrf}`), 403);
  for (const [part, want] of [["csrf", 403], ["name", 403]]) {
    const form = new FormData();
    form.append(part, "x");
    form.append("table", new Blob(["a\n1\n"]), "a.csv");
    assert.strictEqual((await fetch(base + "/upload", { method: "POST", body: form, headers: { Cookie: "zkl-session=" + cookie.value } })).status, want);
  }
  await ask("GET", "/v1/datasets/x", undefined, {}, 404);
  // and a session is none of the API's, nor a key one of the page's
  for (const where of ["/v1/me", "/v1/keys", "/v1/sessions"])
    assert.strictEqual((await fetch(base + where, { headers: { Cookie: "zkl-session=" + cookie.value } })).status, 401);
  assert.strictEqual((await fetch(base + "/keys", { redirect: "manual", headers: { Authorization: "Bearer " + key } })).status, 303);
  await other.page.goto(base + "/sessions");
  assert.strictEqual(await other.page.locator("tbody tr").count(), 1);
  note("strange forms were refused");

  // without a script
  const plain = await person(browser, { javaScriptEnabled: false });
  await log_in(plain.page, key, "/upload");
  await plain.page.fill("#name", "plain");
  await plain.page.setInputFiles("#table", path.join(folder, "people.csv"));
  await plain.page.click("button.main");
  await plain.page.waitForURL(/\/jobs\/[0-9a-f]{16}$/);
  await over(plain.page.url().slice(-16));
  await plain.page.reload();
  assert.strictEqual(await plain.page.innerText(".tag"), "done");
  await plain.page.goto(base + "/verify");
  await plain.page.setInputFiles("#receipt", { name: "a.zkl", mimeType: "", buffer: receipt });
  await plain.page.click("button.main");
  assert.strictEqual(await plain.page.innerText(".verdict .big"), "The receipt is valid.");
  await plain.context.close();
  note("all of it without a script");

  // a session that is ended elsewhere, one whose key is revoked, and one that logs out
  await page.goto(base + "/sessions");
  await page.locator("tbody tr", { hasText: hostile }).locator("button").click();
  await page.waitForURL(base + "/sessions");
  assert.strictEqual(await page.locator("tbody tr", { hasText: hostile }).count(), 0);
  await other.page.goto(base + "/log?q=a%20b&before=3");
  assert.strictEqual(other.page.url(), base + "/login?next=/log%3Fq%3Da%2520b%26before%3D3");
  await other.page.fill("#key", viewer);
  await other.page.click("button.main");
  await other.page.waitForURL(base + "/log?q=a%20b&before=3");
  await page.goto(base + "/keys");
  const row = page.locator("tbody tr", { hasText: hostile });
  await row.locator("summary", { hasText: "Revoke" }).click();
  await row.locator("button.revoke").click();
  await page.waitForURL(base + "/keys");
  await other.page.goto(base + "/datasets");
  assert(other.page.url().startsWith(base + "/login"), other.page.url());
  await every_page(browser, operation);
  note("every page in light, dark and on a phone");
  await page.goto(base + "/");
  await page.click(".who summary");
  await judge(page, "the menu", ["color-contrast", "region"]);
  await page.click("text=Log out");
  await page.waitForURL(base + "/login");
  assert.deepStrictEqual((await context.cookies()).filter((c) => c.name === "zkl-session"), []);
  assert.strictEqual((await fetch(base + "/", { redirect: "manual", headers: { Cookie: "zkl-session=" + cookie.value } })).headers.get("location"), "/login");
  for (const next of ["//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:alert(1)"]) {
    await page.goto(base + "/login?next=" + encodeURIComponent(next));
    assert.strictEqual(await page.inputValue("[name=next]"), "/", next);
  }
  await browser.close();
  assert.deepStrictEqual(bad, []);
  note("the web page holds");
}
main().catch((e) => { console.error(e, bad); process.exit(1); });
