//! Bytes of a table to text: UTF-8, UTF-16 with a byte order mark, or CP950 as older spreadsheets
//! in Taiwan save it. Nothing is replaced or guessed.

use std::borrow::Cow;

use guiju_model::diagnostic::{Code, Diagnostic};
use guiju_model::utf16;

/// A text and the name of its encoding.
type Decoded<'a> = (Cow<'a, str>, &'static str);

/// The text of a file; or the finding, with the line of the first byte that cannot be read.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, (u64, Box<Diagnostic>)> {
    let line_after = |text: &str| text.matches('\n').count() as u64 + 1;
    match utf16::decode(bytes) {
        Some(Ok(text)) => return Ok((Cow::Owned(text), "UTF-16")),
        Some(Err(before)) => {
            return Err((line_after(&before), Box::new(Diagnostic::new(Code::DataEncoding))));
        }
        None if is_unmarked_utf16(bytes) => {
            let unmarked = Diagnostic::new(Code::DataEncoding).note(
                "看起來是 UTF-16，但開頭沒有位元組順序記號",
                "it looks like UTF-16 without a byte order mark at its beginning",
            );
            return Err((1, Box::new(unmarked)));
        }
        None => {}
    }
    let (body, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let broken = match std::str::from_utf8(body) {
        Ok(text) if marked => return Ok((Cow::Borrowed(text), "UTF-8 BOM")),
        Ok(text) => return Ok((Cow::Borrowed(text), "UTF-8")),
        Err(error) => body.get(..error.valid_up_to()).unwrap_or(body),
    };
    let refuse = |upto: &[u8]| {
        (
            upto.iter().filter(|byte| **byte == b'\n').count() as u64 + 1,
            Box::new(Diagnostic::new(Code::DataEncoding)),
        )
    };
    // Chinese that reads as UTF-8 up to a bad byte is damaged UTF-8: as CP950 the whole would
    // become other characters.
    let damaged = std::str::from_utf8(broken).is_ok_and(|text| {
        text.chars().any(|c| matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}'))
    });
    if marked || damaged {
        return Err(refuse(broken));
    }
    let Some(text) = encoding_rs::BIG5.decode_without_bom_handling_and_without_replacement(body)
    else {
        return Err(refuse(broken));
    };
    if let Some(upto) = self_made(body) {
        let (line, diagnostic) = refuse(body.get(..upto).unwrap_or(body));
        let note = diagnostic.note(
            "這裡有自造字（造字區的字元），各電腦的字形不同，無法確定是什麼字",
            "a self-made character stands here, which means something else on each computer",
        );
        return Err((line, Box::new(note)));
    }
    Ok((text, "CP950"))
}

/// Whether the first line end takes two bytes.
fn is_unmarked_utf16(bytes: &[u8]) -> bool {
    let first = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    first.is_some_and(|at| {
        if at % 2 == 0 { bytes.get(at + 1) == Some(&0) } else { bytes.get(at - 1) == Some(&0) }
    })
}

/// Where the first character of the user-defined areas stands, which the Big5 of browsers reads as
/// Hong Kong characters.
fn self_made(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            0x81..=0xA0 | 0xFA..=0xFE => return Some(at),
            0x80.. => at += 2,
            _ => at += 1,
        }
    }
    None
}
