//! Runs one program against an endpoint and judges every answer.

mod admitted;
mod asking;
mod blame;
pub(crate) mod case;
mod conversation;
mod effects;
pub(crate) mod followed;
mod held;
mod isolated;
pub(crate) mod list;
mod malformed;
mod model;
mod must;
mod needs;
mod objects;
mod open;
mod oracle;
mod orders;
mod own_values;
pub(crate) mod probe;
pub(crate) mod scene;
pub(crate) mod shared;
mod sheet;
pub(crate) mod step;
pub(crate) mod talk;
mod together;
pub(crate) mod waiting;
pub(crate) mod walks;

use std::time::Duration;

use signer_model::{Call, Request, Source};

use crate::data::case::{CaseResult, StepExchange};
use crate::data::context::Context;
use crate::data::program::Program;
use crate::data::run::TargetInfo;
use crate::judge::runner::scene::Library;
use crate::judge::runner::shared::{Company, Ended};
use crate::line::endpoint::Endpoint;

/// What runs programs: the endpoint, and what is known of it.
pub struct Runner<'a> {
    /// Who is asked.
    pub endpoint: &'a dyn Endpoint,
    /// What all cases share.
    pub context: &'a Context,
    /// What was learnt of the target.
    pub target: &'a TargetInfo,
    /// How long a job may stay `InProgress`.
    pub job_timeout: Duration,
    /// The scenes that programs may name.
    pub scenes: Library,
}

impl Runner<'_> {
    /// Runs the program under names of its own; `tag` is what makes them so.
    pub async fn run(&self, program: &Program, tag: &str) -> (CaseResult, Vec<StepExchange>) {
        let Ended { result, exchanges, .. } = self.run_in(Company::default(), program, tag).await;
        (result, exchanges)
    }

    /// Judges the program again from its log, which is the endpoint.
    pub(crate) async fn run_again(&self, program: &Program, tag: &str) -> (CaseResult, Vec<StepExchange>) {
        let company = Company { is_of_log: true, ..Company::default() };
        let Ended { result, exchanges, .. } = self.run_in(company, program, tag).await;
        (result, exchanges)
    }

    /// Runs the program in that company.
    pub(crate) async fn run_in(&self, company: Company<'_>, program: &Program, tag: &str) -> Ended {
        let mut case = case::Case::new(self, program, tag);
        case.conversation.join(company);
        let is_whole = case.play().await;
        case.finish(is_whole)
    }

    /// The call as this target can take it: without an S3 the source is unknown.
    pub(crate) fn adapt(&self, call: &Call) -> Call {
        let mut call = *call;
        if let Request::StartSigningJob { source, .. } = &mut call.request
            && !self.target.capabilities.s3
        {
            *source = Source::Unverified;
        }
        call
    }
}
