//! What an acknowledgement does not show: whether the call had its effect, and whether a filter left anything
//! out.
//!
//! Beside the worlds in which every call did what it says, others are kept in which one of the calls changed
//! nothing. The first answer that these do not explain is one that would have given the lie away, so the
//! effect was seen.

use signer_model::{Admission, Call, JobFilter, PlatformFilter, ProfileFilter, Reply, Request, Worlds};

/// Calls that were acknowledged, and whose effect no answer has shown yet.
pub(super) struct Effects {
    unseen: Vec<Unseen>,
    /// The worlds in which no call changed anything, as long as they explain all answers: where nothing is
    /// kept, what is missing was not taken away.
    nothing: Option<Worlds>,
}

struct Unseen {
    rule: &'static str,
    /// The worlds in which that call changed nothing.
    without: Worlds,
}

impl Effects {
    /// Nothing was acknowledged yet.
    pub(super) const fn new(beginning: Worlds) -> Self {
        Self { unseen: Vec::new(), nothing: Some(beginning) }
    }

    /// Takes in an acknowledgement by the rule of that id, between the worlds before it and after it.
    pub(super) fn acknowledged(
        &mut self,
        rule: &'static str,
        (before, after): (&Worlds, &Worlds),
        call: &Call,
        reply: &Reply,
    ) {
        let mut without = before.clone();
        if without.observe_without_effect(call, reply) && without.states() != after.states() {
            self.unseen.push(Unseen { rule, without });
        }
    }

    /// Takes in a later answer: the rules whose effects it shows. Another acknowledgement shows none, as a
    /// service that acknowledges everything gives it as well.
    pub(super) fn told(&mut self, call: &Call, reply: &Reply) -> Vec<&'static str> {
        let is_acknowledgement = !call.request.is_read() && !matches!(reply, Reply::Refused(_));
        if is_acknowledgement {
            self.unseen.iter_mut().for_each(|unseen| drop(unseen.without.observe(call, reply)));
            return Vec::new();
        }
        if let Some(nothing) = &mut self.nothing {
            if explains(nothing, call, reply) {
                return Vec::new();
            }
            self.nothing = None;
        }
        let mut seen = Vec::new();
        self.unseen.retain_mut(|unseen| {
            let is_explained = explains(&mut unseen.without, call, reply);
            if !is_explained {
                seen.push(unseen.rule);
            }
            is_explained
        });
        seen
    }

    /// Takes in that a call was made whose answer never came.
    pub(super) fn lose_reply(&mut self, call: &Call) {
        for unseen in &mut self.unseen {
            unseen.without.lose_reply(call);
        }
    }

    /// Whether the list would have been another one if the target had ignored the filters; none for what is
    /// no list with filters. What was only acknowledged so far may not be there to be left out.
    pub(super) fn filter_shows(&self, worlds: &Worlds, call: &Call, reply: &Reply) -> Option<bool> {
        let unfiltered = unfiltered(call)?;
        let explains = |worlds: &Worlds| {
            let permitted = worlds.permitted(&unfiltered);
            permitted.iter().any(|one| one.reply == *reply && one.admission != Admission::Contradicted)
        };
        let unsure = self.unseen.iter().map(|unseen| &unseen.without).chain(&self.nothing);
        Some(!explains(worlds) && !unsure.into_iter().any(explains))
    }

    /// Nothing that comes later shows them: it cannot be told in which order calls were carried out.
    pub(super) fn forget(&mut self) {
        self.unseen.clear();
    }
}

/// Whether the worlds explain the answer, and not only against some source; then they take it in.
pub(super) fn explains(worlds: &mut Worlds, call: &Call, reply: &Reply) -> bool {
    worlds.observe(call, reply).is_ok_and(|permitted| permitted.admission != Admission::Contradicted)
}

