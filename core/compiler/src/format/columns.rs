//! What stands in columns over neighbouring lines: the arrows of rows, the grounds at the ends of
//! lines, comments after them.
//!
//! Measured as a terminal shows it: a Chinese character is two columns wide. Not here: what belongs
//! into a column (`lines`).

use unicode_width::UnicodeWidthStr;

use super::lines::Line;

/// The columns, from left to right.
pub(super) const ARROW: usize = 0;
pub(super) const GROUND: usize = 1;
pub(super) const COMMENT: usize = 2;
pub(super) const COLUMNS: usize = 3;

/// How much longer than the shortest the longest line may be where they share a column; beyond that
/// an eye does not follow. The rows of a table belong together, so they reach further; some bound
/// there has to be, or a long line would make every other one as long.
const REACH: [usize; COLUMNS] = [160, 32, 32];

/// Appends the cells of every line, two spaces or more after what stands before them.
pub(super) fn align(lines: &mut [Line]) {
    for (column, reach) in REACH.into_iter().enumerate() {
        for block in lines.chunk_by_mut(|line, next| together(line, next, column)) {
            let ends = block
                .iter()
                .filter(|line| line.cells[column].is_some())
                .map(|line| line.text.width());
            let (Some(shortest), Some(longest)) = (ends.clone().min(), ends.max()) else {
                continue;
            };
            let aligned = longest - shortest <= reach;
            for line in block {
                if let Some(cell) = line.cells[column].take() {
                    let missing = if aligned { longest - line.text.width() } else { 0 };
                    line.text.extend(std::iter::repeat_n(' ', missing + 2));
                    line.text.push_str(&cell);
                }
            }
        }
    }
}

/// Whether two lines share their columns: no blank line is between them, nor a bracket that opens
/// in one and closes in another. Comments share theirs with the next line alone.
fn together(line: &Line, next: &Line, column: usize) -> bool {
    let both = |is: fn(&Line) -> bool| is(line) && is(next);
    !next.blank_before
        && if column == COMMENT {
            both(|line| line.cells[COMMENT].is_some())
        } else {
            both(|line| line.level)
        }
}
