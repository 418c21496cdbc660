// The queue's second copy, which is on disk a few milliseconds after a key and outlives the browser's own death.
//
// Entries that were settled stay as a stamp without a text for a day: older copies of them may come back.
const STORE = "cells";
const DAY = 86400000;

const opened = () => new Promise((resolve) => {
  try {
    const asked = indexedDB.open("thidua", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => resolve(null);
  } catch {
    resolve(null); // forbidden here: the first copy has to do
  }
});

/** A journal of entries by key; everything written before it is open goes in when it is. */
export function openJournal() {
  const unwritten = new Map();
  let base = null;
  let isWriting = false;

  // One transaction at a time takes all that has come in meanwhile.
  function writeOut() {
    if (!base || isWriting || !unwritten.size) return;
    try {
      const change = base.transaction(STORE, "readwrite", { durability: "strict" });
      for (const [key, entry] of unwritten) change.objectStore(STORE).put(entry, key);
      unwritten.clear();
      isWriting = true;
      change.oncomplete = change.onabort = () => {
        isWriting = false;
        writeOut();
      };
      change.commit?.();
    } catch {
      base = null; // the browser has closed it, as when a person clears what sites keep
    }
  }

  const ready = opened().then((found) => {
    base = found;
    writeOut();
  });

  return {
    write(key, entry) {
      unwritten.set(key, entry);
      writeOut();
    },

    /** Every entry whose key begins so; settled ones of another day are swept out. */
    async read(prefix) {
      await ready;
      const found = new Map();
      if (!base) return found;
      return new Promise((resolve) => {
        const walk = base.transaction(STORE, "readwrite").objectStore(STORE).openCursor(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
        walk.onerror = () => resolve(found);
        walk.onsuccess = () => {
          const at = walk.result;
          if (!at) return resolve(found);
          if (at.value.text === undefined && at.value.stamp < Date.now() - DAY) at.delete();
          else found.set(at.key, at.value);
          return at.continue();
        };
      });
    },
  };
}
