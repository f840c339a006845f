//! Lines that the parts of the text share.

use std::fmt::{self, Write as _};

use crate::data::finding::Verdict;
use crate::report::toned::{Tone, Toned};

/// How many things of a kind are listed before the rest is only counted.
pub(super) const LISTED: usize = 6;

/// A title of a part, below an empty line.
pub(super) fn heading(out: &mut Toned, title: &str) -> fmt::Result {
    writeln!(out)?;
    out.toned(Tone::Strong, title);
    writeln!(out)
}

/// How many lines a text has.
pub(super) fn lines(text: &Toned) -> usize {
    text.to_string().matches('\n').count()
}

/// `and 3 more, in report.html`, if there are more.
pub(super) fn more(out: &mut Toned, indent: &str, count: usize, place: &str) -> fmt::Result {
    if count > 0 { writeln!(out, "{indent}and {count} more, {place}") } else { Ok(()) }
}

/// ` · 3 pass · 1 fail`, without what there is none of.
pub(super) fn tally(verdicts: &(impl Iterator<Item = Verdict> + Clone)) -> String {
    const ORDER: [Verdict; 7] = [
        Verdict::Pass,
        Verdict::Fail,
        Verdict::Deviates,
        Verdict::Unimplemented,
        Verdict::Skipped,
        Verdict::Inconclusive,
        Verdict::Error,
    ];
    let mut out = String::new();
    for verdict in ORDER {
        let count = verdicts.clone().filter(|other| *other == verdict).count();
        if count > 0 {
            let _ = write!(out, " · {count} {}", verdict.id());
        }
    }
    out
}
