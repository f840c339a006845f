//! Which address answers what.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use form_urlencoded::parse;
use futures_util::stream::{Stream, unfold};
use maud::Markup;
use serde::Serialize;
use signer_conformance::given;
use signer_conformance::visible::visible;
use signer_model::Axis;

use crate::assets::asset;
use crate::export::{Form, export};
use crate::goto::{cell, goto};
use crate::ledger::Requirement;
use crate::live::ask;
use crate::live::targets::Target;
use crate::opened::Opened;
use crate::page;
use crate::position::{Position, View, link};
use crate::query::Query;
use crate::site::Site;
use crate::subjects::{Subject, subject, subjects};
use crate::view;
use crate::view::live::LiveView;
use crate::work::{Progress, Task};

/// How long a page waits for a search before it shows how far it is.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long a service may take for a trace.
const LONGEST_RUN: Duration = Duration::from_mins(2);
/// How often a page is told how far a search is.
const BEAT: Duration = Duration::from_millis(250);

/// Why there is no page.
pub(crate) struct Problem(StatusCode, String);

impl Problem {
    fn bad(what: impl ToString) -> Self {
        Self(StatusCode::BAD_REQUEST, what.to_string())
    }

    fn missing(what: impl ToString) -> Self {
        Self(StatusCode::NOT_FOUND, what.to_string())
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

type Answer = Result<Response, Problem>;
type TheSite = State<Arc<Site>>;

/// All addresses.
pub(crate) fn routes(site: Arc<Site>) -> Router {
    let most = usize::try_from(given::PROGRAM_BYTES).unwrap_or(usize::MAX);
    Router::new()
        .route("/", get(async |State(site): TheSite| html(&page::start(&site))))
        .route("/help", get(async || html(&page::help())))
        .route("/requirement", get(requirement))
        .route("/unreached", get(unreached))
        .route("/differences", get(differences))
        .route("/open", get(open_named).post(open_text))
        .route("/favicon.ico", get(async || asset("icon.svg")))
        .route("/assets/{file}", get(async |Path(file): Path<String>| asset(&file)))
        .route("/{scope}", get(async |Path(scope): Path<String>| moved(&format!("/{scope}/walk"))))
        .route("/{scope}/{page}", get(show).post(act))
        .route("/{scope}/check/events", get(check_events))
        .route("/{scope}/check/stop", axum::routing::post(stop))
        .route("/{scope}/map/events", get(map_events))
        .fallback(async || Problem::missing("No page has this address."))
        .layer(DefaultBodyLimit::max(most))
        .with_state(site)
}

fn html(markup: &Markup) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], markup.0.clone()).into_response()
}

fn json<T: Serialize>(value: &T) -> Answer {
    let text = serde_json::to_string(value).map_err(Problem::bad)?;
    Ok(([(CONTENT_TYPE, "application/json")], text + "\n").into_response())
}

fn moved(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

fn found(scope: &str) -> Result<&'static Subject, Problem> {
    subject(scope).ok_or_else(|| {
        let known = subjects().iter().map(|subject| subject.name).collect::<Vec<_>>().join(", ");
        let scope: String = scope.chars().take(60).collect();
        Problem::missing(format!("No scope is called {scope:?}; there are {known}."))
    })
}

