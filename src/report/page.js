/* The one script of the HTML report: search, and folds that are opened for print. The page is whole
 * without it: the field is hidden until it runs. What is searched are entries and datasets; shown
 * are those that have all of the words. */
(function () {
"use strict";
var d = document, box = d.getElementById("search"), out = d.getElementById("found"), timer, texts;
var items = [].slice.call(d.querySelectorAll("article,.log tbody tr"));
var chunks = [].slice.call(d.querySelectorAll(".chunk"));
function search() {
  var words = box.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0;
  texts = texts || items.map(function (e) { return e.textContent.toLowerCase(); });
  items.forEach(function (e, i) {
    e.hidden = !words.every(function (w) { return texts[i].indexOf(w) >= 0; });
    count += !e.hidden && e.tagName === "TR";
  });
  chunks.forEach(function (c) {
    c.hidden = words.length > 0 && !c.querySelector("article:not([hidden]),tbody tr:not([hidden])");
  });
  out.textContent = words.length ? count + (count === 1 ? " entry" : " entries") : "";
}
box.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(search, 120); });
d.getElementById("tools").hidden = false;
addEventListener("beforeprint", function () {
  d.querySelectorAll("details").forEach(function (e) { e.open = true; });
});
})();
