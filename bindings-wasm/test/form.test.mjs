// What the form does with amounts, days, rows and reports, by itself: without a page or an engine.

import assert from "node:assert/strict";
import { test } from "node:test";

import { loadPack } from "guiju";
import * as amounts from "../dist/form/amounts.js";
import * as references from "../dist/form/references.js";
import * as reports from "../dist/form/report.js";
import * as rows from "../dist/form/rows.js";
import { wordsIn } from "../dist/form/words.js";

const description = loadPack("alliance_108").describe();
const entity = (name) => description.entities.find((each) => each.name === name);

test("amounts move between units by their digits", () => {
  const cases = [
    ["2400.5", 3, "2400500"], ["2,400", 3, "2400000"], ["0.0005", 3, "0.5"], ["1234567", -3, "1234.567"],
    ["50", -3, "0.05"], ["500", -3, "0.5"], ["0", -3, "0"], ["-12", -3, "-0.012"], ["007", 0, "007"],
    ["12x", 3, "12x"], ["", 3, ""], ["90071992547409931", -3, "90071992547409.931"], ["5.", 3, "5000"],
  ];
  for (const [text, places, moved] of cases) assert.equal(amounts.shifted(text, places), moved, text);
  // There and back is the same, for whatever digits.
  for (let n = 0; n < 2000; n += 1) {
    const text = `${BigInt(n) ** 5n}`;
    assert.equal(amounts.shifted(amounts.shifted(text, -3), 3), text);
  }
  assert.equal(amounts.grouped("1234567.5", "元"), "1,234,567.5 元");
  assert.equal(amounts.grouped("1234567.5", "元", "仟元"), "1,234.5675 仟元");
  assert.equal(amounts.grouped("0.333333", "%"), "33.3333 %");
  assert.equal(amounts.plainAmount({ amount: "2.4", unit: "萬元" }), "24000");
  assert.deepEqual(amounts.plainAmount({ amount: "2.4", unit: "USD" }), { amount: "2.4", unit: "USD" });
});

test("days are days of both calendars, or none", () => {
  const cases = [
    ["108/10/31", "2019-10-31"], ["1081031", "2019-10-31"], ["2019-10-31", "108/10/31"], ["20191031", "108/10/31"],
    ["109/2/29", "2020-02-29"], ["108/2/29", ""], ["1911-12-31", ""], ["2910-12-31", "999/12/31"], ["2911-01-01", ""], ["108/13/1", ""], ["", ""], ["十月", ""],
  ];
  for (const [text, other] of cases) assert.equal(amounts.otherCalendar(text), other, text);
  assert.equal(amounts.minguoDay([9999, 12, 31]), "9999-12-31");
  assert.equal(amounts.daysUntil("115/03/01", new Date(2026, 1, 28, 23, 59)), 1);
  assert.equal(amounts.daysUntil("2026-02-28", new Date(2026, 1, 28)), 0);
  assert.equal(amounts.daysUntil("2026-02-30", new Date(2026, 1, 28)), undefined);
});

test("a report as text is what JSON has, whatever of it was changed", () => {
  let report = { ...reports.emptyReport(), id: "A1", member: [{ name: "甲" }, { name: "乙" }], odd: [1, null] };
  for (let n = 0; n < 20; n += 1) {
    report = reports.withField(report, `/member/${n % 2}`, "fee", `${n}`);
    assert.deepEqual(JSON.parse(reports.asText(report)), JSON.parse(JSON.stringify(report)));
  }
  const { member: list } = reports.without(report, "/member/0/fee");
  assert.deepEqual(list[0], { name: "甲" });
  assert.equal(list[1], report.member[1]);
  assert.deepEqual(reports.without({ a: { "b/c": 1, d: 2 } }, "/a/b~1c"), { a: { d: 2 } });
});

test("references are found, and follow", () => {
  const collaboration = [{ counterpart: "甲" }, { counterpart: "乙" }, { counterpart: "甲" }];
  const report = { ...reports.emptyReport(), member: [{ name: "甲" }], collaboration, transfer: [{ counterpart: "甲" }] };
  const found = references.referencesTo(description, report, "/member/0");
  assert.deepEqual(found.map(({ at }) => at), ["/transfer/0", "/collaboration/0", "/collaboration/2"]);
  const next = references.followed(description, reports.withField(report, "/member/0", "name", "丙"), found);
  assert.deepEqual(next.collaboration.map(({ counterpart }) => counterpart), ["丙", "乙", "丙"]);
  assert.deepEqual(report.collaboration, collaboration);
});

