//! What pages load: the style of the report and what the explorer adds to it, a script, and an icon.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use signer_conformance::report::STYLE;

const OWN_STYLE: &str = include_str!("assets/explorer.css");
const SCRIPT: &str = include_str!("assets/explorer.js");
const ICON: &str = include_str!("assets/icon.svg");

/// The file of that name.
pub(crate) fn asset(file: &str) -> Response {
    let (kind, text) = match file {
        "style.css" => ("text/css; charset=utf-8", format!("{STYLE}\n{OWN_STYLE}")),
        "explorer.js" => ("text/javascript; charset=utf-8", SCRIPT.to_owned()),
        "icon.svg" => ("image/svg+xml", ICON.to_owned()),
        _ => return (StatusCode::NOT_FOUND, "there is no such file").into_response(),
    };
    ([(CONTENT_TYPE, kind)], text).into_response()
}
