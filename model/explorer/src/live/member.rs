//! At which member of an answer it departs from what is permitted.

use signer_model::{JobView, ProfileView, Reply};

/// A pointer to the member, or the part of the answer, at which it departs; none if it cannot be named.
pub(super) fn member(permitted: &[Reply], came: &Reply) -> Option<&'static str> {
    let alike = permitted.iter().find(|one| std::mem::discriminant(*one) == std::mem::discriminant(came));
    match (alike, came) {
        (Some(Reply::Profile(permitted)), Reply::Profile(came)) => profile(permitted, came),
        (Some(Reply::Job(permitted)), Reply::Job(came)) => job(permitted, came),
        (
            Some(Reply::Permissions { statements: permitted, .. }),
            Reply::Permissions { statements: came, .. },
        ) => Some(if permitted == came { "/revisionId" } else { "/permissions" }),
        (_, Reply::Refused(_)) => Some("the error"),
        (_, Reply::Done) => Some("the status"),
        (_, Reply::Created) => Some("/profileVersion"),
        (_, Reply::Profile(_) | Reply::Job(_)) => Some("/status"),
        (_, Reply::Profiles(_)) => Some("/profiles"),
        (_, Reply::Platform(_)) => Some("/platformId"),
        (_, Reply::Platforms(_)) => Some("/platforms"),
        (_, Reply::Started(_)) => Some("/jobId"),
        (_, Reply::Jobs(_)) => Some("/jobs"),
        (_, Reply::Revision(_)) => Some("/revisionId"),
        (_, Reply::Permissions { .. }) => Some("/permissions"),
        (_, Reply::Revocations { .. }) => Some("/revokedEntities"),
        (_, Reply::Tags(_)) => Some("/tags"),
    }
}

fn profile(permitted: &ProfileView, came: &ProfileView) -> Option<&'static str> {
    let members = [
        (permitted.status != came.status, "/status"),
        (permitted.platform != came.platform, "/platformId"),
        (permitted.validity != came.validity, "/signatureValidityPeriod"),
        (permitted.tags != came.tags, "/tags"),
        (permitted.effective != came.effective, "/revocationRecord/revocationEffectiveFrom"),
    ];
    members.into_iter().find(|(differs, _)| *differs).map(|(_, member)| member)
}

fn job(permitted: &JobView, came: &JobView) -> Option<&'static str> {
    let members = [
        (permitted.status != came.status, "/status"),
        (permitted.profile != came.profile, "/profileName"),
        (permitted.invoker != came.invoker, "/jobInvoker"),
        (permitted.revoked != came.revoked, "/revocationRecord"),
    ];
    members.into_iter().find(|(differs, _)| *differs).map(|(_, member)| member)
}

#[cfg(test)]
mod tests {
    use signer_model::{ErrorName, Job, JobStatus, JobView, Reply};

    use super::member;

    #[test]
    fn a_success_where_a_refusal_is_due_departs_at_what_it_gives() {
        let refused = Reply::Refused(ErrorName::Validation);
        assert_eq!(member(&[refused], &Reply::Started(Job(1))), Some("/jobId"));
        assert_eq!(member(&[Reply::Started(Job(1))], &refused), Some("the error"));
    }

    #[test]
    fn a_view_departs_at_the_member_that_differs() {
        let view = JobView { status: JobStatus::Succeeded, profile: None, invoker: None, revoked: false };
        let revoked = Reply::Job(JobView { revoked: true, ..view });
        assert_eq!(member(&[Reply::Job(view)], &revoked), Some("/revocationRecord"));
    }
}
