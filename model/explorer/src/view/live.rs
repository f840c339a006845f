//! What a service says beside the trace.

use std::sync::Arc;

use serde::Serialize;

use crate::live::targets::Target;
use crate::live::{Asked, Live};
use crate::position::{Position, View};
use crate::query::Query;
use crate::site::Site;

/// What a service says beside the trace.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LiveView {
    /// The service in words.
    pub(crate) target: String,
    /// What came of each step, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) told: Option<Told>,
    /// Why it was not asked, if that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed: Option<String>,
    /// How many requests asking takes, at least.
    pub(crate) requests: usize,
    /// Whether it is asked without being told to.
    pub(crate) is_free: bool,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    /// What was answered, by step.
    pub(crate) live: Arc<Live>,
    /// For each step the link to the trace on which the answer is as it came, where there is one.
    pub(crate) follow: Vec<Option<String>>,
}

impl Told {
    /// What came of the step of that number, from 1.
    pub(crate) fn step(&self, number: usize) -> Option<(&Asked, Option<&str>)> {
        let index = number.checked_sub(1)?;
        Some((self.live.steps.get(index)?, self.follow.get(index)?.as_deref()))
    }
}

/// What is known of a target's answers to the trace.
pub(crate) fn live(
    site: &Site,
    position: &Position,
    target: &Target,
    asked: Result<Option<Arc<Live>>, String>,
) -> LiveView {
    let told = |live: Arc<Live>| {
        let follow = |asked: &Asked| {
            let steps = asked.follow.clone()?;
            Some(position.link(View::Walk, &Query { steps, at: None, ..position.query.clone() }))
        };
        Told { follow: live.steps.iter().map(follow).collect(), live }
    };
    let (asked, failed) = match asked {
        Ok(asked) => (asked, None),
        Err(why) => (None, Some(why)),
    };
    LiveView {
        target: target.words(site.targets.as_ref()),
        told: asked.map(told),
        failed,
        requests: position.at,
        is_free: site.targets.is_free(target),
    }
}
