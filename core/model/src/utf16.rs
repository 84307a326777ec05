//! Bytes in UTF-16 to text: what Windows programs call "Unicode text", and what its shell writes to
//! files. Not here: other encodings.

/// The text of bytes that begin with the byte order mark of UTF-16, without the mark; `None` for
/// any others.
///
/// # Errors
/// The text before the first unit that is none, where the bytes are damaged.
///
/// ```
/// assert_eq!(guiju_model::utf16::decode(b"\xFF\xFE\x32\x75\x0A\x00"), Some(Ok("甲\n".to_owned())));
/// assert_eq!(guiju_model::utf16::decode(b"\xFE\xFF\x75\x32\xD8\x00\x00\x31"), Some(Err("甲".to_owned())));
/// assert_eq!(guiju_model::utf16::decode("甲".as_bytes()), None);
/// ```
pub fn decode(bytes: &[u8]) -> Option<Result<String, String>> {
    let (body, order): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, body @ ..] => (body, u16::from_le_bytes),
        [0xFE, 0xFF, body @ ..] => (body, u16::from_be_bytes),
        _ => return None,
    };
    let (pairs, rest) = body.as_chunks::<2>();
    let mut text = String::with_capacity(body.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| order(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => return Some(Err(text)),
        }
    }
    Some(if rest.is_empty() { Ok(text) } else { Err(text) })
}
