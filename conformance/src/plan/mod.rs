//! The suites: which programs a run consists of, without knowing the target.

mod concurrency;
pub(crate) mod coverage;
pub mod near_misses;
pub(crate) mod order;
mod prose;
mod protocol;
pub(crate) mod sequences;
mod shards;
mod smoke;
pub(crate) mod tour;

use signer_model::{PageSize, Request};

use crate::data::depth::Depth;
use crate::data::program::{Program, Step};
use crate::data::run::RunOptions;
use crate::data::turn::Turn;
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
    // The sort is stable: in a round, and behind all of them, cases stay in the order of their turns. Lists
    // in small pages come before all else: later, when the account holds hundreds of profiles, one such case
    // alone would send hundreds of requests. Every round walks over each list again, so a full run, which
    // will ask everything, takes all rounds as one.
    let place = |name: &str| match (round(name), options.depth) {
        (Some(round), Depth::Quick) => round,
        (Some(_), Depth::Full) => 0,
        (None, _) => usize::MAX,
    };
    programs.sort_by_key(|program| (!comes_first(program), place(&program.name)));
    if let Some((part, of)) = options.shard {
        let mut parts = shards::parts(&programs, of, options.times.as_ref()).into_iter();
        programs.retain(|_| parts.next() == Some(part));
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
    turn(program) <= Turn::SmallPages
}

/// Whether a case is for the end of a run: lists are long after it, or hold what some services cannot show.
pub fn comes_last(program: &Program) -> bool {
    turn(program) > Turn::Others
}

/// Whether the lists of a case must be asked for as soon as it wants them, and not together with others: so
/// that one is noticed that lags behind, or while a job is in progress.
pub(crate) fn asks_at_once(program: &Program) -> bool {
    program.suite() == "smoke" || lists_a_started_job(program)
}

/// Whether the program ends in a list of jobs right behind the start of one: it would have ended by the time
/// that others want lists.
fn lists_a_started_job(program: &Program) -> bool {
    let [.., Step::Call(before), Step::Call(last)] = program.steps.as_slice() else { return false };
    matches!(before.request, Request::StartSigningJob { .. })
        && matches!(last.request, Request::ListSigningJobs { .. })
}

/// When a program is run: by the first list in it, in this order of turns.
pub(crate) fn turn(program: &Program) -> Turn {
    let turns = program.steps.iter().filter_map(|step| match step {
        Step::Call(call) => match call.request {
            Request::ListSigningProfiles { page, .. } | Request::ListSigningJobs { page, .. } => {
                Some(turn_of_pages(program, page))
            }
            _ => None,
        },
        Step::Scene(name) => Some(scenes::turn(name)),
        Step::Settle(_) | Step::Probe(_) | Step::Together(_) => None,
    });
    turns.min().unwrap_or(Turn::Others)
}

/// When a program is run that lists in such pages.
fn turn_of_pages(program: &Program, page: PageSize) -> Turn {
    match page {
        PageSize::One | PageSize::Two if lists_a_started_job(program) => Turn::SmallPagesAtOnce,
        PageSize::One | PageSize::Two => Turn::SmallPages,
        PageSize::Default if program.suite() == "smoke" => Turn::SmallPages,
        PageSize::Default if program.suite() == "sequences" => Turn::Sequences,
        PageSize::Default => Turn::LargePages,
    }
}
