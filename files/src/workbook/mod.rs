//! The sheets of a workbook, `.xlsx`, `.xlsm` or `.ods`: a zip archive of XML, read within limits,
//! every problem with its cell.
//!
//! Why not a library that does all of it: see ARCHITECTURE.md. Not here: what headings and values
//! mean, which is the engine's (`guiju::read_sheets`), formulas, which are taken by their last
//! result, and styles but for what tells a date from a number.

mod format;
mod grid;
mod ods;
mod shown;
mod value;
mod xlsx;
mod xml;

use std::collections::HashMap;
use std::io::{Cursor, Read};

use guiju::{Code, DataPlace, Diagnostic, Limits, Localized, SheetTable};
use zip::ZipArchive;
use zip::result::ZipError;

/// What all parts of a workbook may come to once they are unpacked: many times what people fill in,
/// and little enough for any machine.
const UNPACKED: u64 = 512 << 20;

/// The extensions of files that are workbooks; macros of `.xlsm` are left alone.
pub(crate) const EXTENSIONS: [&str; 3] = ["xlsx", "xlsm", "ods"];

/// Those that a spreadsheet program can turn into one. Some are one already, under a name that its
/// program gave it.
pub(crate) const RELATED: [&str; 5] = ["xls", "xlsb", "numbers", "fods", "et"];

/// Why a workbook cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Broken {
    /// A file of another kind, by its extension.
    Other(String),
    /// Protected by a password.
    Password,
    /// A workbook of Excel before 2007, whatever its name.
    Old,
    /// A text, such as CSV or a web page.
    Text,
    /// Nothing that is known.
    Unknown,
    /// Cut off or changed: the part of the archive, or nothing for the archive itself.
    Damaged(String),
    /// More than fits; the limit in words.
    TooLarge(Localized),
}

impl Broken {
    fn damaged(part: &str) -> Broken {
        Broken::Damaged(part.to_owned())
    }

    fn diagnostic(self, book: &str) -> Diagnostic {
        let save = (
            "請以試算表軟體開啟，另存為 .xlsx 或 .ods。",
            "open it in a spreadsheet program, and save it as .xlsx or .ods",
        );
        let again = (
            "請以試算表軟體開啟檢查，重新存檔或重新傳送檔案。",
            "open it in a spreadsheet program and save it again, or have it sent again",
        );
        let ((zh, en), (way_zh, way_en)) = match self {
            Broken::TooLarge(limit) => {
                return Diagnostic::new(Code::DataTooLarge).word(limit).in_data(place(book));
            }
            Broken::Other(extension) => {
                let numbers = (
                    "請以 Numbers 開啟，輸出為 Excel（.xlsx）。",
                    "open it in Numbers, and export it to Excel (.xlsx)",
                );
                let way = if extension == "numbers" { numbers } else { save };
                (
                    (
                        format!("這是另一種試算表檔（.{extension}）"),
                        format!("it is a workbook of another kind (.{extension})"),
                    ),
                    way,
                )
            }
            Broken::Password => {
                let remove = (
                    "請以試算表軟體開啟，移除密碼後存檔。",
                    "open it in a spreadsheet program, take the password off, and save it",
                );
                (("檔案有密碼保護".to_owned(), "it is protected by a password".to_owned()), remove)
            }
            Broken::Old => (
                (
                    "這是舊版的 Excel 檔（.xls）".to_owned(),
                    "it is a file of an old Excel (.xls)".to_owned(),
                ),
                save,
            ),
            Broken::Text => {
                let folder = (
                    "CSV 請以 .csv 為副檔名，放進資料夾；或以試算表軟體開啟後另存為 .xlsx。",
                    "CSV files are called .csv and stand in a folder; or open it in a spreadsheet program, and save it as .xlsx",
                );
                (("內容是文字檔".to_owned(), "it is a text file".to_owned()), folder)
            }
            Broken::Unknown => {
                (("內容不是試算表".to_owned(), "it is no workbook".to_owned()), save)
            }
            Broken::Damaged(part) if part.is_empty() => {
                (("檔案不完整或已損壞".to_owned(), "it is cut off or damaged".to_owned()), again)
            }
            Broken::Damaged(part) => {
                ((format!("`{part}` 的部分已損壞"), format!("its part `{part}` is damaged")), again)
            }
        };
        Diagnostic::new(Code::BadWorkbook)
            .word(Localized::new(zh, en))
            .word(Localized::new(way_zh, way_en))
            .in_data(place(book))
    }
}

fn place(book: &str) -> DataPlace {
    DataPlace { file: Some(book.to_owned()), ..DataPlace::default() }
}

