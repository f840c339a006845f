//! One step of a program.

use std::ops::ControlFlow;
use std::time::Duration;

use serde_json::{Map, Value};
use signer_model::{Account, Call, Job, JobStatus, Reply, Request, renames};
use signer_schemas::{Operation, OperationDoc};

use crate::data::exchange::Silence;
use crate::data::finding::Verdict;
use crate::data::program::Step;
use crate::judge::noticers;
use crate::judge::runner::case::{Case, in_words, refusal};
use crate::line::wire::encode::encode;
use crate::operations::{self, Read};

/// Whether the case goes on.
pub(super) type Flow = ControlFlow<()>;

impl Case<'_> {
    pub(super) async fn take(&mut self, step: &Step) -> Flow {
        match step {
            Step::Call(call) => self.call(call).await.map_or(Flow::Break(()), |_| Flow::Continue(())),
            Step::Settle(job) => self.settle(*job).await,
            Step::Probe(probe) => self.probe(probe).await,
            Step::Together(calls) => self.together(calls).await,
            Step::Scene(name) => self.scene(name).await,
        }
    }

    /// The operation's document, if edition and target have it, the model has a name for what the call makes, and answers have
    /// told what it names. `Err` ends the case, `Ok(None)` leaves the step out.
    pub(super) fn document(&mut self, call: &Call) -> Result<Option<&'static OperationDoc>, ()> {
        let operation = call.request.operation();
        if call.by == Account::Other && !self.runner.target.capabilities.cross_account {
            self.end(Verdict::Skipped, "the target's two identities belong to one account");
            return Err(());
        }
        if self.worlds.states().iter().any(|state| renames(self.program.edition, state, call)) || self.names_untold(call) {
            return Ok(None);
        }
        let missing = self.runner.target.unimplemented.contains(&operation);
        match signer_schemas::operation(self.program.edition, operation).filter(|_| !missing) {
            Some(document) => {
                self.taken();
                Ok(Some(document))
            }
            None if changes_state(operation) => {
                self.end(Verdict::Unimplemented, format!("the target does not have {operation}"));
                Err(())
            }
            None => Ok(None),
        }
    }

    /// Calls, reads the answer, puts it before the model. `None` ends the case; there is no reply if the step was left out, or
    /// if the answer never came.
    pub(super) async fn call(&mut self, call: &Call) -> Option<Option<Reply>> {
        let call = self.adapt(call);
        let Ok(document) = self.document(&call) else { return None };
        let Some(document) = document else { return Some(None) };
        let input = operations::input(self.runner.context, &self.bindings, &call);
        self.put(&call, document, &input).await
    }

    /// Sends the input and judges what comes, as [`Self::call`] does.
    pub(super) async fn put(
        &mut self,
        call: &Call,
        document: &'static OperationDoc,
        input: &Map<String, Value>,
    ) -> Option<Option<Reply>> {
        let request = encode(document, input);
        let response = match self.exchange(call.by, document, &request).await {
            Ok(response) => response,
            Err(silence) if silence.may_have_been_heard() => {
                self.lose(call, &silence);
                self.bindings.may_change(call);
                return Some(None);
            }
            Err(silence) => {
                self.silent(&silence);
                return None;
            }
        };
        let mut observed = in_words(&response);
        if !response.is_success() {
            let reply = refusal(&response);
            return self.verdict(call, reply, &observed, None).map(Some);
        }
        let first = response.json().unwrap_or(Value::Null);
        let pages = match &operations::adapter(document.operation).list {
            Some(list) => self.walk(list, call.by, document, input, first).await?,
            None => vec![first],
        };
        if pages.len() > 1 {
            observed = format!("{} pages, the first {observed}", pages.len());
        }
        let Read { reply, complaints, exercised } =
            operations::read(self.runner.context, &mut self.bindings, call, input, &pages);
        for id in &exercised {
            self.exercise(id);
        }
        for complaint in complaints {
            self.complain(document.operation, noticers::VIEW, complaint);
        }
        let reply = reply?;
        let to_blame = pages.len() > 1 && self.paging_is_to_blame(call, document, input, &reply).await;
        let requirement = to_blame.then(|| format!("{}/complete", document.operation));
        let reply = self.verdict(call, reply, &observed, requirement.as_deref())?;
        self.entries(call, &pages);
        Some(Some(reply))
    }

    fn verdict(&mut self, call: &Call, reply: Reply, observed: &str, requirement: Option<&str>) -> Option<Reply> {
        match self.judge(call, &reply, observed) {
            Ok(()) => Some(reply),
            Err(violation) => {
                self.violation(call, &reply, observed, &violation, requirement);
                None
            }
        }
    }

    /// No answer tells nothing of the target's conformance.
    pub(super) fn silent(&mut self, silence: &Silence) {
        self.end(Verdict::Inconclusive, silence.to_string());
    }

    /// Describes the job until it has ended.
    pub(super) async fn settle(&mut self, job: Job) -> Flow {
        let call = Request::DescribeSigningJob { job }.by_owner();
        let mut pause = Duration::from_millis(2);
        let mut waited = Duration::ZERO;
        loop {
            match self.call(&call).await {
                None => return Flow::Break(()),
                Some(Some(Reply::Job(view))) if view.status == JobStatus::InProgress => {}
                Some(_) => return Flow::Continue(()),
            }
            if waited >= self.runner.job_timeout {
                self.end(Verdict::Inconclusive, format!("the job is still InProgress after {waited:?}"));
                return Flow::Break(());
            }
            self.runner.endpoint.pause(pause).await;
            waited += pause;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }
}

/// The operation may change what the service knows.
pub(crate) const fn changes_state(operation: Operation) -> bool {
    match operation {
        Operation::AddProfilePermission
        | Operation::CancelSigningProfile
        | Operation::PutSigningProfile
        | Operation::RemoveProfilePermission
        | Operation::RevokeSignature
        | Operation::RevokeSigningProfile
        | Operation::SignPayload
        | Operation::StartSigningJob
        | Operation::TagResource
        | Operation::UntagResource => true,
        Operation::DescribeSigningJob
        | Operation::GetRevocationStatus
        | Operation::GetSigningPlatform
        | Operation::GetSigningProfile
        | Operation::ListProfilePermissions
        | Operation::ListSigningJobs
        | Operation::ListSigningPlatforms
        | Operation::ListSigningProfiles
        | Operation::ListTagsForResource => false,
    }
}
