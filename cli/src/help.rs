//! The examples that stand under the help of the command and of each of its parts. Not here: the
//! options (`args`).

pub(crate) const EXAMPLES: &str = "\
Examples:
  guiju evaluate alliance_108 data/
  guiju evaluate alliance_108 data/ --previous result_107.json
  guiju explain alliance_108 data/ --alliance A1 --kpi operating_revenue
  guiju check my_rules/
  guiju test my_rules/
  guiju mutate my_rules/
  guiju fmt my_rules/
  guiju doc my_rules/ > rules.html
  guiju report alliance_108 data/ --sheet summary -o summary.ods
  guiju compile my_rules/ -o my_rules.gjc
  guiju evaluate upload/ upload.json --untrusted

Exit status: 0 done, 1 the rules or the data have errors, 2 wrong usage. An obligation that is not met is a result, not an error.";

pub(crate) const EVALUATE: &str = "\
Examples:
  guiju evaluate alliance_108 data/                          all alliances and the programme
  guiju evaluate alliance_108 data/ --alliance A1 --records  one alliance, record by record
  guiju evaluate alliance_108 data.xlsx                      the same from the sheets of a workbook
  guiju evaluate alliance_108 data/ --format html > a.html   a page to read, send and print
  guiju evaluate alliance_108 data.json --format json        exact results for programs
  guiju evaluate my_rules/ - --format csv < data.json        a line for each KPI

Growth against the year before, from its result or in one run, the earlier year first:
  guiju evaluate alliance_107 data_107/ --format json > result_107.json
  guiju evaluate alliance_108 data_108/ --previous result_107.json
  guiju evaluate alliance_107 data_107/ alliance_108 data_108/";

pub(crate) const VERIFY: &str = "\
Examples:
  guiju evaluate alliance_108 data/ --format json --seal receipt.json --key private.pem > result.json
  guiju verify receipt.json alliance_108 data/ --key public.pem --result result.json

A pair of keys:
  openssl genpkey -algorithm ed25519 -out private.pem
  openssl pkey -in private.pem -pubout -out public.pem

Exit status: 0 where all is as the receipt says, 1 where anything is not.";

pub(crate) const EXPLAIN: &str = "\
Examples:
  guiju explain alliance_108 data/ --alliance A1                        an alliance as a whole
  guiju explain alliance_108 data/ --alliance A1 --kpi operating_revenue
  guiju explain alliance_108 data/ --alliance A1 --record revenue/R-0007
  guiju explain alliance_108 data/ --alliance A1 --obligation exceed_grant --locale en
  guiju explain alliance_108 data/ --alliance A1 --hangs-on exceed_grant  what would turn the verdict
  guiju explain alliance_108 data/ --alliance A1 --kpi patents --previous result_107.json
  guiju explain alliance_108 data/                                      the programme as a whole
  guiju explain alliance_108 data/ --kpi programme_revenue              a figure over all alliances";

pub(crate) const CHECK: &str = "\
Examples:
  guiju check my_rules/
  guiju check alliance_108 --locale en
  guiju check my_rules/ --clauses clauses.txt
  guiju check my_rules/ --format json > findings.json
  guiju check my_rules/ --format sarif > findings.sarif";

pub(crate) const DIFF: &str = "\
Examples:
  guiju diff alliance_107 alliance_108                                   the rules, clause by clause
  guiju diff alliance_107 alliance_108 --data data/ --alliance A1        and what each change does to A1
  guiju diff alliance_108 my_rules/ --data data/ --format html > a.html  a page to look at";

pub(crate) const TEST: &str = "\
Examples:
  guiju test my_rules/
  guiju test alliance_108
  guiju test my_rules/ --coverage      and which rules no test has seen hold and fail
  guiju test my_rules/ --format junit > tests.xml";

pub(crate) const MUTATE: &str = "\
Examples:
  guiju mutate my_rules/                    the changes of my rules that no test notices
  guiju mutate my_rules/ --write            and a file with tests that would notice them
  guiju mutate my_rules/ --check            with exit status 1 where a change goes unnoticed
  guiju mutate alliance_108 --format json   every change, for programs

A change that need not be noticed stands in the file mutants.allow beside the rules, with a reason:
  kpi own_share
  - when total_spending > 0 元
  + when total_spending > 1 元
  because \"金額都是整數仟元\" / \"amounts are in whole thousands\"";

pub(crate) const TEMPLATE: &str = "\
Examples:
  guiju template alliance_108 --output 108.ods                 a workbook to fill in, for guiju evaluate
  guiju template alliance_108 --format xlsx --output 108.xlsx
  guiju template my_rules/ --format csv --output data/         a folder of CSV tables with their headings
  guiju template alliance_108 --previous data_107/ -o 108.ods  with the alliances and members of the year before";

pub(crate) const REPORT: &str = "\
Examples:
  guiju report alliance_108 data/ --sheet summary --output summary.ods                    all alliances, a sheet for each
  guiju report alliance_108 data/ --sheet summary --alliance BM01 --format html > BM01.html
  guiju report alliance_108 data/ --sheet summary --format pdf --output summary.pdf       on paper, and to be read aloud
  guiju report alliance_108 data/ --sheet summary --output sheets/                        a file for each, in a folder that is there
  guiju report alliance_108 data/ --sheet window --window first --format xlsx -o first.xlsx
  guiju report alliance_108 data/ --template form.ods --alliance BM01 -o BM01.ods         an office's own form

A pack describes its sheets in the file sheets.toml beside its rules: docs/reports.md.";

pub(crate) const FMT: &str = "\
Examples:
  guiju fmt my_rules/              every .guiju file in the folder and below it
  guiju fmt my_rules/10.guiju
  guiju fmt my_rules/ --check      write nothing; name what would change, with exit status 1
  guiju fmt my_rules/ --words zh   the words of the language in Chinese; en turns them back
  guiju fmt - < draft.guiju        from standard input to standard output";

pub(crate) const LSP: &str = "\
Examples:
  guiju lsp                 editors start it and speak to it on standard input and output
  guiju lsp --locale en     in English where the editor does not say its language

In Neovim:
  vim.lsp.config('guiju', { cmd = { 'guiju', 'lsp' }, filetypes = { 'guiju' }, root_markers = { '.git' } })
  vim.lsp.enable('guiju')

How other editors are set up: docs/editors.md.";

pub(crate) const COMPILE: &str = "\
Examples:
  guiju doc my_rules/ > rules.html
  guiju compile my_rules/ -o my_rules.gjc
  guiju evaluate my_rules.gjc data/          the same result, record by record

In a page, with the npm package:
  await init({ packs: [] });
  const pack = await loadPack({ url: \"/my_rules.gjc\" });";

pub(crate) const TYPES: &str = "\
Examples:
  guiju types my_rules/ -o my_rules.d.ts
  guiju types my_rules.gjc -o my_rules.d.ts

In a program, with the npm package:
  import type { MyRules } from \"./my_rules.js\";
  const pack = await loadPack<MyRules>({ url: \"/my_rules.gjc\" });";

pub(crate) const DOC: &str = "\
Examples:
  guiju doc alliance_108 > rules.html
  guiju doc my_rules/ --locale en > rules.html
  guiju doc my_rules/ --format markdown > RULES.md";
