//! Load with faults for the service: sound documents, wrong ones, cut ones, clients that leave or dawdle.
//!
//! Every answer is held to what the request deserves, and sound documents to the bytes of the first answer; each minute prints how long
//! answers took and what the service holds in memory. Plain sockets, since the faults are below what a client library lets one do.
//! Not here: the service (`main.rs`), which is started first.
//!
//! `cargo run --release --bin load -- 127.0.0.1:8108 DOCUMENT.json MINUTES RATE PID`

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Clients at once.
const CLIENTS: usize = 64;

type Failure = Box<dyn std::error::Error>;

/// What is sent, and the answer that it deserves; none where the client is gone before there is one.
struct Case {
    name: &'static str,
    request: Vec<u8>,
    status: Option<u16>,
}

/// What came of the requests of one minute, or of all.
#[derive(Default)]
struct Found {
    /// By case and status, how many.
    answers: BTreeMap<(&'static str, u16), u64>,
    /// How long answers took.
    took: Vec<Duration>,
    wrong: Vec<String>,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, document, minutes, rate, pid] = arguments.as_slice() else {
        return Err("load ADDRESS DOCUMENT MINUTES RATE PID".into());
    };
    let (minutes, rate): (u64, f64) = (minutes.parse()?, rate.parse()?);
    let cases = cases(&std::fs::read_to_string(document)?);
    let sound = ask(address, &cases[0])?.ok_or("no answer")?.1;
    let (found, end) =
        (Mutex::new(Found::default()), Instant::now() + Duration::from_secs(60 * minutes));
    let pause = Duration::from_secs_f64(CLIENTS as f64 / rate);
    let (mut all, mut held) = (Found::default(), Vec::new());
    std::thread::scope(|scope| -> Result<(), Failure> {
        for client in 0..CLIENTS {
            let (cases, sound, found) = (&cases, &sound, &found);
            scope.spawn(move || {
                let mut next = Instant::now();
                for number in client.. {
                    if Instant::now() >= end {
                        break;
                    }
                    let case = &cases[(number * 7 + client) % cases.len()];
                    let begun = Instant::now();
                    let answer = ask(address, case);
                    note(
                        &mut found.lock().unwrap_or_else(PoisonError::into_inner),
                        case,
                        begun,
                        answer,
                        sound,
                    );
                    next += pause;
                    std::thread::sleep(next.saturating_duration_since(Instant::now()));
                }
            });
        }
        for minute in 1..=minutes {
            std::thread::sleep(Duration::from_secs(60));
            let mut of_minute =
                std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
            let memory = memory(pid)?;
            held.push(memory);
            println!(
                "minute {minute}: {} answers, {}, {memory} KiB",
                of_minute.took.len(),
                times(&mut of_minute.took)
            );
            all.took.append(&mut of_minute.took);
            all.wrong.append(&mut of_minute.wrong);
            for (kind, count) in of_minute.answers {
                *all.answers.entry(kind).or_default() += count;
            }
        }
        Ok(())
    })?;
    println!("{} answers, {}", all.took.len(), times(&mut all.took));
    for ((name, status), count) in &all.answers {
        println!("{name}: {count} × {status}");
    }
    all.wrong.iter().take(10).for_each(|wrong| println!("WRONG {wrong}"));
    // The first minutes fill what is kept for the rest.
    let (early, late) = (held.get(held.len() / 4), held.last());
    println!("memory after a quarter: {early:?} KiB, at the end: {late:?} KiB");
    if all.wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{} wrong answers", all.wrong.len()).into())
    }
}

fn cases(sound: &str) -> Vec<Case> {
    let post = |body: &[u8], length: usize| {
        let head = format!(
            "POST /evaluate HTTP/1.1\r\nHost: guiju\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    };
    let whole = |name, body: &str, status| Case {
        name,
        request: post(body.as_bytes(), body.len()),
        status: Some(status),
    };
    let half = &sound.as_bytes()[..sound.len() / 2];
    let open = sound.replace("true", "null");
    let wrong = sound.replace("true", "\"perhaps\"");
    vec![
        whole("sound", sound, 200),
        whole("with gaps", &open, 200),
        whole("sound", sound, 200),
        whole("wrong values", &wrong, 422),
        Case { name: "cut", request: post(half, half.len()), status: Some(422) },
        whole("sound", sound, 200),
        whole("deep", &"[".repeat(100_000), 422),
        Case { name: "too long", request: post(b"", 1 << 40), status: Some(413) },
        Case { name: "dawdling", request: post(half, sound.len()), status: Some(408) },
        Case { name: "gone in the middle", request: post(half, sound.len()), status: None },
        whole("sound", sound, 200),
        Case {
            name: "no UTF-8",
            request: post(b"{\"alliances\": [\"\xff\"]}", 20),
            status: Some(400),
        },
        Case {
            name: "gone before the answer",
            request: post(sound.as_bytes(), sound.len()),
            status: None,
        },
    ]
}

/// Sends a request, in pieces; the status and the body of the answer.
fn ask(address: &str, case: &Case) -> Result<Option<(u16, Vec<u8>)>, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    for piece in case.request.chunks(16 << 10) {
        // Whoever is refused for its length need not be read to the end.
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    let Some(_) = case.status else {
        drop(stream.shutdown(Shutdown::Both));
        return Ok(None);
    };
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n").ok_or("no head")?;
    let status = std::str::from_utf8(answer.get(9..12).ok_or("no status")?)?.parse()?;
    Ok(Some((status, answer.split_off(head + 4))))
}

fn note(
    found: &mut Found,
    case: &Case,
    begun: Instant,
    answer: Result<Option<(u16, Vec<u8>)>, Failure>,
    sound: &[u8],
) {
    match (answer, case.status) {
        (Ok(None), _) => *found.answers.entry((case.name, 0)).or_default() += 1,
        (Ok(Some((status, body))), Some(deserved)) => {
            *found.answers.entry((case.name, status)).or_default() += 1;
            // Who dawdles waits for the end of patience.
            if status != 408 {
                found.took.push(begun.elapsed());
            }
            // A service that is full may say so.
            let is_right = status == deserved || status == 503;
            if !is_right || (case.name == "sound" && status == 200 && body != sound) {
                found.wrong.push(format!(
                    "{}: {status} {}",
                    case.name,
                    String::from_utf8_lossy(&body[..body.len().min(200)])
                ));
            }
        }
        (Ok(Some((status, _))), None) => {
            found.wrong.push(format!("{}: {status} to nobody", case.name))
        }
        (Err(error), _) => found.wrong.push(format!("{}: {error}", case.name)),
    }
}

/// The times within which half, and 99 of 100, were answered, and the longest.
fn times(took: &mut [Duration]) -> String {
    took.sort_unstable();
    let at = |share: usize| {
        took.get((took.len() * share / 100).min(took.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    };
    format!("p50 {:.1?}, p99 {:.1?}, longest {:.1?}", at(50), at(99), at(100))
}

/// What a process holds in memory, in KiB.
fn memory(pid: &str) -> Result<u64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse()?)
}
