//! What the wire's protocol forbids: for each published case, and each operation that has a place for it, the
//! values of the table in the first member of that kind.
//!
//! The names of the programs are stable: `protocol/{published id}/{kind of mistake}/{operation}`.

use signer_model::makes;
use signer_schemas::{
    Edition, Hole, Location, OperationDoc, ProtocolCase, operations, protocol_cases, requirement,
};

use crate::data::program::{Change, Probe, Program, Step};
use crate::operations::adapter;

/// The programs of the edition, in the order of the table.
pub(super) fn programs(edition: Edition) -> Vec<Program> {
    let is_there =
        |case: &&ProtocolCase| requirement(&case.requirement).is_some_and(|row| row.is_in(edition));
    let of_case = |case| operations(edition).iter().filter_map(move |document| program(document, case));
    protocol_cases().iter().filter(is_there).flat_map(of_case).collect()
}

fn program(document: &OperationDoc, case: &ProtocolCase) -> Option<Program> {
    let operation = document.operation;
    let member = place(document, case.hole)?;
    let base = (adapter(operation).base)(document.edition, &member);
    let call = base.call.by_owner();
    let mut steps: Vec<Step> = base.setup.into_iter().map(|request| Step::Call(request.by_owner())).collect();
    steps.extend(case.values.iter().map(|value| {
        Step::Probe(Probe {
            call,
            requirement: case.requirement.clone(),
            member: member.clone(),
            change: Change::Raw(value.clone()),
            valid: false,
        })
    }));
    // What a refused call must not have changed. A job that no answer has named cannot be told from others.
    if makes(&call).is_none() {
        steps.extend(
            (adapter(operation).revealed_by)(base.call).map(|request| Step::Call(request.by_owner())),
        );
    }
    let name = format!("protocol/{}/{}/{operation}", case.id, case.kind);
    Some(Program { name, edition: document.edition, steps })
}

/// The first member that belongs into the hole, in the ledger's spelling; empty for the body as a whole.
fn place(document: &OperationDoc, hole: Hole) -> Option<String> {
    if hole == Hole::WholeBody {
        return document.members_at(Location::Body).next().map(|_| String::new());
    }
    let mut found = None;
    for member in &document.input {
        member.shape.walk(&member.name, &mut |visit| {
            if found.is_none() && hole.takes(member.location, visit.shape) {
                found = Some(visit.path);
            }
        });
    }
    found
}
