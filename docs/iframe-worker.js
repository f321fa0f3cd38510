/* Lets the search work where the site is read from a folder. Browsers start no worker for a page without a server, so there a frame
   that is not shown stands for it. MkDocs Material asks for something under the name IFrameWorker; with a server nothing happens. */
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = null;
      this.onerror = null;
      const frame = document.createElement("iframe");
      frame.hidden = true;
      this.frame = frame;
      this.isReady = new Promise((ready) => {
        const begin = () => {
          document.body.append(frame);
          const inside = frame.contentWindow;
          inside.postMessage = (data) => setTimeout(() => this.tell("message", { data }));
          inside.importScripts = (...urls) => urls.reduce((before, one) => before.then(() => this.run(one)), Promise.resolve());
          this.run(url).then(ready, (error) => this.tell("error", { data: error }));
        };
        if (document.body) begin();
        else document.addEventListener("DOMContentLoaded", begin);
      });
    }

    /* Runs a script in the frame. */
    run(url) {
      const inside = this.frame.contentDocument;
      const script = inside.createElement("script");
      script.src = new URL(url, location.href);
      return new Promise((done, failed) => {
        script.onload = done;
        script.onerror = failed;
        inside.head.append(script);
      });
    }

    tell(type, details) {
      const event = new MessageEvent(type, details);
      this.dispatchEvent(event);
      if (this[`on${type}`]) this[`on${type}`](event);
    }

    postMessage(data) {
      this.isReady.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
    }

    terminate() {
      this.frame.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}
