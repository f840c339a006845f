//! The judge's view of the service.

use signer_model::*;
use signer_schemas::{Basis, Edition};

use crate::sessions::{
    J0, OWN, P0, add, admits, after, cancel, describe, forbids, get, job, profile, put, put_with_material,
    refused, requires, revoke, start,
};

#[test]
fn running_jobs_do_not_multiply_the_worlds() {
    let mut worlds = after(&[(put(Platform::Lambda), Reply::Created)]);
    for job in (0..4).map(Job) {
        let request = Request::StartSigningJob {
            job,
            profile: P0,
            owner: OWN,
            source: Source::Unverified,
            destination: Destination::A,
        };
        worlds.observe(&request.by_owner(), &Reply::Started(job)).expect("a start");
    }
    assert_eq!(worlds.states().len(), 1);
    let finished = Request::ListSigningJobs {
        filter: JobFilter { status: Some(JobStatus::Succeeded), ..JobFilter::default() },
        page: PageSize::Default,
    };
    assert_eq!(worlds.permitted(&finished.by_owner()).len(), 16);
    let listed = [Job(1), Job(3)].into_iter().collect();
    worlds.observe(&finished.by_owner(), &Reply::Jobs(listed)).expect("two have ended well");
    assert_eq!(worlds.states().len(), 1);
    assert_eq!(worlds.states()[0].jobs[1].statuses, JobStatuses::only(JobStatus::Succeeded));
    assert!(!worlds.states()[0].jobs[0].statuses.contains(JobStatus::Succeeded));
}

#[test]
fn a_job_that_ended_stays_ended() {
    let started =
        after(&[(put(Platform::Lambda), Reply::Created), (start(Source::Present), Reply::Started(J0))]);
    requires(&started, describe(), job(JobStatus::InProgress), "StartSigningJob/in-progress-first");
    requires(&started, describe(), job(JobStatus::Succeeded), "DescribeSigningJob/view");
    let mut ended = started;
    ended.observe(&describe(), &job(JobStatus::Succeeded)).expect("it may have ended");
    requires(&ended, describe(), job(JobStatus::Succeeded), "DescribeSigningJob/terminal-stays");
    forbids(&ended, describe(), job(JobStatus::InProgress), "DescribeSigningJob/terminal-stays");
    forbids(&ended, describe(), job(JobStatus::Failed), "DescribeSigningJob/terminal-stays");
}

#[test]
fn a_deviation_does_not_poison_what_follows() {
    let taken = after(&[(put(Platform::Lambda), Reply::Created)]);
    admits(
        &taken,
        put(Platform::Notation),
        Reply::Created,
        Admission::Contradicted,
        "PutSigningProfile/name-taken",
    );
    let replaced =
        after(&[(put(Platform::Lambda), Reply::Created), (put(Platform::Notation), Reply::Created)]);
    let shown = profile(ProfileStatus::Active, Platform::Notation);
    requires(&replaced, get(), shown, "GetSigningProfile/view");

    let failed = [
        (put(Platform::Lambda), Reply::Created),
        (start(Source::Present), Reply::Started(J0)),
        (describe(), job(JobStatus::Failed)),
    ];
    let [made, asked, (call, reply)] = failed;
    admits(
        &after(&[made, asked]),
        call,
        reply,
        Admission::Contradicted,
        "StartSigningJob/valid-source-succeeds",
    );
    requires(&after(&failed), call, reply, "DescribeSigningJob/terminal-stays");
}

