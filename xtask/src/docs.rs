//! `cargo xtask docs`: documents that are made from tables in the code, so that they cannot
//! disagree.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use guiju::{Code, Locale, Severity};

/// Writes the documents, or checks that they are up to date.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let picture =
        super::picture::svg(&root.join("rules/packs/alliance_108/samples/field-revenue"))?;
    for (name, text) in [
        ("docs/diagnostics.md", diagnostics()?),
        ("docs/field-revenue.svg", picture),
        (super::grammar::FILE, super::grammar::text()?),
    ] {
        let path = root.join(name);
        if check {
            let found =
                std::fs::read_to_string(&path).with_context(|| format!("cannot read {name}"))?;
            if found != text {
                bail!("{name} is out of date; run `cargo xtask docs`");
            }
        } else {
            std::fs::write(&path, text).with_context(|| format!("cannot write {name}"))?;
        }
    }
    if check {
        super::links::check(&root)?;
    }
    Ok(())
}

/// Every diagnostic with its message and way out, in both languages.
fn diagnostics() -> anyhow::Result<String> {
    let mut out = String::from(
        "# Diagnostics 診斷訊息\n\nMade by `cargo xtask docs` from `core/model/src/diagnostic/code`. `{0}`, `{1}` … are filled in.\n\n\
         G1 writing 書寫 · G2 names 名稱 · G3 types and units 型別與單位 · G4 tables of cases 分類表 · G5 shape of a declaration 宣告 · \
         G6 data 資料 · G7 tests in packs 測試 · G8 results 結果\n",
    );
    for code in Code::ALL {
        let info = code.info();
        let severity = match info.severity {
            Severity::Error => "error 錯誤",
            Severity::Warning => "warning 警告",
            Severity::Advice => "advice 提示",
        };
        write!(
            out,
            "\n## {} · {severity}\n\n{}\n\n{}\n",
            info.id,
            info.message(Locale::ZhTw),
            info.message(Locale::En)
        )?;
        for help in
            [info.help(Locale::ZhTw), info.help(Locale::En)].iter().filter(|help| !help.is_empty())
        {
            write!(out, "\n> {help}\n")?;
        }
    }
    Ok(out)
}
