//! Text whose pieces have a tone. The renderer decides on colours, and nothing hidden passes.

use std::fmt;

use crate::data::finding::Verdict;
use crate::data::visible::logged;

/// What a piece of text is, so that the renderer can colour it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// It went well.
    Good,
    /// It did not.
    Bad,
    /// Worth a look.
    Doubtful,
    /// A heading.
    Strong,
    /// Of less interest.
    Faint,
}

impl Tone {
    /// How a verdict is shown.
    pub(super) const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Good,
            Verdict::Fail | Verdict::Unimplemented => Self::Bad,
            Verdict::Deviates | Verdict::Inconclusive | Verdict::Error => Self::Doubtful,
            Verdict::Skipped => Self::Faint,
        }
    }

    /// What a terminal takes for it.
    const fn code(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Bad => "1;31",
            Self::Doubtful => "33",
            Self::Strong => "1",
            Self::Faint => "2",
        }
    }
}

/// Text, piece by piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toned {
    pieces: Vec<(Option<Tone>, String)>,
}

impl Toned {
    /// Adds a piece.
    pub fn toned(&mut self, tone: Tone, text: &str) {
        self.pieces.push((Some(tone), text.to_owned()));
    }

    /// Adds what another text holds.
    pub fn append(&mut self, other: Self) {
        self.pieces.extend(other.pieces);
    }

    /// The pieces and their tones.
    pub fn pieces(&self) -> impl Iterator<Item = (Option<Tone>, &str)> {
        self.pieces.iter().map(|(tone, text)| (*tone, text.as_str()))
    }

    /// The text for a terminal: the colours are ours, all else is visible.
    pub fn coloured(&self) -> String {
        let piece = |(tone, text): &(Option<Tone>, String)| match tone {
            Some(tone) => format!("\u{1b}[{}m{}\u{1b}[0m", tone.code(), logged(text)),
            None => logged(text),
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// The text without colours.
impl fmt::Display for Toned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.pieces.iter().map(|(_, text)| text.as_str()).collect();
        f.write_str(&logged(&text))
    }
}

impl fmt::Write for Toned {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.pieces.last_mut() {
            Some((None, last)) => last.push_str(text),
            _ => self.pieces.push((None, text.to_owned())),
        }
        Ok(())
    }
}

impl From<&str> for Toned {
    fn from(text: &str) -> Self {
        Self { pieces: vec![(None, text.to_owned())] }
    }
}

impl From<&String> for Toned {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::{Tone, Toned};

    #[test]
    fn only_our_colours_reach_a_terminal() {
        let mut text = Toned::default();
        text.toned(Tone::Bad, "F001\u{1b}[2J");
        writeln!(text, " \u{1b}[32m\u{202e}").expect("a text can be written to");
        assert_eq!(text.coloured(), "\u{1b}[1;31mF001\\u{1b}[2J\u{1b}[0m \\u{1b}[32m\\u{202e}\n");
        assert_eq!(text.to_string(), "F001\\u{1b}[2J \\u{1b}[32m\\u{202e}\n");
    }

    #[test]
    fn an_order_to_a_log_is_none_across_pieces_either() {
        let mut text = Toned::from("  :");
        text.toned(Tone::Good, ":error::x");
        assert!(text.to_string().starts_with("  \\u{3a}:error"), "{text}");
    }
}
