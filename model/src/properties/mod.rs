//! What holds in every state, what holds of every step, what can be reached and what comes about in the end,
//! each with its requirement; and what a search through a scope shows of all that.

mod count;
mod doubts;
pub(crate) mod here;
mod progress;
pub(crate) mod property;
pub(crate) mod reached;
pub(crate) mod report;
pub(crate) mod safety;
mod steps;
mod watch;

use std::ops::ControlFlow;

use crate::explore::search::{Search, SearchProgress};
use crate::explore::symmetry::Symmetry;
use crate::properties::report::ScopeReport;
use crate::properties::watch::Watch;
use crate::scopes::scope::Scope;

/// How a scope is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// Threads, at least one. The report is the same on any number of them.
    pub threads: usize,
    /// Visits one state of those that differ only in the names of interchangeable things.
    pub symmetry: bool,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { threads: 1, symmetry: false }
    }
}

/// Visits every state and every step of the scope, and tells what holds.
pub fn check(scope: &Scope) -> ScopeReport {
    check_with(scope, CheckOptions::default(), |_| {})
}

/// The same, as the options say.
pub fn check_with(
    scope: &Scope,
    options: CheckOptions,
    mut progress: impl FnMut(SearchProgress),
) -> ScopeReport {
    let (search, watch) = watched(scope, options, |at| {
        progress(at);
        ControlFlow::Continue(())
    });
    watch.report(scope, &search)
}

/// The same, unless `progress` stops it: then there is no report.
pub fn check_until(
    scope: &Scope,
    options: CheckOptions,
    progress: impl FnMut(SearchProgress) -> ControlFlow<()>,
) -> Option<ScopeReport> {
    let (search, watch) = watched(scope, options, progress);
    search.is_complete().then(|| watch.report(scope, &search))
}

fn watched(
    scope: &Scope,
    options: CheckOptions,
    progress: impl FnMut(SearchProgress) -> ControlFlow<()>,
) -> (Search, Watch) {
    let mut watches = (0..options.threads.max(1)).map(|_| Watch::over(scope)).collect::<Vec<_>>();
    let symmetry = if options.symmetry { Symmetry::of(scope) } else { Symmetry::none() };
    let search = Search::until(scope, symmetry, &mut watches, progress);
    let watch = watches.into_iter().reduce(Watch::joined).unwrap_or_else(|| Watch::over(scope));
    (search, watch)
}
