//! What a request gets: a page, a twin in JSON, another address, or what is wrong.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use form_urlencoded::parse;
use maud::Markup;
use serde::Serialize;
use signer_conformance::visible::visible;

use crate::page;
use crate::site::Site;
use crate::subjects::{Subject, subject, subjects};

/// Why there is no page.
pub(crate) struct Problem(pub(crate) StatusCode, pub(crate) String);

impl Problem {
    pub(crate) fn bad(what: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, what.into())
    }

    pub(crate) fn missing(what: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, what.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = match self.0 {
            StatusCode::NOT_FOUND => "There is no such thing",
            StatusCode::FORBIDDEN => "This was not asked from a page of this explorer",
            _ => "This cannot be shown",
        };
        (self.0, html(&page::problem(title, &visible(&self.1)))).into_response()
    }
}

/// What a handler gives.
pub(crate) type Answer = Result<Response, Problem>;
/// What every handler knows.
pub(crate) type TheSite = State<Arc<Site>>;

/// A page.
pub(crate) fn html(markup: &Markup) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], markup.0.clone()).into_response()
}

/// A twin in JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Answer {
    let text = serde_json::to_string(value).map_err(|error| Problem::bad(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json")], text + "\n").into_response())
}

/// Another address.
pub(crate) fn moved(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

/// The subject of that name.
pub(crate) fn found(scope: &str) -> Result<&'static Subject, Problem> {
    subject(scope).ok_or_else(|| {
        let known = subjects().iter().map(|subject| subject.name).collect::<Vec<_>>().join(", ");
        let scope: String = scope.chars().take(60).collect();
        Problem::missing(format!("No scope is called {scope:?}; there are {known}."))
    })
}

/// A member of a query or a form.
pub(crate) fn field(query: &str, name: &str) -> Option<String> {
    parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Whether the form was on a page of ours.
pub(crate) fn allowed(site: &Site, body: &str) -> Result<(), Problem> {
    if field(body, "token").as_deref() == Some(site.token.as_str()) {
        Ok(())
    } else {
        Err(Problem(StatusCode::FORBIDDEN, "Open the page again and press its button.".to_owned()))
    }
}