/// The sheets of a workbook. What it is, its content says: spreadsheet programs open all kinds
/// under any name. The extension is what it is called where nothing else is known of it.
pub(crate) fn sheets(
    book: &str,
    extension: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Vec<SheetTable>, Box<Diagnostic>> {
    let read = Parts::open(bytes, limits).and_then(|mut parts| {
        if parts
            .text("META-INF/manifest.xml")?
            .is_some_and(|manifest| manifest.contains("encryption-data"))
        {
            Err(Broken::Password)
        } else if parts.has("content.xml") {
            ods::read(book, &mut parts)
        } else if parts.has("[Content_Types].xml") || parts.has("_rels/.rels") {
            xlsx::read(book, &mut parts)
        } else {
            Err(Broken::Unknown)
        }
    });
    let named = RELATED.contains(&extension);
    read.map_err(|broken| match broken {
        Broken::Old | Broken::Text | Broken::Unknown if named => {
            Broken::Other(extension.to_owned())
        }
        Broken::Damaged(part) if named && part.is_empty() => Broken::Other(extension.to_owned()),
        broken => broken,
    })
    .map_err(|broken| Box::new(broken.diagnostic(book)))
}

/// The parts of a workbook.
struct Parts<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Parts by their names as they are compared; `None` where several have one.
    names: HashMap<String, Option<usize>>,
    /// How much may be unpacked, and how much of that is left.
    limit: u64,
    left: u64,
    /// What cells may take: half of the memory, the other half is for parts as they are unpacked.
    memory: u64,
}

/// A name of a part as it is compared: capitals make no difference, and some programs write `\` for
/// `/`.
fn compared(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

impl<'b> Parts<'b> {
    fn open(bytes: &'b [u8], limits: &Limits) -> Result<Parts<'b>, Broken> {
        if !bytes.starts_with(b"PK") {
            return Err(other_kind(bytes));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Broken::damaged(""))?;
        let mut names = HashMap::new();
        for (at, name) in zip.file_names().enumerate() {
            // A name that is no text is none that a workbook refers to.
            let Ok(name) = name else { continue };
            names.entry(compared(&name)).and_modify(|found| *found = None).or_insert(Some(at));
        }
        let limit = UNPACKED.min(limits.data_bytes).min(limits.memory / 2);
        Ok(Parts { zip, names, limit, left: limit, memory: limits.memory / 2 })
    }

    /// Where a part stands; `None` where there is none of this name.
    fn find(&self, name: &str) -> Result<Option<usize>, Broken> {
        match (
            self.zip.index_for_name_raw(name.as_bytes()),
            self.names.get(&compared(name)).copied(),
        ) {
            (Some(at), _) | (None, Some(Some(at))) => Ok(Some(at)),
            (None, Some(None)) => Err(Broken::damaged(name)),
            (None, None) => Ok(None),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.find(name).is_ok_and(|found| found.is_some())
    }

    /// A part as text; `None` where there is none of this name.
    fn text(&mut self, name: &str) -> Result<Option<String>, Broken> {
        let Some(at) = self.find(name)? else { return Ok(None) };
        let file = match self.zip.by_index(at) {
            Ok(file) => file,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(Broken::Password);
            }
            Err(_) => return Err(Broken::damaged(name)),
        };
        let mut bytes = Vec::new();
        file.take(self.left.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|_| Broken::damaged(name))?;
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            let limit = megabytes(self.limit);
            let words = Localized::new(
                format!("解壓縮後超過 {limit}"),
                format!("more than {limit} once it is unpacked"),
            );
            return Err(Broken::TooLarge(words));
        };
        self.left = left;
        // XML is UTF-8, or UTF-16 with its mark.
        match guiju::decode_utf16(&bytes) {
            Some(text) => text.map(Some).map_err(|_| Broken::damaged(name)),
            None => String::from_utf8(bytes).map(Some).map_err(|_| Broken::damaged(name)),
        }
    }

    /// What cells may hold beyond what is written of them.
    fn budget(&self) -> grid::Budget {
        grid::Budget::new(self.limit, self.memory)
    }

    /// A part that has to be there.
    fn needed(&mut self, name: &str) -> Result<String, Broken> {
        self.text(name)?.ok_or_else(|| Broken::damaged(name))
    }
}

/// A number of bytes as people read it.
fn megabytes(bytes: u64) -> String {
    if bytes < 1 << 20 { format!("{bytes} B") } else { format!("{} MB", bytes >> 20) }
}

/// What a file is that is no zip archive.
fn other_kind(bytes: &[u8]) -> Broken {
    const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    if bytes.starts_with(&COMPOUND) {
        // What Excel encrypts stands in a file of the old kind, in a stream of this name.
        let stream: Vec<u8> =
            "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(stream.len()).any(|window| window == stream);
        return if encrypted { Broken::Password } else { Broken::Old };
    }
    let head = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
    match head {
        [] => Broken::damaged(""),
        head if head.contains(&0) => Broken::Unknown,
        _ => Broken::Text,
    }
}
