//! Questions: scenes that put an input about which the documents are silent, and write down how it is
//! answered.

use serde_json::Value;
use signer_model::{P0, Platform, Request as Ask};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Play, Playing, Scene};
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::scenes::shared::steps::{made, outcome};
use crate::scenes::shared::symbols::plain;

/// A question, as a row of a table.
#[derive(Debug)]
pub(crate) struct Question {
    /// Suite and name, which is also its program's.
    pub(crate) name: &'static str,
    /// The open point that the answers settle.
    pub(crate) point: [&'static str; 1],
    pub(crate) operation: Operation,
    /// What is asked, in one sentence.
    pub(crate) what: &'static str,
    /// What there is when it is asked.
    pub(crate) given: Given,
    /// The inputs, one after the other; they may name the profile that is given.
    pub(crate) inputs: fn(&mut Case<'_>, profile: &str) -> Result<Vec<Value>, Stop>,
    pub(crate) answers: Answers,
}

/// What there is when a question is put. A text is what the profile's name ends in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    /// No profile of that name.
    NoProfile(&'static str),
    /// A profile on the platform of [`plain`].
    Profile(&'static str),
    /// A profile on that platform.
    ProfileOn(&'static str, Platform),
    /// A profile that the model knows as [`P0`].
    Modelled,
}

/// How answers are written down.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answers {
    /// By status and error type.
    Class,
    /// A success by what it tells, a refusal by status and error type.
    Success(fn(&Told) -> &'static str),
    /// A job by the status in which it ends, a refusal by status and error type.
    Job,
}

impl Question {
    /// The question as a scene.
    pub(crate) const fn scene(&'static self) -> Scene {
        Scene {
            name: self.name,
            operation: self.operation,
            what: self.what,
            requirements: &self.point,
            play: self,
        }
    }

    async fn put(&self, case: &mut Case<'_>) -> Played {
        let name = match self.given {
            Given::NoProfile(text) | Given::Profile(text) | Given::ProfileOn(text, _) => case.fresh(text),
            Given::Modelled => case.name_of(P0),
        };
        match self.given {
            Given::NoProfile(_) => {}
            Given::Profile(_) => drop(made(case, &name, plain(case)).await?),
            Given::ProfileOn(_, platform) => drop(made(case, &name, platform).await?),
            Given::Modelled => drop(case.model(Ask::put(case.edition(), P0, plain(case))).await?),
        }
        for input in (self.inputs)(case, &name)? {
            let told = case.ask(self.operation, input).await?;
            self.write_down(case, &told).await?;
        }
        Ok(())
    }

    async fn write_down(&self, case: &mut Case<'_>, told: &Told) -> Played {
        let [point] = self.point;
        match self.answers {
            Answers::Success(success) => case.open_by_success(point, told, success(told)),
            Answers::Job if told.is_success() => {
                let job = outcome(case, &told.text("/jobId")).await?;
                case.open(point, &format!("200, the job becomes {}", job.text("/status")));
            }
            Answers::Class | Answers::Job => case.open_by_class(point, told),
        }
        Ok(())
    }
}

impl Play for Question {
    fn play<'a>(&'static self, case: &'a mut Case<'_>) -> Playing<'a> {
        Box::pin(self.put(case))
    }
}
