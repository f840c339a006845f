//! What holds in every state, what holds of every step, and what can be reached, each with its requirement.

use crate::{
    Account, Action, Exploration, Graph, JobKind, JobStatus, JobStatuses, Move, Platform, Policy, ProfileState, ProfileStatus,
    Reply, Request, Scope, Shown, Source, State, VersionArg,
};

/// What a property speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyKind {
    /// Every state.
    Always,
    /// Every step from one state to the next.
    Step,
    /// Some state, which can be reached.
    Sometimes,
}

impl PropertyKind {
    /// The kind in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Step => "step",
            Self::Sometimes => "sometimes",
        }
    }
}

/// How a scope was checked, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeReport {
    /// The scope's name.
    pub scope: &'static str,
    /// How many states there are.
    pub unique: usize,
    /// How many steps lead from one to another, or back.
    pub generated: usize,
    /// The longest of the shortest paths.
    pub depth: usize,
    /// What was asked.
    pub properties: Vec<PropertyReport>,
}

impl ScopeReport {
    /// Whether all properties hold.
    pub fn holds(&self) -> bool {
        self.properties.iter().all(|property| property.holds)
    }
}

/// One property's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyReport {
    /// The property.
    pub name: &'static str,
    /// What it speaks about.
    pub kind: PropertyKind,
    /// The requirement that it stands for.
    pub requirement: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// A shortest path to what shows it: the counterexample, or the state that can be reached.
    pub witness: Option<Vec<String>>,
}

/// Visits every state and every step of the scope in our own graph, whose paths are the shortest (stateright 0.31 reports the
/// last counterexample that it meets, and sees no steps).
pub fn check(scope: &Scope) -> ScopeReport {
    let graph = Graph::build(scope);
    let mut properties = Vec::new();
    for property in &SAFETY {
        let bad = graph.states.iter().position(|state| !(property.holds)(state));
        properties.push(property.report(PropertyKind::Always, bad.is_none(), bad.map(|place| told(graph.path(place)))));
    }
    for property in &STEPS {
        let bad = graph.edges.iter().find(|edge| {
            let step = Step { before: &graph.states[edge.from], by: edge.by, after: &graph.states[edge.to] };
            !(property.holds)(&step)
        });
        let witness = bad.map(|edge| {
            let mut path = graph.path(edge.from);
            path.push(edge.by);
            told(path)
        });
        properties.push(PropertyReport {
            name: property.name,
            kind: PropertyKind::Step,
            requirement: property.requirement,
            holds: bad.is_none(),
            witness,
        });
    }
    for property in REACHED.iter().filter(|property| property.is_of(scope)) {
        let reached = graph.states.iter().position(property.state.holds);
        let witness = reached.map(|place| told(graph.path(place)));
        properties.push(property.state.report(PropertyKind::Sometimes, reached.is_some(), witness));
    }
    ScopeReport { scope: scope.name, unique: graph.states.len(), generated: graph.edges.len(), depth: graph.depth, properties }
}

fn told(path: Vec<Move>) -> Vec<String> {
    path.into_iter().map(|step| step.to_string()).collect()
}

/// The properties that stateright can see: those of states.
pub(crate) fn for_stateright(scope: &Scope) -> Vec<stateright::Property<Exploration>> {
    fn safe<const N: usize>(_: &Exploration, state: &Shown) -> bool {
        (SAFETY[N].holds)(&state.0)
    }
    fn reached<const N: usize>(_: &Exploration, state: &Shown) -> bool {
        (REACHED[N].state.holds)(&state.0)
    }
    type Condition = fn(&Exploration, &Shown) -> bool;
    const SAFE: [Condition; SAFETY.len()] =
        [safe::<0>, safe::<1>, safe::<2>, safe::<3>, safe::<4>, safe::<5>, safe::<6>, safe::<7>, safe::<8>];
    const WITNESSED: [Condition; REACHED.len()] = [
        reached::<0>,
        reached::<1>,
        reached::<2>,
        reached::<3>,
        reached::<4>,
        reached::<5>,
        reached::<6>,
        reached::<7>,
        reached::<8>,
    ];
    let always = SAFETY.iter().zip(SAFE).map(|(property, condition)| stateright::Property::always(property.name, condition));
    let sometimes = REACHED
        .iter()
        .zip(WITNESSED)
        .filter(|(property, _)| property.is_of(scope))
        .map(|(property, condition)| stateright::Property::sometimes(property.state.name, condition));
    always.chain(sometimes).collect()
}

