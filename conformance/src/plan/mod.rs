//! The suites: which programs a run consists of, without knowing the target.

mod concurrency;
pub(crate) mod coverage;
pub mod near_misses;
pub(crate) mod order;
mod prose;
mod protocol;
pub(crate) mod sequences;
mod smoke;
pub(crate) mod tour;

use signer_model::{PageSize, Request};

use crate::data::program::{Program, Step};
use crate::data::run::{Depth, RunOptions};
use crate::scenes;

/// A family of programs.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// The name on the command line, and the first part of its programs' names.
    pub name: &'static str,
    /// What it is after, in one sentence.
    pub what: &'static str,
    programs: fn(&RunOptions) -> Vec<Program>,
}

/// All suites, in the order in which they run but for the cases that find most.
pub const SUITES: &[Suite] = &[
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
        name: "protocol",
        what: "what the wire's protocol forbids: bodies that are no JSON, and values that are none of \
                their type",
        programs: |options| protocol::programs(options.edition),
    },
    Suite {
        name: "wire",
        what: "headers, bodies, encodings and signatures, in detail",
        programs: |options| scenes::programs(options.edition, "wire"),
    },
    Suite {
        name: "platforms",
        what: "what list and single view tell of platforms",
        programs: |options| scenes::programs(options.edition, "platforms"),
    },
    Suite {
        name: "profiles",
        what: "what is given comes back, what ends stays ended",
        programs: |options| scenes::programs(options.edition, "profiles"),
    },
    Suite {
        name: "permissions",
        what: "statements, policies and their revisions",
        programs: |options| scenes::programs(options.edition, "permissions"),
    },
    Suite {
        name: "tags",
        what: "what is merged, what stays, and the limits",
        programs: |options| scenes::programs(options.edition, "tags"),
    },
    Suite {
        name: "jobs",
        what: "jobs, their views and their objects",
        programs: |options| scenes::programs(options.edition, "jobs"),
    },
    Suite {
        name: "idempotency",
        what: "the clientRequestToken in every situation",
        programs: |options| scenes::programs(options.edition, "idempotency"),
    },
    Suite {
        name: "revocation",
        what: "revocation of signatures and profiles, and asking for it",
        programs: |options| scenes::programs(options.edition, "revocation"),
    },
    Suite {
        name: "signing",
        what: "payloads, their jobs and their envelopes",
        programs: |options| scenes::programs(options.edition, "signing"),
    },
    Suite {
        name: "regions",
        what: "what is made in one Region is not in another, and what was revoked there is revoked here",
        programs: |options| scenes::programs(options.edition, "regions"),
    },
    Suite {
        name: "filters",
        what: "every filter, alone and together, against what each item tells of itself",
        programs: |options| scenes::programs(options.edition, "filters"),
    },
    Suite {
        name: "pagination",
        what: "exact unions, long lists, changing lists, tokens",
        programs: |options| scenes::programs(options.edition, "pagination"),
    },
    Suite {
        name: "concurrency",
        what: "calls made at once, whose answers must be those of some order",
        programs: |options| concurrency::programs(options.edition, options.seed),
    },
    Suite {
        name: "sequences",
        what: "random sequences drawn from the model",
        programs: |options| sequences::programs(options.edition, options.seed, options.sequences),
    },
];

/// The programs of a run, in order: what finds most comes first. The same options give the same plan on every
/// target.
pub fn plan(options: &RunOptions) -> Vec<Program> {
    plan_in_rounds(options, &order::round)
}

/// The same, where this tells which round a case is in, from 0, if it is among those that find most.
pub fn plan_in_rounds(options: &RunOptions, round: &dyn Fn(&str) -> Option<usize>) -> Vec<Program> {
    let mut programs = plan_by_suite(options);
    programs.retain(|program| options.depth == Depth::Full || round(&program.name).is_some());
    // The sort is stable: in a round, and behind all of them, cases stay in the order of their turns. Lists in
    // small pages come before all else: later, when the account holds hundreds of profiles, one such case
    // alone would send hundreds of requests. Every round walks over each list again, so a full run, which
    // will ask everything, takes all rounds as one.
    let place = |name: &str| match (round(name), options.depth) {
        (Some(round), Depth::Quick) => round,
        (Some(_), Depth::Full) => 0,
        (None, _) => usize::MAX,
    };
    programs.sort_by_key(|program| (!comes_first(program), place(&program.name)));
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

/// The programs of a whole run in the order of the suites, those that list things before the others.
pub fn plan_by_suite(options: &RunOptions) -> Vec<Program> {
    let wanted =
        |suite: &Suite| options.suites.is_empty() || options.suites.iter().any(|name| name == suite.name);
    let selected = |program: &Program| {
        (options.only.is_empty() || options.only.iter().any(|text| program.name.contains(text)))
            && !options.skip.iter().any(|text| program.name.contains(text))
    };
    let programs = SUITES
        .iter()
        .filter(|suite| wanted(suite))
        .flat_map(|suite| (suite.programs)(options))
        .filter(selected);
    let mut programs: Vec<Program> = programs.collect();
    programs.sort_by_key(turn);
    programs
}

/// Whether a case lists in small pages, which comes before all else.
pub fn comes_first(program: &Program) -> bool {
    turn(program) <= LAST_OF_SMALL_PAGES
}

/// Whether a case is for the end of a run: lists are long after it, or hold what some services cannot show.
pub fn comes_last(program: &Program) -> bool {
    turn(program) > LAST_BUT_FOR_THE_END
}

/// The turn of programs that list nothing, and do no harm to lists.
const LAST_BUT_FOR_THE_END: u8 = 5;

/// The turn of the last programs that list in small pages.
const LAST_OF_SMALL_PAGES: u8 = 1;

/// When a program is run. What it lists comes early, as long as the account is small: nothing that a run
/// makes can be deleted, and a list is read to its end, in pages of one item even. 0: scenes about lists,
/// which read them in pages of every size; 1: pages of one or two items, and lists that are asked for at once;
/// 2: scenes that make long lists, which read them again and again; 3: sequences, which read them at many
/// moments; 4: lists in large pages, which wait for each other; 5: everything else; 6 and 7: what has to come
/// last.
pub(crate) fn turn(program: &Program) -> u8 {
    let turns = program.steps.iter().filter_map(|step| match step {
        Step::Call(call) => match call.request {
            Request::ListSigningProfiles { page, .. } | Request::ListSigningJobs { page, .. } => {
                Some(match page {
                    PageSize::One | PageSize::Two => 1,
                    PageSize::Default if program.suite() == "smoke" => 1,
                    PageSize::Default if program.suite() == "sequences" => 3,
                    PageSize::Default => 4,
                })
            }
            _ => None,
        },
        Step::Scene(name) => Some(scenes::turn(name)),
        Step::Settle(_) | Step::Probe(_) | Step::Together(_) => None,
    });
    turns.min().unwrap_or(LAST_BUT_FOR_THE_END)
}
