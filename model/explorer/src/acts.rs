//! What forms do: begin and stop searches, ask a service; and how a page is told how far a search is.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use signer_model::Axis;

use crate::answer::{Answer, Problem, TheSite, allowed, field, found, moved};
use crate::beside::ask_now;
use crate::live::targets::Target;
use crate::position::{Position, View};
use crate::query::Query;
use crate::work::{Progress, Task};

/// How long a page waits for a search to stop.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How often a page is told how far a search is.
const BEAT: Duration = Duration::from_millis(250);

/// What changes something on the server, or asks a service.
pub(crate) async fn act(
    State(site): TheSite,
    Path((scope, name)): Path<(String, String)>,
    body: String,
) -> Answer {
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
            let query = Query::read(&body)
                .map_err(|error| Problem::bad(format!("The link cannot be read: {error}.")))?;
            let position = Position::new(subject, query);
            let text = position
                .query
                .live
                .as_deref()
                .ok_or_else(|| Problem::bad("It is not said who is to be asked."))?;
            let target = Target::read(text, site.targets.as_ref()).map_err(Problem::bad)?;
            ask_now(&site, &target, &position).await.map_err(Problem::bad)?;
            let view =
                if field(&body, "view").as_deref() == Some("trace") { View::Trace } else { View::Walk };
            Ok(moved(&position.link(view, &position.query)))
        }
        other => Err(Problem::missing(format!("{scope} has nothing called {other:?} that could be done."))),
    }
}

/// Stops a check.
pub(crate) async fn stop(State(site): TheSite, Path(scope): Path<String>, body: String) -> Answer {
    let subject = found(&scope)?;
    allowed(&site, &body)?;
    if let Some(task) = site.checks.get(&subject.name) {
        task.stop();
        task.wait(PATIENCE).await;
    }
    Ok(moved(&format!("/{scope}/check")))
}

/// How far a check is, as it goes on.
pub(crate) async fn check_events(State(site): TheSite, Path(scope): Path<String>) -> Answer {
    let subject = found(&scope)?;
    let task = site.checks.get(&subject.name).ok_or_else(|| Problem::missing("No check was started."))?;
    Ok(Sse::new(events(task)).keep_alive(KeepAlive::default()).into_response())
}

/// How far the search for a map is, as it goes on.
pub(crate) async fn map_events(
    State(site): TheSite,
    Path(scope): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let subject = found(&scope)?;
    let axis = field(&query.unwrap_or_default(), "axis");
    let axis = axis
        .and_then(|id| Axis::ALL.into_iter().find(|axis| axis.id() == id))
        .unwrap_or_else(|| Axis::of(&subject.scope));
    let task =
        site.maps.get(&(subject.name, axis)).ok_or_else(|| Problem::missing("No search was started."))?;
    Ok(Sse::new(events(task)).keep_alive(KeepAlive::default()).into_response())
}

/// How far a search is, until it has ended.
fn events<T: Send + Sync + 'static>(task: Arc<Task<T>>) -> impl Stream<Item = Result<Event, Infallible>> {
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
