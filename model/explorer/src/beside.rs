//! Asking a service beside a trace, or knowing what it said when it was asked before.

use std::sync::Arc;
use std::time::Duration;

use crate::answer::Problem;
use crate::live::targets::Target;
use crate::live::{Live, ask};
use crate::position::Position;
use crate::site::{LiveKey, Site};
use crate::view;
use crate::view::live::LiveView;

/// How long a service may take for a trace.
const LONGEST_RUN: Duration = Duration::from_mins(2);

/// What the service that the link names says to the trace: asked now if that costs nothing.
pub(crate) async fn live(site: &Site, position: &Position) -> Result<Option<LiveView>, Problem> {
    let Some(text) = &position.query.live else { return Ok(None) };
    let target = Target::read(text, site.targets.as_ref()).map_err(Problem::bad)?;
    let key = key(&target, position);
    let asked = match site.live(&key) {
        Some(known) => Ok(Some(known)),
        None if site.targets.is_free(&target) && position.at > 0 => {
            ask_now(site, &target, position).await.map(Some)
        }
        None => Ok(None),
    };
    Ok(Some(view::live::live(site, position, &target, asked)))
}

fn key(target: &Target, position: &Position) -> LiveKey {
    let steps = position.steps.iter().take(position.at).map(|step| step.id.clone()).collect();
    (target.clone(), position.subject.name, steps)
}

/// Asks now.
pub(crate) async fn ask_now(site: &Site, target: &Target, position: &Position) -> Result<Arc<Live>, String> {
    let asked = tokio::time::timeout(LONGEST_RUN, ask(site.targets.as_ref(), target, position)).await;
    let live = asked.map_err(|_| format!("it took longer than {} s", LONGEST_RUN.as_secs()))??;
    Ok(site.keep(key(target, position), live))
}
