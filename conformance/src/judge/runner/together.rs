//! Calls made at once: the answers must be those of some order, one call after the other (linearizability).
//!
//! All calls are on their way before the first answer is read, so each order is possible in real time.

use futures_util::future::join_all;
use signer_model::{Call, Request, may_share_a_name};

use crate::data::detector::Detector;
use crate::data::exchange::{Service, Silence};
use crate::data::finding::Verdict;
use crate::judge::runner::case::{Case, InWords};
use crate::judge::runner::effects::explains;
use crate::judge::runner::orders::{Made, Reached, Search, Stuck, as_of_now, most_telling, reply};
use crate::judge::runner::step::Flow;
use crate::line::wire::encode::encode;
use crate::operations;

impl Case<'_> {
    pub(super) async fn together(&mut self, calls: &[Call]) -> Flow {
        let mut asked: Vec<(Call, _, _, _)> = Vec::with_capacity(calls.len());
        for call in calls {
            let call = self.adapt(call);
            let Some(document) = self.document(&call)? else { continue };
            if asked.iter().any(|(other, ..)| may_share_a_name(other, &call)) {
                continue;
            }
            let input = operations::input(self.runner.context, &self.oracle.bindings, &call);
            asked.push((call, document, encode(document, &input), input));
        }
        let sending = asked.iter().map(|(call, _, request, _)| self.runner.endpoint.send(call.by, request));
        let outcomes = join_all(sending).await;
        let mut made = Vec::with_capacity(asked.len());
        let mut lost = Vec::new();
        let mut unsent = None;
        for ((call, document, request, input), outcome) in asked.into_iter().zip(outcomes) {
            self.conversation.record(call.by, Service::Signer, &request, &outcome);
            // To send it again would not be at once.
            let outcome = match outcome {
                Ok(response) if response.is_throttled() => {
                    self.check_throttled(Some(document), &request, &response);
                    Err(Silence::Throttled(1))
                }
                Ok(response) if response.is_of_a_gateway() => Err(Silence::Gateway(response.status)),
                outcome => outcome,
            };
            self.arrived(document, &request, &outcome);
            match outcome {
                Ok(response) => made.push(Made { call, document, input, response }),
                // Whether, when and in which order it was carried out is unknown: any of these explains the
                // others.
                Err(silence) if silence.may_have_been_heard() => {
                    self.lose(&call, &silence);
                    lost.push(call);
                }
                Err(silence) => unsent = unsent.or(Some(silence)),
            }
        }
        if let Some(silence) = unsent {
            self.silent(&silence);
            return Flow::Break(());
        }
        let flow = self.put_in_order(&made).await;
        // The others were sent before it could have changed what they name.
        for call in &lost {
            self.oracle.bindings.may_change(call);
        }
        flow
    }

    async fn put_in_order(&mut self, made: &[Made]) -> Flow {
        let mut search = Search::new(self.runner.context, made);
        search.from(&Reached {
            worlds: self.oracle.worlds.clone(),
            bindings: self.oracle.bindings.clone(),
            order: Vec::new(),
            against: Vec::new(),
            stale: None,
        });
        // Orders that only a weaker source speaks against count when there are no others.
        let Search { found, stale, stuck, fitting, .. } = search;
        let least = found.iter().map(|reached| reached.against.len()).min();
        if least != Some(0)
            && let Some(stale) = self.stale_change(&found, stale).await
        {
            return self.unexplained(made, Some(stale));
        }
        let (found, weaker): (Vec<Reached>, Vec<Reached>) =
            found.into_iter().partition(|reached| Some(reached.against.len()) == least);
        let mut found = found.into_iter();
        let Some(first) = found.next() else {
            return self.unexplained(made, most_telling(made, stuck, &fitting));
        };
        let others: Vec<Reached> = found.collect();
        self.oracle.forget_orders();
        let open_points = self.sheet.result.open_points.clone();
        for &index in &first.order {
            let Made { call, input, response, document } = &made[index];
            let call = as_of_now(&self.oracle.bindings, call, input);
            let read = reply(self.runner.context, &mut self.oracle.bindings, &call, input, response);
            for id in &read.exercised {
                self.exercise(id);
            }
            for complaint in read.complaints {
                self.complain(document.operation, Detector::View, complaint);
            }
            let Some(reply) = read.reply else { return Flow::Break(()) };
            if self.judge(&call, &reply, &InWords::of(response)).is_err() {
                self.end(Verdict::Error, "an order that was found does not hold");
                return Flow::Break(());
            }
        }
        if !others.is_empty() {
            // Another order may explain the answers without this point, or with another answer to it.
            self.sheet.result.open_points = open_points;
        }
        self.oracle.forget_effects();
        for other in others {
            if other.bindings != self.oracle.bindings {
                // Which of two responses is the newer is unknown, so nothing that follows can be judged.
                return Flow::Break(());
            }
            self.oracle.worlds.join(&other.worlds);
        }
        for order in weaker {
            let rule = order.against.iter().find(|rule| !first.against.contains(rule));
            if let Some(rule) = rule.filter(|_| order.bindings == self.oracle.bindings) {
                self.oracle.remember_order(order.worlds, rule);
            }
        }
        Flow::Continue(())
    }

    /// The change that was carried out under a stale revision, if the policy as it is now shows that one was:
    /// the answers alone may fit another mistake as well.
    async fn stale_change(&mut self, found: &[Reached], stale: Vec<Reached>) -> Option<Stuck> {
        let profile = stale.first()?.stale.as_ref()?.call.request.names().0?;
        let call = Request::ListProfilePermissions { profile }.by_owner();
        let operation = call.request.operation();
        let is_there = !self.runner.target.unimplemented.contains(&operation);
        let document = signer_schemas::operation(self.program.edition, operation).filter(|_| is_there)?;
        let input = operations::input(self.runner.context, &self.oracle.bindings, &call);
        let response = self.exchange(call.by, document, &encode(document, &input)).await.ok()?;
        let context = self.runner.context;
        let shown = |order: &Reached| {
            let Reached { mut worlds, mut bindings, .. } = order.clone();
            let reply = reply(context, &mut bindings, &call, &input, &response).reply;
            reply.is_some_and(|reply| explains(&mut worlds, &call, &reply))
        };
        if found.iter().any(shown) {
            return None;
        }
        let shown = stale.into_iter().filter(shown);
        shown.min_by_key(|order| order.against.len())?.stale
    }

    fn unexplained(&mut self, made: &[Made], stuck: Option<Stuck>) -> Flow {
        if made.iter().any(|one| one.response.status >= 500) {
            // The check for crashes has found it; its place in the order is unknown.
            return Flow::Break(());
        }
        let Some(Stuck { order, index, call, reply, violation }) = stuck else {
            self.end(Verdict::Inconclusive, "an answer does not say what it must");
            return Flow::Break(());
        };
        let observed = made
            .iter()
            .map(|one| format!("{}: {}", one.call, InWords::of(&one.response)))
            .collect::<Vec<_>>()
            .join(" | ");
        let before = order.iter().map(|index| made[*index].call.to_string()).collect::<Vec<_>>().join(", ");
        self.violation(&call, &reply, &observed, &violation, None);
        self.sheet.told_of_order(&made[index].call, &reply, &before);
        Flow::Break(())
    }
}
