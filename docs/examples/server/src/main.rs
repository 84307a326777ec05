//! Evaluations over HTTP: `POST /evaluate` takes a document and answers its result, `GET /health` says that the pack is loaded.
//!
//! What a service needs around the five calls: rules loaded once, limits for strangers, judging away from the threads that serve
//! connections, a queue with an end, a deadline, and an end to work whose client has left. Not here: who may ask, and how long a head of
//! a request may take (a proxy's business), and what loads it (`bin/load.rs`).
//!
//! `cargo run --release -- alliance_108 127.0.0.1:8108`

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use guiju::{Abort, Diagnostic, JsonOptions, Limits, Locale, Pack};
use serde_json::json;
use tokio::sync::Semaphore;

/// How long one evaluation may take.
const DEADLINE: Duration = Duration::from_secs(2);

/// How long a client may take to send a document.
const SENDING: Duration = Duration::from_secs(10);

/// Clients that may send at once.
const SENDERS: usize = 256;

/// Evaluations that may wait for a core, for each core.
const WAITING: usize = 16;

/// What all requests share.
struct Service {
    pack: Pack,
    limits: Limits,
    /// Documents that are being sent.
    reading: Semaphore,
    /// Evaluations that are under way.
    running: Arc<Semaphore>,
    /// Those and the ones that wait.
    admitted: Arc<Semaphore>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let pack = arguments.next().unwrap_or_else(|| "alliance_108".to_owned());
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8108".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let service = Arc::new(Service {
        pack: guiju_rules::pack(&pack)?,
        limits: Limits::untrusted(),
        reading: Semaphore::new(SENDERS),
        running: Arc::new(Semaphore::new(cores)),
        admitted: Arc::new(Semaphore::new(cores * (1 + WAITING))),
    });
    let app = Router::new()
        .route("/evaluate", post(evaluate))
        .route("/health", get(|| async { "ok\n" }))
        .with_state(service);
    let listener = tokio::net::TcpListener::bind(&address).await?;
    eprintln!("{pack} on {address}");
    // What is being judged is finished before the service ends.
    axum::serve(listener, app).with_graceful_shutdown(asked_to_end()).await?;
    Ok(())
}

/// Until somebody, or what runs the service, asks it to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut ended) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = ended.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}

async fn evaluate(State(service): State<Arc<Service>>, request: Request) -> Response {
    // So that what is held in memory has an end.
    let Ok(reading) = service.reading.try_acquire() else { return full() };
    let most = usize::try_from(service.limits.data_bytes).unwrap_or(usize::MAX);
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > most as u64) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let body = match tokio::time::timeout(SENDING, to_bytes(request.into_body(), most)).await {
        Ok(Ok(body)) => body,
        // Too long after all; or broken off, and then nobody hears the answer.
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    drop(reading);
    // More would only wait longer than anybody does. Whoever sends slowly takes no place of these.
    let Ok(admitted) = Arc::clone(&service.admitted).try_acquire_owned() else { return full() };
    let Ok(running) = Arc::clone(&service.running).acquire_owned().await else { return full() };
    // A client that leaves drops this future, and the flag with it says so to the thread that judges,
    // which keeps its place until it has ended.
    let gone = Gone::default();
    let told = Arc::clone(&gone.0);
    let judged = tokio::task::spawn_blocking(move || {
        let _places = (admitted, running);
        judge(&service, &body, &told)
    });
    judged.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn full() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")]).into_response()
}

/// Set when it is dropped.
#[derive(Default)]
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn judge(service: &Service, body: &[u8], gone: &AtomicBool) -> Response {
    let Ok(text) = std::str::from_utf8(body) else {
        return (StatusCode::BAD_REQUEST, "the document is not UTF-8\n").into_response();
    };
    let end = Instant::now() + DEADLINE;
    let data = match service.pack.read_json(text, None, &service.limits) {
        Ok(data) => data,
        Err(error) => return refused(&error.diagnostics),
    };
    let mut watch = |_| {
        let goes_on = Instant::now() < end && !gone.load(Ordering::Relaxed);
        if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let result = service
        .pack
        .evaluate_watched(&data, &service.limits, &mut watch)
        .and_then(|judged| judged.to_json_within(&JsonOptions::default(), &service.limits));
    match result {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(Abort::Stopped) => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Err(abort) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{abort}\n")).into_response(),
    }
}

/// Every problem of a document, with its place in it and the way out.
fn refused(problems: &[Diagnostic]) -> Response {
    let told = |problem: &Diagnostic| {
        let pointer = problem.place.as_ref().and_then(|place| place.pointer.clone());
        let (message, help) = (problem.message(Locale::En), problem.help(Locale::En));
        json!({"code": problem.code.id(), "pointer": pointer, "message": message, "help": help})
    };
    let all: Vec<_> = problems.iter().map(told).collect();
    let body = json!({ "problems": all }).to_string();
    (StatusCode::UNPROCESSABLE_ENTITY, [(header::CONTENT_TYPE, "application/json")], body)
        .into_response()
}
