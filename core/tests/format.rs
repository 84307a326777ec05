//! How formatted rules look: each file in `format` beside its snapshot. What holds of every file is
//! tested beside the formatter.

use guiju::{Limits, Source, format};

#[test]
fn layout() {
    insta::glob!("format/*.guiju", |path| {
        let text = std::fs::read_to_string(path).expect("a case can be read");
        let formatted = format(&Source::new("rules.guiju", text), &Limits::default())
            .expect("a case has no errors of syntax");
        insta::assert_snapshot!(formatted);
    });
}
