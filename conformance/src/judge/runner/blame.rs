//! Which answer is to blame for one that no world explains: the one itself, or an earlier acknowledgement in
//! doubt.

use signer_model::{Account, Admission, Call, Job, Permitted, Profile, ProfileStatus, Reply, Request};

/// A call that was acknowledged although no source requires it, or although one speaks against it.
pub(super) struct Doubtful {
    call: Call,
    permitted: Permitted,
}

impl Doubtful {
    /// The acknowledgement, if it is in doubt. A read changes nothing that could be in doubt later.
    pub(super) fn of(call: &Call, permitted: &Permitted) -> Option<Self> {
        let is_certain =
            permitted.admission == Admission::Required || matches!(permitted.reply, Reply::Refused(_));
        (!is_certain && !call.request.is_read()).then_some(Self { call: *call, permitted: *permitted })
    }

    /// The requirement that the acknowledgement departs from, if that is what the answer to a later call
    /// shows. After what a source speaks against nobody knows what the service made of it. An open point
    /// admits some effect, and the answer may show another.
    pub(super) fn explains(
        &self,
        call: &Call,
        reply: &Reply,
        permitted: &[Permitted],
    ) -> Option<&'static str> {
        let shows = match self.permitted.admission {
            Admission::Contradicted => {
                let subject_of_both = subject(&self.call.request).filter(|_| self.may_show_in(call));
                subject_of_both.is_some() && subject_of_both == subject(&call.request)
            }
            Admission::Open => {
                self.shows_effect(call, reply) && !permitted.iter().any(|one| is_revoked(&one.reply))
            }
            Admission::Required => false,
        };
        shows.then_some(self.permitted.rule.id)
    }

    /// Whether the answer to that call may depend on what became of this one: permissions show in themselves,
    /// and in what other accounts may do.
    fn may_show_in(&self, call: &Call) -> bool {
        !is_of_permissions(&self.call.request)
            || is_of_permissions(&call.request)
            || call.by != Account::Owner
    }

    /// Whether the answer shows that the revocation had an effect.
    fn shows_effect(&self, call: &Call, reply: &Reply) -> bool {
        match (self.call.request, call.request, *reply) {
            (
                Request::RevokeSigningProfile { profile, .. },
                Request::GetSigningProfile { profile: shown, .. },
                Reply::Profile(view),
            ) => profile == shown && (view.status == ProfileStatus::Revoked || view.effective.is_some()),
            (
                Request::RevokeSigningProfile { profile, .. },
                Request::GetRevocationStatus { profile: asked, .. },
                Reply::Revocations { profile: listed, .. },
            ) => profile == asked && listed,
            (
                Request::RevokeSignature { job, .. },
                Request::DescribeSigningJob { job: shown },
                Reply::Job(view),
            ) => job == shown && view.revoked,
            (
                Request::RevokeSignature { job, .. },
                Request::GetRevocationStatus { job: asked, .. },
                Reply::Revocations { job: listed, .. },
            ) => job == asked && listed,
            _ => false,
        }
    }
}

/// Whether the answer tells of a revocation.
fn is_revoked(reply: &Reply) -> bool {
    match reply {
        Reply::Profile(view) => view.status == ProfileStatus::Revoked,
        Reply::Job(view) => view.revoked,
        Reply::Revocations { profile, job, .. } => *profile || *job,
        _ => false,
    }
}

const fn is_of_permissions(request: &Request) -> bool {
    matches!(
        request,
        Request::AddProfilePermission { .. }
            | Request::ListProfilePermissions { .. }
            | Request::RemoveProfilePermission { .. }
    )
}

/// The profile or the job that a request is about, if it is about one thing.
fn subject(request: &Request) -> Option<(Option<Profile>, Option<Job>)> {
    let names = request.names();
    matches!(names, (Some(_), None) | (None, Some(_))).then_some(names)
}

#[cfg(test)]
mod tests {
    use signer_model::{
        Action, Admission, Grant, P0, Permitted, Platform, Principal, Reply, Request, RevisionArg, S0, State,
        Worlds, permits,
    };
    use signer_schemas::Edition;

    use super::Doubtful;

    #[test]
    fn what_was_done_to_permissions_is_to_blame_for_permissions_and_for_what_others_may_do() {
        let edition = Edition::Current;
        let mut worlds = Worlds::new(edition, State::new());
        let put = Request::put(edition, P0, Platform::Lambda).by_owner();
        worlds.observe(&put, &Reply::Created).expect("a profile is made");
        let grant =
            Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None };
        let revision = RevisionArg::Stale;
        let add = Request::AddProfilePermission { profile: P0, statement: S0, grant, revision }.by_owner();
        let outcomes = permits(edition, &worlds.states()[0], &add);
        let contradicted = outcomes.iter().find(|outcome| outcome.admission == Admission::Contradicted);
        let permitted = Permitted::from(contradicted.expect("a source speaks against a revision there"));
        let added = Doubtful::of(&add, &permitted).expect("what a source speaks against is in doubt");
        let blamed = |call| added.explains(&call, &Reply::Done, &[]).is_some();
        assert!(!blamed(Request::get(P0).by_owner()), "the owner's view shows no permissions");
        assert!(blamed(Request::get(P0).by_other()));
        assert!(blamed(Request::ListProfilePermissions { profile: P0 }.by_owner()));
    }
}
