//! Edges of the model that no choice of the reference takes, and why not.

/// By the requirement that admits them. A test holds that each is needed, and that there are no others.
pub static EXPLAINED: &[(&str, &str)] = &[
    ("GetSigningProfile/view", VALIDITY),
    ("GetSigningProfile/canceled-readable", VALIDITY),
    ("GetSigningProfile/revoked-readable", VALIDITY),
    ("ListSigningPlatforms/partner-filter", GUESS),
    ("ListSigningPlatforms/target-filter", GUESS),
    ("ListSigningProfiles/include-canceled-with-statuses", ONE_RULE),
    ("ListSigningProfiles/revoked-with-include-canceled", ONE_RULE),
    ("ListSigningJobs/expiry-filter-without-expiry", ONE_RULE),
    ("ListSigningJobs/not-revoked-filter", ONE_RULE),
    ("PutSigningProfile/certname-required", "the reference does not look for certname, since nobody says that the service does"),
];

const VALIDITY: &str = "the reference shows a validity for every platform; where signatures do not expire it may be missing";
const GUESS: &str = "the model admits any value where a platform's is not known; the reference has one value";
const ONE_RULE: &str = "the model admits each entry on its own; the reference has one rule for all of them";

/// Why the reference takes none of these edges, if there is a reason.
pub(super) fn reason(requirement: &str) -> Option<&'static str> {
    EXPLAINED.iter().find(|(id, _)| *id == requirement).map(|(_, reason)| *reason)
}