#[test]
fn what_the_sources_require_precedes_what_they_leave_open() {
    let sign = Request::SignPayload { job: J0, profile: P0, owner: OWN }.by_owner();
    let signed = after(&[(put(Platform::Notation), Reply::Created), (sign, Reply::Started(J0))]);
    admits(
        &signed,
        describe(),
        job(JobStatus::InProgress),
        Admission::Contradicted,
        "SignPayload/succeeded-at-once",
    );
    requires(&signed, describe(), job(JobStatus::Succeeded), "DescribeSigningJob/view");

    let missing = after(&[(put(Platform::Lambda), Reply::Created)]);
    admits(
        &missing,
        start(Source::Missing),
        Reply::Started(J0),
        Admission::Open,
        "StartSigningJob/missing-source",
    );
    admits(
        &missing,
        start(Source::Missing),
        refused(ErrorName::AccessDenied),
        Admission::Open,
        "StartSigningJob/missing-source",
    );
    let started =
        after(&[(put(Platform::Lambda), Reply::Created), (start(Source::Missing), Reply::Started(J0))]);
    assert!(
        started.clone().observe(&describe(), &job(JobStatus::Succeeded)).is_err(),
        "nothing can be signed"
    );
}

#[test]
fn an_open_answer_decides_the_world() {
    let canceled = [(put(Platform::Lambda), Reply::Created), (cancel(), Reply::Done)];
    let mut revoked = after(&canceled);
    revoked.observe(&revoke(EffectiveTime::Later), &Reply::Done).expect("open");
    requires(
        &revoked,
        get(),
        profile(ProfileStatus::Revoked, Platform::Lambda),
        "GetSigningProfile/revoked-readable",
    );
    let mut refused_ = after(&canceled);
    refused_.observe(&revoke(EffectiveTime::Later), &refused(ErrorName::Validation)).expect("open");
    requires(
        &refused_,
        get(),
        profile(ProfileStatus::Canceled, Platform::Lambda),
        "GetSigningProfile/canceled-readable",
    );
    forbids(
        &refused_,
        get(),
        profile(ProfileStatus::Revoked, Platform::Lambda),
        "CancelSigningProfile/cancels",
    );
}

#[test]
fn one_answer_with_two_effects_keeps_both_worlds() {
    let material = put_with_material(Platform::IotDeviceManagement);
    let worlds = after(&[(material, Reply::Created), (revoke(EffectiveTime::Later), Reply::Done)]);
    assert_eq!(worlds.states().len(), 2, "revoked or not");
    let shown = |status| profile(status, Platform::IotDeviceManagement);
    let either = [ProfileStatus::Revoked, ProfileStatus::Active];
    for (status, other) in [(either[0], either[1]), (either[1], either[0])] {
        let mut decided = worlds.clone();
        decided.observe(&get(), &shown(status)).expect("either");
        assert_eq!(decided.states().len(), 1);
        assert!(decided.observe(&get(), &shown(other)).is_err(), "it does not change by itself");
    }
}

#[test]
fn a_lost_reply_decides_nothing() {
    let mut worlds = after(&[]);
    worlds.lose_reply(&put(Platform::Lambda));
    assert_eq!(worlds.states().len(), 2);
    let shown = profile(ProfileStatus::Active, Platform::Lambda);
    requires(&worlds, get(), shown, "GetSigningProfile/view");
    requires(&worlds, get(), refused(ErrorName::ResourceNotFound), "GetSigningProfile/absent");
    // Not carried out yet: the time is unknown.
    worlds.observe(&get(), &refused(ErrorName::ResourceNotFound)).expect("not carried out");
    requires(&worlds, get(), shown, "GetSigningProfile/view");
    worlds.observe(&get(), &shown).expect("carried out meanwhile");
    forbids(&worlds, get(), refused(ErrorName::ResourceNotFound), "GetSigningProfile/view");

    // The revision that a lost change made is unknown, so the newest known one may be stale.
    let mut worlds = after(&[
        (put(Platform::Lambda), Reply::Created),
        (add(0, RevisionArg::Absent), Reply::Revision(RevisionReply::New)),
    ]);
    worlds.lose_reply(&add(1, RevisionArg::Current));
    let again = add(2, RevisionArg::Current);
    requires(&worlds, again, refused(ErrorName::Conflict), "AddProfilePermission/stale-revision");
    requires(&worlds, again, Reply::Revision(RevisionReply::New), "AddProfilePermission/new-revision");
    worlds.observe(&again, &refused(ErrorName::Conflict)).expect("stale");
    let list = Request::ListProfilePermissions { profile: P0 }.by_owner();
    let permitted = worlds.permitted(&list);
    assert!(
        permitted
            .iter()
            .all(|one| !matches!(one.reply, Reply::Permissions { statements: [Some(_), None, None], .. })),
        "the conflict shows that the lost change was carried out: {permitted:?}"
    );
}

