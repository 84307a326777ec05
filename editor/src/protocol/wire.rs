//! Messages on a stream: a header with the length, then JSON. What is none is told, and reading
//! goes on with the next.
//!
//! `lsp-server` ends with the first message that is damaged, so that its reader is not used. Not
//! here: what messages mean.

use std::io::{self, BufRead, Read, Write};

use lsp_server::Message;
use serde_json::Value;

use super::session::Session;

/// The most bytes of one message: the largest file there may be, many times over.
const LARGEST: u64 = 64 << 20;

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Message),
    /// No message: the code of the error, what is wrong, and the number of the request if it had
    /// one.
    Broken(i32, String, Value),
}

/// The next message; `None` at the end of the stream.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        // A line of a header is short; of what is none, so much at a time.
        if input.take(4096).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
        // The empty line ends the header; without a length it was something else.
        if line.is_empty() && length.is_some() {
            break;
        }
    }
    let length = length.unwrap_or(0);
    if length > LARGEST {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Some(Incoming::Broken(
            -32600,
            format!("a message has at most {LARGEST} bytes"),
            Value::Null,
        )));
    }
    let mut body = Vec::new();
    if input.take(length).read_to_end(&mut body)? as u64 != length {
        return Ok(None);
    }
    Ok(Some(parse(&body)))
}

fn parse(body: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => {
            return Incoming::Broken(-32700, format!("this is no JSON: {error}"), Value::Null);
        }
    };
    let id = value
        .get("id")
        .filter(|id| id.is_number() || id.is_string())
        .cloned()
        .unwrap_or(Value::Null);
    match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(message),
        Err(_) => Incoming::Broken(-32600, "this is no message of the protocol".to_owned(), id),
    }
}

/// Writes a message.
pub(super) fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

/// A message as JSON.
pub(super) fn value(message: Message) -> Value {
    let mut value = serde_json::to_value(message).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        object.insert("jsonrpc".to_owned(), serde_json::json!("2.0"));
    }
    value
}

/// A message as a JSON text.
pub fn text_of(message: Message) -> String {
    value(message).to_string()
}

/// Hands a session a message as a JSON text, for hosts without streams: what is to be sent, each a
/// JSON text. What is no message is answered as the protocol says.
pub fn json(session: &mut Session, text: &str) -> Vec<String> {
    match parse(text.as_bytes()) {
        Incoming::Message(message) => session.message(message).into_iter().map(text_of).collect(),
        Incoming::Broken(code, words, id) => vec![broken(code, &words, &id).to_string()],
    }
}

/// The answer to what is no message.
pub(super) fn broken(code: i32, message: &str, id: &Value) -> Value {
    serde_json::json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_told_and_reading_goes_on() {
        let frame = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let long = "x".repeat(10_000);
        let parts = [
            frame(r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#),
            frame("{"),
            frame(r#"{"id":7,"method":3}"#),
            format!(
                "garbage\r\n\r\n{long}\nContent-Type: x\r\ncontent-length: 23\r\n\r\n{{\"method\":\"甲\",\"x\":\"\"}}"
            ),
            "Content-Length: 99\r\n\r\n{".to_owned(),
        ];
        let bytes = parts.concat().into_bytes();
        let mut input = io::BufReader::new(bytes.as_slice());
        let mut seen = Vec::new();
        while let Some(found) = read(&mut input).expect("bytes can be read") {
            seen.push(match found {
                Incoming::Message(Message::Request(request)) => {
                    format!("request {}", request.method)
                }
                Incoming::Message(Message::Notification(notification)) => {
                    format!("notification {}", notification.method)
                }
                Incoming::Message(Message::Response(_)) => "response".to_owned(),
                Incoming::Broken(code, _, id) => format!("{code} {id}"),
            });
        }
        assert_eq!(seen, ["request a", "-32700 null", "-32600 7", "notification 甲"]);
    }
}
