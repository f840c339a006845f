//! The states of a scope, merged into few groups, so that a whole scope can be looked at: a row for each set
//! of statuses that profiles have, a column for each set of statuses that jobs have, or for how many
//! permissions or tags there are.
//!
//! No call touches more than one profile, or jobs, so nearly every step goes along a row or a column.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rustc_hash::FxHashMap;
use signer_schemas::Operation;

use crate::call::{JobStatus, ProfileStatus, TagValue};
use crate::explore::search::{Place, Search, SearchProgress, Transition, Visitor};
use crate::explore::symmetry::Symmetry;
use crate::naming::makes;
use crate::outcome::Admission;
use crate::request::Request;
use crate::scopes::scope::Scope;
use crate::state::State;

/// The statuses that a profile can have once it was made.
const MADE: [ProfileStatus; 3] = [ProfileStatus::Active, ProfileStatus::Canceled, ProfileStatus::Revoked];

/// What the columns of a table of groups tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// The set of statuses that jobs have.
    Jobs,
    /// How many permissions there are.
    Permissions,
    /// How many tags there are.
    Tags,
    /// How many signatures are revoked.
    Revoked,
    /// The status of the first job, with rows for the status of the first profile alone: few enough groups to
    /// be drawn.
    Pair,
}

impl Axis {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Jobs, Self::Permissions, Self::Tags, Self::Revoked, Self::Pair];

    /// The name in links.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::Permissions => "permissions",
            Self::Tags => "tags",
            Self::Revoked => "revoked",
            Self::Pair => "pair",
        }
    }

    /// The axis that tells most of a scope: jobs where it has any, else permissions, else tags.
    pub fn of(scope: &Scope) -> Self {
        let has = |wanted: fn(&Request) -> bool| scope.calls.iter().any(|call| wanted(&call.request));
        if scope.calls.iter().any(|call| makes(call).is_some()) {
            Self::Jobs
        } else if has(|request| matches!(request, Request::AddProfilePermission { .. })) {
            Self::Permissions
        } else {
            Self::Tags
        }
    }
}

/// A group of states: its row and its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The set of statuses that the profiles have: a bit each for Active, Canceled, Revoked.
    pub row: u8,
    /// For jobs, the set of their statuses: a bit each for `InProgress`, Failed, Succeeded; otherwise a
    /// number.
    pub column: u8,
}

impl Group {
    /// The group of a state.
    pub fn of(axis: Axis, state: &State) -> Self {
        let (profiles, jobs) = match axis {
            Axis::Pair => (&state.profiles[..1], &state.jobs[..1]),
            Axis::Jobs | Axis::Permissions | Axis::Tags | Axis::Revoked => {
                (&state.profiles[..], &state.jobs[..])
            }
        };
        let has = |wanted: ProfileStatus| profiles.iter().any(|profile| profile.status == wanted);
        let row = (0..).zip(MADE).filter(|(_, status)| has(*status)).fold(0, |set, (bit, _)| set | 1 << bit);
        let count = |found: usize| u8::try_from(found).unwrap_or(u8::MAX);
        let column = match axis {
            Axis::Jobs | Axis::Pair => {
                let has = |wanted: JobStatus| jobs.iter().any(|job| job.statuses.contains(wanted));
                (0..)
                    .zip(JobStatus::ALL)
                    .filter(|(_, status)| has(*status))
                    .fold(0, |set, (bit, _)| set | 1 << bit)
            }
            Axis::Permissions => {
                count(state.profiles.iter().flat_map(|profile| &profile.policy.statements).flatten().count())
            }
            Axis::Tags => count(
                state
                    .profiles
                    .iter()
                    .flat_map(|profile| &profile.tags)
                    .filter(|tag| **tag != TagValue::None)
                    .count(),
            ),
            Axis::Revoked => count(state.jobs.iter().filter(|job| job.revoked).count()),
        };
        Self { row, column }
    }

    /// The statuses of the row.
    pub fn profiles(self) -> impl Iterator<Item = ProfileStatus> {
        MADE.into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.row >> bit & 1 != 0)
            .map(|(_, status)| status)
    }

    /// The statuses of the column, where it tells of jobs.
    pub fn jobs(self) -> impl Iterator<Item = JobStatus> {
        JobStatus::ALL
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.column >> bit & 1 != 0)
            .map(|(_, status)| status)
    }
}

/// A group with what lies in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The group.
    pub group: Group,
    /// How many states it has.
    pub states: usize,
    /// The place of the state that is nearest to the first one.
    pub nearest: Place,
}

/// What leads from a state of one group to a state of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Crossing {
    /// The group before.
    pub from: Group,
    /// The group after.
    pub to: Group,
    /// The operation; none for a job that ends.
    pub by: Option<Operation>,
}

/// The groups of a scope.
#[derive(Clone, Debug)]
pub struct Grouping {
    /// What the columns tell.
    pub axis: Axis,
    /// The groups, in order of row and column.
    pub cells: Vec<Cell>,
    /// What leads from one to another, and how strongly the sources stand behind it at best.
    pub crossings: BTreeMap<Crossing, Admission>,
    /// The search that met the states.
    pub search: Search,
}

impl Grouping {
    /// Visits every state of the scope. None if `progress` stops it.
    pub fn of(
        scope: &Scope,
        axis: Axis,
        threads: usize,
        progress: impl FnMut(SearchProgress) -> ControlFlow<()>,
    ) -> Option<Self> {
        let fresh = || Sorter { axis, cells: FxHashMap::default(), crossings: FxHashMap::default() };
        let mut sorters = (0..threads.max(1)).map(|_| fresh()).collect::<Vec<_>>();
        let search = Search::until(scope, Symmetry::none(), &mut sorters, progress);
        if !search.is_complete() {
            return None;
        }
        let (mut cells, mut crossings) = (BTreeMap::<Group, Cell>::new(), BTreeMap::new());
        for sorter in sorters {
            for (group, cell) in sorter.cells {
                let known = cells.entry(group).or_insert(Cell { states: 0, ..cell });
                known.states += cell.states;
                known.nearest = known.nearest.min(cell.nearest);
            }
            for (crossing, admission) in sorter.crossings {
                let known = crossings.entry(crossing).or_insert(admission);
                *known = admission.min(*known);
            }
        }
        Some(Self { axis, cells: cells.into_values().collect(), crossings, search })
    }
}

/// Puts states into their groups as a search meets them.
struct Sorter {
    axis: Axis,
    cells: FxHashMap<Group, Cell>,
    crossings: FxHashMap<Crossing, Admission>,
}

impl Visitor for Sorter {
    fn state(&mut self, place: Place, state: &State) {
        let group = Group::of(self.axis, state);
        let cell = self.cells.entry(group).or_insert(Cell { group, states: 0, nearest: place });
        cell.states += 1;
        cell.nearest = cell.nearest.min(place);
    }

    fn step(&mut self, _: Place, step: &Transition<'_>) {
        if std::ptr::eq(step.before, step.after) {
            return;
        }
        let (from, to) = (Group::of(self.axis, step.before), Group::of(self.axis, step.after));
        if from != to {
            let by = step.by.request().map(|request| request.operation());
            let known = self.crossings.entry(Crossing { from, to, by }).or_insert(step.admission);
            *known = step.admission.min(*known);
        }
    }
}
