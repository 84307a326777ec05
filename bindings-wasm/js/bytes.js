// @ts-check
// Compiled packs as bytes, from wherever they are: memory, a response, a file, an address. Not here: what the bytes mean, which the engine knows.

import { GuijuError } from "./error.js";

/** The most that is taken: as much as the rules of a pack may have as text, of which its bytes are a part. */
const MOST = 16 << 20;

/** Reads files by address, in hosts that have them. @type {{ read?: (address: URL) => Promise<Uint8Array> }} */
export const disk = {};

/** Bytes of one's own, where a value has any: whoever handed them over may change theirs. @param {unknown} value @returns {Uint8Array | undefined} */
export function bytesIn(value) {
  // By its name, since those of other windows are no instances of this one's.
  const buffer = Object.prototype.toString.call(value) === "[object ArrayBuffer]";
  if (!buffer && !ArrayBuffer.isView(value)) return undefined;
  const bytes = buffer ? new Uint8Array(/** @type {ArrayBuffer} */ (value)) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.byteLength > MOST) throw new GuijuError("LIMIT", `規則包過大：${bytes.byteLength} 位元組，上限 ${MOST} / the pack is too large: ${bytes.byteLength} bytes of at most ${MOST}`);
  return bytes.slice();
}

/** Whether a value is a response, or a file that a user chose: what has bytes, but not yet. A request has to be sent first. @param {any} value */
export const isResponse = (value) => typeof value?.arrayBuffer === "function" && value.method === undefined;

/** The address in `{ url }`, which no rule file is called. @param {any} value @returns {string | URL | undefined} */
export function addressIn(value) {
  if (typeof value !== "object" || value === null) return undefined;
  const keys = Object.keys(value);
  if (keys.length !== 1 || keys[0] !== "url") return undefined;
  if (typeof value.url === "string" || value.url instanceof URL) return value.url;
  throw new GuijuError("ARGUMENT", "`url` 須為文字或 URL / `url` has to be a text or a URL");
}

/** The bytes at an address, or in a response. @param {any} place @returns {Promise<Uint8Array>} */
export async function bytesAt(place) {
  const given = await place;
  const inMemory = bytesIn(given);
  if (inMemory) return inMemory;
  const address = typeof given === "string" || given instanceof URL ? String(given) : given?.url ?? given?.name ?? "";
  try {
    if (disk.read && address.startsWith("file:")) return /** @type {Uint8Array} */ (bytesIn(await disk.read(new URL(address))));
    const response = isResponse(given) ? given : await fetch(given);
    if (response.ok === false) throw new Error(`${response.status} ${response.statusText}`.trim());
    return /** @type {Uint8Array} */ (bytesIn(await response.arrayBuffer()));
  } catch (error) {
    if (error instanceof GuijuError) throw error;
    const why = error instanceof Error ? error.message : error;
    throw new GuijuError("FETCH", `無法取得規則包 ${address}：${why} / the pack at ${address} cannot be had: ${why}`, [], { cause: error });
  }
}
