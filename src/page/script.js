/* The script of the service's page. Every page is whole without it: it follows a job that runs, takes
 * files that are dropped, and copies a secret. */
(function () {
"use strict";
var d = document;

// A job: its steps as they come, then its answer, which the server writes.
var job = d.querySelector("[data-events]");
if (job && window.EventSource) {
  var events = new EventSource(job.dataset.events), bar = job.querySelector("progress");
  var stage = d.getElementById("stage"), state = job.querySelector(".tag");
  var show = function (e) {
    var j = JSON.parse(e.data);
    state.textContent = j.state;
    if (stage.textContent !== j.stage) stage.textContent = j.stage;
    if (j.total) { bar.max = j.total; bar.value = j.done; } else bar.removeAttribute("value");
  };
  events.addEventListener("step", show);
  events.addEventListener("over", function () { events.close(); location.reload(); });
}

// A file that is dropped anywhere goes to the page's field for one.
var form = d.querySelector("form[data-drop]");
if (form) {
  var field = form.elements[form.dataset.drop], name = form.elements.name;
  var guess = function () {
    if (name && !name.value && field.files.length)
      name.value = field.files[0].name.replace(/\.[a-z0-9]+$/i, "").slice(0, 100);
  };
  var over = function (on) { return function (e) { e.preventDefault(); form.classList.toggle("over", on); }; };
  d.addEventListener("dragover", over(true));
  d.addEventListener("dragleave", over(false));
  d.addEventListener("drop", function (e) {
    over(false)(e);
    if (!e.dataTransfer || !e.dataTransfer.files.length) return;
    field.files = e.dataTransfer.files;
    guess();
    if ("sends" in form.dataset) form.requestSubmit();
  });
  field.addEventListener("change", guess);
}

// Of a claim in words, the places that its sentence has.
d.querySelectorAll("fieldset.said select").forEach(function (select) {
  var show = function () {
    var words = select.selectedOptions[0].textContent;
    select.parentNode.querySelectorAll("[data-place]").forEach(function (place) {
      place.hidden = words.indexOf(place.dataset.place) < 0;
    });
  };
  select.addEventListener("change", show);
  show();
});

// Back from a provider: on to where one wanted to go.
var follow = d.querySelector("[data-follow]");
if (follow) location.replace(follow.href);

// Nothing is sent twice by a second press.
d.addEventListener("submit", function (e) {
  if (e.target.method !== "post") return;
  setTimeout(function () {
    e.target.querySelectorAll("button").forEach(function (b) { b.disabled = true; });
  });
});
addEventListener("pageshow", function (e) {
  if (e.persisted) d.querySelectorAll("button").forEach(function (b) { b.disabled = false; });
});

d.querySelectorAll("[data-copy]").forEach(function (b) {
  if (!navigator.clipboard) return;
  b.hidden = false;
  b.addEventListener("click", function () {
    navigator.clipboard.writeText(d.getElementById(b.dataset.copy).textContent).then(function () {
      b.textContent = "Copied";
    });
  });
});
})();
