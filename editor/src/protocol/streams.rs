//! A session on a pair of streams. One thread reads, so that requests that were cancelled meanwhile
//! are not worked on; what is wrong and what the figures are is sent once nothing more came for a
//! moment. Not here: what is answered (`session`).

use std::collections::HashSet;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use guiju::{Limits, Locale};
use lsp_server::{ErrorCode, Message, RequestId, Response};
use serde_json::Value;

use super::session::Session;
use super::wire::{self, Incoming};
use crate::workspace::Files;

/// How long nothing more has to come until what is wrong is sent, and from then until figures are.
const QUIET: Duration = Duration::from_millis(60);
const STILL: Duration = Duration::from_millis(190);

/// Answers a client until it says that it leaves, or its stream ends. Gives whether it took leave
/// properly.
///
/// # Errors
/// Where the client cannot be written to.
pub fn serve(
    input: impl BufRead + Send + 'static,
    mut output: impl Write,
    files: Rc<dyn Files>,
    limits: &Limits,
    locale: Locale,
) -> io::Result<bool> {
    let (send, receive) = channel();
    let mut input = input;
    thread::spawn(move || {
        while let Ok(Some(message)) = wire::read(&mut input) {
            if send.send(message).is_err() {
                break;
            }
        }
    });
    let mut session = Session::new(files, locale).within(limits);
    loop {
        let Some(batch) = next(&receive, &mut session, &mut output)? else {
            return Ok(session.took_leave());
        };
        let cancelled: HashSet<RequestId> = batch.iter().filter_map(cancelled).collect();
        for incoming in batch {
            for message in answers(&mut session, incoming, &cancelled) {
                wire::write(&mut output, &message)?;
            }
            if session.is_over() {
                return Ok(session.took_leave());
            }
        }
    }
}

/// Everything that has come; while nothing comes, what waited for that is sent. `None` at the end
/// of the stream.
fn next(
    receive: &Receiver<Incoming>,
    session: &mut Session,
    output: &mut impl Write,
) -> io::Result<Option<Vec<Incoming>>> {
    let first = loop {
        let wait = if session.owes_problems() {
            Some(QUIET)
        } else {
            session.owes_figures().then_some(STILL)
        };
        let received = match wait {
            Some(wait) => receive.recv_timeout(wait),
            None => receive.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match received {
            Ok(first) => break first,
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {
                let done = guarded(session, |session| {
                    if session.owes_problems() { session.problems() } else { session.figures() }
                });
                for message in done.unwrap_or_default() {
                    wire::write(output, &wire::value(message))?;
                }
            }
        }
    };
    Ok(Some(std::iter::once(first).chain(receive.try_iter()).collect()))
}

/// The number of the request that a message takes back.
fn cancelled(incoming: &Incoming) -> Option<RequestId> {
    let Incoming::Message(Message::Notification(notification)) = incoming else { return None };
    if notification.method != "$/cancelRequest" {
        return None;
    }
    serde_json::from_value(notification.params.get("id")?.clone()).ok()
}

fn answers(
    session: &mut Session,
    incoming: Incoming,
    cancelled: &HashSet<RequestId>,
) -> Vec<Value> {
    match incoming {
        Incoming::Broken(code, message, id) => vec![wire::broken(code, &message, &id)],
        Incoming::Message(Message::Request(request)) if cancelled.contains(&request.id) => {
            let words = "the client took the request back".to_owned();
            vec![wire::value(
                Response::new_err(request.id, ErrorCode::RequestCanceled as i32, words).into(),
            )]
        }
        Incoming::Message(message) => {
            let id = if let Message::Request(request) = &message {
                Some(request.id.clone())
            } else {
                None
            };
            let done = guarded(session, |session| session.message(message));
            let failed = || {
                let words = "the server failed on this request; it goes on".to_owned();
                id.map(|id| {
                    Message::from(Response::new_err(id, ErrorCode::InternalError as i32, words))
                })
                .into_iter()
                .collect()
            };
            done.unwrap_or_else(failed).into_iter().map(wire::value).collect()
        }
    }
}

/// A failure of ours ends one answer, not the session: what was read is read again.
fn guarded(
    session: &mut Session,
    work: impl FnOnce(&mut Session) -> Vec<Message>,
) -> Option<Vec<Message>> {
    let done = catch_unwind(AssertUnwindSafe(|| work(session)));
    if done.is_err() {
        session.recover();
    }
    done.ok()
}