fn field(query: &str, name: &str) -> Option<String> {
    parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The pages of a subject.
async fn show(State(site): TheSite, Path((scope, name)): Path<(String, String)>, RawQuery(query): RawQuery) -> Answer {
    let subject = found(&scope)?;
    let text = query.unwrap_or_default();
    let query = Query::read(&text).map_err(|error| Problem::bad(format!("The link cannot be read: {error}.")))?;
    if let Some(extension) = name.strip_prefix("export.") {
        return write(&site, subject, query, extension).await;
    }
    let (name, as_json) = name.strip_suffix(".json").map_or((name.as_str(), false), |name| (name, true));
    match name {
        "walk" | "trace" => steps(&site, subject, query, name, as_json).await,
        "map" => {
            let position = Position::new(subject, query);
            let axis = view::map::axis(&position);
            let task = if subject.is_small() { Some(site.map(subject, axis)) } else { site.maps.get(&(subject.name, axis)) };
            wait(task.as_deref()).await;
            let map = view::map::map(&site, &position, task.as_deref());
            if as_json { json(&map) } else { Ok(html(&page::map(&map, &site.token))) }
        }
        "check" => {
            let task = if subject.is_small() { Some(site.check(subject)) } else { site.checks.get(&subject.name) };
            wait(task.as_deref()).await;
            let check = view::check::check(&site, &Position::new(subject, query), task.as_deref());
            if as_json { json(&check) } else { Ok(html(&page::check(&check, &site.token))) }
        }
        "goto" => go(&site, subject, &field(&text, "to").unwrap_or_default()).await,
        "targets" => {
            let wanted = field(&text, "find").unwrap_or_default();
            Ok(html(&page::targets(subject.name, &query, &wanted, site.targets.as_ref())))
        }
        other => Err(Problem::missing(format!("{} has no page {other:?}; it has walk, trace, map and check.", subject.name))),
    }
}

async fn wait<T>(task: Option<&Task<T>>) {
    if let Some(task) = task {
        task.wait(PATIENCE).await;
    }
}

/// Walk and Trace, with what a service says beside.
async fn steps(site: &Arc<Site>, subject: &'static Subject, query: Query, name: &str, as_json: bool) -> Answer {
    let position = Position::new(subject, query);
    let live = live(site, &position).await?;
    let around = page::Surroundings { query: &position.query, token: &site.token, live: live.as_ref() };
    if name == "walk" {
        let walk = view::walk::walk(site, &position);
        if as_json { json(&WithLive { view: &walk, live: live.as_ref() }) } else { Ok(html(&page::walk(&walk, &around))) }
    } else {
        let trace = view::trace::trace(site, &position);
        if as_json { json(&WithLive { view: &trace, live: live.as_ref() }) } else { Ok(html(&page::trace(&trace, &around))) }
    }
}

/// A view, and what a service says beside it.
#[derive(Serialize)]
struct WithLive<'a, T> {
    #[serde(flatten)]
    view: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<&'a LiveView>,
}

/// What the service that the link names says to the trace: asked now if that costs nothing.
async fn live(site: &Site, position: &Position) -> Result<Option<LiveView>, Problem> {
    let Some(text) = &position.query.live else { return Ok(None) };
    let target = Target::read(text, site.targets.as_ref()).map_err(Problem::bad)?;
    let key = key(&target, position);
    let asked = match site.live(&key) {
        Some(known) => Ok(Some(known)),
        None if site.targets.is_free(&target) && position.at > 0 => ask_now(site, &target, position).await.map(Some),
        None => Ok(None),
    };
    Ok(Some(view::live::live(site, position, &target, asked)))
}

fn key(target: &Target, position: &Position) -> crate::site::LiveKey {
    let steps = position.steps.iter().take(position.at).map(|step| step.id.clone()).collect();
    (target.clone(), position.subject.name, steps)
}

async fn ask_now(site: &Site, target: &Target, position: &Position) -> Result<Arc<crate::live::Live>, String> {
    let asked = tokio::time::timeout(LONGEST_RUN, ask(site.targets.as_ref(), target, position)).await;
    let live = asked.map_err(|_| format!("it took longer than {} s", LONGEST_RUN.as_secs()))??;
    Ok(site.keep(key(target, position), live))
}

/// Leads to what is looked for.
async fn go(site: &Arc<Site>, subject: &'static Subject, to: &str) -> Answer {
    if let Some(place) = to.strip_prefix("cell:") {
        let wrong = || Problem::bad(format!("{to:?} names no group: it is cell:AXIS:ROW.COLUMN"));
        let (axis, rest) = place.split_once(':').ok_or_else(wrong)?;
        let axis = Axis::ALL.into_iter().find(|known| known.id() == axis).ok_or_else(wrong)?;
        let numbers = rest.split_once('.').and_then(|(row, column)| Some((row.parse().ok()?, column.parse().ok()?)));
        let (row, column) = numbers.ok_or_else(wrong)?;
        let task = site.map(subject, axis);
        task.wait(LONGEST_RUN).await;
        let grouping = task.found().ok_or_else(|| Problem::bad("The search was stopped."))?;
        let query = cell(subject, grouping, axis, row, column).map_err(Problem::missing)?;
        return Ok(moved(&link(subject, View::Walk, &query)));
    }
    let to = to.to_owned();
    let way = tokio::task::spawn_blocking(move || goto(subject, &to)).await;
    let query = way.map_err(Problem::bad)?.map_err(Problem::missing)?;
    Ok(moved(&link(subject, View::Walk, &query)))
}

