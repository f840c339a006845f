//! One step of a program.

use std::ops::ControlFlow;
use std::pin::Pin;

use serde_json::{Map, Value};
use signer_model::{Account, Call, Reply, renames};
use signer_schemas::{Operation, OperationDoc};

use crate::data::body::Json;
use crate::data::detector::Detector;
use crate::data::exchange::Silence;
use crate::data::finding::Verdict;
use crate::data::program::Step;
use crate::judge::runner::case::{Case, InWords, refusal};
use crate::judge::runner::followed::is_crowded;
use crate::line::wire::encode::encode;
use crate::operations::adapter::Listing;
use crate::operations::{self, Read};

/// Whether the case goes on, and with what.
pub(super) type Flow<T = ()> = ControlFlow<(), T>;

/// What a call gave, if the case goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// The answer, which some world explains.
    Reply(Reply),
    /// The answer never came.
    Nothing,
    /// The call was left out: the target does not have the operation, or no answer has told what the call
    /// names.
    LeftOut,
}

impl Case<'_> {
    pub(super) async fn take(&mut self, step: &Step) -> Flow {
        match step {
            Step::Call(call) => self.call(call).await.map_continue(|_| ()),
            Step::Settle(job) => self.settle(*job).await,
            Step::Probe(probe) => self.probe(probe).await,
            Step::Together(calls) => self.together(calls).await,
            Step::Scene(name) => self.scene(name).await,
        }
    }

    /// The operation's document, if edition and target have it, the model has a name for what the call makes,
    /// and answers have told what it names; without a document the step is left out.
    pub(super) fn document(&mut self, call: &Call) -> Flow<Option<&'static OperationDoc>> {
        let operation = call.request.operation();
        if call.by == Account::Other && !self.runner.target.capabilities.cross_account {
            self.end(Verdict::Skipped, "the target's two identities belong to one account");
            return Flow::Break(());
        }
        if self.oracle.worlds.states().iter().any(|state| renames(self.program.edition, state, call))
            || self.oracle.names_untold(call)
        {
            return Flow::Continue(None);
        }
        let missing = self.runner.target.unimplemented.contains(&operation);
        match signer_schemas::operation(self.program.edition, operation).filter(|_| !missing) {
            Some(document) => {
                self.sheet.step_taken();
                Flow::Continue(Some(document))
            }
            None if changes_state(operation) => {
                self.end(Verdict::Unimplemented, format!("the target does not have {operation}"));
                Flow::Break(())
            }
            None => Flow::Continue(None),
        }
    }

    /// Calls, reads the answer, puts it before the model.
    pub(super) async fn call(&mut self, call: &Call) -> Flow<Came> {
        let call = self.adapt(call);
        let Some(document) = self.document(&call)? else { return Flow::Continue(Came::LeftOut) };
        let input = operations::input(self.runner.context, &self.oracle.bindings, &call);
        self.put(&call, document, &input).await
    }

    /// Sends the input and judges what comes, as [`Self::call`] does.
    pub(super) async fn put(
        &mut self,
        call: &Call,
        document: &'static OperationDoc,
        input: &Map<String, Value>,
    ) -> Flow<Came> {
        let request = encode(document, input);
        self.await_walk(call.by, document, input).await;
        let response = match self.exchange(call.by, document, &request).await {
            Ok(response) => response,
            Err(silence) if silence.may_have_been_heard() => {
                self.lose(call, &silence);
                self.oracle.bindings.may_change(call);
                return Flow::Continue(Came::Nothing);
            }
            Err(silence) => {
                self.silent(&silence);
                return Flow::Break(());
            }
        };
        if !response.is_success() {
            let (reply, observed) = (refusal(&response), InWords::of(&response));
            if let Some(requirement) = self.isolated(call, &reply).await {
                self.departs_from(requirement, call, &reply, &observed);
                return Flow::Break(());
            }
            return self.verdict(call, reply, &observed, None).map_continue(Came::Reply);
        }
        // A body that cannot be read is found by the check of every body, and says nothing else.
        let first = match response.json() {
            Some(body) => body,
            None if document.output.is_none() => Json::default(),
            None => return Flow::Break(()),
        };
        let pages = match &operations::adapter(document.operation).list {
            Some(list) => self.walk(Listing { list, by: call.by, document, input }, first).await?,
            None => vec![first],
        };
        let observed = InWords::of_pages(&response, pages.len());
        let Read { reply, complaints, exercised } =
            operations::read(self.runner.context, &mut self.oracle.bindings, call, input, &pages);
        for id in &exercised {
            self.exercise(id);
        }
        for complaint in complaints {
            self.complain(document.operation, Detector::View, complaint);
        }
        let Some(reply) = reply else { return Flow::Break(()) };
        if self.is_list_against_jobs(call, &reply) {
            return self.list_again(call, document, input).await;
        }
        let requirement = match self.isolated(call, &reply).await {
            Some(requirement) => Some(requirement.to_owned()),
            None if pages.len() > 1 && self.paging_is_to_blame(call, document, input, &reply).await => {
                Some(format!("{}/complete", document.operation))
            }
            None => None,
        };
        let reply = self.verdict(call, reply, &observed, requirement.as_deref())?;
        self.entries(call, &pages).await?;
        Flow::Continue(Came::Reply(reply))
    }

    /// Calls as [`Self::call`] does, from within another call.
    pub(super) fn asked(&mut self, call: Call) -> Pin<Box<dyn Future<Output = Flow<Came>> + Send + '_>> {
        Box::pin(async move { self.call(&call).await })
    }

    pub(super) fn verdict(
        &mut self,
        call: &Call,
        reply: Reply,
        observed: &InWords<'_>,
        requirement: Option<&str>,
    ) -> Flow<Reply> {
        match self.judge(call, &reply, observed) {
            Ok(()) => Flow::Continue(reply),
            Err(violation) => {
                self.violation(call, &reply, observed, &violation, requirement);
                Flow::Break(())
            }
        }
    }

    /// No answer tells nothing of the target's conformance, nor does one that was not asked for.
    pub(super) fn silent(&mut self, silence: &Silence) {
        let is_crowded = is_crowded(silence, &self.conversation.exchanges, &self.runner.context.prefix);
        let verdict = if is_crowded { Verdict::Skipped } else { Verdict::Inconclusive };
        self.end(verdict, silence.to_string());
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
