//! Check: every property of a subject with what shows it, the requirements at work, and what the documents
//! leave open.

use serde::Serialize;
use signer_model::{Admission, Ambiguity, Move, PropertyReport, ScopeReport, Witness};

use crate::goto::query;
use crate::position::{Position, View, link};
use crate::query::Query;
use crate::site::Site;
use crate::subjects::Subject;
use crate::view::frame::Frame;
use crate::work::{Progress, Task};

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    /// What every page shows.
    pub(crate) frame: Frame,
    /// Why it cannot be checked here, if it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cannot: Option<&'static str>,
    /// How far the check is; none if it was not begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) progress: Option<Progress>,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) found: Option<Found>,
}

/// What a check found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Found {
    /// How many states there are.
    pub(crate) unique: usize,
    /// How many steps lead from one to another, or back.
    pub(crate) generated: u64,
    /// The longest of the shortest paths.
    pub(crate) depth: usize,
    /// How long it took, in seconds.
    pub(crate) seconds: f64,
    /// Each property: those that fail first.
    pub(crate) properties: Vec<Property>,
    /// The requirements at work.
    pub(crate) requirements: Vec<AtWork>,
    /// What the documents leave open.
    pub(crate) open: Vec<Open>,
}

/// A property.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Property {
    /// The property.
    pub(crate) name: &'static str,
    /// What it speaks about.
    pub(crate) kind: &'static str,
    /// The requirement that it stands for.
    pub(crate) requirement: &'static str,
    /// Whether it holds.
    pub(crate) holds: bool,
    /// The steps that show it, in words.
    pub(crate) steps: Vec<String>,
    /// What can go on for ever after them.
    pub(crate) lasso: Vec<String>,
    /// The link to what shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
}

/// A requirement at work.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AtWork {
    /// The requirement.
    pub(crate) requirement: &'static str,
    /// What it rests on.
    pub(crate) basis: &'static str,
    /// The answer that shows it, in words.
    pub(crate) shown: String,
    /// The link to the state in which it answers.
    pub(crate) link: String,
}

/// A point that the documents leave open.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Open {
    /// The requirements that an answer would settle.
    pub(crate) requirements: Vec<&'static str>,
    /// Whether no source settles it.
    pub(crate) unsettled: bool,
    /// The call.
    pub(crate) call: String,
    /// The answers that are admitted.
    pub(crate) answers: Vec<String>,
    /// In how many states.
    pub(crate) states: u64,
    /// The link to the nearest of them.
    pub(crate) link: String,
}

/// The page of a check, which was begun or not.
pub(crate) fn check(site: &Site, position: &Position, task: Option<&Task<ScopeReport>>) -> Check {
    let subject = position.subject;
    let cannot = if subject.can_be_searched() {
        None
    } else if subject.name == "wide" {
        Some("It has ten million states: `signer-conformance check --scope wide` visits them in a terminal.")
    } else {
        Some(
            "It is no scope but all calls of the edition, whose states are too many. Each scope can be \
             checked.",
        )
    };
    Check {
        frame: Frame::new(site, position, View::Check),
        cannot,
        progress: task.map(Task::progress),
        found: task.and_then(|task| Some(found(subject, task.found()?, task.took().as_secs_f64()))),
    }
}

fn found(subject: &Subject, report: &ScopeReport, seconds: f64) -> Found {
    let mut properties: Vec<Property> =
        report.properties.iter().map(|property| self::property(subject, property)).collect();
    properties.sort_by_key(|property| property.holds);
    Found {
        unique: report.unique,
        generated: report.generated,
        depth: report.depth,
        seconds,
        properties,
        requirements: report.witnesses.iter().map(|witness| at_work(subject, witness)).collect(),
        open: report.ambiguities.iter().map(|ambiguity| open(subject, ambiguity)).collect(),
    }
}

fn property(subject: &Subject, property: &PropertyReport) -> Property {
    let told = |moves: &[Move]| moves.iter().map(Move::to_string).collect();
    let witness = property.witness.as_deref();
    let link = witness.map(|witness| {
        let all: Vec<Move> = witness.iter().chain(&property.lasso).copied().collect();
        link(subject, View::Trace, &query(subject, &all))
    });
    Property {
        name: property.name,
        kind: property.kind.id(),
        requirement: property.requirement,
        holds: property.holds,
        steps: witness.map(told).unwrap_or_default(),
        lasso: told(&property.lasso),
        link,
    }
}

/// The link to a state where one call is what matters.
fn there(subject: &Subject, path: &[Move], search: String) -> String {
    link(subject, View::Walk, &Query { search, all: true, ..query(subject, path) })
}

fn at_work(subject: &Subject, witness: &Witness) -> AtWork {
    let sign = if witness.admission == Admission::Contradicted { "not " } else { "" };
    AtWork {
        requirement: witness.rule.id,
        basis: witness.rule.basis.id(),
        shown: format!("{} → {sign}{}", witness.call, witness.reply),
        link: there(subject, &witness.path, witness.rule.id.to_owned()),
    }
}

fn open(subject: &Subject, ambiguity: &Ambiguity) -> Open {
    let answer = |(reply, changes): &(signer_model::Reply, Vec<String>)| {
        if changes.is_empty() { reply.to_string() } else { format!("{reply} ({})", changes.join("; ")) }
    };
    Open {
        requirements: ambiguity.rules.iter().map(|rule| rule.id).collect(),
        unsettled: ambiguity.open,
        call: ambiguity.call.to_string(),
        answers: ambiguity.outcomes.iter().map(answer).collect(),
        states: ambiguity.states,
        link: there(
            subject,
            &ambiguity.path,
            ambiguity.rules.first().map(|rule| rule.id.to_owned()).unwrap_or_default(),
        ),
    }
}
