// Types of `guiju/receipts`. Not here: how receipts are made, which `guiju evaluate --seal` does.

/** A file: its text, its bytes, or one that somebody chose. */
export type ReceiptFile = string | Uint8Array | ArrayBuffer | Blob;

/** What a receipt is checked with. */
export interface Evidence {
  /** The receipt, as `guiju evaluate --seal` wrote it. */
  receipt: ReceiptFile;
  /** The rules as they are written: the name of a built-in pack, or files by name. */
  rules: string | Record<string, ReceiptFile>;
  /** Packs that the rules amend, by name, beside the built-in ones. */
  library?: Record<string, Record<string, ReceiptFile>>;
  /** The files of the data by name: one document or workbook, or several `.csv`. */
  data: Record<string, ReceiptFile>;
  /** The public key that you trust, in PEM; a receipt that is signed asks for it. */
  key?: ReceiptFile;
  /** The result of an earlier year, by its name, where previous values came from one. */
  previous?: Record<string, ReceiptFile>;
  /** The result as it was handed on, by its name. */
  result?: Record<string, ReceiptFile>;
  locale?: "zh-TW" | "en";
  /** Whether rules and data are one's own, so that they may take more time and memory. */
  limits?: "untrusted" | "own";
}

/** One thing that was checked. */
export interface ReceiptCheck {
  check: "signature" | "engine" | "pack" | "options" | "rules" | "data" | "previous" | "result" | "result_file";
  status: "same" | "changed" | "missing" | "added" | "right" | "wrong" | "absent";
  /** Of a file of rules, its edition. */
  edition?: string;
  /** Of a file, its name. */
  name?: string;
  /** What the receipt states: a SHA-256, or a name. */
  stated?: string;
  /** What was found. */
  found?: string;
  /** Where a result that was handed on first differs, or why nothing could be computed. */
  place?: string;
}

export interface Verification {
  /** Whether all is as the receipt says. */
  verified: boolean;
  /** `absent`: nobody signed it, so that anybody could have written it. */
  signature: "right" | "wrong" | "absent";
  /** Every check, the signature first and the result last. */
  checks: ReceiptCheck[];
}

/**
 * Judges the data again, and says everything in which that differs from the receipt of a result. Nothing is sent anywhere.
 *
 * @throws {GuijuError} `ARGUMENT` where the receipt or the key is none, or a key is wanting; `PACK`, `DATA`, `LIMIT` as elsewhere.
 */
export function verify(evidence: Evidence): Promise<Verification>;
