//! temp
use crate::{diagnostic::Findings, limits::Limits, plan::Rules};
pub(super) fn analyse(_r: &Rules, _l: &Limits, _f: &mut Findings) {}
