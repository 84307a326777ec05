// A receipt and what it is checked with, chosen from the machine, and every check in a table. Not here: checking, which is the
// package's.

import { verify, type ReceiptCheck } from "guiju/receipts";

const WHAT: Record<ReceiptCheck["check"], string> = {
  signature: "簽章 signature",
  engine: "引擎 engine",
  pack: "規則包 pack",
  options: "選項 options",
  rules: "規則 rules",
  data: "資料 data",
  previous: "前期結果 earlier result",
  result: "結果 result",
  result_file: "結果檔 result file",
};
const FOUND: Record<ReceiptCheck["status"], string> = {
  same: "相符 the same",
  changed: "不同 differs",
  missing: "沒有這個檔案 missing",
  added: "收據裡沒有 not in the receipt",
  right: "由給定的金鑰簽章 signed by the key given",
  wrong: "不是給定的金鑰所簽 not signed by the key given",
  absent: "沒有簽章，任何人都能寫出 not signed: anybody could have written it",
};

const form = document.querySelector("form")!;
const status = document.querySelector("[role=status]")!;
const table = document.querySelector("table")!;

/** The files of a field, by their names. */
function files(name: string): Record<string, File> {
  const chosen = form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.files ?? [];
  return Object.fromEntries([...chosen].map((file) => [file.name, file]));
}

const only = (name: string): File | undefined => Object.values(files(name))[0];
const optional = (name: string): Record<string, File> | undefined => (only(name) ? files(name) : undefined);

function row({ check, status, edition, name, place }: ReceiptCheck): HTMLTableRowElement {
  const row = document.createElement("tr");
  const cells = [WHAT[check], [edition, name].filter(Boolean).join("/"), FOUND[status] + (place ? `：${place}` : "")];
  cells.forEach((text) => (row.insertCell().textContent = text));
  const holds = ["same", "right", "absent"].includes(status);
  row.cells[2]!.className = holds ? "holds" : "differs";
  return row;
}

async function check(): Promise<void> {
  const receipt = only("receipt");
  if (!receipt) return;
  const pack = form.querySelector("select")!.value;
  const [key, previous, result] = [only("key"), optional("previous"), optional("result")];
  const found = await verify({
    receipt,
    rules: pack || files("rules"),
    data: files("data"),
    limits: "own",
    ...(key && { key }),
    ...(previous && { previous }),
    ...(result && { result }),
  });
  table.tBodies[0]!.replaceChildren(...found.checks.map(row));
  table.hidden = false;
  status.textContent = !found.verified
    ? "與收據不符。 This is not what the receipt says."
    : found.signature === "right"
      ? "全部相符。 All is as the receipt says."
      : "全部相符，但收據沒有簽章。 All is as the receipt says, but nobody signed it.";
}

form.addEventListener("change", () => {
  const rules = form.querySelector<HTMLInputElement>("input[name=rules]")!;
  rules.closest("label")!.hidden = form.querySelector("select")!.value !== "";
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  table.hidden = true;
  status.textContent = "核對中… checking…";
  void check().catch((error: unknown) => {
    status.textContent = error instanceof Error ? error.message : String(error);
  });
});
