//! How an answer in symbols settles an open point, in the words that the ledger of rules admits.

use signer_model::{Admission, Call, Permitted, Reply, Worlds};

use crate::data::open_answer::OpenAnswer;
use crate::operations::adapter;
use crate::operations::adapter::Refusal;

/// The admitted answer that the reply to a call gives; none if the reply does not tell.
pub(super) fn answer(rule: &str, worlds: &Worlds, call: &Call, reply: &Reply) -> Option<OpenAnswer> {
    let mut permitted = worlds.permitted(call);
    permitted.retain(|one| one.admission != Admission::Contradicted);
    let open = &adapter(call.request.operation()).open;
    let refusal = Refusal { rule, call, reply, states: worlds.states(), permitted: &permitted };
    if matches!(reply, Reply::Refused(_)) && !(open.settled_by)(&refusal) {
        return None;
    }
    let admits = signer_schemas::requirement(rule).map(|row| row.admits.as_slice()).unwrap_or_default();
    let word = match (rule, reply) {
        // The admitted answers are limits.
        ("TagResource/limit", Reply::Refused(_)) => "50",
        ("TagResource/limit", _) => "200",
        (_, Reply::Refused(error)) => {
            admits.iter().find(|word| word.contains(error.id())).map_or(error.id(), String::as_str)
        }
        _ => match extent(rule, reply, &permitted) {
            Some(extent) => (open.extents)(rule, call.request)[usize::from(extent == Extent::More)]?,
            None => success(admits)?,
        },
    };
    Some(OpenAnswer::new(word))
}

/// Whether a list holds more or less than it might.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Less,
    More,
}

/// How a list stands to the others that the point admits; none for what is no list, or neither the least nor
/// the most.
fn extent(rule: &str, reply: &Reply, permitted: &[Permitted]) -> Option<Extent> {
    let others = permitted.iter().filter(|one| one.rule.id == rule && one.reply != *reply);
    let others: Vec<&Reply> = others.map(|one| &one.reply).collect();
    let less = others.iter().any(|other| is_within(reply, other));
    let more = others.iter().any(|other| is_within(other, reply));
    match (less, more) {
        (true, false) => Some(Extent::Less),
        (false, true) => Some(Extent::More),
        (false, false) | (true, true) => None,
    }
}

/// Whether the one list holds nothing that the other does not.
fn is_within(one: &Reply, other: &Reply) -> bool {
    match (*one, *other) {
        (Reply::Jobs(one), Reply::Jobs(other)) => one.iter().all(|job| other.contains(job)),
        (Reply::Profiles(one), Reply::Profiles(other)) => one.iter().all(|profile| other.contains(profile)),
        (Reply::Revocations { profile: one, .. }, Reply::Revocations { profile: other, .. }) => !one || other,
        _ => false,
    }
}

/// The one admitted answer that is no refusal; none if there are several, of which only another call can tell
/// which it is.
fn success(admits: &[String]) -> Option<&str> {
    let mut successes = admits.iter().filter(|word| !word.contains("Exception") && !word.contains("refusal"));
    successes.next().filter(|_| successes.next().is_none()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use signer_model::{
        EffectiveTime, J0, P0, Permitted, Platform, PlatformSet, ProfileFilter, Request, SignatureTime, State,
    };
    use signer_schemas::Edition;

    use super::*;

    fn put(platform: Platform) -> Call {
        Request::put(Edition::Current, P0, platform).by_owner()
    }

    fn revoke() -> Call {
        Request::revoke(P0, EffectiveTime::Earlier).by_owner()
    }

    /// What the model may be told to that call after the others, and how the ledger puts each.
    fn answers(rule: &str, before: &[Call], call: &Call) -> Vec<&'static str> {
        let mut worlds = Worlds::new(Edition::Current, State { platforms: PlatformSet::ALL, ..State::new() });
        for call in before {
            let first =
                worlds.permitted(call).into_iter().find(|one| !matches!(one.reply, Reply::Refused(_)));
            worlds.observe(call, &first.expect("the call may succeed").reply).expect("it is permitted");
        }
        let open = |one: &Permitted| one.rule.id == rule && one.admission == Admission::Open;
        let permitted = worlds.permitted(call).into_iter().filter(open);
        let told = permitted.filter_map(|one| answer(rule, &worlds, call, &one.reply));
        told.map(OpenAnswer::words).collect()
    }

    #[test]
    fn an_open_point_is_answered_in_words_that_the_ledger_admits() {
        let cancel = Request::cancel(P0).by_owner();
        let canceled = [put(Platform::Notation), cancel];
        let told = answers("RevokeSigningProfile/canceled", &canceled, &revoke());
        assert_eq!(told, ["400 ValidationException", "200, the profile becomes Revoked"]);
        let at = Request::GetRevocationStatus {
            profile: P0,
            job: J0,
            platform: Platform::Notation,
            at: SignatureTime::AtEarlier,
        };
        let told = answers(
            "GetRevocationStatus/at-effective-time",
            &[put(Platform::Notation), revoke()],
            &at.by_owner(),
        );
        assert_eq!(told, ["not listed", "listed"]);
    }

    #[test]
    fn lists_of_different_length_are_different_answers() {
        let filter = ProfileFilter { include_canceled: Some(true), ..ProfileFilter::default() };
        let list = Request::profiles(filter).by_owner();
        let told = answers(
            "ListSigningProfiles/revoked-with-include-canceled",
            &[put(Platform::Notation), revoke()],
            &list,
        );
        assert_eq!(told, ["not listed", "listed"]);
    }

    #[test]
    fn a_refusal_that_another_fault_explains_answers_an_open_point() {
        let cancel = Request::cancel(P0).by_owner();
        let told = answers(
            "RevokeSigningProfile/canceled",
            &[put(Platform::IotDeviceManagement), cancel],
            &revoke(),
        );
        assert_eq!(told, ["200, the profile becomes Revoked"], "the platform may be why it is refused");
    }

    #[test]
    fn a_success_that_may_be_either_of_two_answers_an_open_point() {
        assert_eq!(
            success(&["200, the first record stays".to_owned(), "200, the record is replaced".to_owned()]),
            None
        );
        assert_eq!(success(&["200".to_owned(), "400 ValidationException".to_owned()]), Some("200"));
    }
}
