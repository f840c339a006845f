//! What is said between a case and the target: what is sent, and sent again, and all that came, in its order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use signer_model::Account;

use crate::data::case::{StepExchange, is_our_own};
use crate::data::exchange::{Exchange, Request, Response, Service, Silence};
use crate::judge::runner::shared::{Company, Sharing};
use crate::line::endpoint::Endpoint;

/// How often a throttled request is sent at most.
pub(super) const ATTEMPTS: u32 = 7;

/// How long a throttled request waits before it is sent again; each time four times as long. A target that
/// says how long to wait is left alone for that time as well.
const FIRST_WAIT: Duration = Duration::from_millis(10);

/// What the exchanges of one case may weigh. The longest scenes on a crowded account come to a tenth.
const HEAVIEST_CASE: usize = 48 << 20;

/// The endpoint as one case meets it.
pub(super) struct Conversation<'a> {
    endpoint: &'a dyn Endpoint,
    /// The step of the program that asks.
    pub(super) step: usize,
    pub(super) exchanges: Vec<StepExchange>,
    /// What the exchanges weigh.
    weight: usize,
    /// The bytes of those exchanges that the case has made itself.
    pub(super) size: usize,
    /// How many requests were sent, or answered by what was at hand.
    pub(super) asked: u32,
    /// The answers that are at hand for what is asked next.
    given: VecDeque<StepExchange>,
    /// Whether the answer that came last was at hand.
    was_given: bool,
    /// With whom the case is run.
    pub(super) company: Company<'a>,
    /// The run ended in the middle of the case.
    pub(super) is_cut: bool,
}

impl<'a> Conversation<'a> {
    /// Nothing was said yet.
    pub(super) fn new(endpoint: &'a dyn Endpoint) -> Self {
        Self {
            endpoint,
            step: 0,
            exchanges: Vec::new(),
            weight: 0,
            size: 0,
            asked: 0,
            given: VecDeque::new(),
            was_given: false,
            company: Company::default(),
            is_cut: false,
        }
    }

    /// The case is run in that company, and has the answers at hand that come with it.
    pub(super) fn join(&mut self, mut company: Company<'a>) {
        self.give(std::mem::take(&mut company.given));
        self.company = company;
    }

    /// These answers are at hand for what is asked next.
    pub(super) fn give(&mut self, given: Vec<StepExchange>) {
        self.given = given.into();
    }

    /// What is at hand and was not taken serves no longer.
    pub(super) fn forget_given(&mut self) {
        self.given.clear();
    }

    /// What is asked next is not sent, for that reason.
    pub(super) fn leave_out(&mut self, by: Account, request: &Request, silence: Silence) {
        let number = self.company.sharing().map_or(0, Sharing::next_number);
        let exchange = Exchange { by, to: Service::Signer, request: request.clone(), outcome: Err(silence) };
        self.give(vec![StepExchange { step: self.step, number, exchange: Arc::new(exchange) }]);
    }

    /// Whether a request would be sent, and not answered by what is at hand.
    pub(super) fn would_ask(&self) -> bool {
        self.given.is_empty() && !self.is_cut
    }

    /// Whether the answer that came last was at hand, so that another case has asked for it.
    pub(super) const fn was_given(&self) -> bool {
        self.was_given
    }

    /// Index of the answer that came last.
    pub(super) fn last_index(&self) -> usize {
        self.exchanges.len().saturating_sub(1)
    }

    /// The number in the run of the exchange that came last; zero for one that has none.
    pub(super) fn last_number(&self) -> u64 {
        self.exchanges.last().map_or(0, |sent| sent.number)
    }

    /// One attempt to send a request, after the pause that is due before it. A gateway's answer is none of
    /// the target's.
    pub(super) async fn attempt(
        &mut self,
        number: u32,
        by: Account,
        to: Service,
        request: &Request,
    ) -> Result<Response, Silence> {
        if self.is_cut {
            return Err(Silence::RunOver);
        }
        if self.weight > HEAVIEST_CASE {
            return Err(Silence::TooMuch(HEAVIEST_CASE));
        }
        if let Some(before) = number.checked_sub(1).filter(|_| self.given.is_empty()) {
            self.endpoint.pause(FIRST_WAIT * 4_u32.pow(before)).await;
        }
        let outcome = match self.take_given(by, to, request) {
            Some(outcome) => outcome,
            None => self.transmit(by, to, request).await,
        };
        match outcome {
            Ok(response) if response.is_of_a_gateway() && !response.is_throttled() => {
                Err(Silence::Gateway(response.status))
            }
            outcome => outcome,
        }
    }

    async fn transmit(&mut self, by: Account, to: Service, request: &Request) -> Result<Response, Silence> {
        let outcome = match to {
            Service::Signer => self.endpoint.send(by, request).await,
            Service::S3 => self.endpoint.send_s3(request).await,
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
            self.was_given = true;
            return Some(outcome);
        }
        self.given.clear();
        None
    }

    /// Writes down what was sent and what came.
    pub(super) fn record(
        &mut self,
        by: Account,
        to: Service,
        request: &Request,
        outcome: &Result<Response, Silence>,
    ) {
        let number = self.company.sharing().map_or(0, Sharing::next_number);
        let exchange = Arc::new(Exchange { by, to, request: request.clone(), outcome: outcome.clone() });
        self.size += exchange.size();
        self.keep(StepExchange { step: self.step, number, exchange });
        self.was_given = false;
    }

    fn keep(&mut self, sent: StepExchange) {
        let outcome = &sent.exchange.outcome;
        self.is_cut |= matches!(outcome, Err(Silence::RunOver));
        self.asked += u32::from(!outcome.as_ref().is_err_and(is_our_own));
        self.weight += sent.exchange.weight();
        self.exchanges.push(sent);
    }
}
