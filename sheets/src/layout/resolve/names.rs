//! The names of sheets: they become names of files and stand in messages, so that they have to be
//! names that every file system and workbook takes.
//!
//! Not here: the names of what a pack has (`resolve`).

use guiju::{Code, Diagnostic, Localized};

use super::Resolver;
use crate::layout::file::Text;
use crate::page::LONGEST_NAME;

/// What no name of a file or a worksheet may have.
const FORBIDDEN: &str = "/\\:*?\"<>|[]'";
/// The names of devices, which Windows takes no file by.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

impl Resolver<'_> {
    /// Says of the name of a sheet why it is none.
    pub(super) fn sheet_name(&mut self, name: &Text) {
        if let Err(why) = fit(&name.value) {
            let found = Diagnostic::new(Code::SheetsBadName).arg(&name.value).word(why);
            self.found.push(found.at(name.span));
        }
    }
}

/// Whether a name can be that of a file and a worksheet.
fn fit(name: &str) -> Result<(), Localized> {
    if name.is_empty() {
        return Err(Localized::new("它是空的", "it is empty"));
    }
    if name.trim() != name {
        return Err(Localized::new("前後不能有空白", "no blank may stand at either end"));
    }
    let odd =
        |c: &char| FORBIDDEN.contains(*c) || c.is_control() || guiju::is_invisible(*c) && *c != ' ';
    if let Some(c) = name.chars().find(odd) {
        let shown = if FORBIDDEN.contains(c) {
            format!("`{c}`")
        } else {
            format!("U+{:04X}", u32::from(c))
        };
        return Err(Localized::new(
            format!("檔名與工作表名稱不能有 {shown}"),
            format!("no name of a file or a worksheet may have {shown}"),
        ));
    }
    if name.starts_with('.') || name.ends_with('.') {
        return Err(Localized::new(
            "檔名的前後不能是 `.`",
            "no name of a file begins or ends with `.`",
        ));
    }
    let length = name.encode_utf16().count();
    if length > LONGEST_NAME {
        return Err(Localized::new(
            format!("它有 {length} 個字元，工作表名稱最多 {LONGEST_NAME} 個"),
            format!(
                "it has {length} characters, and names of worksheets have at most {LONGEST_NAME}"
            ),
        ));
    }
    let lower = name.to_lowercase();
    let is_numbered = |device: &str| {
        let number = lower.strip_prefix(device);
        number.is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
    };
    if DEVICES.contains(&lower.as_str()) || is_numbered("com") || is_numbered("lpt") {
        return Err(Localized::new(
            "Windows 把它當成裝置，不能作檔名",
            "Windows takes it for a device, and no file by it",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn a_name_is_one_of_a_file_and_a_worksheet() {
        let longest = "報".repeat(31);
        for name in
            ["summary", "綜整表", "half_year", "a-b", "a b", "a.b", "com", "com10", &longest]
        {
            assert_eq!(fit(name), Ok(()), "{name}");
        }
        let too_long = "報".repeat(32);
        let pairs = "𠮷".repeat(16);
        for name in [
            "",
            " ",
            " a",
            "a\u{3000}",
            "../evil",
            "..",
            ".a",
            "a.",
            "a/b",
            "a\\b",
            "a:b",
            "a*",
            "a?",
            "a[1]",
            "a'b",
            "a\"",
            "a<b",
            "a>b",
            "a|b",
            "a\nb",
            "a\u{200B}b",
            "a\u{202E}b",
            "NUL",
            "Com1",
            "lpt9",
            &too_long,
            &pairs,
        ] {
            assert!(fit(name).is_err(), "{name:?}");
        }
        let said = |name: &str| fit(name).err().and_then(|words| words.en);
        assert_eq!(
            said("a\u{200B}b").as_deref(),
            Some("no name of a file or a worksheet may have U+200B")
        );
        assert_eq!(
            said(&too_long).as_deref(),
            Some("it has 32 characters, and names of worksheets have at most 31")
        );
    }
}
