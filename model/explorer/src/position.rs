//! Where one stands: a subject, a trace through it, and a place in the trace. What every view starts from.

use serde::Serialize;
use signer_model::State;

use crate::digest::digest;
use crate::query::Query;
use crate::steps::{Step, beginning, take};
use crate::subjects::Subject;

/// The views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// What is, and what can come next.
    Walk,
    /// All steps, with what each resource goes through.
    Trace,
    /// The whole scope in a table.
    Map,
    /// What holds.
    Check,
    /// Two traces side by side.
    Beside,
}

impl View {
    /// Those that every page leads to, in the order of the navigation.
    pub(crate) const ALL: [Self; 4] = [Self::Walk, Self::Trace, Self::Map, Self::Check];

    /// The name in links.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Trace => "trace",
            Self::Map => "map",
            Self::Check => "check",
            Self::Beside => "beside",
        }
    }

    /// The name on pages.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Walk => "Walk",
            Self::Trace => "Trace",
            Self::Map => "Map",
            Self::Check => "Check",
            Self::Beside => "Side by side",
        }
    }
}

/// Where one stands.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    /// What is walked through.
    pub(crate) subject: &'static Subject,
    /// What the link says.
    pub(crate) query: Query,
    /// The steps of the link, as far as the model has them.
    pub(crate) steps: Vec<Step>,
    /// Where link and model part, if they do.
    pub(crate) parting: Option<Parting>,
    /// After how many of the steps one stands.
    pub(crate) at: usize,
    beginning: Vec<State>,
}

/// Where a link parts from the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parting {
    /// After so many steps.
    pub(crate) after: usize,
    /// The step that is not there.
    pub(crate) id: String,
    /// How many steps the link has.
    pub(crate) of: usize,
}

/// What is amiss with a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Stale {
    /// The digest in the link, if it is another one than the model's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) made_with: Option<String>,
    /// The model's.
    pub(crate) model: String,
    /// How many steps were taken, if not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<usize>,
    /// The step that the model does not have there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<String>,
    /// How many steps the link has.
    pub(crate) of: usize,
}

impl Position {
    /// The position that a link leads to.
    pub(crate) fn new(subject: &'static Subject, query: Query) -> Self {
        let (steps, parting) = trace(subject, &query.steps);
        let at = query.position().min(steps.len());
        Self { subject, query, steps, parting, at, beginning: beginning(subject) }
    }

    /// The worlds after so many steps.
    pub(crate) fn worlds_at(&self, at: usize) -> &[State] {
        at.checked_sub(1).and_then(|last| self.steps.get(last)).map_or(&self.beginning, |step| &step.after)
    }

    /// The worlds here.
    pub(crate) fn worlds(&self) -> &[State] {
        self.worlds_at(self.at)
    }

    /// The worlds before the last step, if one was taken.
    pub(crate) fn before(&self) -> Option<&[State]> {
        self.at.checked_sub(1).map(|before| self.worlds_at(before))
    }

    /// The step that led here.
    pub(crate) fn last(&self) -> Option<&Step> {
        self.at.checked_sub(1).and_then(|last| self.steps.get(last))
    }

    /// A link to a view of this subject.
    pub(crate) fn link(&self, view: View, query: &Query) -> String {
        link(self.subject, view, query)
    }

    /// The link by which a step is taken from here.
    pub(crate) fn taking(&self, id: &str) -> String {
        // What the model does not have is not kept as a branch.
        let known =
            Query { steps: self.query.steps[..self.steps.len()].to_vec(), ..self.query.clone() }.at(self.at);
        self.link(View::Walk, &known.taking(id))
    }

    /// What is amiss with the link, if anything is.
    pub(crate) fn stale(&self) -> Option<Stale> {
        let model = digest(self.subject.scope.edition);
        let made_with = self.query.model.clone().filter(|other| *other != model);
        (made_with.is_some() || self.parting.is_some()).then(|| Stale {
            made_with,
            model,
            after: self.parting.as_ref().map(|parting| parting.after),
            missing: self.parting.as_ref().map(|parting| parting.id.clone()),
            of: self.query.steps.len(),
        })
    }
}

/// The steps of a trace, as far as they are there.
fn trace(subject: &Subject, ids: &[String]) -> (Vec<Step>, Option<Parting>) {
    let mut steps: Vec<Step> = Vec::with_capacity(ids.len());
    let mut worlds = beginning(subject);
    for id in ids {
        let Some(step) = take(subject, &worlds, id) else {
            let parting = Parting { after: steps.len(), id: id.clone(), of: ids.len() };
            return (steps, Some(parting));
        };
        worlds.clone_from(&step.after);
        steps.push(step);
    }
    (steps, None)
}

/// A link to a view of a subject, which tells the model that it was made with.
pub(crate) fn link(subject: &Subject, view: View, query: &Query) -> String {
    let model = if query.steps.is_empty() { None } else { Some(digest(subject.scope.edition)) };
    let query = Query { model, ..query.clone() }.to_string();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/{}/{}{mark}{query}", subject.name, view.id())
}
