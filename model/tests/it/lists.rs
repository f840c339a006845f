//! Which jobs a list may hold, as far as the judge knows them.

use signer_model::*;

use crate::sessions::{J0, OWN, P0, after, describe, forbids, job, put, requires, start};

const J1: Job = Job(1);

fn start_second() -> Call {
    Request::StartSigningJob {
        job: J1,
        profile: P0,
        owner: OWN,
        source: Source::Present,
        destination: Destination::A,
    }
    .by_owner()
}

fn expiring(expires: Expiry) -> Call {
    let filter = JobFilter { expires: Some(expires), ..JobFilter::default() };
    Request::ListSigningJobs { filter, page: PageSize::Default }.by_owner()
}

#[test]
fn an_ignored_filter_does_not_hide_behind_an_unknown_job() {
    let worlds = after(&[
        (put(Platform::Lambda), Reply::Created),
        (start(Source::Present), Reply::Started(J0)),
        (describe(), job(JobStatus::Succeeded)),
        (start_second(), Reply::Started(J1)),
    ]);
    let both = Reply::Jobs([J0, J1].into_iter().collect());
    forbids(&worlds, expiring(Expiry::Before), both, "ListSigningJobs/expires-before-filter");
    forbids(
        &worlds,
        expiring(Expiry::After),
        Reply::Jobs(JobSet::EMPTY),
        "ListSigningJobs/expires-after-filter",
    );
}

/// Whether a job in progress has an expiry is a point of its own: it may be listed by it where a Failed job,
/// which has none, is left out, and the other way round.
#[test]
fn a_job_in_progress_may_have_an_expiry_where_a_failed_one_has_none() {
    let worlds = after(&[
        (put(Platform::Lambda), Reply::Created),
        (start(Source::Missing), Reply::Started(J0)),
        (describe(), job(JobStatus::Failed)),
        (start_second(), Reply::Started(J1)),
    ]);
    let describe_second = Request::DescribeSigningJob { job: J1 }.by_owner();
    for (filter, listed) in [(Expiry::After, J1), (Expiry::Before, J0)] {
        let mut read = worlds.clone();
        let list = Reply::Jobs([listed].into_iter().collect());
        let permitted = read.observe(&expiring(filter), &list).expect("the list is permitted");
        assert_eq!(permitted.admission, Admission::Open);
        requires(&read, describe_second, job(JobStatus::InProgress), "StartSigningJob/in-progress-first");
    }
    let failed_alone = Reply::Jobs([J0].into_iter().collect());
    forbids(&worlds, expiring(Expiry::After), failed_alone, "ListSigningJobs/expires-after-filter");
}
