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
    this.figure = this.place.querySelector("figure:has(img)");
    this.picture = this.figure?.querySelector("img");
    this.told = this.picture && { src: this.picture.src, alt: this.picture.alt };
    this.film = this.figure?.querySelector(".film");
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
    if (this.picture) this.draw(this.told.src, this.told.alt);
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

  image({ png }) {
    this.stream = null;
    this.drawn += 1;
    const src = `data:image/png;base64,${png}`;
    const alt = this.isTheBooks && this.told ? this.told.alt : `Figure ${this.drawn} of ${this.label}`;
    if (this.picture && this.drawn === 1) {
      this.figure.hidden = false;
      this.draw(src, alt);
    } else {
      const image = this.add("output live-figure", "img");
      image.src = src;
      image.alt = alt;
    }
  }

  draw(src, alt) {
    this.picture.src = src;
    this.picture.alt = alt;
    if (this.film) {
      this.film.style.backgroundImage = `url("${src}")`;
      this.film.setAttribute("aria-label", alt);
    }
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
