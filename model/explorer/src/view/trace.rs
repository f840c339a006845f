//! Trace: all steps in a table, with a column for each thing that is made, and what a file or a service says
//! beside it.

use serde::Serialize;
use signer_conformance::visible::visible;

use crate::cards::cards;
use crate::export::Form;
use crate::ledger::Requirement;
use crate::live::Wire;
use crate::opened::Opened;
use crate::outcomes::{Way, outcomes};
use crate::position::{Position, View};
use crate::site::Site;
use crate::steps::By;
use crate::view::frame::{Frame, TraceLine, lines};
use crate::view::walk::{Property, properties};

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Trace {
    /// What every page shows.
    pub(crate) frame: Frame,
    /// How many steps were taken.
    pub(crate) at: usize,
    /// The things that are made, by symbol: a column each.
    pub(crate) lanes: Vec<String>,
    /// The steps.
    pub(crate) rows: Vec<Row>,
    /// What can be written of it: the title and the link of each form.
    pub(crate) exports: Vec<(&'static str, String)>,
    /// The link to walking on from here.
    pub(crate) walk: String,
    /// What went over the wire where the file was made.
    pub(crate) exchanges: Vec<Wire>,
}

/// A step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The step of the trace; none for one that is no step of the model.
    pub(crate) step: Option<TraceLine>,
    /// What it is, where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) beyond: Option<(String, String)>,
    /// The status of each thing, where the step changed it, and otherwise none.
    pub(crate) lanes: Vec<Option<String>>,
    /// Where the answers part from what is permitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) departure: Option<Departure>,
    /// What would have been permitted, what each answer would have changed, and by which requirement.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) permitted: Vec<Permitted>,
    /// The requirement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requirement: Option<Requirement>,
    /// The properties that are broken by it, or in the state after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) broken: Vec<Property>,
    /// The link to walking on otherwise from before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) otherwise: Option<String>,
}

/// Where the answers of a file part from what is permitted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Departure {
    /// The finding's name in its report.
    pub(crate) finding: String,
    /// In one sentence.
    pub(crate) summary: String,
    /// The requirement.
    pub(crate) requirement: String,
    /// What the requirement says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<Requirement>,
    /// What was permitted.
    pub(crate) permitted: Vec<String>,
    /// What came.
    pub(crate) observed: String,
}

/// An answer that is admitted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Permitted {
    /// The answer.
    pub(crate) reply: String,
    /// What it changes.
    pub(crate) changes: Vec<String>,
    /// The requirement.
    pub(crate) requirement: Option<&'static str>,
}

/// The page of a trace.
pub(crate) fn trace(site: &Site, position: &Position) -> Trace {
    let opened = position.query.open.as_deref().and_then(|id| site.files.get(id));
    // A file's rows are those of this trace only as long as it is the file's.
    let opened =
        opened.filter(|opened| opened.subject.name == position.subject.name && is_of(opened, position));
    let lanes: Vec<String> = {
        let mut names: Vec<(&str, String)> = Vec::new();
        for at in 0..=position.steps.len() {
            for card in cards(None, position.worlds_at(at)) {
                if !names.contains(&(card.kind, card.name.clone())) {
                    names.push((card.kind, card.name));
                }
            }
        }
        // Profiles before jobs, each in order.
        names.sort_by(|one, other| other.0.cmp(one.0).then(one.1.cmp(&other.1)));
        names.into_iter().map(|(_, name)| name).collect()
    };
    let steps = lines(position, View::Trace);
    let rows = match &opened {
        Some(opened) => file_rows(opened, position, &lanes, &steps),
        None => steps.iter().map(|line| row(position, &lanes, line)).collect(),
    };
    let exports = Form::ALL.map(|form| (form.title(), export(position, form)));
    Trace {
        frame: Frame::new(site, position, View::Trace),
        at: position.at,
        lanes,
        rows,
        exports: exports.into(),
        walk: position.link(View::Walk, &position.query),
        exchanges: opened.iter().flat_map(|opened| opened.exchanges.iter().map(Wire::new)).collect(),
    }
}

fn is_of(opened: &Opened, position: &Position) -> bool {
    opened.steps.len() == position.query.steps.len() && opened.steps == position.query.steps
}

/// The link to a form of the trace.
fn export(position: &Position, form: Form) -> String {
    let link = position.link(View::Trace, &position.query);
    let query = link.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    format!("/{}/export.{}{query}", position.subject.name, form.extension())
}

fn file_rows(opened: &Opened, position: &Position, lanes: &[String], steps: &[TraceLine]) -> Vec<Row> {
    let first = |step: usize| opened.row(step).map(std::ptr::from_ref);
    let rows = opened.rows.iter().map(|of_file| {
        let line = of_file.at.and_then(|at| steps.get(at.checked_sub(1)?));
        let mut row = match line {
            Some(line) => row(position, lanes, line),
            None => Row {
                step: None,
                beyond: Some((visible(&of_file.words), of_file.note.clone().unwrap_or_default())),
                lanes: vec![None; lanes.len()],
                departure: None,
                permitted: Vec::new(),
                requirement: None,
                broken: Vec::new(),
                otherwise: None,
            },
        };
        if let Some(departure) = opened
            .departure
            .as_ref()
            .filter(|departure| first(departure.step) == Some(std::ptr::from_ref(of_file)))
        {
            row.departure = Some(Departure {
                finding: visible(&departure.finding),
                summary: visible(&departure.summary),
                requirement: visible(&departure.requirement),
                rule: Requirement::of(&departure.requirement),
                permitted: departure.permitted.iter().map(|text| visible(text)).collect(),
                observed: visible(&departure.observed),
            });
        }
        row
    });
    rows.collect()
}

fn row(position: &Position, lanes: &[String], line: &TraceLine) -> Row {
    let index = line.number - 1;
    let step = &position.steps[index];
    let cards = cards(Some(position.worlds_at(index)), &step.after);
    let status = |name: &String| {
        let card = cards.iter().find(|card| card.name == *name)?;
        let changed: Vec<_> = card.lines.iter().filter(|line| line.changed).collect();
        let of_status = changed.iter().find(|line| line.field == "status");
        match (of_status, changed.first()) {
            (Some(status), _) => Some(status.value.clone()),
            (None, Some(first)) => Some(format!("{}: {}", first.field, first.value)),
            (None, None) => None,
        }
    };
    let permitted = match step.by {
        By::Call(call) => outcomes(position.subject, position.worlds_at(index), &call)
            .into_iter()
            .filter(|outcome| outcome.way != Way::Against)
            .map(|outcome| Permitted {
                reply: outcome.reply.map(|reply| reply.to_string()).unwrap_or_default(),
                changes: outcome.changes,
                requirement: outcome.rule.map(|rule| rule.id),
            })
            .collect(),
        By::Ends(..) | By::Settles(_) => Vec::new(),
    };
    Row {
        step: Some(line.clone()),
        beyond: None,
        lanes: lanes.iter().map(status).collect(),
        departure: None,
        permitted,
        requirement: step.rule.and_then(|rule| Requirement::of(rule.id)),
        broken: properties(position, line.number).into_iter().filter(|property| !property.holds).collect(),
        otherwise: Some(position.link(View::Walk, &position.query.at(index))),
    }
}
