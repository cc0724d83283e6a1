// Logging in to the web page by a provider, in a browser, and what is no log-in.
//   node log_in.cjs NODE_MODULES URL WHO
"use strict";
const fs = require("fs"), path = require("path"), assert = require("assert");
const [modules, base, who] = process.argv.slice(2);
const { chromium } = require(path.join(modules, "playwright-core"));
const get = (where, cookie = "") => fetch(base + where, { redirect: "manual", headers: { Cookie: cookie } });

(async () => {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  for (const [name, javaScriptEnabled] of [["alice", true], ["alice", false], ["bob", true], ["nobody", true]]) {
    fs.writeFileSync(who, name);
    const context = await browser.newContext({ javaScriptEnabled }), page = await context.newPage();
    await page.goto(base + "/log?q=a");
    await page.click("text=Log in with the house");
    if (name === "alice") {
      if (!javaScriptEnabled) await page.click("text=Go on");
      await page.waitForURL(base + "/log?q=a");
      await page.click(".who summary");
      const shown = await page.innerText(".who");
      assert(shown.includes("alice") && shown.includes("developer") && shown.includes("acme"), shown);
      assert.deepStrictEqual((await context.cookies(base)).map((c) => [c.name, c.httpOnly, c.sameSite]).filter((c) => c[0].startsWith("zkl")), [["zkl-session", true, "Strict"]]);
      await page.click("text=Log out");
      await page.waitForURL(base + "/login");
    } else { // no role here; the provider refuses
      await page.waitForSelector("[role=alert]");
      assert((await page.innerText("[role=alert]")).includes("did not say who you are"), await page.innerText("main"));
      assert(!(await context.cookies(base)).some((c) => c.name === "zkl-session"));
    }
    await context.close();
  }
  await browser.close();

  // a try is its browser's: a code of somebody else, another state, another issuer, twice
  fs.writeFileSync(who, "alice");
  const begin = async () => {
    const answer = await get("/login/oidc?next=/jobs"), to = answer.headers.get("location");
    const cookies = answer.headers.getSetCookie(), mine = cookies.find((c) => c.startsWith("zkl-try="));
    assert(/; HttpOnly; SameSite=Lax/.test(mine) && !to.includes(mine.split(".")[2]), mine); // its verifier is not told
    const query = new URL(to).searchParams;
    assert(query.get("code_challenge_method") === "S256" && /^[\w-]{43}$/.test(query.get("code_challenge")) && query.get("state") && query.get("nonce"), to);
    let next = to, jar = {};
    while (!next.startsWith(base)) { // the provider's own redirects
      const step = await fetch(next, { redirect: "manual", headers: { Cookie: Object.entries(jar).map(([k, v]) => k + "=" + v).join("; ") } });
      for (const c of step.headers.getSetCookie()) jar[c.split("=")[0]] = c.split(";")[0].slice(c.indexOf("=") + 1);
      next = new URL(step.headers.get("location"), next).href;
    }
    return { cookie: mine.split(";")[0], back: next.slice(base.length) };
  };
  const strange = (await get("/login/oidc?next=" + encodeURIComponent("/a;Domain=evil.example"))).headers.getSetCookie();
  assert(strange.some((c) => /^zkl-try=[0-9a-f.]+\/; Path=/.test(c)) && !strange.some((c) => /Domain/.test(c)), strange.join());
  const one = await begin(), two = await begin();
  const session = (answer) => answer.headers.getSetCookie().some((c) => c.startsWith("zkl-session=") && !c.startsWith("zkl-session=;"));
  for (const [cookie, where] of [["", one.back], [two.cookie, one.back], [one.cookie, one.back.replace(/state=\w{4}/, "state=0000")],
    [one.cookie, one.back.replace(/code=[^&]*/, "code=none")], [one.cookie, "/login/return?error=access_denied"], [one.cookie, "/login/return"],
    [one.cookie, one.back.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example")], [one.cookie.slice(0, 60), one.back]]) {
    const answer = await get(where, cookie);
    assert([401, 503].includes(answer.status) && !session(answer), `${answer.status} ${where} ${cookie}`);
  }
  const good = await get(two.back, two.cookie);
  assert(good.status === 200 && session(good) && (await good.text()).includes('href="/jobs"'));
  const again = await get(two.back, two.cookie);
  assert([401, 503].includes(again.status) && !session(again), "a code counts once");
  console.log("logging in by a provider holds");
})().catch((e) => { console.error(e); process.exit(1); });