struct StateProperty {
    name: &'static str,
    requirement: &'static str,
    holds: fn(&State) -> bool,
}

impl StateProperty {
    fn report(&self, kind: PropertyKind, holds: bool, witness: Option<Vec<String>>) -> PropertyReport {
        PropertyReport { name: self.name, kind, requirement: self.requirement, holds, witness }
    }
}

/// What can be reached, and in which scopes it must be.
struct Reached {
    state: StateProperty,
    scopes: &'static [&'static str],
}

impl Reached {
    fn is_of(&self, scope: &Scope) -> bool {
        self.scopes.contains(&scope.name)
    }
}

/// One step from a state to the next.
struct Step<'a> {
    before: &'a State,
    by: Move,
    after: &'a State,
}

impl Step<'_> {
    fn profiles(&self) -> impl Iterator<Item = (&ProfileState, &ProfileState)> {
        self.before.profiles.iter().zip(&self.after.profiles)
    }

    fn request(&self) -> Option<Request> {
        match self.by {
            Move::Call(call, _) => Some(call.request),
            Move::Ends(..) => None,
        }
    }
}

struct StepProperty {
    name: &'static str,
    requirement: &'static str,
    holds: fn(&Step<'_>) -> bool,
}

const SAFETY: [StateProperty; 9] = [
    StateProperty {
        name: "a profile has a revocation record exactly when it is revoked",
        requirement: "GetSigningProfile/no-revocation-record",
        holds: |state| {
            state.profiles.iter().all(|profile| (profile.status == ProfileStatus::Revoked) == profile.effective.is_some())
        },
    },
    StateProperty {
        name: "no revocation takes effect in the future",
        requirement: "RevokeSigningProfile/future",
        holds: |state| state.profiles.iter().all(|profile| profile.effective != Some(crate::EffectiveTime::Future)),
    },
    StateProperty {
        name: "a name that no profile has carries nothing",
        requirement: "PutSigningProfile/created",
        holds: |state| {
            let mut absent = state.profiles.iter().filter(|profile| profile.status == ProfileStatus::Absent);
            absent.all(|profile| *profile == ProfileState::default())
        },
    },
    StateProperty {
        name: "a job is signed by a profile that was made",
        requirement: "StartSigningJob/unknown-profile",
        holds: |state| {
            let mut jobs = state.jobs.iter().filter(|job| job.exists());
            jobs.all(|job| state.profile(job.profile).status != ProfileStatus::Absent)
        },
    },
    StateProperty {
        name: "a container image profile starts no job, and no other profile signs payloads",
        requirement: "StartSigningJob/unsupported-platform",
        holds: |state| {
            let mut jobs = state.jobs.iter().filter(|job| job.exists());
            jobs.all(|job| (job.kind == JobKind::Payload) == (state.profile(job.profile).platform == Platform::Notation))
        },
    },
    StateProperty {
        name: "a job over a good source never fails, and one over a missing source never succeeds",
        requirement: "StartSigningJob/valid-source-succeeds",
        holds: |state| {
            state.jobs.iter().all(|job| match job.source {
                Source::Present => !job.statuses.contains(JobStatus::Failed),
                Source::Missing => !job.statuses.contains(JobStatus::Succeeded),
                Source::Unverified => true,
            })
        },
    },
    StateProperty {
        name: "only permissions that fit the platform are there",
        requirement: "AddProfilePermission/action-platform",
        holds: |state| {
            state.profiles.iter().all(|profile| {
                profile.policy.statements.iter().flatten().all(|grant| match grant.action {
                    Action::SignPayload => profile.platform == Platform::Notation,
                    Action::StartSigningJob => profile.platform == Platform::Lambda,
                    Action::GetSigningProfile | Action::RevokeSignature => profile.platform.is_managed(),
                })
            })
        },
    },
    StateProperty {
        name: "no permission is for a version that the profile does not have",
        requirement: "AddProfilePermission/unknown-version",
        holds: |state| {
            let mut grants = state.profiles.iter().flat_map(|profile| profile.policy.statements.iter().flatten());
            grants.all(|grant| grant.version != Some(VersionArg::Unknown))
        },
    },
    StateProperty {
        name: "permissions have a revision",
        requirement: "AddProfilePermission/new-revision",
        holds: |state| state.profiles.iter().all(|profile| profile.policy.is_empty() || profile.policy.revision > 0),
    },
];

const STEPS: [StepProperty; 11] = [
    StepProperty {
        name: "a job that has ended stays as it ended",
        requirement: "DescribeSigningJob/terminal-stays",
        holds: |step| {
            step.before.jobs.iter().zip(&step.after.jobs).all(|(before, after)| {
                before.statuses.both(JobStatuses::TERMINAL).is_empty() || before.statuses == after.statuses
            })
        },
    },
    StepProperty {
        name: "a profile never becomes Active again",
        requirement: "CancelSigningProfile/no-way-back",
        holds: |step| {
            step.profiles().all(|(before, after)| {
                after.status != ProfileStatus::Active || matches!(before.status, ProfileStatus::Absent | ProfileStatus::Active)
            })
        },
    },
    StepProperty {
        name: "a revoked profile stays revoked",
        requirement: "RevokeSigningProfile/irreversible",
        holds: |step| {
            step.profiles()
                .all(|(before, after)| before.status != ProfileStatus::Revoked || after.status == ProfileStatus::Revoked)
        },
    },
    StepProperty {
        name: "a profile is never made anew",
        requirement: "CancelSigningProfile/other-fields-kept",
        holds: |step| {
            step.profiles().all(|(before, after)| {
                before.status == ProfileStatus::Absent || (before.platform, before.validity) == (after.platform, after.validity)
            })
        },
    },
    StepProperty {
        name: "a refused call changes nothing",
        requirement: "AddProfilePermission/refused-changes-nothing",
        holds: |step| !matches!(step.by, Move::Call(_, Reply::Refused(_))) || step.before == step.after,
    },
    StepProperty {
        name: "a read changes nothing",
        requirement: "GetRevocationStatus/no-change",
        holds: |step| {
            !step.request().is_some_and(|request| request.is_read())
                || without_revisions(step.before) == without_revisions(step.after)
        },
    },
    StepProperty {
        name: "a revision only moves forward, and moves with every change",
        requirement: "AddProfilePermission/new-revision",
        holds: |step| {
            step.profiles().all(|(before, after)| {
                let (before, after) = (before.policy, after.policy);
                before.revision <= after.revision
                    && (before.statements == after.statements
                        || before.revision < after.revision
                        || after.revision == Policy::LAST_REVISION)
            })
        },
    },
    StepProperty {
        name: "a token never makes a second job",
        requirement: "StartSigningJob/token-replay",
        holds: |step| match step.request() {
            Some(Request::StartSigningJob { job, .. }) => !step.before.job(job).exists() || step.before.jobs == step.after.jobs,
            Some(_) | None => true,
        },
    },
    StepProperty {
        name: "a revoked signature stays revoked",
        requirement: "RevokeSignature/irreversible",
        holds: |step| step.before.jobs.iter().zip(&step.after.jobs).all(|(before, after)| !before.revoked || after.revoked),
    },
    StepProperty {
        name: "a revocation's effective time only moves to an earlier one",
        requirement: "RevokeSigningProfile/earlier",
        holds: |step| {
            step.profiles()
                .all(|(before, after)| before.effective.is_none_or(|before| after.effective.is_some_and(|after| after <= before)))
        },
    },
    StepProperty {
        name: "only an Active profile gets a new job",
        requirement: "StartSigningJob/not-active",
        holds: |step| {
            step.before.jobs.iter().zip(&step.after.jobs).all(|(before, after)| {
                before.exists() || !after.exists() || step.before.profile(after.profile).status == ProfileStatus::Active
            })
        },
    },
];

/// A list of permissions tells their revision, so it may clear up what was not certain of it.
fn without_revisions(state: &State) -> State {
    let mut state = *state;
    for profile in &mut state.profiles {
        profile.policy.revision = 0;
        profile.policy.revision_uncertain = false;
    }
    state
}

const REACHED: [Reached; 9] = [
    Reached {
        state: StateProperty {
            name: "a profile is canceled",
            requirement: "CancelSigningProfile/cancels",
            holds: |state| state.profiles.iter().any(|profile| profile.status == ProfileStatus::Canceled),
        },
        scopes: &[
            "lifecycle",
            "permissions",
            "cross-account",
            "jobs",
            "iot",
            "revocation",
            "tags",
            "lifecycle-2019",
            "jobs-2019",
        ],
    },
    Reached {
        state: StateProperty {
            name: "a profile is revoked",
            requirement: "RevokeSigningProfile/revokes",
            holds: |state| state.profiles.iter().any(|profile| profile.status == ProfileStatus::Revoked),
        },
        scopes: &["lifecycle", "permissions", "revocation", "tags"],
    },
    Reached {
        state: StateProperty {
            name: "a job succeeds",
            requirement: "StartSigningJob/valid-source-succeeds",
            holds: |state| state.jobs.iter().any(|job| job.statuses.contains(JobStatus::Succeeded)),
        },
        scopes: &["cross-account", "jobs", "iot", "revocation", "jobs-2019"],
    },
    Reached {
        state: StateProperty {
            name: "a job fails",
            requirement: "StartSigningJob/missing-source",
            holds: |state| state.jobs.iter().any(|job| job.statuses.contains(JobStatus::Failed)),
        },
        scopes: &["jobs", "jobs-2019"],
    },
    Reached {
        state: StateProperty {
            name: "a signature is revoked",
            requirement: "RevokeSignature/revokes",
            holds: |state| state.jobs.iter().any(|job| job.revoked && job.statuses.contains(JobStatus::Succeeded)),
        },
        scopes: &["jobs", "cross-account", "revocation"],
    },
    Reached {
        state: StateProperty {
            name: "a canceled profile's job succeeds",
            requirement: "CancelSigningProfile/jobs-stay",
            holds: |state| {
                state.jobs.iter().any(|job| {
                    job.statuses.contains(JobStatus::Succeeded) && state.profile(job.profile).status == ProfileStatus::Canceled
                })
            },
        },
        scopes: &["cross-account", "jobs", "iot", "revocation", "jobs-2019"],
    },
    Reached {
        state: StateProperty {
            name: "another account's job succeeds",
            requirement: "StartSigningJob/cross-account-granted",
            holds: |state| {
                state.jobs.iter().any(|job| job.invoker == Account::Other && job.statuses.contains(JobStatus::Succeeded))
            },
        },
        scopes: &["cross-account"],
    },
    Reached {
        state: StateProperty {
            name: "the permissions are empty again",
            requirement: "RemoveProfilePermission/removes",
            holds: |state| state.profiles.iter().any(|profile| profile.policy.is_empty() && profile.policy.revision > 0),
        },
        scopes: &["permissions", "cross-account"],
    },
    Reached {
        state: StateProperty {
            name: "a profile has two tags",
            requirement: "TagResource/merges",
            holds: |state| state.profiles.iter().any(|profile| profile.tags.iter().all(|tag| *tag != crate::TagValue::None)),
        },
        scopes: &["tags"],
    },
];
