//! Text on standard output, coloured where somebody sees it.

use std::io::{self, IsTerminal as _, Write as _};

use signer_conformance::report::Tone;

/// Writes to standard output. A reader that has gone away (`| head`) is no error.
pub(crate) fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

/// Whether standard output may be coloured: it is a terminal, and `NO_COLOR` is not set to anything.
fn coloured() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// What gives a piece of text the look of its tone.
pub(crate) fn paint() -> impl Fn(Tone, &str) -> String {
    let coloured = coloured();
    move |tone, text| {
        if !coloured {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "1;31",
            Tone::Doubtful => "33",
            Tone::Strong => "1",
            Tone::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
