//! What is wrong before a run: each question by itself, with what to do about the answer.
//!
//! Nothing is made that stays: what would change something is asked of names that nothing has, or in a way
//! that is refused.

use std::collections::BTreeSet;

use serde::Serialize;
use signer_model::Account;
use signer_schemas::{Edition, Operation};

use crate::data::context::Context;
use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::names::now_s;
use crate::data::run::{Progress, RunOptions};
use crate::line::endpoint::Endpoint;
use crate::run::preflight::advice::{BREAKS_DOWN, THROTTLED};
use crate::run::preflight::recognise::{
    Impression, excerpt, is_of_a_signer, is_unauthorized, is_unimplemented, told,
};
use crate::run::preflight::{PAUSE, advice, authenticates, blank, place, put, region_and_account, request};

/// Servers refuse what is signed further off than this.
const SIGNATURE_WINDOW_S: i64 = 300;
/// A clock this far off is worth a word.
const NOTEWORTHY_SKEW_S: i64 = 30;

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

    /// The server's clock beside ours.
    fn clock(&mut self, Timed { response, sent_s, received_s }: &Timed) {
        let told = response.header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        let Some(told) = told else {
            let what = response
                .header("date")
                .map_or("no Date header".to_owned(), |date| format!("Date header {date:?}"));
            return self.warn(
                "clock",
                what,
                "the clocks cannot be compared; signatures fail beyond five minutes",
            );
        };
        let skew = skew_s(told.timestamp().as_second(), *sent_s, *received_s);
        match skew.abs() {
            0..NOTEWORTHY_SKEW_S => self.ok("clock", format!("{skew} s apart")),
            NOTEWORTHY_SKEW_S..SIGNATURE_WINDOW_S => {
                self.warn("clock", format!("{skew} s apart"), "set both clocks by the network");
            }
            _ => self.fail(
                "clock",
                format!("{skew} s apart"),
                "signatures are refused beyond 300 s: set both clocks by the network",
            ),
        }
    }

    /// The operations of either edition that answer as if they were there, and what their answers together
    /// look like.
    async fn operations(&mut self) -> Result<(BTreeSet<Operation>, Impression), Silence> {
        let mut present = BTreeSet::new();
        let mut impression = Impression::default();
        for document in signer_schemas::operations(Edition::Current) {
            let operation = document.operation;
            let mut context = self.context.clone();
            context.edition = Edition::Current;
            let mut asked = request(&context, operation);
            if operation == Operation::PutSigningProfile {
                // Refused for its platform, so that no profile is made.
                asked.body = br#"{"platformId":"NoSuchPlatform-Doctor"}"#.to_vec();
            }
            let response = self.endpoint.send(Account::Owner, &asked).await?;
            impression.take(document, &response);
            if !is_unimplemented(&response) && !(300..400).contains(&response.status) {
                present.insert(operation);
            }
            if operation == Operation::PutSigningProfile
                && response.is_success()
                && is_of_a_signer(document, &response)
            {
                self.warn(
                    "platforms",
                    "a profile on a platform that is not there was made all the same".to_owned(),
                    "a deviation; the profile's name begins with the run's prefix",
                );
            }
        }
        Ok((present, impression))
    }

    fn edition(&mut self, present: &BTreeSet<Operation>) {
        let missing = |edition| {
            let documents = signer_schemas::operations(edition).iter().map(|document| document.operation);
            documents
                .filter(|operation| !present.contains(operation))
                .map(Operation::name)
                .collect::<Vec<_>>()
        };
        let (wanted, other) = (
            self.options.edition,
            match self.options.edition {
                Edition::Current => Edition::May2019,
                Edition::May2019 => Edition::Current,
            },
        );
        let absent = missing(wanted);
        let of = signer_schemas::operations(wanted).len();
        if absent.is_empty() {
            self.ok("operations", format!("all {of} of the edition {wanted}"));
        } else {
            let advice = "each counts as unimplemented; a ledger says that it is known";
            self.warn(
                "operations",
                format!("{} of {of}; not there: {}", of - absent.len(), absent.join(", ")),
                advice,
            );
        }
        // What the edition of 2019 has, the current one has, too.
        let older = wanted == Edition::Current
            && !absent.is_empty()
            && present
                .iter()
                .all(|operation| signer_schemas::operation(Edition::May2019, *operation).is_some());
        let newer = wanted == Edition::May2019 && missing(other).is_empty();
        if older || newer {
            self.warn(
                "edition",
                format!("it looks like the edition {other}"),
                &format!("certify with --edition {other}"),
            );
        } else {
            self.ok("edition", format!("{wanted} fits"));
        }
    }

    /// Whose the identities are; whether the second one, which the user gives, is refused.
    async fn accounts(&mut self, region: &str, second: Second) -> bool {
        if authenticates(self.endpoint, &self.context).await {
            self.ok("signatures", "wrong ones are refused".to_owned());
        } else {
            self.warn(
                "signatures",
                "wrong ones are accepted".to_owned(),
                "the rules of authentication are left out",
            );
        }
        let owner = self.account(Account::Owner).await;
        match &owner {
            Some((told, _)) if told == region => self.ok("region", format!("{told}, as in its ARNs")),
            Some((told, _)) => {
                self.warn(
                    "region",
                    format!("its ARNs say {told}, --region says {region}"),
                    &format!("give --region {told}"),
                );
            }
            None => self.ok("region", format!("{region}; not told before the first profile")),
        }
        if second != Second::Missing
            && let Some(response) = self.refusal_of_the_other().await
        {
            let is_given = second == Second::Given;
            let level = if is_given { Level::Fail } else { Level::Warn };
            let advice = "give --other-access-key and --other-secret-key of another account that the target \
                knows; without, the rules between accounts are left out";
            self.tell("second account", level, format!("refused: {}", told(&response)), advice);
            return is_given;
        }
        let other = if second == Second::Missing { None } else { self.account(Account::Other).await };
        match (second != Second::Missing, owner, other) {
            (false, ..) => self.warn(
                "second account",
                "no second identity is given".to_owned(),
                "give --other-access-key and --other-secret-key of another account; without, the rules \
                 between accounts are left out",
            ),
            (true, Some((_, one)), Some((_, two))) if one == two => self.warn(
                "second account",
                format!("both identities belong to {one}"),
                "give the second one of another account; the rules between accounts are left out",
            ),
            (true, Some((_, one)), Some((_, two))) => self.ok("second account", format!("{one} and {two}")),
            (true, ..) => {
                self.ok("second account", "given; whose it is shows with the first profile".to_owned());
            }
        }
        false
    }

    async fn refusal_of_the_other(&self) -> Option<Response> {
        let platforms = request(&self.context, Operation::ListSigningPlatforms);
        self.endpoint.send(Account::Other, &platforms).await.ok().filter(is_unauthorized)
    }

    /// Region and account of an identity, if any profile tells them.
    async fn account(&self, by: Account) -> Option<(String, String)> {
        let response =
            self.endpoint.send(by, &request(&self.context, Operation::ListSigningProfiles)).await.ok()?;
        let answer = response.json().filter(|_| response.is_success())?;
        region_and_account(answer.get("profiles")?.as_array()?.first()?.get("arn")?.as_str()?)
    }

    /// Clients put `data-` before the host of `GetRevocationStatus`.
    async fn host_prefix(&mut self) {
        let url = self.endpoint.describe();
        let host = url.split("//").nth(1).unwrap_or(&url).split('/').next().unwrap_or_default();
        let host = format!("data-{}", host.rsplit('@').next().unwrap_or_default());
        let mut asked = request(&self.context, Operation::GetRevocationStatus);
        asked.headers.push(("host".to_owned(), host.clone()));
        let advice = "clients put data- before the host of GetRevocationStatus: answer on any host, or \
            switch it off in each client";
        match self.endpoint.send(Account::Owner, &asked).await {
            Ok(response) if is_unimplemented(&response) || is_unauthorized(&response) => {
                self.warn(
                    "host prefix",
                    format!("{} on the host {host}: {}", response.status, excerpt(&response)),
                    advice,
                );
            }
            Ok(_) => self.ok("host prefix", format!("answers on the host {host}")),
            Err(silence) => self.warn("host prefix", format!("{host}: {silence}"), advice),
        }
    }

    async fn s3(&mut self) {
        let get = |target: &str| Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            ..Request::default()
        };
        let advice = "jobs are judged without their objects; give one with --s3-endpoint";
        match self.endpoint.send_s3(&get("/")).await {
            Ok(response) if String::from_utf8_lossy(&response.body).contains("ListAllMyBucketsResult") => {
                self.ok("s3", "there is one".to_owned());
            }
            Ok(response) => {
                let found = format!("no list of buckets: {} {}", response.status, excerpt(&response));
                return self.warn("s3", found, advice);
            }
            Err(silence) => {
                let through = self
                    .endpoint
                    .proxy(Service::S3)
                    .map(|proxy| format!(", through {proxy}"))
                    .unwrap_or_default();
                return self.warn("s3", format!("{silence}{through}"), advice);
            }
        }
        let named = [
            ("source bucket", &self.options.buckets.source),
            ("destination bucket", &self.options.buckets.destination),
        ];
        for (probe, bucket) in named.map(|(probe, bucket)| (probe, bucket.clone())) {
            let Some(bucket) = bucket else {
                self.ok(probe, "none named, so a run makes one of its own".to_owned());
                continue;
            };
            if probe == "source bucket" {
                let versioning = self.endpoint.send_s3(&get(&format!("/{bucket}?versioning="))).await;
                if !versioning.is_ok_and(|response| {
                    String::from_utf8_lossy(&response.body).contains("<Status>Enabled<")
                }) {
                    self.warn(
                        "versioning",
                        format!("not switched on in {bucket}"),
                        "AWS signs from versioned buckets only",
                    );
                }
            }
            let target = format!("/{bucket}/{}/doctor", self.context.prefix.to_lowercase());
            match self.endpoint.send_s3(&put(target.clone(), b"doctor")).await {
                Ok(response) if response.is_success() => {
                    let remove = Request { method: "DELETE".to_owned(), target, ..Request::default() };
                    let removed =
                        self.endpoint.send_s3(&remove).await.is_ok_and(|response| response.is_success());
                    let left = if removed { "" } else { "; the object that was put there to see so stays" };
                    self.ok(probe, format!("{bucket} can be written{left}"));
                }
                Ok(response) => {
                    let found =
                        format!("{bucket} cannot be written: {} {}", response.status, excerpt(&response));
                    self.fail(probe, found, "name another one, or let the identity write to it");
                }
                Err(silence) => self.fail(probe, format!("{bucket}: {silence}"), "see --s3-endpoint"),
            }
        }
    }
}

/// How far a clock is from ours. Its time was told at some moment between the request and the answer, so a
/// slow answer is no skew.
const fn skew_s(told_s: i64, sent_s: i64, received_s: i64) -> i64 {
    if told_s < sent_s {
        told_s - sent_s
    } else if told_s > received_s {
        told_s - received_s
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::skew_s;

    #[test]
    fn a_slow_answer_is_no_skew() {
        assert_eq!(skew_s(100, 100, 190), 0, "told at once, and then it took long");
        assert_eq!(skew_s(190, 100, 190), 0, "told in the end");
        assert_eq!(skew_s(40, 100, 190), -60);
        assert_eq!(skew_s(250, 100, 190), 60);
    }
}
