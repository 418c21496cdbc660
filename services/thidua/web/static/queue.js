// What was typed and the server has not acknowledged yet, written ahead into the browser's own storage.
//
// One small entry for each cell, {text, over}: what was typed, and the server's text it was typed over.
// Keys carry the account and the draft, so that nobody's text is ever sent in somebody else's name.
export function openQueue(person, url, { onForeign }) {
  const prefix = `thidua ${person} ${url} `;
  const waiting = new Map();
  let isSafe = true;

  function store(pointer, entry) {
    try {
      if (entry) localStorage.setItem(prefix + pointer, JSON.stringify(entry));
      else localStorage.removeItem(prefix + pointer);
    } catch {
      isSafe = false; // full or forbidden: kept in memory alone, and leaving the page asks first
    }
    if (entry) waiting.set(pointer, entry);
    else waiting.delete(pointer);
  }

  function stored(pointer) {
    try {
      return JSON.parse(localStorage.getItem(prefix + pointer));
    } catch {
      return null;
    }
  }

  try {
    for (const key of Object.keys(localStorage)) {
      const pointer = key.startsWith(prefix) && key.slice(prefix.length);
      if (pointer && stored(pointer)) waiting.set(pointer, stored(pointer));
    }
  } catch {
    isSafe = false;
  }

  // Another window of the same person typed: the latest text wins, here too.
  addEventListener("storage", ({ key, newValue }) => {
    if (!key?.startsWith(prefix)) return;
    const pointer = key.slice(prefix.length);
    if (newValue === null) waiting.delete(pointer);
    else waiting.set(pointer, stored(pointer) || { text: "", over: "" });
    onForeign(pointer, newValue === null ? null : waiting.get(pointer));
  });

  return {
    get isSafe() { return isSafe; },
    get size() { return waiting.size; },
    has: (pointer) => waiting.has(pointer),
    get: (pointer) => waiting.get(pointer),
    all: () => [...waiting.keys()],
    put: (pointer, text, over) => store(pointer, { text, over: waiting.get(pointer)?.over ?? over }),
    drop: (pointer) => store(pointer, null),
    /** The server has this text now: forget it, unless something else was typed meanwhile in any window. */
    settle(pointer, text) {
      const latest = (isSafe && stored(pointer)) || waiting.get(pointer);
      if (latest) store(pointer, latest.text === text ? null : { text: latest.text, over: text });
    },
  };
}
