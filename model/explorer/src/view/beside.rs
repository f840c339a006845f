//! Two traces side by side: what they have in common stands in one row, and the first difference is marked.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::cards::{Card, cards};
use crate::position::{Position, View};
use crate::query::Query;
use crate::site::Site;
use crate::view::frame::{Branch, Frame, TraceLine, branches, lines};

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Beside {
    /// What every page shows.
    pub(crate) frame: Frame,
    /// The steps of both, in order.
    pub(crate) rows: Vec<Row>,
    /// The first row in which they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first: Option<usize>,
    /// The link to the other trace.
    pub(crate) other: String,
    /// The link that swaps both.
    pub(crate) swapped: String,
    /// After how many steps the model no longer has the other trace, if it does not have all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parts_after: Option<usize>,
    /// The state after the last step of this trace.
    pub(crate) end: Vec<Card>,
    /// The state after the last step of the other, with what is other than here.
    pub(crate) other_end: Vec<Card>,
    /// The other continuations that the link holds.
    pub(crate) branches: Vec<Branch>,
}

/// A step of one trace or of both.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// How the two stand to each other.
    pub(crate) mark: Mark,
    /// The step of this trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) here: Option<TraceLine>,
    /// The step of the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) there: Option<TraceLine>,
}

/// How the steps of a row stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    /// The same step.
    Same,
    /// The same call with another answer, or another change.
    OtherAnswer,
    /// Only this trace has it.
    OnlyHere,
    /// Only the other has it.
    OnlyThere,
}

impl Mark {
    /// In words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Same => "the same",
            Self::OtherAnswer => "another answer",
            Self::OnlyHere => "only here",
            Self::OnlyThere => "only in the other",
        }
    }
}

/// The page of two traces.
pub(crate) fn beside(site: &Site, position: &Position) -> Beside {
    let query = Query {
        steps: position.query.beside.clone(),
        at: None,
        open: None,
        branches: Vec::new(),
        ..position.query.clone()
    };
    let other = Position::new(position.subject, Query { beside: position.query.steps.clone(), ..query });
    let rows = rows(&lines(position, View::Trace), &lines(&other, View::Trace));
    let end = position.worlds_at(position.steps.len());
    Beside {
        frame: Frame::new(site, position, View::Beside),
        first: rows.iter().position(|row| row.mark != Mark::Same),
        rows,
        other: other.link(View::Trace, &Query { beside: Vec::new(), ..other.query.clone() }),
        swapped: other.link(View::Beside, &other.query),
        parts_after: other.parting.as_ref().map(|parting| parting.after),
        end: cards(None, end),
        other_end: cards(Some(end), other.worlds_at(other.steps.len())),
        branches: (0..=position.steps.len()).flat_map(|at| branches(position, at)).collect(),
    }
}

/// The steps of both, put beside each other by what moved.
fn rows(here: &[TraceLine], there: &[TraceLine]) -> Vec<Row> {
    let moves = |lines: &[TraceLine]| lines.iter().map(|line| line.words.clone()).collect::<Vec<_>>();
    let extra = |line: &TraceLine| Row { mark: Mark::OnlyHere, here: Some(line.clone()), there: None };
    let missing_here =
        |line: &TraceLine| Row { mark: Mark::OnlyThere, here: None, there: Some(line.clone()) };
    let mut rows = Vec::new();
    for part in capture_diff_slices(Algorithm::Lcs, &moves(here), &moves(there)) {
        match part {
            DiffOp::Equal { old_index, new_index, len } => {
                for (one, other) in here.iter().skip(old_index).zip(there.iter().skip(new_index)).take(len) {
                    let same = (&one.reply, &one.changes) == (&other.reply, &other.changes);
                    let mark = if same { Mark::Same } else { Mark::OtherAnswer };
                    rows.push(Row { mark, here: Some(one.clone()), there: Some(other.clone()) });
                }
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                rows.extend(here.iter().skip(old_index).take(old_len).map(extra));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                rows.extend(there.iter().skip(new_index).take(new_len).map(missing_here));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                rows.extend(here.iter().skip(old_index).take(old_len).map(extra));
                rows.extend(there.iter().skip(new_index).take(new_len).map(missing_here));
            }
        }
    }
    rows
}
