"use strict";

// A formula a little wider than its column is set a little smaller. One that is wider still scrolls
// by itself: let the keyboard reach it then, and only then.
const SMALLEST = 0.8;

function fitMath() {
  for (const box of document.querySelectorAll("div.math")) {
    box.style.fontSize = "";
    const scale = Math.max(SMALLEST, (box.clientWidth - 2) / box.scrollWidth);
    if (box.scrollWidth > box.clientWidth) box.style.fontSize = `${scale}em`;
    if (box.scrollWidth > box.clientWidth + 1) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Formula, scrolls sideways");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }
}

addEventListener("load", () => document.fonts.ready.then(fitMath));
addEventListener("resize", fitMath);
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
