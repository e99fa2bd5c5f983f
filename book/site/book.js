"use strict";

// A formula a little wider than its column is set a little smaller. One that is wider still scrolls
// by itself, as wide pictures, code, outputs and tables do: let the keyboard reach it then, and only
// then. First all is changed, then all is measured, for each change between two measurements would
// lay the page out anew. What is far from the window waits until the reader comes near.
const SMALLEST = 0.8;
const SCROLLS = "div.math, .wide, pre, .cell_output > .output, .pst-scrollable-table-container";
const NAMES = { math: "Formula", wide: "Figure" };
const near = new Set();
const passed = new Set(); // those of them that are no longer near, but may not have been measured

function fitAll() {
  const boxes = [...near];
  const formulas = boxes.filter((box) => box.matches(".math"));
  for (const box of formulas) box.style.fontSize = "";
  const fits = formulas.map((box) => (box.clientWidth - 2) / box.scrollWidth);
  const wide = formulas.map((box) => box.scrollWidth > box.clientWidth);
  formulas.forEach((box, i) => {
    if (wide[i]) box.style.fontSize = `${Math.max(SMALLEST, fits[i])}em`;
  });
  const scrolls = boxes.map(
    (box) => box.scrollWidth > box.clientWidth + 1 || (box.matches("pre, .output") && box.scrollHeight > box.clientHeight + 1),
  );
  boxes.forEach((box, i) => {
    const name = NAMES[Object.keys(NAMES).find((kind) => box.classList.contains(kind))];
    if (scrolls[i]) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    if (scrolls[i] && name) {
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `${name}, scrolls sideways`);
    } else if (name) {
      for (const attribute of ["role", "aria-label"]) box.removeAttribute(attribute);
    }
  });
}

function fitNear() {
  fitAll();
  for (const box of passed) near.delete(box);
  passed.clear();
}

let frame;
function fitSoon() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(fitNear);
}

const nearness = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target), passed.delete(target);
      else if (near.has(target)) passed.add(target);
    }
    fitSoon();
  },
  { rootMargin: "1000px" },
);
function watch() {
  for (const box of document.querySelectorAll(SCROLLS)) nearness.observe(box);
  fitSoon();
}
document.fonts.ready.then(() => {
  watch();
  new MutationObserver(watch).observe(document.querySelector("main"), { childList: true, subtree: true });
});
addEventListener("resize", fitSoon);
// What an opened <details> shows has a width only now.
document.addEventListener("toggle", fitSoon, true);

// A link to a place on this page leads there exactly, for all above is laid out first, and closes
// the drawer that it may be in.
addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link) document.documentElement.classList.add("whole");
  link?.closest("dialog")?.close();
});

