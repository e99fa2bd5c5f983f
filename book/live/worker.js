// A classic worker: Python, compiled to WebAssembly, away from the page, which stays alive.
"use strict";

let python, run;

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

async function start({ root, wheel, interrupt }) {
  const here = new URL(".", location.href).href;
  importScripts(`${root}pyodide.js`);
  const [source, drawing, book, fonts, loaded] = await Promise.all([
    fetched(`${here}kernel.py`).then((response) => response.text()),
    fetched(`${here}notes_figures.py`).then((response) => response.text()),
    fetched(`${here}${wheel}`).then((response) => response.arrayBuffer()),
    fetched(`${root}fontlist.json`).then((response) => response.text()),
    loadPyodide({
      indexURL: root,
      packages: ["numpy", "matplotlib"],
      stdout() {},
      stderr() {},
    }),
  ]);
  python = loaded;
  const packages = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(book, "wheel");
  python.FS.writeFile(`${packages}/matplotlib/fontlist.json`, fonts);
  python.FS.writeFile(`${packages}/notes_figures.py`, drawing);

  const kernel = python.toPy({ __name__: "kernel", __file__: "kernel.py" });
  python.runPython(source, { globals: kernel, filename: "kernel.py" });
  kernel.set("send", (json) => postMessage(JSON.parse(json)));
  run = kernel.get("run");
  if (interrupt) python.setInterruptBuffer(new Uint8Array(interrupt));
  postMessage({ kind: "ready" });
}

onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else postMessage({ kind: "done", status: run(data.code, data.number) });
  } catch (error) {
    // A cell's own errors are told by run(). This is an interrupt that came as the cell ended, or
    // the machine under Python has failed.
    if (error.type === "KeyboardInterrupt") postMessage({ kind: "done", status: "stopped" });
    else postMessage({ kind: "dead", why: String(error.message ?? error) });
  }
};