/// The same list without its filters; none for what is no list with filters.
fn unfiltered(call: &Call) -> Option<Call> {
    let request = match call.request {
        Request::ListSigningJobs { page, .. } => {
            Request::ListSigningJobs { filter: JobFilter::default(), page }
        }
        Request::ListSigningPlatforms { page, .. } => {
            Request::ListSigningPlatforms { filter: PlatformFilter::All, page }
        }
        Request::ListSigningProfiles { filter, page } => {
            let is_narrowed = filter.platform.is_some() || filter.status.is_some();
            // Without other filters it is includeCanceled, given or not, that leaves profiles out.
            let include_canceled = if is_narrowed {
                filter.include_canceled
            } else {
                (filter.include_canceled != Some(true)).then_some(true)
            };
            Request::ListSigningProfiles {
                filter: ProfileFilter { include_canceled, ..ProfileFilter::default() },
                page,
            }
        }
        _ => return None,
    };
    Some(Call { request, ..*call })
}

#[cfg(test)]
mod tests {
    use signer_model::{ErrorName, P0, Platform, PlatformSet, State};
    use signer_schemas::Edition;

    use super::*;

    fn after(calls: &[(Call, Reply)]) -> (Worlds, Effects) {
        let mut worlds = Worlds::new(Edition::Current, State { platforms: PlatformSet::ALL, ..State::new() });
        let mut effects = Effects::new(worlds.clone());
        for (call, reply) in calls {
            let before = worlds.clone();
            let permitted = worlds.observe(call, reply).expect("it is permitted");
            effects.acknowledged(permitted.rule.id, (&before, &worlds), call, reply);
        }
        (worlds, effects)
    }

    fn put() -> (Call, Reply) {
        (Request::put(Edition::Current, P0, Platform::Lambda).by_owner(), Reply::Created)
    }

    #[test]
    fn an_effect_is_seen_by_the_first_answer_that_its_absence_does_not_explain() {
        let (worlds, mut effects) = after(&[put(), (Request::cancel(P0).by_owner(), Reply::Done)]);
        let again = Request::put(Edition::Current, P0, Platform::Lambda).by_owner();
        let refused = Reply::Refused(ErrorName::Validation);
        assert_eq!(
            effects.told(&again, &refused),
            ["PutSigningProfile/created"],
            "the name is taken in either status"
        );
        let list = Request::profiles(ProfileFilter::default()).by_owner();
        let listed = worlds.permitted(&list)[0].reply;
        assert_eq!(effects.told(&list, &listed), ["CancelSigningProfile/cancels"]);
        assert_eq!(effects.told(&list, &listed), [""; 0], "it is seen once");
    }

    #[test]
    fn an_acknowledgement_shows_the_effect_of_no_other_call() {
        let (_, mut effects) = after(&[put()]);
        assert_eq!(effects.told(&Request::cancel(P0).by_owner(), &Reply::Done), [""; 0]);
        let absent = Reply::Refused(ErrorName::ResourceNotFound);
        assert_eq!(
            effects.told(&Request::get(P0).by_owner(), &absent),
            [""; 0],
            "that is what a service without it says"
        );
    }

    /// What shows that the profile is there.
    fn look(worlds: &Worlds, effects: &mut Effects) {
        let get = Request::get(P0).by_owner();
        effects.told(&get, &worlds.permitted(&get)[0].reply);
    }

    #[test]
    fn a_filter_that_had_nothing_to_leave_out_was_not_seen() {
        let (worlds, mut effects) = after(&[put()]);
        let by = |effects: &Effects, platform| {
            let call =
                Request::profiles(ProfileFilter { platform: Some(platform), ..ProfileFilter::default() })
                    .by_owner();
            effects.filter_shows(&worlds, &call, &worlds.permitted(&call)[0].reply)
        };
        assert_eq!(by(&effects, Platform::Notation), Some(false), "the profile may not be there at all");
        look(&worlds, &mut effects);
        assert_eq!(by(&effects, Platform::Lambda), Some(false));
        assert_eq!(by(&effects, Platform::Notation), Some(true));
        let (call, reply) = put();
        assert_eq!(effects.filter_shows(&worlds, &call, &reply), None);
    }

    #[test]
    fn a_canceled_profile_shows_whether_only_active_ones_are_listed() {
        let (worlds, mut effects) = after(&[put(), (Request::cancel(P0).by_owner(), Reply::Done)]);
        look(&worlds, &mut effects);
        let call = Request::profiles(ProfileFilter::default()).by_owner();
        let reply = worlds.permitted(&call)[0].reply;
        assert_eq!(effects.filter_shows(&worlds, &call, &reply), Some(true));
    }
}
