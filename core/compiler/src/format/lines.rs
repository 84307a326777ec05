//! Pieces to lines: which of them stand on one line, how far it is indented, and the spaces between
//! them. Not here: columns, which need the neighbours (`columns`).

use unicode_width::UnicodeWidthStr;

use super::columns::{ARROW, COLUMNS, COMMENT, GROUND};
use crate::syntax::{Bracket, Piece, Role};

/// A line to be written.
pub(super) struct Line {
    pub(super) blank_before: bool,
    /// What stands before all columns.
    pub(super) text: String,
    pub(super) cells: [Option<String>; COLUMNS],
    /// Whether every bracket in it has its other end in it.
    pub(super) level: bool,
}

/// Spaces for each step inwards.
const STEP: usize = 2;

/// The lines of a text with these pieces, each with its indentation.
pub(super) fn lines(text: &str, pieces: &[Piece<'_>]) -> Vec<Line> {
    let mut layout =
        Layout { lines: Vec::new(), open: Vec::new(), bars: 0, blank: false, after_open: true };
    let mut end = text.len() - text.trim_start_matches('\u{FEFF}').len();
    for line in
        pieces.chunk_by(|piece, next| !text[piece.place.end..next.place.start].contains('\n'))
    {
        let [first, ..] = line else { continue };
        let indent = layout.indent(first);
        let closes = matches!(first.bracket, Some(Bracket::CloseBrace | Bracket::CloseParen));
        let gap = &text[end..first.place.start];
        // After the last line end stands only what indents the piece.
        layout.comments(
            gap.rsplit_once('\n').map_or("", |(gap, _)| gap),
            if closes { layout.inner() } else { indent },
        );
        layout.blank &= !closes;
        layout.line(line, indent);
        end = line.last().map_or(end, |last| last.place.end);
    }
    layout.comments(&text[end..], 0);
    layout.lines
}

/// A bracket that is open.
struct Open {
    /// How far its other end is indented where that begins a line.
    indent: usize,
    paren: bool,
}

struct Layout {
    lines: Vec<Line>,
    open: Vec<Open>,
    /// How far the `|` of the enumeration that is being written are indented.
    bars: usize,
    /// A blank line was seen since the last line.
    blank: bool,
    /// No blank line may follow: a bracket was opened at the end of the last line, or there is
    /// none.
    after_open: bool,
}

impl Layout {
    /// How far elements within the innermost bracket are indented.
    fn inner(&self) -> usize {
        self.open.last().map_or(0, |open| open.indent + STEP)
    }

    /// How far a line is indented that begins with this piece.
    fn indent(&self, first: &Piece<'_>) -> usize {
        match (first.bracket, self.open.last()) {
            (Some(Bracket::CloseBrace | Bracket::CloseParen), Some(open)) => open.indent,
            (_, Some(Open { paren: true, .. })) => self.inner(),
            _ => match first.role {
                Role::Element => self.inner(),
                Role::Part => self.inner() + STEP,
                Role::Within | Role::FirstValue(_) => self.inner() + 2 * STEP,
                Role::Bar => self.bars,
            },
        }
    }

    /// The comments and blank lines of a gap between pieces, from the end of a line on.
    fn comments(&mut self, gap: &str, indent: usize) {
        let mut rows = gap.split('\n').map(str::trim);
        if let Some(line) = self.lines.last_mut() {
            line.cells[COMMENT] = rows.next().filter(|row| !row.is_empty()).map(str::to_owned);
        }
        for row in rows {
            if row.is_empty() {
                self.blank = true;
            } else {
                self.push(Line {
                    blank_before: false,
                    text: " ".repeat(indent) + row,
                    cells: Default::default(),
                    level: true,
                });
                self.after_open = false;
            }
        }
    }

    fn push(&mut self, line: Line) {
        let blank_before = std::mem::take(&mut self.blank) && !self.after_open;
        self.lines.push(Line { blank_before, ..line });
    }

    fn line(&mut self, pieces: &[Piece<'_>], indent: usize) {
        let mut text = " ".repeat(indent);
        let mut cells: [Option<String>; COLUMNS] = Default::default();
        let depth = self.open.len();
        let mut least = depth;
        let mut before: Option<&Piece<'_>> = None;
        for (n, piece) in pieces.iter().enumerate() {
            let column =
                before.and_then(|before| column(before, &pieces[n..], pieces[0].place.start));
            if let Some(column) = column {
                cells[column] = Some(String::new());
            }
            if let (Role::FirstValue(start), Some(first)) = (piece.role, pieces.first()) {
                // Values stand under each other where the type has lines of its own.
                let own_line = first.place.start >= start;
                let space = before.map_or("", |before| space(before, piece));
                self.bars = if own_line {
                    (text.width() + space.len()).saturating_sub(STEP)
                } else {
                    self.inner() + STEP
                };
            }
            let target = cells.iter_mut().rev().flatten().next().unwrap_or(&mut text);
            if let (Some(before), None) = (before, column) {
                target.push_str(space(before, piece));
            }
            target.push_str(&piece.text);
            match piece.bracket {
                Some(Bracket::OpenBrace) => {
                    self.open.push(Open { indent: self.inner(), paren: false })
                }
                Some(Bracket::OpenParen) => self.open.push(Open { indent, paren: true }),
                Some(Bracket::CloseBrace | Bracket::CloseParen) => drop(self.open.pop()),
                None => {}
            }
            least = least.min(self.open.len());
            before = Some(piece);
        }
        let level = least == depth && self.open.len() == depth;
        self.push(Line { blank_before: false, text, cells, level });
        self.after_open = matches!(
            before.and_then(|last| last.bracket),
            Some(Bracket::OpenBrace | Bracket::OpenParen)
        );
    }
}

/// The column that the first of these pieces begins, which are the rest of a line.
fn column(before: &Piece<'_>, rest: &[Piece<'_>], line: usize) -> Option<usize> {
    let piece = rest.first()?;
    if piece.arrow
        && piece.element == line
        && rest.iter().all(|other| other.element == piece.element)
    {
        return Some(ARROW);
    }
    let ends_line = || rest.iter().all(|other| other.ground == piece.ground);
    let begins_ground = piece.ground == Some(piece.place.start);
    (begins_ground && before.bracket != Some(Bracket::CloseBrace) && ends_line()).then_some(GROUND)
}

/// What stands between two pieces of a line.
fn space(before: &Piece<'_>, piece: &Piece<'_>) -> &'static str {
    // Two signs must not become the beginning of a comment.
    let comment = before.text.ends_with('-') && piece.text.starts_with('-');
    if (before.tight_after || piece.tight_before) && !comment {
        ""
    } else if piece.role == Role::Element && before.bracket != Some(Bracket::OpenBrace) {
        "  "
    } else {
        " "
    }
}