// Paper is light, whatever the screen is: code has its own colours in each.
let onScreen;
addEventListener("beforeprint", () => {
  onScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => (document.documentElement.dataset.theme = onScreen));

// A film strip, many frames in one picture, plays where scripts run; on paper it stays a strip.
const PACE = 500; // milliseconds a frame

function makePlayer(strip, rows, columns) {
  const last = rows * columns - 1;

  const player = document.createElement("div");
  player.className = "player";
  player.innerHTML = `<div class="film" role="img"></div><div class="controls">
    <button type="button">Play</button>
    <input type="range" min="0" max="${last}" value="0" aria-label="Frame">
    <output></output></div>`;
  const [film, button, slider, told] = player.querySelectorAll(".film, button, input, output");
  film.setAttribute("aria-label", strip.alt);
  film.style.backgroundImage = `url("${strip.src}")`;
  film.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
  film.style.aspectRatio = `${strip.getAttribute("width") / columns} / ${strip.getAttribute("height") / rows}`;

  function show() {
    const [row, column] = [Math.floor(slider.value / columns), slider.value % columns];
    const part = (i, n) => (n > 1 ? (100 * i) / (n - 1) : 0);
    film.style.backgroundPosition = `${part(column, columns)}% ${part(row, rows)}%`;
    told.value = `${+slider.value + 1} of ${last + 1}`;
    slider.setAttribute("aria-valuetext", told.value);
  }
  let timer;
  function pause() {
    clearInterval(timer);
    timer = undefined;
    button.textContent = "Play";
  }
  button.addEventListener("click", () => {
    if (timer) return pause();
    if (+slider.value === last) slider.value = 0;
    button.textContent = "Pause";
    show();
    timer = setInterval(() => {
      slider.value = +slider.value + 1;
      show();
      if (+slider.value === last) pause();
    }, PACE);
  });
  slider.addEventListener("input", () => {
    pause();
    show();
  });
  strip.classList.add("strip");
  strip.before(player);
  show();
}

for (const cell of document.querySelectorAll("div.cell[class*='tag_frames-']")) {
  const [, rows, columns] = cell.className.match(/tag_frames-(\d+)x(\d+)/).map(Number);
  makePlayer(cell.querySelector("figure img"), rows, columns);
}

// An interactive figure holds every choice's drawing; the reader's choice is the one that is shown.
function makeTurn(figure) {
  const dials = [...figure.querySelectorAll("input, select")];
  const drawing = figure.querySelector("svg[role=img]");
  const told = figure.querySelector("output");
  const sentences = JSON.parse(figure.dataset.told);
  const sizes = dials.map((dial) => (dial.options ? dial.options.length : +dial.max + 1));

  function show() {
    const choice = dials.map((dial) => +dial.value);
    for (const part of drawing.querySelectorAll("[data-at]")) {
      const at = part.dataset.at.split(" ");
      part.toggleAttribute("hidden", !at.every((a, j) => a === "*" || +a === choice[j]));
    }
    told.value = sentences[choice.reduce((k, i, j) => k * sizes[j] + i, 0)];
    drawing.setAttribute("aria-label", `${figure.dataset.alt} ${told.value}`);
    for (const dial of dials.filter((dial) => dial.dataset.words)) {
      const words = dial.dataset.words.split(" ")[dial.value];
      dial.setAttribute("aria-valuetext", words);
      dial.nextElementSibling.textContent = words;
    }
  }
  figure.addEventListener("input", show);
  figure.classList.add("turns");
  show();
}

document.querySelectorAll("div.turned").forEach(makeTurn);

// The index of formulas, by verdict and by chapter. Without scripts all of it is there.
function addFilters(entries) {
  const sections = [...new Set(entries.map((entry) => entry.closest("section")))];
  const verdictOf = (entry) => entry.querySelector(".verdict").textContent;
  const chapterOf = (section) => section.querySelector("h2").firstChild.textContent;
  const chapters = new Map(entries.map((entry) => [entry, chapterOf(entry.closest("section"))]));

  const form = document.createElement("form");
  form.className = "filters";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Formulas shown");
  form.autocomplete = "off";
  const told = document.createElement("output");
  function choice(name, values) {
    const label = document.createElement("label");
    const select = document.createElement("select");
    for (const value of ["all", ...new Set(values)]) select.add(new Option(value));
    label.append(name, select);
    form.append(label);
    return select;
  }
  const verdict = choice("Verdict", entries.map(verdictOf));
  const chapter = choice("Chapter", chapters.values());
  form.append(told);

  function show() {
    const fits = (select, value) => select.value === "all" || select.value === value;
    for (const entry of entries)
      entry.hidden = !(fits(verdict, verdictOf(entry)) && fits(chapter, chapters.get(entry)));
    for (const section of sections)
      section.hidden = !section.querySelector(".formula:not([hidden])");
    const shown = entries.filter((entry) => !entry.hidden).length;
    told.value = `${shown} of ${entries.length} formulas`;
    fitSoon();
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".filters-place").append(form);
  show();
}

const indexed = [...document.querySelectorAll(".formula-index > li")];
if (indexed.length) addFilters(indexed);
