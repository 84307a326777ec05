//! The language server where there are no processes: one [`Server`] for each worker of a page or an
//! editor, with the files it is told of in memory.
//!
//! Translation only: messages of the protocol in, messages out, as JSON texts. Not here: what is
//! answered (`guiju-editor`), and where files come from, which is up to the host.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what people hand over reaches this crate, and none of it may end in a panic"
)]

mod stored;

use std::rc::Rc;

use guiju::Locale;
use guiju_editor::{Files, Session, json};
use wasm_bindgen::prelude::wasm_bindgen;

use stored::Stored;

/// Half the size of the standard library's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A session with one client, and the files that its host told it of.
#[wasm_bindgen]
pub struct Server {
    session: Session,
    files: Rc<Stored>,
}

#[wasm_bindgen]
impl Server {
    /// A session without files. `locale` is for clients that do not say theirs: `zh-TW`, or `en`
    /// and everything else for English.
    #[wasm_bindgen(constructor)]
    pub fn new(locale: &str) -> Server {
        let files = Rc::new(Stored::default());
        let locale = if locale.starts_with("zh") { Locale::ZhTw } else { Locale::En };
        let session = Session::new(Rc::clone(&files) as Rc<dyn Files>, locale);
        Server { session, files }
    }

    /// Keeps a stored file at an absolute path, or takes its new content. What comes with the
    /// program is kept below `/@built-in/NAME/`.
    pub fn store(&mut self, path: &str, content: Vec<u8>) {
        self.files.store(path, content);
    }

    /// Forgets a stored file, or a folder with everything in it.
    pub fn forget(&mut self, path: &str) {
        self.files.forget(path);
    }

    /// Takes a message and gives those to send, each a JSON text. What is no message is answered as
    /// the protocol says.
    pub fn message(&mut self, text: &str) -> Vec<String> {
        json(&mut self.session, text)
    }

    /// What is owed once nothing more comes: `problems`, then `figures`, or nothing.
    pub fn owes(&self) -> String {
        let owed = match () {
            () if self.session.owes_problems() => "problems",
            () if self.session.owes_figures() => "figures",
            () => "",
        };
        owed.to_owned()
    }

    /// Pays what is owed: the messages to send.
    pub fn pay(&mut self) -> Vec<String> {
        let messages = if self.session.owes_problems() {
            self.session.problems()
        } else {
            self.session.figures()
        };
        messages.into_iter().map(guiju_editor::text_of).collect()
    }
}
