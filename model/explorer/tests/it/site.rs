//! An explorer that is asked without a socket.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use signer_explorer::{Explorer, Nobody, Settings};
use tower::ServiceExt as _;

/// An explorer that is asked without a socket.
pub(crate) struct Site(Router);

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with_reports(Vec::new())
    }

    pub(crate) fn with_reports(reports: Vec<(String, PathBuf)>) -> Self {
        let host = "127.0.0.1".to_owned();
        let settings =
            Settings { scope: None, host, targets: Arc::new(Nobody), reports, open: None, threads: 2 };
        Self(Explorer::new(settings).expect("it starts").router())
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:3000");
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.0.clone().oneshot(request).await.expect("the router answers");
        let status = response.status().as_u16();
        let text = |value: &axum::http::HeaderValue| value.to_str().expect("text").to_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        Answer { status, headers, text: String::from_utf8(body.to_vec()).expect("text") }
    }

    /// The page at a path.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.ask("GET", path, "").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    }

    /// The twin of the page at a path, in JSON.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let (page, query) = path.split_once('?').unwrap_or((path, ""));
        let text = self.page(&format!("{page}.json?{query}")).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
    }

    /// Where a path leads.
    pub(crate) async fn leads(&self, path: &str) -> String {
        let answer = self.ask("GET", path, "").await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
        answer.header("location").expect("it leads somewhere").to_owned()
    }

    /// The word that forms of a page have.
    pub(crate) async fn token(&self) -> String {
        let page = self.page("/").await;
        let rest = page.split_once("name=\"token\" value=\"").expect("a form").1;
        rest.split_once('"').expect("a value").0.to_owned()
    }

    /// The twin of a page whose search may go on, once it has ended.
    pub(crate) async fn found(&self, path: &str) -> Value {
        loop {
            let json = self.json(path).await;
            if json["progress"]["ended"] == Value::Bool(true) {
                return json;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The link of the first answer whose call and reply contain these texts, among those that can be taken.
pub(crate) fn link(walk: &Value, call: &str, reply: &str) -> String {
    let next = &walk["next"];
    let choices = ["calls", "idle"].into_iter().flat_map(|list| next[list].as_array().into_iter().flatten());
    let mut fitting = choices
        .filter(|choice| choice["call"].as_str().is_some_and(|text| text.contains(call)))
        .flat_map(|choice| choice["answers"].as_array().into_iter().flatten())
        .filter(|answer| answer["reply"].as_str().is_some_and(|text| text.contains(reply)));
    let answer = fitting.next().unwrap_or_else(|| panic!("{call} is not answered {reply} here: {next}"));
    answer["link"].as_str().unwrap_or_else(|| panic!("it cannot be taken: {answer}")).to_owned()
}

/// Takes steps one after the other from the beginning of a scope; the link to where they lead.
pub(crate) async fn walked(site: &Site, scope: &str, steps: &[(&str, &str)]) -> String {
    let mut at = format!("/{scope}/walk");
    for (call, reply) in steps {
        at = link(&site.json(&at).await, call, reply);
    }
    at
}

/// How many members a list has.
pub(crate) fn count(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}
