//! What is opened by name or from a form: cases, findings, pasted files; and what reports and the ledger say.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use signer_conformance::given;

use crate::answer::{Answer, Problem, TheSite, allowed, field, html, moved};
use crate::ledger::Requirement;
use crate::opened::Opened;
use crate::overlay::Overlay;
use crate::page;
use crate::position::{View, link};
use crate::site::Site;

/// What a requirement says.
pub(crate) async fn requirement(RawQuery(query): RawQuery) -> Answer {
    let id = field(&query.unwrap_or_default(), "id").unwrap_or_default();
    let rule = Requirement::of(&id).ok_or_else(|| {
        let id: String = id.chars().take(100).collect();
        Problem::missing(format!("No requirement is called {id:?}."))
    })?;
    Ok(html(&page::requirement(&rule)))
}

/// What a target never reached.
pub(crate) async fn unreached(State(site): TheSite, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let overlay = report(&site, &field(&query, "report").unwrap_or_default())?;
    Ok(html(&page::unreached(overlay, &site.overlays, &field(&query, "q").unwrap_or_default())))
}

/// Where two targets differ.
pub(crate) async fn differences(State(site): TheSite) -> Answer {
    match site.overlays.as_slice() {
        [one, other, ..] => Ok(html(&page::differences(one, other))),
        _ => Err(Problem::missing(
            "Two reports are needed: start the explorer with --report A=FOLDER B=FOLDER.",
        )),
    }
}

/// The report of that name.
pub(crate) fn report<'a>(site: &'a Site, name: &str) -> Result<&'a Overlay, Problem> {
    site.overlay(name).ok_or_else(|| {
        let name: String = name.chars().take(60).collect();
        Problem::missing(format!("No report is called {name:?}: name its folder with --report NAME=FOLDER."))
    })
}

/// Opens a case of the plan, or a finding of a report.
pub(crate) async fn open_named(State(site): TheSite, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    if let Some(case) = field(&query, "case") {
        let step = field(&query, "step").and_then(|step| step.parse().ok());
        let opened = tokio::task::spawn_blocking(move || Opened::case(&case))
            .await
            .map_err(|error| Problem::bad(error.to_string()))?;
        return Ok(show_opened(&site, opened.map_err(Problem::missing)?, step));
    }
    let overlay = report(&site, &field(&query, "report").unwrap_or_default())?;
    let finding = field(&query, "finding").unwrap_or_default();
    let row = overlay.report.findings.iter().find(|row| row.id == finding);
    let row = row.ok_or_else(|| {
        Problem::missing(format!("The report {} has no finding {finding:?}.", overlay.name))
    })?;
    // The report is somebody's file: it may name any path, so its names are not followed out of its folder.
    let path = overlay.folder.join("counterexamples").join(format!("{}.json", safe(&row.id)?));
    let text = given::text(&path, given::PROGRAM_BYTES);
    let text = text.map_err(|error| {
        Problem::missing(format!("The counterexample {} cannot be read: {error}.", row.id))
    })?;
    let opened = Opened::read(&text)
        .map_err(|error| Problem::bad(format!("The counterexample {}: {error}.", row.id)))?;
    Ok(show_opened(&site, opened, None))
}

fn safe(id: &str) -> Result<&str, Problem> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { Ok(id) } else { Err(Problem::bad(format!("{id:?} is no finding's name."))) }
}

/// Opens what was pasted.
pub(crate) async fn open_text(State(site): TheSite, body: String) -> Answer {
    allowed(&site, &body)?;
    let text = field(&body, "text").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Problem::bad("Nothing was pasted, and no file was chosen."));
    }
    let opened =
        Opened::read(&text).map_err(|error| Problem::bad(format!("This cannot be opened: {error}.")))?;
    Ok(show_opened(&site, opened, None))
}

/// Leads to a file's trace: after that step of its program, or where it departs.
fn show_opened(site: &Site, opened: Opened, step: Option<usize>) -> Response {
    let opened = site.files.keep(opened);
    let mut query = opened.query();
    let at = step.and_then(|step| opened.row(step)).and_then(|row| row.at);
    if let Some(at) = at {
        query = query.at(at);
    }
    moved(&link(opened.subject, View::Trace, &query))
}
