//! The ways to the states of a graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::call::JobStatus;
use crate::explore::Move;
use crate::explore::graph::{Edge, Graph};
use crate::outcome::{Admission, Permitted};
use crate::scopes::scope::Scope;
use crate::state::JobStatuses;
use crate::tour::step::Step;

/// The ways to all states that leave least to the service's choice, then least to the speed of jobs, and
/// among those the shortest.
pub(super) struct Ways {
    costs: Vec<Cost>,
    last: Vec<Option<usize>>,
}

/// How often a way depends on a choice of the service, how often it waits for one job in the hope that
/// another goes on, and how long it is.
type Cost = (usize, usize, usize);

impl Ways {
    pub(super) fn to_all(graph: &Graph) -> Self {
        let mut leaving = vec![Vec::new(); graph.states.len()];
        for (index, edge) in graph.edges.iter().enumerate().filter(|(_, edge)| edge.from() != edge.to()) {
            leaving[edge.from()].push(index);
        }
        let unreached = (usize::MAX, usize::MAX, usize::MAX);
        let mut ways =
            Self { costs: vec![unreached; graph.states.len()], last: vec![None; graph.states.len()] };
        let mut open = BinaryHeap::from([Reverse(((0, 0, 0), 0))]);
        if let Some(first) = ways.costs.first_mut() {
            *first = (0, 0, 0);
        }
        while let Some(Reverse((cost, from))) = open.pop() {
            if cost > ways.costs[from] {
                continue;
            }
            for &index in &leaving[from] {
                let edge = &graph.edges[index];
                let choices = cost.0 + usize::from(edge.admission != Admission::Required);
                let further = (choices, cost.1 + usize::from(races(graph, edge)), cost.2 + 1);
                if further < ways.costs[edge.to()] {
                    ways.costs[edge.to()] = further;
                    ways.last[edge.to()] = Some(index);
                    open.push(Reverse((further, edge.to())));
                }
            }
        }
        ways
    }

    pub(super) fn cost(&self, place: usize) -> (Cost, usize) {
        (self.costs[place], place)
    }

    /// The steps to a state, each with the answer that it counts on.
    pub(super) fn path(&self, scope: &Scope, graph: &Graph, mut to: usize) -> Vec<(Step, Option<Permitted>)> {
        let mut steps = Vec::new();
        while let Some(index) = self.last[to] {
            let edge = &graph.edges[index];
            steps.push(match edge.by {
                Move::Call(call, _) => (Step::Call(call), counted_on(scope, graph, edge)),
                Move::Ends(job, _) => (Step::Settle(job), None),
            });
            to = edge.from();
        }
        steps.reverse();
        steps
    }
}

/// Whether a job ends while another should not: a client cannot wait for the one alone.
fn races(graph: &Graph, edge: &Edge) -> bool {
    let running = JobStatuses::only(JobStatus::InProgress);
    matches!(edge.by, Move::Ends(..))
        && graph.states[edge.to()].jobs.iter().any(|job| job.statuses == running)
}

/// The outcome that an edge stands for.
fn counted_on(scope: &Scope, graph: &Graph, edge: &Edge) -> Option<Permitted> {
    let Move::Call(_, reply) = edge.by else { return None };
    graph.rule(scope, edge).map(|rule| Permitted { reply, rule, admission: edge.admission })
}