/// A trace as a file.
async fn write(site: &Site, subject: &'static Subject, query: Query, extension: &str) -> Answer {
    let form = Form::ALL.into_iter().find(|form| form.extension() == extension);
    let form = form.ok_or_else(|| {
        let known = Form::ALL.map(Form::extension).join(", ");
        Problem::missing(format!("A trace is not written as {extension:?}; there are {known}."))
    })?;
    let position = Position::new(subject, query);
    let opened = position.query.open.as_deref().and_then(|id| site.files.get(id));
    let opened = opened.filter(|opened| opened.steps == position.query.steps);
    let text = export(form, &position, opened.as_deref(), site.targets.as_ref()).await.map_err(Problem::bad)?;
    let name = format!("attachment; filename=\"{}-walk.{extension}\"", subject.name);
    Ok(([(CONTENT_TYPE, form.content_type()), (axum::http::header::CONTENT_DISPOSITION, name.as_str())], text).into_response())
}

/// What changes something on the server, or asks a service.
async fn act(State(site): TheSite, Path((scope, name)): Path<(String, String)>, body: String) -> Answer {
    let subject = found(&scope)?;
    allowed(&site, &body)?;
    match name.as_str() {
        "check" if subject.can_be_searched() => {
            drop(site.check(subject));
            Ok(moved(&format!("/{scope}/check")))
        }
        "map" if subject.can_be_searched() => {
            let axis = field(&body, "axis").and_then(|id| Axis::ALL.into_iter().find(|axis| axis.id() == id));
            let axis = axis.unwrap_or_else(|| Axis::of(&subject.scope));
            drop(site.map(subject, axis));
            Ok(moved(&format!("/{scope}/map?axis={}", axis.id())))
        }
        "live" => {
            let query = Query::read(&body).map_err(|error| Problem::bad(format!("The link cannot be read: {error}.")))?;
            let position = Position::new(subject, query);
            let text = position.query.live.as_deref().ok_or_else(|| Problem::bad("It is not said who is to be asked."))?;
            let target = Target::read(text, site.targets.as_ref()).map_err(Problem::bad)?;
            ask_now(&site, &target, &position).await.map_err(Problem::bad)?;
            let view = if field(&body, "view").as_deref() == Some("trace") { View::Trace } else { View::Walk };
            Ok(moved(&position.link(view, &position.query)))
        }
        other => Err(Problem::missing(format!("{scope} has nothing called {other:?} that could be done."))),
    }
}

/// Whether the form was on a page of ours.
fn allowed(site: &Site, body: &str) -> Result<(), Problem> {
    if field(body, "token").as_deref() == Some(site.token.as_str()) {
        Ok(())
    } else {
        Err(Problem(StatusCode::FORBIDDEN, "Open the page again and press its button.".to_owned()))
    }
}

async fn stop(State(site): TheSite, Path(scope): Path<String>, body: String) -> Answer {
    let subject = found(&scope)?;
    allowed(&site, &body)?;
    if let Some(task) = site.checks.get(&subject.name) {
        task.stop();
        task.wait(PATIENCE).await;
    }
    Ok(moved(&format!("/{scope}/check")))
}

async fn check_events(State(site): TheSite, Path(scope): Path<String>) -> Answer {
    let subject = found(&scope)?;
    let task = site.checks.get(&subject.name).ok_or_else(|| Problem::missing("No check was started."))?;
    Ok(Sse::new(events(task)).keep_alive(KeepAlive::default()).into_response())
}

async fn map_events(State(site): TheSite, Path(scope): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let subject = found(&scope)?;
    let axis = field(&query.unwrap_or_default(), "axis");
    let axis = axis.and_then(|id| Axis::ALL.into_iter().find(|axis| axis.id() == id)).unwrap_or_else(|| Axis::of(&subject.scope));
    let task = site.maps.get(&(subject.name, axis)).ok_or_else(|| Problem::missing("No search was started."))?;
    Ok(Sse::new(events(task)).keep_alive(KeepAlive::default()).into_response())
}

