//! What was sent, on one line.

use crate::data::exchange::Request;
use crate::data::visible::on_one_line;
use crate::report::words::cut_to;

/// Method, path and body, which is cut where it gets longer than so many characters.
pub(super) fn request_line(request: &Request, longest: usize) -> String {
    let body = body_line(&request.body, longest);
    let space = if body.is_empty() { "" } else { " " };
    format!("{} {}{space}{body}", request.method, request.target)
}

/// A body on one line.
pub(super) fn body_line(body: &[u8], longest: usize) -> String {
    match std::str::from_utf8(body) {
        Ok(text) => cut_to(&on_one_line(text), longest),
        Err(_) => format!("({} bytes that are no text)", body.len()),
    }
}
