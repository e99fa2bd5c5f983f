"use strict";

// The button that makes a page's code live, and what the browser keeps for the reader: the code of
// changed cells, and which exercises are done. Python and the editor come with the first click.

const KEPT = "dlnotes";
const RIGHT = ["right", "right by another convention"];

let memory; // what is kept where the browser stores nothing, until the reader leaves the page

const store = {
  // { exercises: {"losses.mae_grad": "right"}, code: {"book/losses": {"answer-mae-grad": edit}} }
  // An edit has `code`, `of` (the hash of the book's code that it was made from) and `before` (what
  // a reset or an import has put aside).
  read() {
    let kept = {};
    try {
      kept = JSON.parse(memory ?? localStorage.getItem(KEPT)) ?? {};
    } catch {}
    return { exercises: {}, code: {}, ...kept };
  },
  write(kept) {
    memory = JSON.stringify(kept);
    try {
      localStorage.setItem(KEPT, memory);
      memory = undefined;
    } catch {
      store.failed?.();
    }
  },

  // Once right, an exercise stays right.
  record(exercise, status) {
    const kept = store.read();
    if (RIGHT.includes(kept.exercises[exercise])) return;
    kept.exercises[exercise] = status;
    store.write(kept);
    showProgress();
  },

  edits: (page) => store.read().code[page] ?? {},
  edit: (page, cell) => store.edits(page)[cell] ?? {},
  keep(page, cell, book, code) {
    const { of } = store.edit(page, cell);
    store.put(page, cell, { code, of: code === undefined ? undefined : (of ?? store.hash(book)) });
  },
  put(page, cell, change) {
    const kept = store.read();
    const edits = (kept.code[page] ??= {});
    edits[cell] = { ...edits[cell], ...change };
    if (edits[cell].code === undefined && edits[cell].before === undefined) delete edits[cell];
    store.write(kept);
  },

  // FNV-1a, enough to tell two versions of a cell apart.
  hash(text) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++)
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, "0");
  },

  // What the reader takes along, and brings back. What is right stays right; code that is here
  // already is put aside, not lost.
  toFile: () => JSON.stringify({ format: "dlnotes progress", version: 1, ...store.read() }, null, 1),
  fromFile(text) {
    const file = JSON.parse(text);
    if (file?.format !== "dlnotes progress" || file.version !== 1) throw new Error("not a progress file");
    const kept = store.read();
    for (const [exercise, status] of Object.entries(file.exercises ?? {}))
      if (!RIGHT.includes(kept.exercises[exercise])) kept.exercises[exercise] = String(status);
    for (const [page, edits] of Object.entries(file.code ?? {}))
      for (const [cell, edit] of Object.entries(edits)) {
        const mine = kept.code[page]?.[cell];
        const aside = mine?.code !== undefined && mine.code !== edit.code ? { before: mine.code } : {};
        (kept.code[page] ??= {})[cell] = { ...mine, ...edit, ...aside };
      }
    store.write(kept);
  },
};

function showProgress() {
  const { exercises } = store.read();
  for (const place of document.querySelectorAll("[data-exercises]")) {
    const names = place.dataset.exercises.split(" ").filter(Boolean);
    const done = names.filter((name) => RIGHT.includes(exercises[name])).length;
    place.querySelector(".live-progress").textContent = names.length
      ? `${done} of ${names.length} exercises right`
      : "";
  }
}

// ---------- a page with code ----------

function offer(bar) {
  const said = bar.querySelector(".live-said");
  const button = bar.querySelector(".live-start");
  if (location.protocol === "file:") {
    said.textContent =
      "This page was opened as a file, from which a browser runs no Python. Run “make serve” in the book’s folder and open http://127.0.0.1:8000: there its code is live.";
    button.remove();
    return;
  }
  const changed = Object.values(store.edits(bar.dataset.name)).filter((edit) => edit.code).length;
  if (changed) said.textContent = `You changed ${changed} cell${changed > 1 ? "s" : ""} here: live code shows them.`;
  store.failed = () => {
    if (bar.querySelector(".live-lost")) return;
    const lost = document.createElement("p");
    lost.className = "live-lost";
    lost.setAttribute("role", "status");
    bar.append(lost);
    lost.textContent = "This browser stores nothing more: your code is lost when you leave the page.";
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = "Loading the editor …";
    try {
      const { live, page } = bar.dataset;
      const main = await import(new URL(`${live}${page}/main.js`, location.href).href);
      main.start(bar, store);
    } catch (error) {
      said.textContent = `Live code could not be loaded: ${error.message}`;
      button.disabled = false;
    }
  });
}

// ---------- the contents, with the reader's progress ----------

function offerFile(place) {
  const said = place.querySelector(".live-said");
  const [save, load] = place.querySelectorAll("button");
  const chosen = place.querySelector("input");
  save.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([store.toFile()], { type: "application/json" }));
    link.download = "dlnotes-progress.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    said.textContent = "Saved as dlnotes-progress.json, where your browser puts downloads.";
  });
  load.addEventListener("click", () => chosen.click());
  chosen.addEventListener("change", async () => {
    try {
      store.fromFile(await chosen.files[0].text());
      said.textContent = "The file’s progress and code are now here, too.";
    } catch (error) {
      said.textContent = `${chosen.files[0].name} was not read: ${error.message}`;
    }
    chosen.value = "";
    showProgress();
  });
}

document.querySelectorAll(".live-bar[data-live]").forEach(offer);
document.querySelectorAll(".progress").forEach(offerFile);
showProgress();
addEventListener("storage", showProgress);