/// How far a search is, until it has ended.
fn events<T: Send + Sync + 'static>(task: Arc<Task<T>>) -> impl Stream<Item = Result<Event, std::convert::Infallible>> {
    unfold((task, false), |(task, told)| async move {
        if told {
            return None;
        }
        task.wait(BEAT).await;
        let progress: Progress = task.progress();
        let name = if progress.ended { "ended" } else { "progress" };
        let data = serde_json::to_string(&progress).unwrap_or_default();
        Some((Ok(Event::default().event(name).data(data)), (task, progress.ended)))
    })
}

async fn requirement(RawQuery(query): RawQuery) -> Answer {
    let id = field(&query.unwrap_or_default(), "id").unwrap_or_default();
    let rule = Requirement::of(&id).ok_or_else(|| {
        let id: String = id.chars().take(100).collect();
        Problem::missing(format!("No requirement is called {id:?}."))
    })?;
    Ok(html(&page::requirement(&rule)))
}

async fn unreached(State(site): TheSite, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let overlay = report(&site, &field(&query, "report").unwrap_or_default())?;
    Ok(html(&page::unreached(overlay, &field(&query, "q").unwrap_or_default())))
}

async fn differences(State(site): TheSite) -> Answer {
    match site.overlays.as_slice() {
        [one, other, ..] => Ok(html(&page::differences(one, other))),
        _ => Err(Problem::missing("Two reports are needed: start the explorer with --report A=FOLDER B=FOLDER.")),
    }
}

fn report<'a>(site: &'a Site, name: &str) -> Result<&'a crate::overlay::Overlay, Problem> {
    site.overlay(name).ok_or_else(|| {
        let name: String = name.chars().take(60).collect();
        Problem::missing(format!("No report is called {name:?}: name its folder with --report NAME=FOLDER."))
    })
}

/// Opens a case of the plan, or a finding of a report.
async fn open_named(State(site): TheSite, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    if let Some(case) = field(&query, "case") {
        let step = field(&query, "step").and_then(|step| step.parse().ok());
        let opened = tokio::task::spawn_blocking(move || Opened::case(&case)).await.map_err(Problem::bad)?;
        return Ok(show_opened(&site, opened.map_err(Problem::missing)?, step));
    }
    let overlay = report(&site, &field(&query, "report").unwrap_or_default())?;
    let finding = field(&query, "finding").unwrap_or_default();
    let row = overlay.report.findings.iter().find(|row| row.id == finding);
    let row = row.ok_or_else(|| Problem::missing(format!("The report {} has no finding {finding:?}.", overlay.name)))?;
    // The report is somebody's file: it may name any path, so its names are not followed out of its folder.
    let path = overlay.folder.join("counterexamples").join(format!("{}.json", safe(&row.id)?));
    let text = given::text(&path, given::PROGRAM_BYTES);
    let text = text.map_err(|error| Problem::missing(format!("The counterexample {} cannot be read: {error}.", row.id)))?;
    let opened = Opened::read(&text).map_err(|error| Problem::bad(format!("The counterexample {}: {error}.", row.id)))?;
    Ok(show_opened(&site, opened, None))
}

fn safe(id: &str) -> Result<&str, Problem> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { Ok(id) } else { Err(Problem::bad(format!("{id:?} is no finding's name."))) }
}

/// Opens what was pasted.
async fn open_text(State(site): TheSite, body: String) -> Answer {
    allowed(&site, &body)?;
    let text = field(&body, "text").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Problem::bad("Nothing was pasted, and no file was chosen."));
    }
    let opened = Opened::read(&text).map_err(|error| Problem::bad(format!("This cannot be opened: {error}.")))?;
    Ok(show_opened(&site, opened, None))
}

/// Leads to a file's trace: after that step of its program, or where it departs.
fn show_opened(site: &Site, opened: Opened, step: Option<usize>) -> Response {
    let opened = site.files.keep(opened);
    let mut query = opened.query();
    let at = step.and_then(|step| opened.rows.get(step)).and_then(|row| row.at);
    if let Some(at) = at {
        query = query.at(at);
    }
    moved(&link(opened.subject, View::Trace, &query))
}
