//! Deliberately wrong definitions. Each breaks the properties that it names, so none of them can hold by
//! accident.

mod wrong;

use signer_schemas::Edition;

use crate::environment::Ends;
use crate::outcome::Outcomes;
use crate::request::Call;
use crate::scopes::scope;
use crate::scopes::scope::Scope;
use crate::state::State;

/// A scope with one wrong rule.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// Its name.
    pub name: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// The names of all properties that fail for it.
    pub breaks: &'static [&'static str],
    /// The scope, with the wrong rule.
    pub scope: Scope,
}

/// What is wrong with a scope.
#[derive(Clone, Copy)]
enum Wrong {
    Rules(fn(Edition, &State, &Call) -> Outcomes),
    Environment(fn(&State) -> Ends),
}

/// All mutants. Every property fails for at least one of them.
pub fn mutants() -> Vec<Mutant> {
    let made = |(name, of, what, breaks, wrong): &(
        &'static str,
        &str,
        &'static str,
        &'static [&'static str],
        Wrong,
    )| {
        let right = scope(of)?;
        let scope = match *wrong {
            Wrong::Rules(permits) => Scope { permits, ..right },
            Wrong::Environment(environment) => Scope { environment, ..right },
        };
        Some(Mutant { name, what, breaks, scope })
    };
    MUTANTS.iter().filter_map(made).collect()
}

/// Name, scope, what is wrong, the properties that fail, the wrong function.
const MUTANTS: &[(&str, &str, &str, &[&str], Wrong)] = &[
    (
        "upsert",
        "profiles",
        "PutSigningProfile replaces a profile that is there",
        &[
            "a profile never becomes Active again",
            "a revoked profile stays revoked",
            "a profile is never made anew",
            "a revocation's effective time only moves to an earlier one",
        ],
        Wrong::Rules(wrong::put_replaces),
    ),
    (
        "no-record",
        "profiles",
        "a revocation leaves no record",
        &["a profile has a revocation record exactly when it is revoked"],
        Wrong::Rules(wrong::no_record),
    ),
    (
        "future",
        "profiles",
        "a revocation can take effect in the future",
        &["no revocation takes effect in the future"],
        Wrong::Rules(wrong::future_accepted),
    ),
    (
        "later",
        "profiles",
        "a second revocation can move the effective time later",
        &["a revocation's effective time only moves to an earlier one"],
        Wrong::Rules(wrong::later_accepted),
    ),
    (
        "cancel-revoked",
        "profiles",
        "a revoked profile can be canceled",
        &["a revoked profile stays revoked", "a revocation's effective time only moves to an earlier one"],
        Wrong::Rules(wrong::revoked_canceled),
    ),
    (
        "tags-for-nobody",
        "tags",
        "a name that no profile has can be tagged",
        &["a name that no profile has carries nothing"],
        Wrong::Rules(wrong::nobody_tagged),
    ),
    (
        "read-takes-tags",
        "tags",
        "to list tags takes them away",
        &["a read changes nothing"],
        Wrong::Rules(wrong::read_takes_tags),
    ),
    (
        "unknown-signs",
        "jobs",
        "a profile that was never made starts jobs",
        &[
            "a job is signed by a profile that was made",
            "a container image profile starts no job, and no other profile signs payloads",
            "only an Active profile gets a new job",
        ],
        Wrong::Rules(wrong::unknown_signs),
    ),
    (
        "platform-unchecked",
        "jobs",
        "every platform does both kinds of job",
        &["a container image profile starts no job, and no other profile signs payloads"],
        Wrong::Rules(wrong::platform_unchecked),
    ),
    (
        "canceled-signs",
        "jobs",
        "a canceled profile starts jobs",
        &["only an Active profile gets a new job"],
        Wrong::Rules(wrong::canceled_signs),
    ),
    (
        "token-ignored",
        "jobs",
        "a token that was used starts another job in its place",
        &[
            "a job that has ended stays as it ended",
            "a token never makes a second job",
            "a revoked signature stays revoked",
        ],
        Wrong::Rules(wrong::token_ignored),
    ),
    (
        "revocation-toggles",
        "jobs",
        "a second revocation takes the first back",
        &["a revoked signature stays revoked"],
        Wrong::Rules(wrong::revocation_toggles),
    ),
    (
        "cancel-refused",
        "jobs-2019",
        "no profile can be canceled",
        &["a profile is canceled", "a canceled profile's job succeeds"],
        Wrong::Rules(wrong::cancel_refused),
    ),
    (
        "action-unchecked",
        "permissions",
        "a permission need not fit the platform",
        &["only permissions that fit the platform are there"],
        Wrong::Rules(wrong::action_unchecked),
    ),
    (
        "version-unchecked",
        "permissions",
        "a permission need not be for a version that is there",
        &["no permission is for a version that the profile does not have"],
        Wrong::Rules(wrong::version_unchecked),
    ),
    (
        "no-revision",
        "permissions",
        "the first permission has no revision",
        &["permissions have a revision", "a revision only moves forward, and moves with every change"],
        Wrong::Rules(wrong::no_revision),
    ),
    (
        "refusal-moves-revision",
        "permissions",
        "a refused change moves the revision on",
        &["a refused call changes nothing", "a stale revision changes nothing"],
        Wrong::Rules(wrong::refusal_moves_revision),
    ),
    (
        "stale-accepted",
        "permissions",
        "a stale revision is taken for the current one",
        &["a stale revision changes nothing"],
        Wrong::Rules(wrong::stale_accepted),
    ),
    (
        "good-source-fails",
        "iot",
        "a job over a good source can fail",
        &["a job over a good source never fails, and one over a missing source never succeeds"],
        Wrong::Environment(wrong::good_source_fails),
    ),
    (
        "retried",
        "jobs-2019",
        "a job that failed is tried again",
        &["a job that has ended stays as it ended"],
        Wrong::Environment(wrong::retried),
    ),
    (
        "canceled-stops",
        "jobs-2019",
        "a canceled profile's job never ends",
        &["a job that was started ends"],
        Wrong::Environment(wrong::canceled_stops),
    ),
];
