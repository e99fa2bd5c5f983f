"use strict";

// A formula a little wider than its column is set a little smaller. One that is wider still scrolls
// by itself: let the keyboard reach it then, and only then. First all is changed, then all is
// measured, for each change between two measurements would lay the page out anew.
const SMALLEST = 0.8;

function fitMath() {
  const boxes = [...document.querySelectorAll("div.math")];
  for (const box of boxes) box.style.fontSize = "";
  const fits = boxes.map((box) => (box.clientWidth - 2) / box.scrollWidth);
  const wide = boxes.map((box) => box.scrollWidth > box.clientWidth);
  boxes.forEach((box, i) => {
    if (wide[i]) box.style.fontSize = `${Math.max(SMALLEST, fits[i])}em`;
  });
  const scrolls = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
  boxes.forEach((box, i) => {
    if (scrolls[i]) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Formula, scrolls sideways");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  });
}

let frame;
function fitMathSoon() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(fitMath);
}

addEventListener("load", () => document.fonts.ready.then(fitMathSoon));
addEventListener("resize", fitMathSoon);
// What an opened <details> shows has a width only now; the theme looks again at code and tables.
document.addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);

// In a drawer, a link to a place on this page leads there and closes the drawer.
addEventListener("click", (event) => {
  const link = event.target.closest("dialog a[href^='#']");
  if (link) link.closest("dialog").close();
});

// Paper is light, whatever the screen is: code has its own colours in each.
let onScreen;
addEventListener("beforeprint", () => {
  onScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => (document.documentElement.dataset.theme = onScreen));
