//! The kinds of things that have a life, and the status of each thing in a state.

use std::fmt::Write as _;

use signer_schemas::Edition;

use crate::call::{Job, ProfileStatus, SignatureTime};
use crate::explore::Move;
use crate::life_cycle::{BEGIN, Life, TIME};
use crate::outcome::Admission;
use crate::reply::Reply;
use crate::request::Request;
use crate::rules::permits;
use crate::state::{JobKind, JobState, Policy, ProfileState, State};

const PROFILE: Life = Life {
    name: "profile",
    edition: Edition::Current,
    begins: "a name that no profile has",
    statuses: profiles,
    step: operation,
    about: about_profile,
    shows: |reply| match reply {
        Reply::Profile(view) => Some(view.status.to_string()),
        _ => None,
    },
};
const JOB: Life = Life {
    name: "job",
    edition: Edition::Current,
    begins: "a token that no job has",
    statuses: jobs,
    step: job_step,
    about: about_job,
    shows: |reply| match reply {
        Reply::Job(view) => Some(view.status.to_string()),
        _ => None,
    },
};

/// All lives, of both editions.
pub const LIVES: [Life; 6] = [
    PROFILE,
    JOB,
    Life {
        name: "signature",
        edition: Edition::Current,
        begins: "nothing signed; the statuses are what GetRevocationStatus answers for a signature made \
         within the hour",
        statuses: signatures,
        step: operation,
        about: about_job,
        shows: |_| None,
    },
    Life {
        name: "permission policy",
        edition: Edition::Current,
        begins: "a profile that never had a permission",
        statuses: policies,
        step: policy_step,
        about: about_profile,
        shows: |_| None,
    },
    Life { name: "profile of 2019", edition: Edition::May2019, ..PROFILE },
    Life { name: "job of 2019", edition: Edition::May2019, ..JOB },
];

impl Life {
    /// The lives of an edition's profiles and jobs, which have a status in the API.
    pub fn with_status(edition: Edition) -> [Self; 2] {
        [Self { edition, ..PROFILE }, Self { edition, ..JOB }]
    }
}

/// The profile that a request is about.
fn about_profile(request: &Request) -> Option<usize> {
    request.names().0.map(|profile| usize::from(profile.0))
}

/// The job that a request is about.
fn about_job(request: &Request) -> Option<usize> {
    request.names().1.map(|job| usize::from(job.0))
}

/// The status of each profile.
fn profiles(state: &State) -> Vec<Vec<String>> {
    let status = |profile: &ProfileState| match profile.status {
        ProfileStatus::Absent => BEGIN.to_owned(),
        ProfileStatus::Active | ProfileStatus::Canceled | ProfileStatus::Revoked => {
            profile.status.to_string()
        }
    };
    state.profiles.iter().map(|profile| vec![status(profile)]).collect()
}

/// The statuses of each job.
fn jobs(state: &State) -> Vec<Vec<String>> {
    let status = |job: &JobState| {
        if job.exists() {
            job.statuses.iter().map(|status| status.to_string()).collect()
        } else {
            vec![BEGIN.to_owned()]
        }
    };
    state.jobs.iter().map(status).collect()
}

/// What a verifier is given of each signed payload.
fn signatures(state: &State) -> Vec<Vec<String>> {
    let status = |(job, it): (Job, &JobState)| {
        if !it.exists() || it.kind != JobKind::Payload {
            return vec![BEGIN.to_owned()];
        }
        let platform = state.profile(it.profile).platform;
        let at = SignatureTime::AfterLater;
        let call = Request::GetRevocationStatus { profile: it.profile, job, platform, at }.by_owner();
        let outcomes = permits(Edition::Current, state, &call);
        let admitted = outcomes.iter().filter(|outcome| outcome.admission != Admission::Contradicted);
        admitted.map(|outcome| outcome.reply.to_string()).collect()
    };
    (0..).map(Job).zip(&state.jobs).map(status).collect()
}

fn policies(state: &State) -> Vec<Vec<String>> {
    let status = |policy: &Policy| match (policy.statements.iter().flatten().count(), policy.revision) {
        (0, 0) => BEGIN.to_owned(),
        (0, _) => "no permission left".to_owned(),
        (1, _) => "1 permission".to_owned(),
        (many, _) => format!("{many} permissions"),
    };
    state.profiles.iter().map(|profile| vec![status(&profile.policy)]).collect()
}

fn operation(_: &State, by: &Move) -> String {
    by.request().map_or_else(|| by.to_string(), |request| request.operation().to_string())
}

fn job_step(before: &State, by: &Move) -> String {
    match by {
        Move::Call(..) => operation(before, by),
        Move::Ends(job, _) => format!("{TIME} (the source is {})", before.job(*job).source),
    }
}

fn policy_step(before: &State, by: &Move) -> String {
    let mut words = operation(before, by);
    if let Some(
        Request::AddProfilePermission { revision, .. } | Request::RemoveProfilePermission { revision, .. },
    ) = by.request()
    {
        // Writing into a string cannot fail.
        let _ = write!(words, " with {revision}");
    }
    words
}