#[test]
fn a_violation_names_the_requirement_that_is_broken() {
    let active = after(&[(put(Platform::Lambda), Reply::Created)]);
    let canceled = after(&[(put(Platform::Lambda), Reply::Created), (cancel(), Reply::Done)]);
    forbids(
        &canceled,
        get(),
        profile(ProfileStatus::Active, Platform::Lambda),
        "CancelSigningProfile/cancels",
    );
    forbids(&active, get(), profile(ProfileStatus::Canceled, Platform::Lambda), "GetSigningProfile/active");
    forbids(
        &active,
        get(),
        profile(ProfileStatus::Active, Platform::Notation),
        "PutSigningProfile/template-kept",
    );
    forbids(&canceled, start(Source::Present), Reply::Started(J0), "StartSigningJob/not-active");
    let sign = Request::SignPayload { job: J0, profile: P0, owner: OWN }.by_owner();
    forbids(&active, sign, Reply::Started(J0), "SignPayload/unsupported-platform");
    forbids(&active, revoke(EffectiveTime::Future), Reply::Done, "RevokeSigningProfile/future");
    forbids(
        &active,
        add(0, RevisionArg::Absent),
        Reply::Revision(RevisionReply::Same),
        "AddProfilePermission/new-revision",
    );
    forbids(&after(&[]), cancel(), refused(ErrorName::Other), "CancelSigningProfile/absent");
}

#[test]
fn one_tag_too_many_is_refused() {
    let tag = |key, value| Request::TagResource { profile: P0, key, value }.by_owner();
    let full = [
        (put(Platform::Lambda), Reply::Created),
        (tag(TagKey(0), TagValue::A), Reply::Done),
        (tag(TagKey::MANY, TagValue::A), Reply::Done),
    ];
    let worlds = after(&full);
    forbids(&worlds, tag(TagKey(1), TagValue::A), Reply::Done, "ListTagsForResource/output/tags/max-items");
    requires(&worlds, tag(TagKey(0), TagValue::B), Reply::Done, "TagResource/overwrites");
}

#[test]
fn an_observation_is_told_apart_from_the_documents() {
    let active = after(&[(put(Platform::Lambda), Reply::Created)]);
    let permitted = active.permitted(&put(Platform::Lambda));
    assert_eq!(permitted[0].reply, refused(ErrorName::Validation), "the strongest comes first");
    assert_eq!(permitted[0].rule, Rule { id: "PutSigningProfile/name-taken", basis: Basis::Observed });
    let list = Request::ListProfilePermissions { profile: P0 }.by_owner();
    let empty = Reply::Permissions { statements: [None; STATEMENTS], revision: RevisionReply::Same };
    requires(&active, list, refused(ErrorName::ResourceNotFound), "ListProfilePermissions/none");
    admits(&active, list, empty, Admission::Contradicted, "ListProfilePermissions/none");
}

#[test]
fn members_that_the_edition_lacks_are_not_judged() {
    let put = put_with_material(Platform::IotDeviceManagement);
    let mut worlds = Worlds::new(Edition::May2019, State::of(Edition::May2019));
    worlds.observe(&put, &Reply::Created).expect("created");
    for validity in [None, Some(Validity::Default)] {
        let view = ProfileView {
            status: ProfileStatus::Active,
            platform: Some(Platform::IotDeviceManagement),
            validity,
            tags: [TagValue::None; TAGS],
            effective: None,
        };
        worlds.observe(&get(), &Reply::Profile(view)).expect("a validity is not the edition's business");
    }
    worlds.observe(&start(Source::Present), &Reply::Started(J0)).expect("started");
    worlds.observe(&describe(), &job(JobStatus::Succeeded)).expect("neither is an invoker");
}
