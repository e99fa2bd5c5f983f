// What a cell shows: the book's own output until it runs, then its new one in the same place.

export class Output {
  constructor(cell, label) {
    this.place = cell.querySelector(":scope > .cell_output");
    if (!this.place) {
      this.place = document.createElement("div");
      this.place.className = "cell_output";
      cell.append(this.place);
    }
    this.label = label;
    this.book = [...this.place.children];
    this.figure = this.place.querySelector("figure:has(img, .turned)");
    this.picture = this.figure?.querySelector("img");
    if (this.picture) {
      const { src, alt, width, height } = this.picture;
      const frames = cell.className.match(/tag_frames-(\d+)x(\d+)/)?.slice(1);
      this.told = { src, alt, width, height, frames };
    }
    this.turned = this.shown = this.figure?.querySelector(".turned"); // the book's, the one shown
    this.own = document.createElement("div");
    this.own.className = "live-output";
    this.place.append(this.own);
    this.stale = false;
  }

  // The old output stays until there is something new, so that the page does not jump.
  begin(isTheBooks) {
    this.stale = true;
    this.isTheBooks = isTheBooks;
  }

  // A cell that shows nothing has an empty output; one that never ran keeps what it had.
  end(ran = true) {
    if (ran) this.clear();
    this.stale = false;
    this.markScrolling();
  }

  // The keyboard must reach what scrolls, and only that.
  markScrolling() {
    for (const box of this.own.querySelectorAll("pre, .text_html")) {
      const scrolls =
        box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (scrolls) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", this.label);
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
  }

  clear() {
    if (!this.stale) return;
    this.stale = false;
    for (const child of this.book) child.hidden = true;
    this.own.replaceChildren();
    this.stream = null;
    this.drawn = 0;
  }

  restore() {
    this.stale = true;
    this.clear();
    for (const child of this.book) child.hidden = false;
    if (this.picture) this.draw(this.told);
    if (this.turned) this.show(this.turned);
  }

  hear(message) {
    this.clear();
    this[message.kind]?.(message);
  }

  text({ name, text }) {
    if (this.stream?.name !== name) {
      this.stream = { name, pre: this.add(`output stream live-${name}`, "pre") };
    }
    this.stream.pre.append(text);
  }

  html({ html }) {
    this.add("output text_html").innerHTML = html; // the page's policy lets no script in it run
  }

  error({ text }) {
    this.add("output traceback", "pre").append(text.trimEnd());
  }

  image({ png, ...drawn }) {
    drawn.src = `data:image/png;base64,${png}`;
    drawn.alt = this.words(this.told?.alt);
    this.draw(drawn, this.takesPlaceOf(this.picture) ? this.picture : this.add("output", "img"));
  }

  draw({ frames, ...drawn }, picture = this.picture) {
    Object.assign(picture, drawn);
    picture.parentElement.querySelector(".player")?.remove();
    picture.classList.remove("strip");
    if (frames) self.makePlayer(picture, ...frames.map(Number)); // of book.js
  }

  turn({ html }) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const turned = document.adoptNode(parsed.querySelector(".turned"));
    turned.dataset.alt = this.words(this.turned?.dataset.alt);
    if (this.takesPlaceOf(this.turned)) this.show(turned);
    else this.add("output").append(turned);
    self.makeTurn(turned); // of book.js
  }

  show(turned) {
    this.shown.replaceWith(turned);
    this.shown = turned;
  }

  // What is said of a figure: the book's own words while the code is the book's own.
  words(told) {
    this.stream = null;
    this.drawn += 1;
    return this.isTheBooks && told ? told : `Figure ${this.drawn} of ${this.label}.`;
  }

  // The first figure stands where the book's does, above the caption.
  takesPlaceOf(mine) {
    if (!mine || this.drawn > 1) return false;
    this.figure.hidden = false;
    return true;
  }

  note(text) {
    this.clear();
    this.add("output live-note", "p").append(text);
  }

  add(classes, tag) {
    if (!classes.includes("stream")) this.stream = null;
    const box = document.createElement("div");
    box.className = classes;
    this.own.append(box);
    if (!tag) return box;
    const inner = document.createElement(tag);
    box.append(inner);
    return inner;
  }
}