test("references to records in records: by the key beside it, or behind those of what it belongs to", () => {
  const pack = loadPack({
    "p.guiju": `pack p
      entity trip { key id: text }
      entity receipt in trip { key no: text }
      entity payment in receipt { key no: text  before: payment? }
      entity audit in trip { key no: text  of: payment? }`,
  });
  const trips = pack.describe();
  const receipts = (audit, before = "P1") => ({
    ...reports.emptyReport(), id: "T",
    audit: audit.map((of, n) => ({ no: `${n}`, of })),
    receipt: [
      { no: "R/1", payment: [{ no: "P1" }, { no: "P3" }] },
      { no: "R2", payment: [{ no: "P1" }, { no: "P2", before }] },
    ],
  });
  // As the engine finds them: what it says of no reference, it has found.
  const sound = (report) => pack.validate("trip", report).filter(({ code }) => code !== "G802").length === 0;
  const audited = (report) => report.audit.map(({ of }) => of);
  const to = (report, at) => references.referencesTo(trips, report, at).map((each) => each.at);
  const report = receipts(["P3", "R~11/P1", "Ｒ2/P1", "P2"]);
  assert(sound(report));
  assert.deepEqual(to(report, "/receipt/0/payment/0"), ["/audit/1"]);
  assert.deepEqual(to(report, "/receipt/1/payment/0"), ["/receipt/1/payment/1", "/audit/2"]);
  assert.deepEqual(to(report, "/receipt/0").sort(), ["/audit/0", "/audit/1"]);
  assert(!sound(receipts(["P1"])));
  const field = trips.entities.find(({ name }) => name === "audit").fields.find(({ name }) => name === "of");
  const choices = references.choicesOf(trips, report, "/audit/0", field);
  assert.deepEqual(choices, [["R~11/P1", "R/1／P1"], ["P3", "P3"], ["R2/P1", "R2／P1"], ["P2", "P2"]]);
  for (const [text] of choices) assert(sound(receipts([text])), text);
  const renamed = (at, name) => {
    const found = references.referencesTo(trips, report, at).filter(({ whole, target }) => whole || target === at);
    return references.followed(trips, reports.withField(report, at, "no", name), found);
  };
  assert.deepEqual(audited(renamed("/receipt/0", "R9")), ["P3", "R9/P1", "Ｒ2/P1", "P2"]);
  // Called as another is, its key alone is no longer clear.
  assert.deepEqual(audited(renamed("/receipt/0/payment/1", "P2")), ["R~11/P2", "R~11/P1", "Ｒ2/P1", "P2"]);
  const first = renamed("/receipt/1/payment/0", "P8");
  assert.deepEqual([audited(first)[2], first.receipt[1].payment[1].before], ["R2/P8", "P8"]);
  assert(sound(first));
});

test("a change in a record of a record shares what lies beside it, and its text", () => {
  const lot = (n) => ({ no: `${n}`, bid: [{ bidder: "甲" }, { bidder: "乙" }] });
  const report = { ...reports.emptyReport(), lot: [lot(1), lot(2)] };
  const next = reports.withField(report, "/lot/1/bid/0", "price", "7");
  assert.deepEqual(next.lot[1].bid[0], { bidder: "甲", price: "7" });
  assert.equal(next.lot[0], report.lot[0]);
  assert.equal(next.lot[1].bid[1], report.lot[1].bid[1]);
  assert.deepEqual(JSON.parse(reports.asText(next)), next);
  assert.equal(reports.recordAt(next, "/lot/5/bid/0"), undefined);
  assert.equal(reports.recordAt(next, "/constructor/prototype"), undefined);
});

test("headings are names or labels with a unit, periods in one column or two; else the order counts", () => {
  const all = rows.columns(description, entity("member"));
  const read = (heading) => {
    const { column, unit } = rows.called(all, heading);
    return column && [column.field?.name, column.part, unit];
  };
  assert.deepEqual(read("已繳會費（仟元）"), ["fee", undefined, "仟元"]);
  assert.deepEqual(read("FEE PAID"), ["fee", undefined, undefined]);
  assert.deepEqual(read("契約期間起"), ["contract", "start", undefined]);
  assert.deepEqual(read("契約期間"), ["contract", undefined, undefined]);
  assert.equal(read("備註"), undefined);
  const named = rows.mapped(all, [["會員名稱", "備註", "契約期間"], ["甲", "x", "108/2/1..109/1/31"]]);
  assert.equal(named.heading, true);
  assert.deepEqual(rows.recordOf(named.read, ["甲", "x", "108/2/1..109/1/31"]), { name: "甲", contract: { start: "108/2/1", end: "109/1/31" } });
  const bare = rows.mapped(all, [["甲", "company"]]);
  assert.deepEqual([bare.heading, rows.recordOf(bare.read, ["甲", "公司"])], [false, { name: "甲", kind: "company" }]);
  assert.deepEqual(rows.pastedRows('a\t"b\n""c"\r\n\r\n5" pipe\td\n'), [["a", 'b\n"c'], ['5" pipe', "d"]]);
  assert.deepEqual(rows.pastedRows('"open\tb'), [['"open', "b"]]);
});

test("a table as CSV opens as it was", () => {
  const member = [{ name: '甲, "乙"', kind: "company", contract: { start: "108/2/1", end: "109/1/31" }, fee: "50000" }, { name: "丙\n丁" }];
  const report = { ...reports.emptyReport(), id: "A1", member };
  const csv = rows.asCsv(description, report, entity("member"));
  const bytes = new TextEncoder().encode(csv).buffer;
  const opened = rows.withCsv(description, { ...report, member: [] }, "member.csv", bytes, wordsIn("en"));
  assert.deepEqual(opened.member, member);
});

test("in Node the entry is there and does nothing", async () => {
  const { GuijuForm } = await import("guiju/form");
  assert.equal(typeof GuijuForm, "function");
});
