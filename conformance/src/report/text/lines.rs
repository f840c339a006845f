//! Lines that the parts of the text share.

use std::fmt::{self, Write as _};

use crate::report::toned::Toned;

/// How many lines a text has.
pub(super) fn lines(text: &Toned) -> usize {
    text.to_string().matches('\n').count()
}

/// `and 3 more, in report.html`, if there are more.
pub(super) fn more(out: &mut Toned, indent: &str, count: usize, place: &str) -> fmt::Result {
    if count > 0 { writeln!(out, "{indent}and {count} more, {place}") } else { Ok(()) }
}
