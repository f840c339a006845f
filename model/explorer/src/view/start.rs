//! The first page: what there is to walk through, and what is laid over it.

use serde::Serialize;

use crate::site::Site;
use crate::subjects::{Kind, Subject, subjects};

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Start {
    /// The scopes.
    pub(crate) scopes: Vec<Row>,
    /// All calls of an edition together.
    pub(crate) editions: Vec<Row>,
    /// Scopes with a wrong rule, on purpose.
    pub(crate) wrong: Vec<Row>,
    /// The reports that are laid over.
    pub(crate) reports: Vec<Report>,
}

/// A thing to walk through.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) name: &'static str,
    /// The edition whose rules hold.
    pub(crate) edition: &'static str,
    /// How many calls it has.
    pub(crate) calls: usize,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wrong: Option<&'static str>,
    /// How many states it has, where that was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) states: Option<usize>,
    /// How many properties hold, of how many, where that was checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) properties: Option<(usize, usize)>,
}

/// A report that is laid over.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    /// Its name.
    pub(crate) name: String,
    /// The edition that was certified.
    pub(crate) edition: &'static str,
    /// The verdict.
    pub(crate) verdict: &'static str,
    /// How many findings it has.
    pub(crate) findings: usize,
}

/// The first page.
pub(crate) fn start(site: &Site) -> Start {
    let of = |wanted: fn(Kind) -> bool| {
        subjects()
            .iter()
            .filter(move |subject| wanted(subject.kind))
            .map(|subject| row(site, subject))
            .collect()
    };
    let report = |overlay: &crate::overlay::Overlay| Report {
        name: overlay.name.clone(),
        edition: overlay.report.edition.id(),
        verdict: overlay.report.verdict.id(),
        findings: overlay.report.findings.len(),
    };
    Start {
        scopes: of(|kind| kind == Kind::Scope),
        editions: of(|kind| kind == Kind::Edition),
        wrong: of(|kind| matches!(kind, Kind::Wrong { .. })),
        reports: site.overlays.iter().map(report).collect(),
    }
}

fn row(site: &Site, subject: &Subject) -> Row {
    let task = site.checks.get(&subject.name);
    let report = task.as_ref().and_then(|task| task.found());
    Row {
        name: subject.name,
        edition: subject.scope.edition.id(),
        calls: subject.scope.calls.len(),
        wrong: match subject.kind {
            Kind::Wrong { what } => Some(what),
            Kind::Scope | Kind::Edition => None,
        },
        states: report.map(|report| report.unique),
        properties: report.map(|report| {
            (report.properties.iter().filter(|property| property.holds).count(), report.properties.len())
        }),
    }
}
