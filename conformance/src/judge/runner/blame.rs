//! Which answer is to blame for one that no world explains: the one itself, or an earlier acknowledgement in
//! doubt.

use signer_model::{Admission, Call, Job, Permitted, Profile, ProfileStatus, Reply, Request};

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
                subject(&self.call.request).is_some() && subject(&self.call.request) == subject(&call.request)
            }
            Admission::Open => {
                self.shows_effect(call, reply) && !permitted.iter().any(|one| is_revoked(&one.reply))
            }
            Admission::Required => false,
        };
        shows.then_some(self.permitted.rule.id)
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

/// The profile or the job that a request is about, if it is about one thing.
fn subject(request: &Request) -> Option<(Option<Profile>, Option<Job>)> {
    let names = request.names();
    matches!(names, (Some(_), None) | (None, Some(_))).then_some(names)
}
