//! Pages set by Typst in a world of one source and a few fonts: no files, no network, no clock, so
//! that the same source is the same bytes everywhere.
//!
//! A character that no font has is an error, and never a gap. Not here: what the pages show, which
//! is `guiju-sheets`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::text::{Localized, characters, is_private, show};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontFamily, FontList, TextElem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World, WorldExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// Noto Sans CJK TC with the characters of Big5.
static FONT: &[u8] = include_bytes!("../fonts/NotoSansCJKtc-Big5.otf");

/// The PDF of a source.
pub(crate) fn pdf(text: String, fonts: &[PathBuf]) -> Result<Vec<u8>, Box<Diagnostic>> {
    let ident = text.clone();
    let sheet = Sheet::new(text, all_fonts(fonts)?)
        .ok_or_else(|| Box::new(Diagnostic::new(Code::PdfSource).arg("")))?;
    let refused = |found: &[SourceDiagnostic]| sheet.refused(found);
    let document =
        typst::compile::<PagedDocument>(&sheet).output.map_err(|found| refused(&found))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
        .map_err(|error| Diagnostic::new(Code::PdfSource).arg(error.message()))?;
    let mut missing = Missing::default();
    document.pages().iter().for_each(|page| missing.look(&page.frame));
    missing.told()?;
    let options = PdfOptions {
        // Its hash tells apart what differs, and is the same for the same pages.
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("guiju".into())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|found| refused(&found))
}

/// The font within and those of the files, in the order in which they are asked.
fn all_fonts(files: &[PathBuf]) -> Result<Vec<Font>, Box<Diagnostic>> {
    let mut fonts: Vec<Font> = Font::iter(Bytes::new(FONT)).collect();
    for file in files {
        let refused = |why: Localized| {
            Box::new(Diagnostic::new(Code::PdfFont).arg(file.display().to_string()).word(why))
        };
        let bytes = fs::read(file).map_err(|error| refused(Localized::same(error.to_string())))?;
        let known = fonts.len();
        fonts.extend(Font::iter(Bytes::new(bytes)));
        if fonts.len() == known {
            return Err(refused(Localized::new("不是字型檔", "it is no font")));
        }
    }
    Ok(fonts)
}

/// The world that Typst sees.
struct Sheet {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
}

impl Sheet {
    fn new(text: String, fonts: Vec<Font>) -> Option<Sheet> {
        let mut library = Library::default();
        let families = fonts.iter().map(|font| FontFamily::new(font.info().family.as_str()));
        library.styles.set(TextElem::font, FontList(families.collect()));
        let path = VirtualPath::new("main.typ").ok()?;
        Some(Sheet {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: Source::new(FileId::new(RootedPath::new(VirtualRoot::Project, path)), text),
        })
    }

    /// The first error, with its line.
    fn refused(&self, found: &[SourceDiagnostic]) -> Box<Diagnostic> {
        let Some(first) = found.first() else {
            return Box::new(Diagnostic::new(Code::PdfSource).arg(""));
        };
        let line = self
            .range(first.span)
            .and_then(|range| self.main.lines().byte_to_line(range.start))
            .map(|line| line + 1);
        let why = show(&first.message);
        let why = match line {
            Some(line) => {
                Localized::new(format!("{why}（第 {line} 行）"), format!("{why} (line {line})"))
            }
            None => Localized::same(why),
        };
        Box::new(Diagnostic::new(Code::PdfSource).word(why))
    }
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// The characters that cannot be set.
#[derive(Default)]
struct Missing {
    /// Those that no font has.
    nowhere: BTreeSet<char>,
    /// Those of the private area, which mean something else on every machine: no standard for
    /// archives takes them.
    private: BTreeSet<char>,
}

impl Missing {
    fn look(&mut self, frame: &Frame) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.look(&group.frame),
                FrameItem::Text(text) => {
                    for glyph in &text.glyphs {
                        let of = text.text.get(glyph.range()).unwrap_or_default();
                        self.private.extend(of.chars().filter(|&c| is_private(c)));
                        if glyph.id == 0 {
                            self.nowhere.extend(of.chars().filter(|&c| !is_private(c)));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn told(&self) -> Result<(), Box<Diagnostic>> {
        for (code, found) in
            [(Code::PdfPrivate, &self.private), (Code::PdfCharacters, &self.nowhere)]
        {
            if found.is_empty() {
                continue;
            }
            return Err(Box::new(Diagnostic::new(code).word(characters(found))));
        }
        Ok(())
    }
}
