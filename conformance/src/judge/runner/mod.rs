//! Runs one program against an endpoint and judges every answer.

mod admitted;
mod asking;
mod blame;
pub(crate) mod case;
mod effects;
mod held;
mod isolated;
pub(crate) mod list;
mod malformed;
mod model;
mod needs;
mod objects;
mod open;
mod own_values;
pub(crate) mod probe;
pub(crate) mod scene;
pub(crate) mod step;
pub(crate) mod talk;
mod together;
mod waiting;

use std::time::Duration;

use crate::data::case::{CaseResult, StepExchange};
use crate::data::context::Context;
use crate::data::program::Program;
use crate::data::run::TargetInfo;
use crate::judge::runner::scene::Library;
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
        let mut case = case::Case::new(self, program, tag);
        for (index, step) in program.steps.iter().enumerate() {
            case.step = index;
            if case.take(step).await.is_break() {
                break;
            }
        }
        case.finish()
    }
}
