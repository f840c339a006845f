//! The suites: which programs a run consists of, without knowing the target.

mod prose;
mod smoke;

use signer_model::{PageSize, Request};

use crate::generate::{near_misses, sequences};
use crate::{Program, RunOptions, Step, tour};

/// A family of programs.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// The name on the command line, and the first part of its programs' names.
    pub name: &'static str,
    /// What it is after, in one sentence.
    pub what: &'static str,
    programs: fn(&RunOptions) -> Vec<Program>,
}

/// All suites, in the order in which they run.
pub fn suites() -> &'static [Suite] {
    &[
        Suite {
            name: "smoke",
            what: "each operation once as intended and once in vain",
            programs: |options| smoke::programs(options.edition),
        },
        Suite {
            name: "tour",
            what: "the shortest sequences that cover every transition of the model",
            programs: |options| tour::programs(options.edition),
        },
        Suite {
            name: "near-misses",
            what: "each constraint of the documents, just broken and just kept",
            programs: |options| near_misses::programs(options.edition),
        },
        Suite {
            name: "prose",
            what: "the wire, authentication, and what the prose says of single members",
            programs: |options| prose::programs(options.edition),
        },
        Suite {
            name: "sequences",
            what: "random sequences drawn from the model",
            programs: |options| sequences::programs(options.edition, options.seed, options.sequences),
        },
    ]
}

/// The programs of a run, in order. The same options give the same plan on every target.
pub fn plan(options: &RunOptions) -> Vec<Program> {
    let wanted = |suite: &Suite| options.suites.is_empty() || options.suites.iter().any(|name| name == suite.name);
    let selected = |program: &Program| {
        (options.only.is_empty() || options.only.iter().any(|text| program.name.contains(text)))
            && !options.skip.iter().any(|text| program.name.contains(text))
    };
    let programs = suites().iter().filter(|suite| wanted(suite)).flat_map(|suite| (suite.programs)(options)).filter(selected);
    let mut programs: Vec<Program> = programs.collect();
    programs.sort_by_key(listing);
    if let Some((shard, shards)) = options.shard {
        let mut index = 0;
        programs.retain(|_| {
            let here = index % shards.max(1) == shard;
            index += 1;
            here
        });
    }
    programs
}

/// What a program lists comes early, as long as the account is small: nothing that a run makes can be deleted, and a
/// list is read to its end, in pages of one item even.
fn listing(program: &Program) -> u8 {
    let lists = program.steps.iter().filter_map(|step| match step {
        Step::Call(call) => match call.request {
            Request::ListSigningProfiles { page, .. } | Request::ListSigningJobs { page, .. } => Some(page),
            _ => None,
        },
        Step::Settle(_) | Step::Probe(_) => None,
    });
    lists.map(|page| u8::from(page == PageSize::Default)).min().unwrap_or(2)
}
