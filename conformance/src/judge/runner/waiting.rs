//! Waiting for jobs to end, and what it means if one does not.

use std::time::Duration;

use serde_json::{Map, Value, json};
use signer_model::{Account, J0, Job, JobStatus, P0, Reply, Request};
use signer_schemas::Operation;

use crate::data::body::Json;
use crate::data::detector::Detector;
use crate::data::finding::{Complaint, Verdict};
use crate::judge::runner::case::Case;
use crate::judge::runner::step::{Came, Flow};
use crate::judge::runner::talk::{Played, Stop};
use crate::line::wire::encode::encode;
use crate::operations;
use crate::operations::values::plain_platform;

/// A job that is in progress so many times as long as another one takes will not end.
pub(super) const FAR_LONGER: u32 = 100;

/// A job that is started ends, as Succeeded or Failed.
const ENDS: &str = "DescribeSigningJob/ends";

/// How long a job is left alone that was seen in progress for the first time. To ask sooner than a request
/// takes over a network tells nothing new.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(5);

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How long it is left alone the next time: half as long again, so that a third of the whole time is waited
/// in vain at most.
pub(crate) fn longer(pause: Duration) -> Duration {
    (pause * 3 / 2).min(LONGEST_PAUSE)
}

impl Case<'_> {
    /// Describes the job until it has ended, left alone for a moment first.
    pub(super) async fn settle(&mut self, job: Job) -> Flow {
        let call = Request::DescribeSigningJob { job }.by_owner();
        let mut pause = FIRST_PAUSE;
        let mut waited = Duration::ZERO;
        if self.conversation.would_ask() {
            self.runner.endpoint.pause(pause).await;
            waited += pause;
        }
        loop {
            match self.call(&call).await? {
                Came::Reply(Reply::Job(view)) if view.status == JobStatus::InProgress => {}
                Came::Reply(Reply::Job(_)) => {
                    self.job_ended(waited);
                    self.exercise(ENDS);
                    return Flow::Continue(());
                }
                Came::Reply(_) | Came::Nothing | Came::LeftOut => return Flow::Continue(()),
            }
            if waited >= self.runner.job_timeout {
                self.never_ended(waited).await;
                return Flow::Break(());
            }
            self.runner.endpoint.pause(pause).await;
            waited += pause;
            pause = longer(pause);
        }
    }

    /// A job has ended that was waited for so long.
    pub(crate) fn job_ended(&self, waited: Duration) {
        if let Some(sharing) = self.conversation.company.sharing() {
            sharing.job_ended(waited);
        }
    }

    /// Lets time pass for a job to end that was waited for so long already, as long as all jobs of the scene
    /// may take.
    pub(crate) async fn wait_for_job(&mut self, time: Duration, waited: Duration) -> Played {
        self.waited += time;
        if self.waited <= self.runner.job_timeout {
            self.wait(time).await;
            return Ok(());
        }
        // The scene may have waited for many jobs, each of which ended in its time.
        if 2 * waited >= self.runner.job_timeout {
            self.never_ended(waited).await;
        } else {
            self.end(Verdict::Inconclusive, format!("a job is still InProgress after {waited:?}"));
        }
        Err(Stop)
    }

    /// The job is still in progress. If another one ends far sooner, that departs; else nothing is known of
    /// how long jobs take.
    async fn never_ended(&mut self, waited: Duration) {
        if let Some(sharing) = self.conversation.company.sharing() {
            sharing.job_stuck();
        }
        let shown_by = self.conversation.last_index();
        let Some(other) = self.another_ends(waited / FAR_LONGER).await else {
            self.end(Verdict::Inconclusive, format!("the job is still InProgress after {waited:?}"));
            return;
        };
        if let Some(sharing) = self.conversation.company.sharing() {
            sharing.job_ended_beside_stuck(other);
        }
        self.exercise(ENDS);
        let complaint = Complaint {
            requirement: ENDS.into(),
            summary: "a job never ends, while another one does".to_owned(),
            permitted: vec![format!("Succeeded or Failed, as another job after {other:?}")],
            observed: format!("InProgress after {waited:?}"),
        };
        self.complain(Operation::DescribeSigningJob, Detector::Waiting, complaint);
        self.sheet.found_at(shown_by);
    }

    /// How long a plain job takes that is started now, if it ends within that time.
    async fn another_ends(&mut self, limit: Duration) -> Option<Duration> {
        let edition = self.program.edition;
        let name = self.fresh("control");
        let mut bindings = self.oracle.bindings.clone();
        bindings.rename(P0, &name);
        let [put, start] =
            [Request::put(edition, P0, plain_platform(edition)), Request::start(J0, P0)].map(|request| {
                operations::input(self.runner.context, &bindings, &self.adapt(&request.by_owner()))
            });
        self.answer_to(Operation::PutSigningProfile, put).await?;
        let mut start = start;
        start.insert("clientRequestToken".to_owned(), json!(name));
        let started = self.answer_to(Operation::StartSigningJob, start).await?;
        let id = started.get("jobId")?.clone();
        let (mut pause, mut waited) = (FIRST_PAUSE, Duration::ZERO);
        loop {
            let view = self
                .answer_to(Operation::DescribeSigningJob, Map::from_iter([("jobId".to_owned(), id.clone())]))
                .await?;
            if view.get("status").and_then(Value::as_str) != Some("InProgress") {
                return Some(waited);
            }
            if waited >= limit {
                return None;
            }
            self.runner.endpoint.pause(pause).await;
            waited += pause;
            pause = longer(pause);
        }
    }

    /// The body of a success; none for anything else.
    async fn answer_to(&mut self, operation: Operation, input: Map<String, Value>) -> Option<Json> {
        let document = signer_schemas::operation(self.program.edition, operation)?;
        let response = self.exchange(Account::Owner, document, &encode(document, &input)).await.ok()?;
        response.json().filter(|_| response.is_success())
    }
}
