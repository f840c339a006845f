//! The tour as programs: the shortest sequences that cover every transition of the model.

use std::sync::LazyLock;
use std::thread;

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

/// Each scope is planned by a thread of its own: together they take most of the time before the first request.
pub(crate) fn planned(edition: Edition) -> Vec<Tour> {
    let scopes = certification(edition);
    thread::scope(|threads| {
        let tours: Vec<_> =
            scopes.iter().map(|scope| threads.spawn(move || signer_model::tour(scope))).collect();
        // A thread that panics has a mistake of ours in it, which is not hidden here.
        tours
            .into_iter()
            .map(|tour| tour.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
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
