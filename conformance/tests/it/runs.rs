//! Runs made by hand, for the tests of what is made from runs.

use std::collections::BTreeMap;
use std::time::Duration;

use signer_conformance::{
    Answer, Capabilities, CaseResult, Departure, Detector, Exchange, Finding, Program, Request, Response,
    Root, Run, RunOptions, Signature, Step, TargetInfo, TourCoverage, Trials, Unreached, Vanishing, Verdict,
    Why,
};
use signer_model::{
    Account, Action, ErrorName, Grant, Job, JobStatus, JobView, OwnerArg, Platform, PlatformArg, PlatformSet,
    Principal, Profile, ProfileStatus, ProfileView, Reply, Request as Ask, RevisionReply, SignatureTime,
    Source, Validity,
};
use signer_schemas::{Basis, Edition, Operation, operations};

/// A finding of a documented requirement.
pub(crate) fn documented(requirement: &str, operation: Operation, by: &str) -> Finding {
    finding(requirement, Basis::Documented, operation, by)
}

/// A finding of an observed requirement.
pub(crate) fn observed(requirement: &str, operation: Operation, by: &str) -> Finding {
    finding(requirement, Basis::Observed, operation, by)
}

fn finding(requirement: &str, basis: Basis, operation: Operation, by: &str) -> Finding {
    let departure = Departure {
        requirement: requirement.into(),
        basis,
        operation,
        by: Detector::from_id(by).expect("a detector"),
        crashed_by: None,
        summary: format!("{operation} departs"),
        permitted: vec!["ResourceNotFoundException".to_owned()],
        observed: "HTTP 500".to_owned(),
    };
    Finding { departure, step: 0, exchange: 0 }
}

/// Put, then Cancel.
pub(crate) fn program(name: &str) -> Program {
    let put = Ask::PutSigningProfile {
        profile: Profile(0),
        platform: PlatformArg::Known(Platform::Lambda),
        validity: Validity::Default,
        material: false,
        parameters: false,
        tags: [signer_model::TagValue::None; signer_model::TAGS],
    };
    let cancel = Ask::CancelSigningProfile { profile: Profile(0) };
    Program {
        name: name.to_owned(),
        edition: Edition::Current,
        steps: vec![Step::Call(put.by_owner()), Step::Call(cancel.by_owner())],
    }
}

/// A root found first in that case.
pub(crate) fn root(case: &str, finding: Finding) -> Root {
    Root {
        finding,
        case: case.to_owned(),
        cases: 1,
        program: program(case),
        reproduced: Trials::new(3, 3),
        on_fresh: None,
        exchanges: Vec::new(),
        answers: Vec::new(),
        prefix: "c7abcd".to_owned(),
    }
}

/// An exchange with a JSON answer.
pub(crate) fn exchange(method: &str, target: &str, body: &str, answer: &str) -> Exchange {
    Exchange {
        by: Account::Owner,
        to: signer_conformance::Service::default(),
        request: Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.as_bytes().to_vec(),
            signature: Signature::Valid,
            region: None,
            filler_bytes: 0,
        },
        outcome: Ok(Response { status: 200, headers: Vec::new(), body: answer.into() }),
    }
}

/// A case that called every operation and found what is given.
pub(crate) fn case(name: &str, findings: Vec<Finding>) -> CaseResult {
    CaseResult {
        program: program(name),
        verdict: if findings.is_empty() { Verdict::Pass } else { Verdict::Fail },
        reason: None,
        exercised: ["common/status-200", "ListSigningProfiles/complete", "ListSigningJobs/complete"]
            .map(|id| (id.into(), 2))
            .into(),
        seen: BTreeMap::new(),
        open_points: BTreeMap::new(),
        operations: operations(Edition::Current).iter().map(|document| (document.operation, 1)).collect(),
        errors: operations(Edition::Current)
            .iter()
            .map(|document| (document.operation, every_error()))
            .collect(),
        exchanges: 2,
        lost: BTreeMap::new(),
        answers: witnesses(),
        unexplained: Vec::new(),
        ran: None,
        findings,
    }
}

/// All errors, so that none is missed.
fn every_error() -> Vec<String> {
    ErrorName::ALL.map(|error| error.id().to_owned()).to_vec()
}

