//! Text on standard output, coloured on a terminal, and on standard error. All output passes here.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use signer_conformance::report::Toned;

use crate::failure::Failure;

/// Writes to standard output. A reader that has gone away (`| head`) is no error; a full disk is.
pub(crate) fn out(text: impl Into<Toned>) -> Result<(), Failure> {
    let text = text.into();
    let mut stdout = io::stdout().lock();
    let coloured =
        is_lively(stdout.is_terminal()) && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let text = if coloured { text.coloured() } else { text.to_string() };
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Inconclusive(format!("standard output cannot be written: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Says why a command gives no result, and gives the exit code.
pub fn failure(failure: &Failure) -> ExitCode {
    err(&format!("error: {failure}\n"));
    failure.code()
}

/// Writes to standard error. Where that fails there is no other place to say so.
pub(crate) fn err(text: &str) {
    let _ = io::stderr().lock().write_all(Toned::from(text).to_string().as_bytes());
}

/// Whether colours and lines that change make sense: on a terminal that says it is more than a typewriter.
pub(crate) fn is_lively(is_terminal: bool) -> bool {
    is_terminal && std::env::var_os("TERM").is_none_or(|name| name != "dumb")
}
