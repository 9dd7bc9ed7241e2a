/* Runs in the browser, on a page that isn't Tapedeck's: sends what such a page can send unasked. */

const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** Waits until each request was answered or refused; a page can't see which. */
async function sendByScript({ target, queries, invocation }) {
  const send = (path, init) => fetch(target + path, init).catch(() => undefined);
  for (const query of queries) {
    const post = { method: "POST", headers: FORM, body: query };
    await send(`/?${query}`, { mode: "no-cors" });
    await send("/", { ...post, mode: "no-cors" });
    await send("/", post);
    navigator.sendBeacon(`${target}/`, new URLSearchParams(query));
    const image = new Image();
    image.src = `${target}/?${query}`;
    await untilSettled(image);
  }
  const post = { method: "POST", body: invocation.body };
  await send(invocation.path, { ...post, mode: "no-cors" });
  await send(invocation.path, post);
  await send(invocation.path, { ...post, headers: { "content-type": "application/json" } });
}

/** A frame on the emulator, and a frame whose requests say `Origin: null`. */
async function sendByFrame({ target, query }) {
  const frame = document.createElement("iframe");
  frame.src = `${target}/?${query}`;
  const sandboxed = document.createElement("iframe");
  sandboxed.sandbox = "allow-scripts";
  const init = JSON.stringify({ mode: "no-cors", method: "POST", headers: FORM, body: query });
  sandboxed.srcdoc = `<script>
    fetch("${target}/", ${init}).finally(() => parent.postMessage("sent", "*"));
  </script>`;
  const sent = new Promise((settled) => addEventListener("message", settled, { once: true }));
  document.body.append(frame, sandboxed);
  await Promise.all([sent, untilSettled(frame)]);
}

/** Leaves the page, as a link or a form that submits itself would. */
function leaveByForm({ target, query }) {
  const form = document.createElement("form");
  form.method = "POST";
  form.action = `${target}/`;
  for (const [name, value] of new URLSearchParams(query)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

const untilSettled = (element) =>
  new Promise((settled) => {
    element.onload = settled;
    element.onerror = settled;
  });

Object.assign(window, { sendByScript, sendByFrame, leaveByForm });
