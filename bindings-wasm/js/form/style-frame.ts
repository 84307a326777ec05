// How the form looks: colours, the frame, fields and their messages. Not here: lists, figures,
// windows, paper (style-details.ts).

export const FRAME = /* css */ `
/* Calm, dense, readable: one accent, colour never the only sign. */
:host {
  display: block;
  color-scheme: light dark;
  --ground: var(--guiju-ground, light-dark(#f6f7f5, #141816));
  --paper: var(--guiju-paper, light-dark(#ffffff, #1c211f));
  --ink: var(--guiju-ink, light-dark(#1d2420, #e7ece9));
  --soft: var(--guiju-soft, light-dark(#56605a, #a9b4ae));
  --line: var(--guiju-line, light-dark(#d5dad6, #343c38));
  --field: var(--guiju-field, light-dark(#7b857f, #7f8b85));
  --accent: var(--guiju-accent, light-dark(#0b6a5a, #6fd0b9));
  --accent-soft: var(--guiju-accent-soft, light-dark(#dcefe9, #1f3a33));
  --error: var(--guiju-error, light-dark(#a3261b, #ff9d92));
  --error-soft: var(--guiju-error-soft, light-dark(#fdecea, #3d1f1c));
  --warning: var(--guiju-warning, light-dark(#7f5300, #f2c46b));
  --warning-soft: light-dark(#fdf1d8, #3a2f17);
  --possible: var(--guiju-possible, light-dark(#9fcfc2, #2f6357));
  font:
    var(--guiju-font, 15px/1.6 system-ui, "Noto Sans TC", "Noto Sans CJK TC", "PingFang TC",
    "Microsoft JhengHei", sans-serif);
  accent-color: var(--accent);
  background: var(--ground);
  color: var(--ink);
  container: form / inline-size;
}
* { box-sizing: border-box; }
h1, h2, h3, p, ul, ol, dl, dd, fieldset { margin: 0; padding: 0; }
ul, ol { list-style: none; }
fieldset { border: 0; min-inline-size: 0; }
small, .hint, .clause, .help { font-size: 0.84rem; }
small, .hint, .optional { color: var(--soft); font-weight: normal; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }

header {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 24px;
  align-items: center;
  padding: 12px 20px;
  background: var(--paper);
  border-block-end: 1px solid var(--line);
}
header h1 { font-size: 1.25rem; line-height: 1.3; }
header .title { flex: 1 1 260px; }
header .title p { color: var(--soft); font-size: 0.9rem; }
.tools { display: flex; flex-wrap: wrap; gap: 6px; }
button { font: inherit; color: inherit; cursor: pointer; }
.tools button, .actions button, .trouble button {
  padding: 4px 12px;
  min-block-size: 34px;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 6px;
}
.tools button:hover, .actions button:hover { border-color: var(--accent); }
.actions { display: flex; gap: 8px; margin-block-start: 12px; }
.actions .primary { border-color: var(--accent); color: var(--accent); font-weight: 600; }
.status-line { padding: 4px 20px; color: var(--soft); min-block-size: 1.6em; font-size: 0.9rem; }
.trouble:not(:empty) {
  margin: 0 20px 12px;
  padding: 12px 16px;
  background: var(--error-soft);
  border-inline-start: 4px solid var(--error);
  border-radius: 4px;
}
.trouble li { margin-block: 4px; }

.columns {
  display: grid;
  grid-template-columns: 172px minmax(0, 1fr) minmax(300px, 360px);
  gap: 20px;
  padding: 0 20px 40px;
  align-items: start;
  max-inline-size: 1500px;
  margin-inline: auto;
}
nav { position: sticky; inset-block-start: 12px; }
nav button {
  display: flex;
  gap: 6px;
  align-items: baseline;
  inline-size: 100%;
  padding: 6px 10px;
  text-align: start;
  background: none;
  border: 0;
  border-inline-start: 3px solid transparent;
}
nav button .name { flex: 1; }
nav button:hover { background: var(--accent-soft); }
nav [aria-current] {
  border-inline-start-color: var(--accent);
  background: var(--accent-soft);
  font-weight: 600;
}
.badge { font-size: 0.8rem; color: var(--soft); white-space: nowrap; }
.badge[data-worst="error"] { color: var(--error); }
.badge[data-worst="warning"] { color: var(--warning); }
nav .badge:not(:empty) {
  min-inline-size: 1.6em;
  padding-inline: 4px;
  text-align: center;
  border: 1px solid currentColor;
  border-radius: 9px;
  line-height: 1.35;
}

main { min-inline-size: 0; }
main h2, .side h2 { font-size: 1.1rem; margin-block-end: 8px; }
.fields {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr));
  gap: 14px 20px;
  padding: 16px;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 8px;
  align-items: start;
}
.fields .own:empty { display: none; }
.fields .own, .field:has(textarea), .field.period, .field.list { grid-column: 1 / -1; }
.field.period { grid-column: span 1; }
.field label, .field legend {
  display: flex;
  gap: 8px;
  align-items: baseline;
  padding: 0;
  font-size: 0.9rem;
  font-weight: 600;
}
.field .segments label, .field .checks label { font-weight: normal; font-size: 1rem; }
input[type="text"], select, textarea {
  inline-size: 100%;
  min-block-size: 36px;
  padding: 4px 8px;
  font: inherit;
  color: inherit;
  background: var(--paper);
  border: 1px solid var(--field);
  border-radius: 5px;
}
textarea { resize: vertical; field-sizing: content; min-block-size: 3.6em; }
.with-unit { display: flex; align-items: center; gap: 6px; }
.money input, .int input, .range input, .goals input {
  text-align: end;
  font-variant-numeric: tabular-nums;
}
.ends { display: flex; flex-wrap: wrap; align-items: start; gap: 4px 8px; }
.segments {
  display: inline-flex;
  border: 1px solid var(--field);
  border-radius: 5px;
  overflow: clip;
}
.segments label {
  position: relative;
  min-block-size: 34px;
  align-items: center;
  padding-inline: 12px;
  cursor: pointer;
}
.segments label + label { border-inline-start: 1px solid var(--line); }
.segments input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.segments label:has(:checked) {
  background: var(--accent-soft);
  color: var(--accent);
  font-weight: 600;
}
.segments label:last-child:has(:checked) {
  background: var(--ground);
  color: var(--soft);
  font-weight: normal;
}
.segments label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: -2px; }
.checks { display: flex; flex-wrap: wrap; gap: 2px 16px; }
.checks label { align-items: center; cursor: pointer; }

.messages li {
  margin-block-start: 4px;
  padding-inline-start: 8px;
  border-inline-start: 3px solid currentColor;
  font-size: 0.9rem;
  line-height: 1.45;
  color: var(--error);
}
.messages .warning { color: var(--warning); }
.messages .advice, [data-worst="untouched"] .messages li { color: var(--soft); }
.messages .help, .messages .clause { display: block; color: var(--soft); }
.clause { color: var(--soft); overflow-wrap: anywhere; }
.help { display: block; }
[aria-invalid="true"]:not([role]) {
  border-color: var(--warning);
  box-shadow: inset 0 0 0 1px var(--warning);
}
[data-worst="error"] [aria-invalid="true"]:not([role]) {
  border-color: var(--error);
  box-shadow: inset 0 0 0 1px var(--error);
}
[data-worst="untouched"] [aria-invalid="true"]:not([role]) {
  border-color: var(--field);
  box-shadow: none;
}

.records { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
.records > li + li { border-block-start: 1px solid var(--line); }
.line {
  display: flex;
  gap: 10px;
  inline-size: 100%;
  padding: 7px 12px;
  text-align: start;
  background: none;
  border: 0;
  align-items: baseline;
}
.line:hover { background: var(--accent-soft); }
.line .number {
  inline-size: 2em;
  color: var(--soft);
  font-variant-numeric: tabular-nums;
  text-align: end;
}
.line .name { flex: 1; overflow-wrap: anywhere; }
.line[aria-expanded="true"] .name { font-weight: 600; }
.open .fields { border: 0; border-radius: 0; padding-block-start: 8px; }
.open .actions { padding: 0 16px 12px; margin: 0; }
.empty {
  padding: 24px;
  text-align: center;
  color: var(--soft);
  background: var(--paper);
  border: 1px dashed var(--line);
  border-radius: 8px;
}
.goals {
  inline-size: 100%;
  border-collapse: collapse;
  background: var(--paper);
  border: 1px solid var(--line);
  margin-block-end: 16px;
}
.goals th, .goals td {
  padding: 4px 10px;
  text-align: start;
  border-block-end: 1px solid var(--line);
  font-weight: normal;
  vertical-align: top;
}
.goals thead th { font-weight: 600; }
.goals td { inline-size: 30%; }

.side {
  position: sticky;
  inset-block-start: 12px;
  max-block-size: calc(100vh - 24px);
  overflow: auto;
  padding: 14px 16px;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 8px;
}
.side h3 { margin-block: 16px 4px; font-size: 0.95rem; }
.side summary { margin-block-start: 12px; font-weight: 600; cursor: pointer; }
.figures > li + li { border-block-start: 1px solid var(--line); }
.figures > li > button {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 0 10px;
  inline-size: 100%;
  padding: 7px 2px;
  text-align: start;
  background: none;
  border: 0;
}
`;
