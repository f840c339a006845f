//! How a case asks: what is sent again, what every check says of what came, and what an answer that never
//! comes leaves open.

use signer_model::{Account, Call};
use signer_schemas::OperationDoc;

use crate::data::case::is_our_own;
use crate::data::detector::Detector;
use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::program::Step;
use crate::judge::checks::once::run_once;
use crate::judge::runner::case::Case;
use crate::judge::runner::conversation::ATTEMPTS;
use crate::judge::runner::step::changes_state;

/// How many error names of one operation are listed.
const MOST_ERRORS: usize = 32;

/// How often a request is sent again whose answer did not come, if sending it twice does nothing.
const SILENT_RETRIES: u32 = 1;

impl Case<'_> {
    /// Sends one request and puts the answer before every check. One that changes nothing is sent again if no
    /// answer comes.
    pub(super) async fn exchange(
        &mut self,
        by: Account,
        document: &OperationDoc,
        request: &Request,
    ) -> Result<Response, Silence> {
        let mut outcome = self.send(by, Service::Signer, request, Some(document)).await;
        for _ in 0..SILENT_RETRIES {
            let Err(silence) = &outcome else { break };
            if is_our_own(silence) || changes_state(document.operation) && silence.may_have_been_heard() {
                break;
            }
            outcome = self.send(by, Service::Signer, request, Some(document)).await;
        }
        self.last = outcome.as_ref().ok().and_then(Response::json);
        self.arrived(document, request, &outcome);
        outcome
    }

    /// Sends one request, and again after a while if the target says that it is asked too often. That, too,
    /// is an answer, which is put before the checks if it is one of an operation.
    pub(super) async fn send(
        &mut self,
        by: Account,
        to: Service,
        request: &Request,
        document: Option<&OperationDoc>,
    ) -> Result<Response, Silence> {
        for number in 0..ATTEMPTS {
            let outcome = self.conversation.attempt(number, by, to, request).await;
            match outcome {
                Ok(response) if response.is_throttled() => self.check_throttled(document, request, &response),
                outcome => return outcome,
            }
        }
        Err(Silence::Throttled(ATTEMPTS))
    }

    /// A refusal to be asked so often is an answer as any other, if the service itself gives it.
    pub(super) fn check_throttled(
        &mut self,
        document: Option<&OperationDoc>,
        request: &Request,
        response: &Response,
    ) {
        if let Some(document) = document.filter(|_| !response.is_beside_the_api()) {
            self.check(document, request, response);
        }
    }

    /// The operation was called, and that came of it.
    pub(super) fn arrived(
        &mut self,
        document: &OperationDoc,
        request: &Request,
        outcome: &Result<Response, Silence>,
    ) {
        if self.conversation.is_cut {
            return;
        }
        *self.sheet.result.operations.entry(document.operation).or_default() += 1;
        match outcome {
            Ok(response) => self.check(document, request, response),
            // To run the case again would not help.
            Err(silence) if is_our_own(silence) => {}
            Err(_) => *self.sheet.result.lost.entry(document.operation).or_default() += 1,
        }
    }

    /// The call was made, and its answer never came: it may have been carried out, or not, and the case goes
    /// on.
    pub(super) fn lose(&mut self, call: &Call, silence: &Silence) {
        self.sheet.lost(self.conversation.step, call, silence);
        self.oracle.lose_reply(call);
    }

    /// Puts an answer before every check.
    pub(super) fn check(&mut self, document: &OperationDoc, request: &Request, response: &Response) {
        if !response.is_success()
            && let Some(error) = response.error_type()
        {
            let seen = self.sheet.result.errors.entry(document.operation).or_default();
            if seen.len() < MOST_ERRORS && !seen.contains(&error) {
                seen.push(error);
            }
        }
        for (check, seen) in run_once(self.program.edition, document, request, response).iter() {
            let check = *check;
            for id in &seen.exercised {
                self.exercise(id);
            }
            // A crash has one root, which the model or the probe names; what its page looks like is beside
            // the point.
            if response.status < 500 || check == Detector::ServerError {
                for complaint in &seen.complaints {
                    self.complain(document.operation, check, complaint.clone());
                }
            }
            if response.status >= 500 && check == Detector::ServerError {
                let input = self.crash_input(request);
                self.sheet.name_crash(input);
            }
        }
    }

    /// What the service crashed on: text that is none, the member that was changed, or what the scene asks;
    /// none for calls that the model knows.
    fn crash_input(&self, request: &Request) -> Option<String> {
        let path = request.target.split('?').next().unwrap_or_default();
        if percent_decoded(path).is_none() {
            return Some("a path that is no UTF-8".to_owned());
        }
        if std::str::from_utf8(&request.body).is_err() {
            return Some("a body that is no UTF-8".to_owned());
        }
        if !request.body.is_empty() && serde_json::from_slice::<serde_json::Value>(&request.body).is_err() {
            return Some("a body that is no JSON".to_owned());
        }
        match self.program.steps.get(self.conversation.step)? {
            Step::Probe(probe) if probe.member.is_empty() => None,
            Step::Probe(probe) => {
                Some(format!("{} {}", probe.member, probe.requirement.rsplit('/').next().unwrap_or_default()))
            }
            Step::Scene(name) => Some(name.clone()),
            Step::Call(_) | Step::Settle(_) | Step::Together(_) => None,
        }
    }
}

/// The text that a path stands for; none if it is not UTF-8.
fn percent_decoded(path: &str) -> Option<String> {
    percent_encoding::percent_decode_str(path).decode_utf8().ok().map(Into::into)
}
