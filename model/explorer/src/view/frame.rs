//! What every page of a subject shows: where one is, and how to get elsewhere.

use serde::Serialize;
use signer_conformance::visible::visible;

use crate::position::{Position, Stale, View};
use crate::query::Query;
use crate::site::Site;
use crate::subjects::Kind;

/// The frame of a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Frame {
    /// The subject's name.
    pub(crate) scope: &'static str,
    /// The edition whose rules hold.
    pub(crate) edition: &'static str,
    /// What is wrong with the rules, where they are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wrong: Option<&'static str>,
    /// Whether it is a whole edition rather than a scope.
    pub(crate) is_edition: bool,
    /// How many states there are, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) states: Option<usize>,
    /// How many properties hold, of how many, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) properties: Option<(usize, usize)>,
    /// What is amiss with the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stale: Option<Stale>,
    /// The views, each with its link, and whether it is this one.
    pub(crate) views: Vec<(&'static str, String, bool)>,
    /// A title for the file that was opened, with what it is called in links; none if it is no longer known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opened: Option<(String, Option<String>)>,
    /// The reports that are laid over, each with what to bear in mind.
    pub(crate) reports: Vec<(String, Option<String>)>,
}

impl Frame {
    /// The frame of a view.
    pub(crate) fn new(site: &Site, position: &Position, view: View) -> Self {
        let subject = position.subject;
        let checked = site.checks.get(&subject.name);
        let report = checked.as_ref().and_then(|task| task.found());
        let views = View::ALL.map(|one| (one.title(), position.link(one, &position.query), one == view));
        let opened = position.query.open.as_deref().map(|id| {
            let known = site.files.get(id);
            (visible(id), known.map(|opened| visible(&opened.title)))
        });
        let reports = site.overlays.iter().map(|overlay| {
            let caution = if overlay.report.edition != subject.scope.edition {
                Some(format!(
                    "it is of the edition {}, this is of {}, so it is not laid over this page",
                    overlay.report.edition, subject.scope.edition
                ))
            } else if overlay.is_of_this_model {
                None
            } else {
                Some(
                    "it was made with another model, so what it reached is a guess where the models differ"
                        .to_owned(),
                )
            };
            (overlay.name.clone(), caution)
        });
        Self {
            scope: subject.name,
            edition: subject.scope.edition.id(),
            wrong: match subject.kind {
                Kind::Wrong { what } => Some(what),
                Kind::Scope | Kind::Edition => None,
            },
            is_edition: subject.kind == Kind::Edition,
            states: report.map(|report| report.unique),
            properties: report.map(|report| {
                (report.properties.iter().filter(|property| property.holds).count(), report.properties.len())
            }),
            stale: position.stale(),
            views: views.into(),
            opened,
            reports: reports.collect(),
        }
    }
}

/// One step of the trace, as lists show it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TraceLine {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// What moved, in words.
    pub(crate) words: String,
    /// The answer, in words.
    pub(crate) reply: String,
    /// How the answer stands to the sources, in words.
    pub(crate) standing: String,
    /// How it stands, as pages style it: `required`, `open`, `contradicted`, or none for what was not heard.
    pub(crate) admission: &'static str,
    /// The requirement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requirement: Option<&'static str>,
    /// What changed.
    pub(crate) changes: Vec<String>,
    /// How many worlds are left.
    pub(crate) worlds: usize,
    /// The link to the position after it.
    pub(crate) link: String,
    /// Whether it is the last one that was taken.
    pub(crate) is_here: bool,
    /// Whether it lies ahead.
    pub(crate) is_ahead: bool,
    /// Other continuations that begin after it.
    pub(crate) branches: Vec<Branch>,
}

/// Another continuation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Branch {
    /// How it goes on, in words.
    pub(crate) words: String,
    /// The link on which it is the trace.
    pub(crate) link: String,
    /// The link that shows both side by side.
    pub(crate) beside: String,
}

/// The steps of the trace.
pub(crate) fn lines(position: &Position, view: View) -> Vec<TraceLine> {
    position
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| TraceLine {
            number: index + 1,
            words: step.by.words(),
            reply: reply(step),
            standing: step.admission.map(|it| standing(it, step.rule, step.is_wrong)).unwrap_or_default(),
            admission: step.admission.map_or("", |it| admission_id(it, step.is_wrong)),
            requirement: step.rule.map(|rule| rule.id),
            changes: step.changes.clone(),
            worlds: step.after.len(),
            link: position.link(view, &position.query.at(index + 1)),
            is_here: index + 1 == position.at,
            is_ahead: index + 1 > position.at,
            branches: branches(position, index + 1),
        })
        .collect()
}

/// The other continuations after so many steps.
pub(crate) fn branches(position: &Position, at: usize) -> Vec<Branch> {
    let branches = position.query.branches.iter().enumerate().filter(|(_, branch)| branch.at == at);
    branches
        .map(|(index, branch)| {
            let first = branch.steps.first().and_then(|id| {
                let worlds = if at <= position.steps.len() { position.worlds_at(at) } else { return None };
                crate::steps::take(position.subject, worlds, id)
            });
            let more = branch.steps.len().saturating_sub(1);
            let first = first.map_or_else(
                || "a step that is not there".to_owned(),
                |step| format!("{} → {}", step.by.words(), reply(&step)),
            );
            let words = if more == 0 { first } else { format!("{first}, and {more} more") };
            let both = Query { beside: position.query.branched(branch), ..position.query.clone() };
            let link = position.link(View::Walk, &position.query.following(index));
            Branch { words, link, beside: position.link(View::Beside, &both) }
        })
        .collect()
}

/// The answer of a step, in words.
pub(crate) fn reply(step: &crate::steps::Step) -> String {
    use crate::steps::By;
    match (step.reply, step.by) {
        (Some(reply), _) => reply.to_string(),
        (None, By::Ends(_, status)) => status.to_string(),
        (None, By::Settles(_)) => "in one way or another".to_owned(),
        (None, By::Call(_)) => "any admitted answer".to_owned(),
    }
}

/// How an answer stands to the sources, as pages style it. What a wrong rule gives is against them.
pub(crate) const fn admission_id(admission: signer_model::Admission, is_wrong: bool) -> &'static str {
    use signer_model::Admission;
    match admission {
        Admission::Required | Admission::Open if is_wrong => "contradicted",
        Admission::Required => "required",
        Admission::Open => "open",
        Admission::Contradicted => "contradicted",
    }
}

/// How an answer stands to the sources, in words.
pub(crate) fn standing(
    admission: signer_model::Admission,
    rule: Option<signer_model::Rule>,
    is_wrong: bool,
) -> String {
    use signer_model::Admission;
    if is_wrong {
        return "by the wrong rule of this definition".to_owned();
    }
    match (admission, rule) {
        (Admission::Required, Some(rule)) => rule.basis.id().to_owned(),
        (Admission::Required, None) => "time passes".to_owned(),
        (Admission::Open, _) => "open".to_owned(),
        (Admission::Contradicted, Some(rule)) => format!("against what is {}", rule.basis.id()),
        (Admission::Contradicted, None) => "against a source".to_owned(),
    }
}
