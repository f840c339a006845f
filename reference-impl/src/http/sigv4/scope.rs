//! What a signature is good for: a while, a day, a Region and a service.

use jiff::SignedDuration;

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::http::sigv4::claim::Claim;
use crate::http::sigv4::rules::Rules;
use crate::parse;

/// The documented difference between the clocks.
const WINDOW_MINUTES: i64 = 15;

/// How far the clocks may be apart.
fn window(config: &Config) -> i64 {
    if config.freedoms.is(FreedomId::ExpiryWindowMinutes, "5") { 5 } else { WINDOW_MINUTES }
}

/// It is not too old: in a header for minutes, in a URL for as long as that says.
pub(super) fn check_expired(config: &Config, claim: &Claim) -> Outcome<()> {
    let (now, minutes, date) = (config.clock.unmoved(), window(config), &claim.date);
    let lifetime = claim.expires.map_or(SignedDuration::from_mins(minutes), SignedDuration::from_secs);
    if now.duration_since(claim.signed_at) > lifetime {
        let message = format!("Signature expired: {date} is now earlier than {now} - {minutes} min.");
        return Err(Refusal::new(ErrorName::RequestExpired, message));
    }
    Ok(())
}

/// It is not of a time to come.
pub(super) fn check_ahead(config: &Config, claim: &Claim) -> Outcome<()> {
    let (now, minutes, date) = (config.clock.unmoved(), window(config), &claim.date);
    if claim.signed_at.duration_since(now) > SignedDuration::from_mins(minutes) {
        let message = format!("Signature not yet current: {date} is still later than {now} + {minutes} min.");
        return Err(Refusal::new(ErrorName::RequestExpired, message));
    }
    Ok(())
}

/// It is for the service that is asked.
pub(super) fn check_service(claim: &Claim, rules: Rules) -> Outcome<()> {
    let (right, told) = (rules.service, &claim.scope.service);
    if right == told {
        return Ok(());
    }
    Err(wrong_scope(format!("Credential should be scoped to correct service: '{right}', not '{told}'.")))
}

/// It is for a Region.
pub(super) fn check_region(claim: &Claim) -> Outcome<()> {
    let region = &claim.scope.region;
    let wrong = |_| wrong_scope(format!("Credential should be scoped to a valid region, not '{region}'."));
    parse::region(region).map(drop).map_err(wrong)
}

/// It is of the day of its date.
pub(super) fn check_day(claim: &Claim) -> Outcome<()> {
    if claim.signed_at.strftime("%Y%m%d").to_string() == claim.scope.day {
        return Ok(());
    }
    Err(wrong_scope(
        "Date in Credential scope does not match YYYYMMDD from the date of the request".to_owned(),
    ))
}

/// A signature is good for one day, one Region and one service.
fn wrong_scope(message: String) -> Refusal {
    Refusal::new(ErrorName::InvalidSignature, message)
}
