//! What a client asks and is answered, in short: what the tests of the judge's view are written in.

use signer_model::*;
use signer_schemas::Edition;

pub(crate) const P0: Profile = Profile(0);
pub(crate) const J0: Job = Job(0);
pub(crate) const OWN: OwnerArg = OwnerArg::Omitted;

pub(crate) fn put(platform: Platform) -> Call {
    create(platform, false)
}

pub(crate) fn put_with_material(platform: Platform) -> Call {
    create(platform, true)
}

fn create(platform: Platform, material: bool) -> Call {
    let platform = PlatformArg::Known(platform);
    let tags = [TagValue::None; TAGS];
    let (profile, validity) = (P0, Validity::Default);
    Request::PutSigningProfile { profile, platform, validity, material, parameters: false, tags }.by_owner()
}

pub(crate) fn get() -> Call {
    Request::GetSigningProfile { profile: P0, owner: OWN }.by_owner()
}

pub(crate) fn cancel() -> Call {
    Request::CancelSigningProfile { profile: P0 }.by_owner()
}

pub(crate) fn start(source: Source) -> Call {
    Request::StartSigningJob { job: J0, profile: P0, owner: OWN, source, destination: Destination::A }
        .by_owner()
}

pub(crate) fn describe() -> Call {
    Request::DescribeSigningJob { job: J0 }.by_owner()
}

pub(crate) fn revoke(effective: EffectiveTime) -> Call {
    Request::RevokeSigningProfile { profile: P0, version: VersionArg::Current, effective }.by_owner()
}

pub(crate) fn add(statement: u8, revision: RevisionArg) -> Call {
    let grant =
        Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None };
    Request::AddProfilePermission { profile: P0, statement: Statement(statement), grant, revision }.by_owner()
}

pub(crate) fn profile(status: ProfileStatus, platform: Platform) -> Reply {
    let view = ProfileView {
        status,
        platform: Some(platform),
        validity: Some(Validity::Default),
        tags: [TagValue::None; TAGS],
        effective: (status == ProfileStatus::Revoked).then_some(EffectiveTime::Later),
    };
    Reply::Profile(view)
}

pub(crate) fn job(status: JobStatus) -> Reply {
    Reply::Job(JobView { status, profile: Some(P0), invoker: Some(Account::Owner), revoked: false })
}

pub(crate) const fn refused(error: ErrorName) -> Reply {
    Reply::Refused(error)
}

/// The worlds after these answers, none of which is a violation.
pub(crate) fn after(answers: &[(Call, Reply)]) -> Worlds {
    let mut worlds = Worlds::new(Edition::Current, State::new());
    for (call, reply) in answers {
        if let Err(violation) = worlds.observe(call, reply) {
            panic!("{call} → {reply} is not permitted: {violation:?}");
        }
    }
    worlds
}

#[track_caller]
pub(crate) fn admits(worlds: &Worlds, call: Call, reply: Reply, admission: Admission, rule: &str) {
    let permitted = worlds
        .clone()
        .observe(&call, &reply)
        .unwrap_or_else(|violation| panic!("{call} → {reply}: {violation:?}"));
    assert_eq!((permitted.admission, permitted.rule.id), (admission, rule), "{call} → {reply}");
}

/// The answer is one that the sources require, by this rule.
#[track_caller]
pub(crate) fn requires(worlds: &Worlds, call: Call, reply: Reply, rule: &str) {
    admits(worlds, call, reply, Admission::Required, rule);
}

#[track_caller]
pub(crate) fn forbids(worlds: &Worlds, call: Call, reply: Reply, rule: &str) {
    let mut changed = worlds.clone();
    let violation = changed.observe(&call, &reply).expect_err("a violation");
    assert_eq!(violation.broken.id, rule, "{call} → {reply}");
    assert_eq!(changed.states(), worlds.states(), "a violation moved the worlds");
    assert!(!violation.permitted.is_empty(), "nothing is said to be permitted");
    let ledger = signer_schemas::requirement(violation.broken.id).expect("a row of the ledger");
    assert_eq!(ledger.basis, violation.broken.basis, "{rule}");
}
