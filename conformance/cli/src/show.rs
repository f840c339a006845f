//! Text on standard output, coloured where somebody sees it, and on standard error.

use std::io::{self, IsTerminal as _, Write as _};

use signer_conformance::report::Tone;

use crate::Failure;

/// Writes to standard output. A reader that has gone away (`| head`) is no error; a full disk is.
pub(crate) fn out(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Inconclusive(format!("standard output cannot be written: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes to standard error, where nobody is left to tell if that fails.
pub(crate) fn err(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
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
