// The page's side of the worker. One cell runs at a time.

export class Kernel {
  constructor(files, changed) {
    this.files = files; // { worker, root, wheel }
    this.changed = changed; // called when `state` changes: "starting", "ready", "busy", "dead"
    this.state = "dead";
    this.session = 0; // counts the Pythons: what a cell defined is gone with the session it ran in
    this.count = 0;
  }

  become(state) {
    this.state = state;
    this.changed(state);
  }

  start() {
    this.session += 1;
    this.count = 0;
    this.flag = self.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
    const worker = (this.worker = new Worker(this.files.worker));
    this.ready = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data.kind === "ready") {
          this.become("ready");
          resolve();
        } else if (data.kind === "dead") {
          this.end({ status: "dead", why: data.why });
          reject(new Error(data.why));
        } else if (data.kind === "done") {
          this.finish(data);
        } else this.hear?.(data);
      };
      worker.onerror = (event) => {
        const why = event.message || "its script could not be loaded";
        this.end({ status: "dead", why });
        reject(new Error(why));
      };
      this.give_up = () => reject(new Error("stopped"));
    });
    this.ready.catch(() => {}); // whoever runs a cell hears of it
    this.become("starting");
    const { root, wheel } = this.files;
    worker.postMessage({ start: { root, wheel, interrupt: this.flag?.buffer } });
  }

  // Runs code, and hands what it shows to `hear` -> { status: "ok" | "error" | "stopped" | "dead" }.
  async run(code, hear) {
    this.cancelled = false;
    try {
      await this.ready;
    } catch (error) {
      return { status: this.cancelled ? "stopped" : "dead", why: error.message };
    }
    if (this.cancelled) return { status: "stopped" };
    if (this.flag) this.flag[0] = 0;
    this.hear = hear;
    this.become("busy");
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.count += 1;
      this.worker.postMessage({ code, number: this.count });
    });
  }

  finish(result) {
    this.become("ready");
    this.resolve?.(result);
    this.resolve = null;
  }

  end(result) {
    this.worker.terminate();
    this.become("dead");
    this.give_up();
    this.resolve?.(result);
    this.resolve = null;
  }

  // Whether Python could be asked to stop, and keeps its variables.
  interrupt() {
    this.cancelled = true; // what waits for Python to start
    if (this.state !== "busy") return true;
    if (!this.flag) return false;
    this.flag[0] = 2; // SIGINT
    return true;
  }

  restart() {
    this.cancelled = true;
    this.end({ status: "stopped" });
    this.start();
  }
}
