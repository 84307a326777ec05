//! Addresses of documents as paths, and back. Not here: what is stored at a path.

/// The path of an address: of a file its path, of anything else the address itself.
pub(super) fn path(address: &str) -> String {
    let Some(rest) = address.strip_prefix("file://") else { return address.to_owned() };
    // After the host, which files of this machine have none of.
    let path = rest.find('/').map_or(rest, |slash| &rest[slash..]);
    decoded(path)
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits
            .filter(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match value.filter(|_| *byte == b'%') {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The address of a path.
pub(super) fn address(path: &str) -> String {
    if !path.starts_with('/') {
        return path.to_owned();
    }
    let mut out = "file://".to_owned();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_are_each_others() {
        for file in ["/a b/規矩/x#1.guiju", "/c:/rules/50%.guiju", "/plain"] {
            assert_eq!(path(&address(file)), file);
        }
        assert_eq!(path("file:///c%3A/a%20b"), "/c:/a b");
        assert_eq!(path("file://host/x"), "/x");
        assert_eq!(path("file:///%zz%"), "/%zz%");
        assert_eq!(
            [path("untitled:Untitled-1"), address("untitled:Untitled-1")],
            ["untitled:Untitled-1", "untitled:Untitled-1"]
        );
    }
}
