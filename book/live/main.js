// Live code: what comes when the reader has pressed the button. book/site/live.js is what was there.
import { makeEditor } from "./editor.js";
import { Kernel } from "./kernel.js";
import { Output } from "./output.js";

const PATIENCE = 3000; // milliseconds that a cell asked to stop may take

export function start(bar, store) {
  const { live, page, python, wheel, name } = bar.dataset;
  const here = (path) => new URL(live + path, location.href).href;
  const files = { worker: here(`${page}/worker.js`), root: here(`${python}/`), wheel };

  const said = bar.querySelector(".live-said");
  const say = (text) => (said.textContent = text);

  // ---------- the bar ----------

  const button = (text, label, act, parent) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    if (label !== text) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    parent.append(made);
    return made;
  };
  const buttons = bar.querySelector(".live-buttons");
  buttons.replaceChildren();
  const runAll = button("Run all", "Run all cells", () => run(cells), buttons);
  const stopper = button("Stop", "Stop", stop, buttons);
  stopper.disabled = true;
  button("Restart", "Restart Python", restart, buttons);
  bar.classList.add("live-on");
  runAll.focus({ preventScroll: true });

  const description = document.createElement("p");
  description.id = "live-keys";
  description.className = "live-keys";
  description.textContent =
    "Shift+Enter runs a cell and what it needs above it. Tab indents; Escape, then Tab leaves the editor.";
  bar.after(description);

  // ---------- Python ----------

  const kernel = new Kernel(files, (state) => {
    bar.dataset.state = state;
    if (state === "starting") say("Starting Python …");
    if (state === "ready" && !kernel.count) say("Python is ready.");
  });
  let waiting = []; // cells that the reader wants run, in order
  let going = false;
  let current; // the cell that runs, and its code
  let giveUp;
  let lost = false; // Python had to be ended: said when the cell is done

  function stop() {
    for (const cell of waiting.splice(0)) cell.become("");
    stopper.disabled = true;
    if (!kernel.interrupt()) anew();
    else if (kernel.state === "busy") giveUp = setTimeout(anew, PATIENCE);
  }

  function restart() {
    for (const cell of waiting.splice(0)) cell.become("");
    kernel.restart();
    for (const cell of cells) cell.become("");
  }

  function anew() {
    restart();
    lost = true;
  }

  // ---------- running ----------

  // What a cell needs above it: everything not yet run. An exercise stands by itself, on the
  // page's first cell, the imports.
  function needed(cell) {
    const above = cells.slice(0, cells.indexOf(cell)).filter((other) => !other.exercise);
    const wanted = cell.exercise ? above.slice(0, 1) : above;
    return wanted.filter((other) => other.session !== kernel.session);
  }

  async function run(wanted) {
    for (const cell of wanted) {
      if (cell === current?.cell && cell.editor.code === current.code) continue; // a double click
      if (!waiting.includes(cell)) waiting.push(cell);
      cell.become("waiting");
    }
    if (going) return;
    going = true;
    if (kernel.state === "dead") kernel.start();
    while (waiting.length) {
      const cell = waiting[0];
      const before = needed(cell);
      const next = before[0] ?? cell;
      if (next === cell) waiting.shift();
      const status = await runOne(next);
      if (status === "ok" || next === cell) continue;
      if (status === "error" && waiting[0] === cell) {
        cell.output.note(`Not run: ${next.label}, which it may need, ends in an error.`);
        cell.output.end();
      }
      if (waiting[0] === cell) waiting.shift().become("");
    }
    going = false;
    stopper.disabled = true;
  }

  async function runOne(cell) {
    const { code } = cell.editor;
    current = { cell, code };
    cell.become("running");
    stopper.disabled = false;
    say(kernel.state === "ready" ? `Running ${cell.label} …` : "Starting Python …");
    cell.output.begin(code === cell.book);
    const session = kernel.session;
    let verdict = "";
    const result = await kernel.run(code, (message) => {
      if (message.kind === "checked") {
        store.record(message.exercise, message.status);
        cell.mark(message);
        verdict = `, ${message.exercise.split(".")[1]}: ${message.status}`;
      } else cell.output.hear(message);
    });
    current = undefined;
    clearTimeout(giveUp);
    const stopped = result.status === "stopped";
    if (stopped && session !== kernel.session)
      cell.output.note("Stopped. Python was started anew: its variables are gone, your code is not.");
    if (result.status === "dead") {
      cell.output.note(`Python has ended (${result.why}). Run a cell to start it anew.`);
      for (const other of waiting.splice(0)) other.become("");
    }
    cell.output.end(!stopped);
    cell.session = result.status === "ok" ? session : cell.session;
    cell.become(result.status);
    const words = { ok: "is done", error: "ends in an error", stopped: "was stopped", dead: "failed" };
    say(
      lost
        ? "Stopped. Python was started anew, variables are gone."
        : `${cell.label} ${words[result.status]}${verdict}.`,
    );
    lost = false;
    return result.status;
  }

  // ---------- cells ----------

  function upgrade(node, index) {
    const input = node.querySelector(".cell_input");
    const shown = input.firstElementChild;
    const book = shown.querySelector("pre").textContent.replace(/\n$/, "");
    const id = node.id.replace(/^cell-/, "");
    const label = `Cell ${index + 1}`;
    const edit = store.edit(name, id);
    const cell = { node, label, book, exercise: node.classList.contains("tag_exercise") };

    cell.output = new Output(node, `${label}, output`);
    shown.hidden = true;
    const box = document.createElement("div");
    box.className = "live-cell";
    input.append(box);

    cell.editor = makeEditor(box, {
      code: edit.code ?? book,
      label: `${label}, code`,
      description: "live-keys",
      run: () => run([cell]),
      changed: (code) => following || keep(code),
    });

    const controls = document.createElement("div");
    controls.className = "live-controls";
    box.append(controls);
    button("Run", `Run ${label.toLowerCase()}`, () => run([cell]), controls);
    const resets = button("Reset", `Reset ${label.toLowerCase()}`, reset, controls);
    const backs = button("Bring mine back", `Bring mine back, ${label.toLowerCase()}`, back, controls);
    const state = document.createElement("span");
    state.className = "live-state";
    controls.append(state);

    function keep(code) {
      store.keep(name, id, book, code === book ? undefined : code);
      show();
    }
    // What the reader writes into the page in another tab.
    let following = false;
    cell.follow = () => {
      const { code = book } = store.edit(name, id);
      following = true;
      if (code !== cell.editor.code) cell.editor.code = code;
      following = false;
      show();
    };
    function show() {
      const { before } = store.edit(name, id);
      resets.hidden = cell.editor.code === book;
      backs.hidden = before === undefined || before === cell.editor.code;
    }
    function reset() {
      store.put(name, id, { before: cell.editor.code });
      cell.editor.code = book;
      notice?.remove();
      cell.output.restore();
      cell.become("");
      cell.editor.focus();
    }
    function back() {
      const { before } = store.edit(name, id);
      const mine = cell.editor.code;
      store.put(name, id, { before: mine === book ? undefined : mine });
      cell.editor.code = before;
      cell.editor.focus();
    }

    cell.become = (what) => {
      node.dataset.live = what;
      const words = { waiting: "waits", running: "runs …", error: "error", stopped: "stopped" };
      state.textContent = words[what] ?? "";
    };
    cell.mark = ({ status }) => (node.dataset.verdict = status);

    let notice;
    if (edit.code !== undefined && edit.of !== store.hash(book)) tellOfChange();
    function tellOfChange() {
      notice = document.createElement("div");
      notice.className = "live-changed";
      notice.innerHTML =
        "<p>The book’s code has changed since you edited this cell. Below is yours.</p>" +
        "<details><summary>The book’s code now</summary><pre tabindex='0'></pre></details>";
      notice.querySelector("pre").textContent = book;
      const mine = button("Keep mine", `Keep mine, ${label.toLowerCase()}`, () => {
        store.put(name, id, { of: store.hash(book) });
        notice.remove();
      }, notice);
      button("Take the book’s", `Take the book’s, ${label.toLowerCase()}`, reset, notice);
      mine.after(" ");
      box.prepend(notice);
    }
    show();
    return cell;
  }

  kernel.start(); // beside the editors' own making
  const nodes = [...document.querySelectorAll("div.cell:has(.cell_input)")];
  const cells = nodes.map(upgrade);
  tellOfTheLost();
  addEventListener("storage", () => cells.forEach((cell) => cell.follow()));
  let frame;
  addEventListener("resize", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => cells.forEach((cell) => cell.output.markScrolling()));
  });

  // Code that the reader wrote into cells that the page no longer has.
  function tellOfTheLost() {
    const ids = new Set(nodes.map((node) => node.id.replace(/^cell-/, "")));
    const gone = Object.entries(store.edits(name)).filter(([id, edit]) => !ids.has(id) && edit.code);
    if (!gone.length) return;
    const notice = document.createElement("details");
    notice.className = "live-gone";
    notice.innerHTML = "<summary>Your code from cells that this page no longer has</summary>";
    for (const [, edit] of gone) {
      const pre = document.createElement("pre");
      pre.textContent = edit.code;
      pre.tabIndex = 0;
      notice.append(pre);
    }
    bar.append(notice);
  }
}
