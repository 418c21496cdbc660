// The draft's way to the server and back: one request, and in one word what came of it.
import { form } from "./cells.js";

const KEEPALIVE_BYTES = 60000; // browsers refuse longer bodies to requests that outlive their page
const TIMEOUT = 20000;
const TROUBLES = { 400: "session", 401: "session", 403: "session", 404: "cells", 409: "closed", 413: "cells", 422: "cells" };

async function ask(body) {
  // What no database takes is replaced as the server would, so that the rest is kept.
  const text = body && JSON.stringify(body, (_, value) => (typeof value === "string" ? value.replace(/\0|\p{Surrogate}/gu, "\ufffd") : value));
  return fetch(form.dataset.draftUrl, {
    method: body ? "POST" : "GET",
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value }) },
    body: text,
    keepalive: Boolean(text) && text.length * 3 < KEEPALIVE_BYTES,
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout?.(TIMEOUT),
  });
}

/** Read the whole draft; null if it cannot be had now. */
export async function readDraft() {
  try {
    const answer = await ask();
    return answer.status === 200 ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Send cells, written on top of version ``base``.
 *
 * Resolves with ``{ saved }``, or with the ``{ trouble }``: "line" and "server" pass by themselves, "session"
 * with a password, "closed" does not; "cells" says that the server does not take one of these as it is.
 */
export async function sendCells(base, cells) {
  try {
    const answer = await ask({ base, cells });
    if (answer.status === 200) return { saved: await answer.json() };
    return { trouble: answer.type === "opaqueredirect" ? "session" : TROUBLES[answer.status] || "server" };
  } catch {
    return { trouble: "line" };
  }
}
