// How the form looks: lists, figures, windows over it, narrow places, paper. Not here: colours and
// the frame (style-frame.ts).

export const DETAILS = /* css */ `
.figures > li > button:hover .name { text-decoration: underline; }
.value { font-weight: 650; font-variant-numeric: tabular-nums; text-align: end; }
[data-state="undetermined"] .value { color: var(--warning); }
.beside { grid-column: 1 / -1; font-size: 0.84rem; color: var(--soft); }
.bar {
  grid-column: 1 / -1;
  position: relative;
  block-size: 6px;
  margin-block-start: 3px;
  background: var(--line);
  border-radius: 3px;
  overflow: clip;
}
.bar[hidden] { display: none; }
.bar span {
  position: absolute;
  inset-block: 0;
  inset-inline-start: 0;
  inline-size: 0;
  background: var(--possible);
}
.bar .certain { background: var(--accent); }
.why {
  padding: 4px 0 12px 10px;
  margin-inline-start: 2px;
  border-inline-start: 3px solid var(--accent-soft);
  font-size: 0.9rem;
}
.why[hidden] { display: none; }
.why code { overflow-wrap: anywhere; }
.why dl { display: grid; grid-template-columns: 1fr auto; gap: 2px 10px; margin-block: 6px; }
.why dd, .why td { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.why table { inline-size: 100%; border-collapse: collapse; margin-block: 6px; }
.why th { text-align: start; font-weight: normal; }
.why th .clause { display: block; }
.why td, .why th {
  padding: 2px 0 2px 8px;
  vertical-align: top;
  border-block-start: 1px solid var(--line);
}
.why th { padding-inline-start: 0; }
.needs button, .todo button {
  padding: 2px 0;
  text-align: start;
  background: none;
  border: 0;
  color: var(--accent);
  text-decoration: underline;
}
.todo button { color: inherit; text-decoration: none; }
.todo li {
  padding-inline-start: 8px;
  margin-block: 4px;
  border-inline-start: 3px solid var(--warning);
  line-height: 1.4;
}
.todo li.error { border-color: var(--error); }
.todo small { display: block; }
.obligations li {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 0 10px;
  padding-block: 4px;
  font-size: 0.9rem;
}
.obligations .clause { grid-column: 1 / -1; }
.obligations .status { font-weight: 600; }
[data-status="not_met"] .status { color: var(--warning); }
[data-status="met"] .status { color: var(--accent); }
footer { padding: 16px 20px 32px; color: var(--soft); font-size: 0.85rem; }

@container form (max-width: 1080px) {
  .columns { grid-template-columns: minmax(0, 1fr) minmax(280px, 320px); }
  nav { position: static; grid-column: 1 / -1; }
  nav ul { display: flex; flex-wrap: wrap; gap: 2px; }
  nav button { border-inline-start: 0; border-block-end: 3px solid transparent; }
  nav [aria-current] { border-block-end-color: var(--accent); }
}

@container form (max-width: 720px) {
  header, footer { padding-inline: 12px; }
  .columns { grid-template-columns: minmax(0, 1fr); padding-inline: 12px; gap: 14px; }
  .side { position: static; max-block-size: none; }
  nav ul { flex-wrap: nowrap; overflow-x: auto; }
  nav button { white-space: nowrap; }
  .tools button { padding-inline: 9px; font-size: 0.9rem; }
  .fields { padding: 12px; }
}
.attached li { display: flex; gap: 8px; align-items: baseline; padding-block: 2px; }
.attached button {
  margin-inline-start: auto;
  padding: 2px 10px;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 6px;
}

/* What stands in a record, under its fields. */
.within {
  margin: 4px 16px 16px;
  padding-inline-start: 12px;
  border-inline-start: 3px solid var(--accent-soft);
}
.within h3 { font-size: 0.98rem; }
.within .actions { padding: 0; margin-block: 6px; flex-wrap: wrap; }
.within .open > .actions { padding: 0 12px 10px; margin: 0; }
.within .empty { padding: 10px; }
.within .fields { padding-inline: 12px; }
.within .within { margin-inline: 8px; }
@container form (max-width: 720px) {
  .within { margin-inline: 4px; padding-inline-start: 6px; }
  .within .fields { padding-inline: 6px; }
  .within .within { margin-inline: 0; }
  .within .line { gap: 6px; padding-inline: 6px; }
  .within .line .number { inline-size: 1.2em; }
}
.unread:not(:empty) { color: var(--error); }

.tools select, .list-tools select { inline-size: auto; min-block-size: 34px; }
.tools [aria-disabled] { opacity: 0.55; }
button:disabled { opacity: 0.55; cursor: default; }
input[type="search"] {
  min-block-size: 34px;
  padding: 4px 8px;
  font: inherit;
  color: inherit;
  background: var(--paper);
  border: 1px solid var(--field);
  border-radius: 5px;
  min-inline-size: 0;
}
.list-tools {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 16px;
  align-items: center;
  margin-block: 8px;
  font-size: 0.9rem;
}
.list-tools label { display: flex; gap: 6px; align-items: center; min-inline-size: 0; }
.list-tools label span { white-space: nowrap; }
main > .actions:first-of-type { margin-block: 0 10px; }
.records .gap { border: 0; }
.line { block-size: 40px; overflow: clip; }
.line .name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.open > .line { block-size: auto; min-block-size: 40px; }
.open > .line .name { white-space: normal; }
.day {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0 4px;
  flex: 1 1 9.5em;
  min-inline-size: 0;
}
.day .other { grid-column: 1 / -1; min-block-size: 1.6em; font-variant-numeric: tabular-nums; }
.picking { position: relative; display: grid; }
.pick {
  inline-size: 34px;
  block-size: 36px;
  padding: 0;
  background: none;
  border: 1px solid var(--line);
  border-radius: 5px;
}
.pick::before {
  content: "";
  display: block;
  inline-size: 15px;
  block-size: 13px;
  margin: auto;
  border: 1.5px solid var(--soft);
  border-block-start-width: 4px;
  border-radius: 2px;
}
.picker { position: absolute; inset: 0; inline-size: 100%; opacity: 0; pointer-events: none; }
.sheet-title { display: none; }
.deadline { font-weight: 600; }
.deadline[data-left] { color: var(--warning); }
.deadline[data-left="over"] { color: var(--error); }
.verdict { font-weight: 600; margin-block: 4px; }
.own {
  display: grid;
  grid-template-columns: minmax(8em, auto) minmax(0, 1fr);
  gap: 2px 16px;
  margin-block: 12px;
  padding: 12px 16px;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 8px;
}
.messages.own { display: block; padding: 0; margin: 0; border: 0; }
.own:empty { display: none; }
.own dt { color: var(--soft); }
.own dd { overflow-wrap: anywhere; }
main h3 { margin-block: 16px 6px; font-size: 1rem; }
main .obligations, main .todo {
  padding: 8px 16px;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 8px;
}
.sheet td { inline-size: auto; }
.sheet th:nth-child(2), .counts th, .counts td { text-align: end; }
.counts th:first-child { text-align: start; }
.sheet td:nth-child(2) { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
dialog {
  inline-size: min(920px, calc(100vw - 24px));
  max-block-size: calc(100vh - 24px);
  padding: 16px 20px;
  color: var(--ink);
  background: var(--ground);
  border: 1px solid var(--field);
  border-radius: 10px;
}
dialog::backdrop { background: rgb(0 0 0 / 45%); }
.dialog-head {
  display: flex;
  justify-content: space-between;
  gap: 12px;
  align-items: start;
  margin-block-end: 10px;
}
.dialog-head h2 { font-size: 1.1rem; }
dialog button:not(.line) {
  padding: 4px 12px;
  min-block-size: 34px;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 6px;
}
dialog .primary { border-color: var(--accent); color: var(--accent); font-weight: 600; }
dialog .messages { max-block-size: 9em; overflow: auto; margin-block: 6px; }
.check { display: flex; gap: 8px; align-items: baseline; margin-block: 4px; }
.scroll {
  overflow: auto;
  max-block-size: 40vh;
  background: var(--paper);
  border: 1px solid var(--line);
}
.scroll table { border-collapse: collapse; font-size: 0.9rem; }
.scroll caption { padding: 4px 8px; text-align: start; color: var(--soft); }
.scroll th, .scroll td {
  padding: 3px 8px;
  border: 1px solid var(--line);
  text-align: start;
  font-weight: normal;
  white-space: nowrap;
}
.scroll select { inline-size: auto; min-inline-size: 9em; }
[data-wrong] {
  background: var(--error-soft);
  color: var(--error);
  text-decoration: underline wavy;
}
.kept li {
  display: flex;
  flex-wrap: wrap;
  gap: 6px 10px;
  align-items: center;
  padding-block: 6px;
  border-block-end: 1px solid var(--line);
}
.kept .name { flex: 1 1 220px; overflow-wrap: anywhere; }

@container form (max-width: 720px) {
  .own { grid-template-columns: minmax(0, 1fr); }
  .own dd { margin-block-end: 6px; }
  .goals th, .goals td { padding-inline: 6px; }
}

/* On paper there is the summary, and nothing to press. */
@media print {
  :host {
    --ground: #fff;
    --paper: #fff;
    --ink: #000;
    --soft: #444;
    --line: #bbb;
    --accent: #000;
    --warning: #000;
    --error: #000;
    background: none;
    font-size: 11pt;
  }
  header .tools, nav, .side, footer, .status-line, .actions, .trouble, dialog,
  .attached button { display: none; }
  header { padding: 0; border: 0; }
  header .title p,
  #section { display: none; }
  .sheet-title { display: block; }
  .columns { display: block; padding: 0; }
  .own, main .obligations, main .todo { border: 0; padding-inline: 0; }
  tr, .obligations li, .todo li { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;
