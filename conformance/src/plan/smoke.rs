//! Each operation once accepted and once refused. Written by hand: these are also the canonical transcripts.

use signer_model::{J0, Request};
use signer_schemas::Edition;

use crate::data::program::{Program, Step};
use crate::operations::adapter;

/// One program per operation of the edition. A job that it starts is described until it has ended.
pub(super) fn programs(edition: Edition) -> Vec<Program> {
    let program = |document: &signer_schemas::OperationDoc| {
        let requests = (adapter(document.operation).smoke)(edition);
        let starts = requests.iter().any(|request| matches!(request, Request::StartSigningJob { .. }));
        let calls = requests.into_iter().map(|request| Step::Call(request.by_owner()));
        let steps = calls.chain(starts.then_some(Step::Settle(J0))).collect();
        Program { name: format!("smoke/{}", document.operation), edition, steps }
    };
    signer_schemas::operations(edition).iter().map(program).collect()
}
