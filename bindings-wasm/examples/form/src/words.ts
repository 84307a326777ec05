// The form's own words. What the pack calls things comes with the pack.

import type { Locale, Localized } from "guiju";

const WORDS = {
  title: ["成果填報", "Results report"],
  privacy: ["資料只在這個瀏覽器，不會送出；重新整理後還在。", "Your data stays in this browser, over reloads too; nothing is sent."],
  language: ["English", "中文"],
  sample: ["載入範例", "Load sample"],
  open: ["開啟…", "Open…"],
  saveJson: ["存成 JSON", "Save JSON"],
  saveCsv: ["本表存成 CSV", "Save table as CSV"],
  fresh: ["重新開始", "Start over"],
  rules: ["更換規則…", "Change rules…"],
  sections: ["填報項目", "Sections"],
  figures: ["試算結果", "Running totals"],
  figuresHint: ["隨填隨算；選一項看理由。", "Computed as you type; choose one to see why."],
  others: ["其他指標", "Other figures"],
  obligations: ["應達成事項", "Obligations"],
  target: ["目標", "target"],
  previous: ["前一年", "last year"],
  missingToTarget: ["尚差", "short by"],
  nothingBounds: ["以上", "or more"],
  needs: ["填了這些就能確定", "Would be certain with"],
  add: ["新增一筆", "Add"],
  remove: ["刪除", "Remove"],
  undo: ["復原刪除", "Undo removal"],
  unnamed: ["（未命名）", "(no name yet)"],
  empty: ["還沒有資料。", "Nothing here yet."],
  optional: ["選填", "optional"],
  yes: ["是", "yes"],
  no: ["否", "no"],
  notYet: ["未填", "not yet"],
  choose: ["請選擇", "choose"],
  start: ["開始日", "first day"],
  end: ["結束日", "last day"],
  dateHint: ["108/10/31 或 2019-10-31", "2019-10-31 or 108/10/31"],
  dropHint: ["把改過的 .guiju 檔拖到頁面上，表單就跟著變。", "Drop a changed .guiju file on the page and the form follows."],
  goals: ["目標與前一年", "Targets and last year"],
  reviewed: ["先前年度已審查的佐證", "Evidence reviewed in earlier years"],
  elsewhere: ["已計入其他計畫的佐證", "Evidence counted in other programmes"],
  onePerLine: ["一行一個編號", "one id a line"],
  kpi: ["指標", "figure"],
  toFix: ["待補正", "To do"],
  fine: ["沒有待補正的項目。", "Nothing to correct."],
  errors: ["項待補", "to fill in or correct"],
  warnings: ["項不計入或待釐清", "not counted or unclear"],
  ok: ["完整", "complete"],
  records: ["筆", "records"],
  formula: ["算式", "formula"],
  clauses: ["依據", "by"],
  noReasons: ["目前無法說明理由。", "No reasons can be given at the moment."],
  wrongExcluded: ["有誤的欄位先視為未填。", "Fields with errors are taken as not filled in."],
  met: ["達成", "met"],
  not_met: ["未達成", "not met"],
  undetermined: ["尚未確定", "open"],
  not_applicable: ["不適用", "does not apply"],
  invalid: ["無法計算", "no value"],
  rulesFail: ["規則無法使用，表單維持原來的規則。", "The rules do not compile; the form keeps the ones it had."],
  rulesNow: ["表單已改用", "The form now follows"],
  saved: ["已存檔", "saved"],
  opened: ["已開啟", "opened"],
  onlyFirst: ["檔案裡有多個聯盟，只開啟第一個", "the file has several; only the first was opened"],
  cannotRead: ["無法讀取", "cannot be read"],
  replace: ["目前填寫的內容會被取代。要繼續嗎？", "What is filled in now will be replaced. Go on?"],
  replaceTable: ["這張表目前的內容會被取代。要繼續嗎？", "What this table has now will be replaced. Go on?"],
  notKept: ["瀏覽器無法保存填寫的內容：離開前請自行存檔。", "The browser cannot keep what is filled in: save it as a file before you leave."],
  otherTab: ["另一個分頁也在填報，後存的會取代先存的：請只留一個分頁。", "Another tab is filling in a report too, and what is kept last replaces the other: close one of them."],
  noFigures: ["有讀不了的內容，無法試算：", "No figures, since something cannot be read: "],
  more: ["另有", "more:"],
  drop: ["移除這一項", "Remove it"],
  shouldBeList: ["應為清單", "has to be a list"],
  shouldBeObject: ["應為物件", "has to be an object"],
  close: ["關閉", "Close"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

let locale: Locale = "zh-TW";

export const currentLocale = (): Locale => locale;

export function switchLocale(to: Locale): void {
  locale = to;
}

/** A word of the form in the reader's language. */
export const t = (word: Word): string => WORDS[word][locale === "en" ? 1 : 0];

/** Something named, and what is said of it. */
export const said = (name: string, what: string): string => (locale === "en" ? `${name}: ${what}` : `${name}：${what}`);

/** A label of the pack in the reader's language. */
export const label = (text: Localized): string => (locale === "en" && text.en !== null ? text.en : text.zh);
