// Judges of an HTML report: html-validate (form), axe-core in jsdom (accessibility, all but contrast, which needs a
// layout), and the contrast of the page's own colours, in light and dark.
//   node page.cjs NODE_MODULES PAGE
const fs = require("fs"), path = require("path"), modules = process.argv[2], file = process.argv[3];
const load = (name) => require(path.join(modules, name));
const html = fs.readFileSync(file, "utf8");
const bad = [];

// WCAG 2: relative luminance, and the ratio of two.
const luminance = (hex) => {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(full.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
const palettes = html.match(/:root \{[^}]*\}/g).slice(0, 2).map((rule) =>
  Object.fromEntries([...rule.matchAll(/--([a-z-]+):(#[0-9a-f]+)/g)].map((m) => [m[1], m[2]])));
if (palettes.length !== 2) bad.push("the page has not two palettes");
for (const p of palettes)
  for (const [ink, ground] of [["ink", "paper"], ["ink", "card"], ["soft", "paper"], ["soft", "card"], ["link", "paper"],
    ["good", "good-bg"], ["bad", "bad-bg"], ["warn", "warn-bg"]])
    if (!(contrast(p[ink], p[ground]) >= 4.5)) bad.push(`contrast of ${ink} on ${ground}: ${contrast(p[ink], p[ground])}`);

(async () => {
  const { HtmlValidate, StaticConfigLoader } = load("html-validate");
  const report = await new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:standard"] })).validateString(html);
  for (const result of report.results)
    for (const m of result.messages) bad.push(`html-validate ${m.ruleId}: ${m.message} (line ${m.line})`);

  const { JSDOM } = load("jsdom"), axe = load("axe-core");
  const { window } = new JSDOM(html, { runScripts: "outside-only", pretendToBeVisual: true });
  window.eval(axe.source);
  const found = await window.axe.run(window.document, { rules: { "color-contrast": { enabled: false } } });
  if (found.passes.length < 20) bad.push("axe looked at next to nothing");
  for (const v of found.violations) bad.push(`axe ${v.id}: ${v.help}: ${v.nodes[0].html}`);

  // The script runs, by the policy's hash, and finds what is searched.
  const script = html.match(/<script>([^]*?)<\/script>/)[1];
  const hash = require("crypto").createHash("sha256").update(script).digest("base64");
  if (!html.includes(`script-src 'sha256-${hash}'`)) bad.push("the policy has not the script's hash");
  window.eval(script);
  const box = window.document.getElementById("search");
  if (window.document.getElementById("tools").hidden) bad.push("the search is not shown");
  box.value = "provenance";
  box.dispatchEvent(new window.Event("input"));
  await new Promise((done) => window.document.defaultView.setTimeout(done, 200));
  const rows = [...window.document.querySelectorAll(".log tbody tr")];
  if (!rows.some((r) => r.hidden) || rows.some((r) => !r.hidden && !r.textContent.includes("provenance"))) bad.push("it does not search");
  console.log(bad.join("\n") || "page: ok");
  process.exit(bad.length ? 1 : 0);
})();
