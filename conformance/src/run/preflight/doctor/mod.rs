//! What is wrong before a run: each question by itself, with what to do about the answer.
//!
//! Nothing is made that stays: what would change something is asked of names that nothing has, or in a way
//! that is refused.

mod accounts;
mod clock;
mod operations;
mod places;

use serde::Serialize;
use signer_model::Account;
use signer_schemas::Operation;

use crate::data::context::Context;
use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::names::now_s;
use crate::data::run::{Progress, RunOptions};
use crate::line::endpoint::Endpoint;
use crate::run::preflight::advice::{self, BREAKS_DOWN, THROTTLED};
use crate::run::preflight::asking::{PAUSE, blank, place, request};
use crate::run::preflight::recognise::{Impression, excerpt, is_unauthorized, told};

/// How an answer to a question is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// A run is possible, but some of its cases are left out, or something is odd.
    Warn,
    /// A run would fail, or tell nothing.
    Fail,
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// What was asked, in a word or two.
    pub probe: &'static str,
    /// How the answer is to be taken.
    pub level: Level,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// How far the questions came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probed {
    /// No response, or a server that is no Signer.
    NoSigner,
    /// The credentials are refused.
    Refused,
    /// Through all questions.
    All,
}

/// Where the second identity comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// There is none.
    Missing,
    /// None is given, so it is a test identity.
    Assumed,
    /// The user gives it.
    Given,
}

/// Asks the endpoint all questions; stops where no later one can be answered.
pub async fn doctor(
    endpoint: &dyn Endpoint,
    options: &RunOptions,
    region: &str,
    second: Second,
    progress: &dyn Progress,
) -> (Probed, Vec<Diagnosis>) {
    let context = blank(options, now_s());
    let mut visit = Visit { endpoint, options, progress, context, found: Vec::new() };
    let probed = visit.run(region, second).await;
    (probed, visit.found)
}

struct Visit<'a> {
    endpoint: &'a dyn Endpoint,
    options: &'a RunOptions,
    progress: &'a dyn Progress,
    context: Context,
    found: Vec<Diagnosis>,
}

/// An answer, and between which seconds it was given.
struct Timed {
    response: Response,
    sent_s: i64,
    received_s: i64,
}

impl Visit<'_> {
    async fn run(&mut self, region: &str, second: Second) -> Probed {
        let timed = match self.first().await {
            Ok(timed) => timed,
            Err(silence) => {
                self.silent(&silence);
                return Probed::NoSigner;
            }
        };
        let first = &timed.response;
        self.ok("reachable", format!("{} answers", place(self.endpoint)));
        if is_unauthorized(first) {
            self.clock(&timed);
            self.unauthorized(first);
            return Probed::Refused;
        }
        if first.is_throttled() && first.status != 503 {
            self.fail("signer", told(first), THROTTLED);
            return Probed::NoSigner;
        }
        let (present, impression) = match self.operations().await {
            Ok(answers) => answers,
            Err(silence) => {
                self.silent(&silence);
                return Probed::NoSigner;
            }
        };
        if !impression.is_of_a_signer() {
            self.stranger(first, &impression);
            return Probed::NoSigner;
        }
        self.ok("signer", format!("{} operations of the Signer API answer", present.len()));
        self.credentials(first);
        self.clock(&timed);
        self.edition(&present);
        let other_is_refused = self.accounts(region, second).await;
        if present.contains(&Operation::GetRevocationStatus) {
            self.host_prefix().await;
        }
        if present.contains(&Operation::StartSigningJob) {
            self.s3().await;
        }
        if other_is_refused { Probed::Refused } else { Probed::All }
    }

    /// The answer to the first question. A target that asks for limits is given it once.
    async fn first(&self) -> Result<Timed, Silence> {
        let platforms = request(&self.context, Operation::ListSigningPlatforms);
        let first = self.timed(&platforms).await?;
        if !first.response.is_throttled() {
            return Ok(first);
        }
        let pause = first
            .response
            .retry_after()
            .map_or_else(|| "a pause".to_owned(), |time| format!("a pause of {} s", time.as_secs()));
        self.progress.phase(&format!(
            "the target answers {} and asks for {pause}: waiting, a minute at most",
            first.response.status
        ));
        self.endpoint.pause(PAUSE).await;
        self.timed(&platforms).await
    }

    async fn timed(&self, request: &Request) -> Result<Timed, Silence> {
        let sent_s = now_s();
        let response = self.endpoint.send(Account::Owner, request).await?;
        Ok(Timed { response, sent_s, received_s: now_s() })
    }

    fn tell(&mut self, probe: &'static str, level: Level, found: String, advice: &str) {
        let advice = (!advice.is_empty()).then(|| advice.to_owned());
        self.found.push(Diagnosis { probe, level, found, advice });
    }

    fn ok(&mut self, probe: &'static str, found: String) {
        self.tell(probe, Level::Ok, found, "");
    }

    fn warn(&mut self, probe: &'static str, found: String, advice: &str) {
        self.tell(probe, Level::Warn, found, advice);
    }

    fn fail(&mut self, probe: &'static str, found: String, advice: &str) {
        self.tell(probe, Level::Fail, found, advice);
    }

    fn silent(&mut self, silence: &Silence) {
        let proxy = self.endpoint.proxy(Service::Signer);
        self.fail(
            "reachable",
            format!("{}: {silence}", place(self.endpoint)),
            &advice::of_silence(silence, proxy.as_deref()),
        );
    }

    /// It answers, but not as a Signer.
    fn stranger(&mut self, response: &Response, impression: &Impression) {
        let (what, advice) = match impression.sameness().filter(|_| impression.speaks()) {
            Some(sameness) => {
                (sameness, "a Signer does not: mend --endpoint, or the stub that stands in for one")
            }
            None => advice::of_stranger(response),
        };
        let proxy =
            self.endpoint.proxy(Service::Signer).map(|proxy| format!("; {}", advice::of_proxy(&proxy)));
        self.fail(
            "signer",
            format!("{what}: {}", told(response)),
            &format!("{advice}{}", proxy.unwrap_or_default()),
        );
    }

    fn unauthorized(&mut self, response: &Response) {
        let advice = advice::of_refusal(&response.error_type().unwrap_or_default());
        self.fail("credentials", format!("refused: {} {}", response.status, excerpt(response)), advice);
    }

    fn credentials(&mut self, response: &Response) {
        if response.is_success() {
            self.ok("credentials", "accepted".to_owned());
        } else {
            let advice = if response.status >= 500 {
                BREAKS_DOWN
            } else {
                "the identity needs permission for all signer actions"
            };
            self.fail("credentials", format!("ListSigningPlatforms answers {}", told(response)), advice);
        }
    }
}
