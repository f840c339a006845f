//! Which address answers what, and the pages of a subject.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Serialize;
use signer_conformance::given;
use signer_model::Axis;

use crate::acts::{act, check_events, map_events, stop};
use crate::answer::{Answer, Problem, TheSite, field, found, html, json, moved};
use crate::assets::asset;
use crate::beside::live;
use crate::export::{Form, export};
use crate::goto::{cell, goto};
use crate::opening::{differences, open_named, open_text, report, requirement, unreached};
use crate::page;
use crate::position::{Position, View, link};
use crate::query::Query;
use crate::site::Site;
use crate::subjects::Subject;
use crate::view;
use crate::view::live::LiveView;
use crate::work::Task;

/// How long a page waits for a search before it shows how far it is.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long a link waits for the search that it needs.
const LONGEST_SEARCH: Duration = Duration::from_mins(2);

/// All addresses.
pub(crate) fn routes(site: Arc<Site>) -> Router {
    let most = usize::try_from(given::PROGRAM_BYTES).unwrap_or(usize::MAX);
    Router::new()
        .route("/", get(async |State(site): TheSite| html(&page::start(&view::start::start(&site), &site))))
        .route("/scopes.json", get(async |State(site): TheSite| json(&view::start::start(&site))))
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
        .route("/{scope}/check/stop", post(stop))
        .route("/{scope}/map/events", get(map_events))
        .fallback(async || Problem::missing("No page has this address."))
        .layer(DefaultBodyLimit::max(most))
        .with_state(site)
}

/// The pages of a subject.
async fn show(
    State(site): TheSite,
    Path((scope, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let subject = found(&scope)?;
    let text = query.unwrap_or_default();
    let query =
        Query::read(&text).map_err(|error| Problem::bad(format!("The link cannot be read: {error}.")))?;
    if let Some(extension) = name.strip_prefix("export.") {
        return write(&site, subject, query, extension).await;
    }
    let (name, as_json) = name.strip_suffix(".json").map_or((name.as_str(), false), |name| (name, true));
    match name {
        "walk" | "trace" => steps(&site, subject, query, name, as_json).await,
        "map" => {
            let position = Position::new(subject, query);
            let axis = view::map::axis(&position);
            let task = if subject.is_small() {
                Some(site.map(subject, axis))
            } else {
                site.maps.get(&(subject.name, axis))
            };
            wait(task.as_deref()).await;
            let map = view::map::map(&site, &position, task.as_deref());
            if as_json { json(&map) } else { Ok(html(&page::map(&map, &site.token))) }
        }
        "check" => {
            let task =
                if subject.is_small() { Some(site.check(subject)) } else { site.checks.get(&subject.name) };
            wait(task.as_deref()).await;
            let check = view::check::check(&site, &Position::new(subject, query), task.as_deref());
            if as_json { json(&check) } else { Ok(html(&page::check(&check, &site.token))) }
        }
        "beside" => {
            if let Some(pasted) = field(&text, "link") {
                let beside = Query::steps_of(&pasted)
                    .map_err(|error| Problem::bad(format!("{pasted:.80?} cannot be compared: {error}.")))?;
                return Ok(moved(&link(subject, View::Beside, &Query { beside, ..query })));
            }
            let position = Position::new(subject, query);
            let beside = view::beside::beside(&site, &position);
            if as_json {
                json(&beside)
            } else {
                Ok(html(&page::beside(&beside, &position.query.to_string())))
            }
        }
        "goto" => go(&site, subject, &field(&text, "to").unwrap_or_default()).await,
        "targets" => {
            let wanted = field(&text, "find").unwrap_or_default();
            Ok(html(&page::targets(subject.name, &query, &wanted, site.targets.as_ref())))
        }
        other => Err(Problem::missing(format!(
            "{} has no page {other:?}; it has walk, trace, beside, map and check.",
            subject.name
        ))),
    }
}

async fn wait<T>(task: Option<&Task<T>>) {
    if let Some(task) = task {
        task.wait(PATIENCE).await;
    }
}

/// Walk and Trace, with what a service says beside.
async fn steps(
    site: &Arc<Site>,
    subject: &'static Subject,
    query: Query,
    name: &str,
    as_json: bool,
) -> Answer {
    if let Some(name) = query.as_target.as_deref() {
        report(site, name)?;
    }
    let position = Position::new(subject, query);
    let live = live(site, &position).await?;
    let around = page::Surroundings { query: &position.query, token: &site.token, live: live.as_ref() };
    if name == "walk" {
        let walk = view::walk::walk(site, &position);
        if as_json {
            json(&WithLive { view: &walk, live: live.as_ref() })
        } else {
            Ok(html(&page::walk(&walk, &around)))
        }
    } else {
        let trace = view::trace::trace(site, &position);
        if as_json {
            json(&WithLive { view: &trace, live: live.as_ref() })
        } else {
            Ok(html(&page::trace(&trace, &around)))
        }
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

/// Leads to what is looked for.
async fn go(site: &Arc<Site>, subject: &'static Subject, to: &str) -> Answer {
    if let Some(place) = to.strip_prefix("cell:") {
        let wrong = || Problem::bad(format!("{to:?} names no group: it is cell:AXIS:ROW.COLUMN"));
        let (axis, rest) = place.split_once(':').ok_or_else(wrong)?;
        let axis = Axis::ALL.into_iter().find(|known| known.id() == axis).ok_or_else(wrong)?;
        let numbers =
            rest.split_once('.').and_then(|(row, column)| Some((row.parse().ok()?, column.parse().ok()?)));
        let (row, column) = numbers.ok_or_else(wrong)?;
        if !subject.can_be_searched() {
            return Err(Problem::missing(format!(
                "{} has no map, as its states are too many.",
                subject.name
            )));
        }
        let task = site.map(subject, axis);
        task.wait(LONGEST_SEARCH).await;
        let grouping = task.found().ok_or_else(|| Problem::bad("The search was stopped."))?;
        let query = cell(subject, grouping, axis, row, column).map_err(Problem::missing)?;
        return Ok(moved(&link(subject, View::Walk, &query)));
    }
    let to = to.to_owned();
    let goal = Some(to.clone());
    let way = tokio::task::spawn_blocking(move || goto(subject, &to)).await;
    let query = way.map_err(|error| Problem::bad(error.to_string()))?.map_err(Problem::missing)?;
    let query = Query { goal, ..query };
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
    let text =
        export(form, &position, opened.as_deref(), site.targets.as_ref()).await.map_err(Problem::bad)?;
    let name = format!("attachment; filename=\"{}-walk.{extension}\"", subject.name);
    Ok(([(CONTENT_TYPE, form.content_type()), (CONTENT_DISPOSITION, name.as_str())], text).into_response())
}
