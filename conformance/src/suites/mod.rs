//! The suites: which programs a run consists of, without knowing the target.

mod smoke;

use signer_schemas::Edition;


use crate::{Program, RunOptions};

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
        Suite { name: "smoke", what: "each operation once as intended and once in vain", programs: |options| smoke::programs(options.edition) },
        Suite { name: "tour", what: "the shortest sequences that cover every transition of the model", programs: |options| tour(options.edition) },
        Suite {
            name: "near-misses",
            what: "each constraint of the documents, just broken and just kept",
            programs: |options| { let _ = options; Vec::new() },
        },
        Suite { name: "sequences", what: "random sequences drawn from the model", programs: |options| { let _ = options; Vec::new() } },
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
    match options.shard {
        None => programs.collect(),
        Some((shard, shards)) => {
            let in_shard = |index: &usize| u32::try_from(*index).is_ok_and(|index| index % shards.max(1) == shard);
            programs.enumerate().filter(|(index, _)| in_shard(index)).map(|(_, program)| program).collect()
        }
    }
}

fn tour(_edition: Edition) -> Vec<Program> {
    Vec::new()
}
