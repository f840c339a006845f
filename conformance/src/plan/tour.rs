//! The tour as programs: the shortest sequences that cover every transition of the model.

use std::sync::LazyLock;

use signer_model::{Tour, certification};
use signer_schemas::Edition;

use crate::data::program::{Program, Step};

/// The tours through all scopes of an edition. They are always the same, so they are planned once.
pub fn tours(edition: Edition) -> &'static [Tour] {
    static CURRENT: LazyLock<Vec<Tour>> = LazyLock::new(|| planned(Edition::Current));
    static MAY_2019: LazyLock<Vec<Tour>> = LazyLock::new(|| planned(Edition::May2019));
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

pub(crate) fn planned(edition: Edition) -> Vec<Tour> {
    certification(edition).iter().map(signer_model::tour).collect()
}

/// The programs of the tour.
pub(crate) fn programs(edition: Edition) -> Vec<Program> {
    let cases = tours(edition).iter().flat_map(|tour| &tour.cases);
    let step = |step: &signer_model::Step| match *step {
        signer_model::Step::Call(call) => Step::Call(call),
        signer_model::Step::Settle(job) => Step::Settle(job),
    };
    cases
        .map(|case| Program {
            name: program_name(&case.name),
            edition,
            steps: case.steps.iter().map(step).collect(),
        })
        .collect()
}

pub(crate) fn program_name(case: &str) -> String {
    format!("tour/{case}")
}
