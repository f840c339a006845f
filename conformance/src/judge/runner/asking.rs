//! How a case asks: what is sent again, what is written down, and what an answer that never comes leaves
//! open.

use std::sync::Arc;
use std::time::Duration;

use signer_model::{Account, Call, Request as Ask, VersionArg, makes};
use signer_schemas::OperationDoc;

use crate::data::case::{Answer, StepExchange, is_our_own};
use crate::data::exchange::{Exchange, Request, Response, Service, Silence};
use crate::data::program::Step;
use crate::judge::checks;
use crate::judge::runner::case::Case;
use crate::judge::runner::shared::Sharing;
use crate::judge::runner::step::changes_state;
use crate::operations;

/// How often a throttled request is sent again.
const THROTTLED_RETRIES: u32 = 6;

/// How long a throttled request waits before it is sent again; each time four times as long. A target that
/// says how long to wait is left alone for that time as well.
const FIRST_WAIT: Duration = Duration::from_millis(10);

/// What the exchanges of one case may weigh. The longest scenes on a crowded account come to a tenth.
const HEAVIEST_CASE: usize = 48 << 20;

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
        self.arrived(document, request, &outcome);
        self.last = outcome.as_ref().ok().and_then(Response::json);
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
        for attempt in 0..=THROTTLED_RETRIES {
            if self.is_cut {
                return Err(Silence::RunOver);
            }
            if self.weight > HEAVIEST_CASE {
                return Err(Silence::TooMuch(HEAVIEST_CASE));
            }
            if let Some(before) = attempt.checked_sub(1).filter(|_| self.given.is_empty()) {
                self.runner.endpoint.pause(FIRST_WAIT * 4_u32.pow(before)).await;
            }
            let outcome = match self.take_given(by, to, request) {
                Some(outcome) => outcome,
                None => self.transmit(by, to, request).await,
            };
            match outcome {
                Ok(response) if response.is_throttled() => self.check_throttled(document, request, &response),
                Ok(response) if response.is_of_a_gateway() => return Err(Silence::Gateway(response.status)),
                outcome => return outcome,
            }
        }
        Err(Silence::Throttled(THROTTLED_RETRIES + 1))
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

    async fn transmit(&mut self, by: Account, to: Service, request: &Request) -> Result<Response, Silence> {
        let outcome = match to {
            Service::Signer => self.runner.endpoint.send(by, request).await,
            Service::S3 => self.runner.endpoint.send_s3(request).await,
        };
        self.record(by, to, request, &outcome);
        outcome
    }

    /// The response to the request, if it is at hand: another case with the same beginning has asked, or a
    /// walk over the list that was made for all that wait for it.
    fn take_given(
        &mut self,
        by: Account,
        to: Service,
        request: &Request,
    ) -> Option<Result<Response, Silence>> {
        let given = self.given.pop_front()?;
        let exchange = &given.exchange;
        if (exchange.by, exchange.to) == (by, to) && exchange.request == *request {
            let outcome = exchange.outcome.clone();
            self.keep(StepExchange { step: self.step, ..given });
            return Some(outcome);
        }
        self.given.clear();
        None
    }

    pub(super) fn record(
        &mut self,
        by: Account,
        to: Service,
        request: &Request,
        outcome: &Result<Response, Silence>,
    ) {
        let number = self.sharing.map_or(0, Sharing::next_number);
        let exchange = Arc::new(Exchange { by, to, request: request.clone(), outcome: outcome.clone() });
        self.size += exchange.size();
        self.keep(StepExchange { step: self.step, number, exchange });
    }

    fn keep(&mut self, sent: StepExchange) {
        let outcome = &sent.exchange.outcome;
        self.is_cut |= matches!(outcome, Err(Silence::RunOver));
        self.result.exchanges += u32::from(!outcome.as_ref().is_err_and(is_our_own));
        self.weight += sent.exchange.weight();
        self.exchanges.push(sent);
    }

    /// The operation was called, and that came of it.
    pub(super) fn arrived(
        &mut self,
        document: &OperationDoc,
        request: &Request,
        outcome: &Result<Response, Silence>,
    ) {
        if self.is_cut {
            return;
        }
        *self.result.operations.entry(document.operation).or_default() += 1;
        match outcome {
            Ok(response) => self.check(document, request, response),
            // To run the case again would not help.
            Err(silence) if is_our_own(silence) => {}
            Err(_) => *self.result.lost.entry(document.operation).or_default() += 1,
        }
    }

    /// The call was made, and its answer never came: it may have been carried out, or not, and the case goes
    /// on.
    pub(super) fn lose(&mut self, call: &Call, silence: &Silence) {
        self.silence.get_or_insert_with(|| format!("the answer to {call} never came: {silence}"));
        self.worlds.lose_reply(call);
        self.effects.lose_reply(call);
        self.bindings.may_make(call);
        self.result.answers.push(Answer { step: self.step, call: *call, reply: None, by_list: false });
    }

    /// An answer never came.
    pub(super) const fn misses_an_answer(&self) -> bool {
        self.silence.is_some()
    }

    /// The call names what only a lost response could have given.
    pub(super) fn names_untold(&self, call: &Call) -> bool {
        let lost = self.worlds.lost();
        let job =
            |job| self.bindings.told_job(job).is_none() && lost.iter().any(|lost| makes(lost) == Some(job));
        let version = |profile| {
            let made = |lost: &Call| matches!(lost.request, Ask::PutSigningProfile { profile: made, .. } if made == profile);
            self.bindings.current_version(profile).is_none() && lost.iter().any(made)
        };
        match call.request {
            Ask::DescribeSigningJob { job: named } | Ask::RevokeSignature { job: named, .. } => job(named),
            Ask::GetRevocationStatus { profile, job: named, .. } => job(named) || version(profile),
            // Its entries are known by the ids alone.
            Ask::ListSigningJobs { .. } => lost.iter().filter_map(makes).any(job),
            Ask::RevokeSigningProfile { profile, version: VersionArg::Current, .. } => version(profile),
            Ask::AddProfilePermission { profile, grant, .. } => {
                grant.version == Some(VersionArg::Current) && version(profile)
            }
            _ => false,
        }
    }

    pub(super) fn check(&mut self, document: &OperationDoc, request: &Request, response: &Response) {
        if !response.is_success()
            && let Some(error) = response.error_type()
        {
            let seen = self.result.errors.entry(document.operation).or_default();
            if seen.len() < MOST_ERRORS && !seen.contains(&error) {
                seen.push(error);
            }
        }
        let run = || {
            let json = response.json();
            checks::run(&checks::Subject {
                edition: self.program.edition,
                document,
                request,
                response,
                json: json.as_ref(),
            })
        };
        let is_shared =
            operations::adapter(document.operation).list.as_ref().is_some_and(|list| list.is_of_account);
        let number = self.exchanges.last().map_or(0, |sent| sent.number);
        let checked = match self.sharing.filter(|_| is_shared && number > 0) {
            Some(sharing) => sharing.checked(number, run),
            None => Arc::new(run()),
        };
        for (check, seen) in checked.iter() {
            let check = *check;
            for id in &seen.exercised {
                self.exercise(id);
            }
            // A crash has one root, which the model or the probe names; what its page looks like is beside
            // the point.
            if response.status < 500 || check == "server-error" {
                for complaint in &seen.complaints {
                    self.complain(document.operation, check, complaint.clone());
                }
            }
            if response.status >= 500 && check == "server-error" {
                let input = self.crash_input(request);
                self.name_crash(input);
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
        match self.program.steps.get(self.step)? {
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