/// Answers that show all that a full run must have seen.
fn witnesses() -> Vec<Answer> {
    let (profile, job, owner) = (Profile(0), Job(0), OwnerArg::Omitted);
    let get = Ask::GetSigningProfile { profile, owner };
    let describe = Ask::DescribeSigningJob { job };
    let start = Ask::StartSigningJob {
        job,
        profile,
        owner,
        source: Source::Present,
        destination: signer_model::Destination::A,
    };
    let status = |status| {
        Reply::Profile(ProfileView {
            status,
            platform: None,
            validity: None,
            tags: Default::default(),
            effective: None,
        })
    };
    let ended = |status| Reply::Job(JobView { status, profile: None, invoker: None, revoked: false });
    let grant = Grant { principal: Principal::Role, action: Action::GetSigningProfile, version: None };
    let revocations =
        Ask::GetRevocationStatus { profile, job, platform: Platform::Lambda, at: SignatureTime::AfterLater };
    [
        (get.by_owner(), status(ProfileStatus::Active)),
        (get.by_owner(), status(ProfileStatus::Canceled)),
        (get.by_owner(), status(ProfileStatus::Revoked)),
        (describe.by_owner(), ended(JobStatus::Succeeded)),
        (describe.by_owner(), ended(JobStatus::Failed)),
        (start.by_owner(), Reply::Started(job)),
        (start.by_owner(), Reply::Started(job)),
        (Ask::SignPayload { job, profile, owner }.by_owner(), Reply::Started(job)),
        (revocations.by_owner(), Reply::Revocations { profile: true, job: false, other: false }),
        (get.by_other(), Reply::Refused(ErrorName::AccessDenied)),
        (get.by_other(), status(ProfileStatus::Active)),
        (
            Ask::ListProfilePermissions { profile }.by_owner(),
            Reply::Permissions { statements: [Some(grant), None, None], revision: RevisionReply::Same },
        ),
    ]
    .map(|(call, reply)| Answer { step: 0, call, reply: Some(reply), by_list: false })
    .to_vec()
}

/// A case that was not run to its end.
pub(crate) fn ended(name: &str, verdict: Verdict, reason: &str) -> CaseResult {
    let mut result = case(name, Vec::new());
    result.verdict = verdict;
    result.reason = Some(reason.to_owned());
    result.operations.clear();
    result.exercised.clear();
    result
}

/// A transition that was not reached.
pub(crate) fn unreached(why: Why) -> Unreached {
    Unreached {
        transition: "profiles/cancel-signing-profile-p0-when-p0-active/done".to_owned(),
        requirement: "CancelSigningProfile/cancels".into(),
        case: "tour/profiles/cancel-signing-profile-p0-when-p0-active".to_owned(),
        step: 1,
        why,
    }
}

/// A run of these cases; each finding is a root of its own.
pub(crate) fn run(results: Vec<CaseResult>) -> Run {
    let mut roots: Vec<Root> = Vec::new();
    for result in &results {
        for finding in &result.findings {
            if let Some(known) = roots.iter_mut().find(|root| root.finding.root() == finding.root()) {
                known.cases += 1;
            } else {
                roots.push(root(&result.program.name, finding.clone()));
            }
        }
    }
    Run {
        target: TargetInfo {
            endpoint: "http://127.0.0.1:5055".to_owned(),
            name: "moto".to_owned(),
            host: "127.0.0.1:5055".to_owned(),
            owner_account: "111122223333".to_owned(),
            other_account: "444455556666".to_owned(),
            unimplemented: Vec::new(),
            capabilities: Capabilities {
                jobs: true,
                s3: true,
                signature: true,
                cross_account: true,
                auth: true,
                second_region: true,
                denied: true,
                temporary: true,
            },
        },
        platforms: PlatformSet::ALL,
        results,
        roots,
        vanishing: Vanishing::new(),
        tour: TourCoverage {
            reached: 2,
            total: 3,
            unreached: vec![unreached(Why::ServiceChose { answered: "Succeeded".to_owned() })],
        },
        exchanges: 42,
        unanswered: 0,
        elapsed: Duration::from_millis(1500),
        cut: None,
    }
}

/// The whole plan, by the documents.
pub(crate) fn options() -> RunOptions {
    RunOptions {
        seed: 7,
        job_timeout: Duration::from_secs(10),
        ..RunOptions::new(Edition::Current, "c7abcd")
    }
}
