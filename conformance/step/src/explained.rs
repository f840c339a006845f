//! Edges of the model that no choice of the reference takes, and why not.

/// By the requirement that admits them. A test pins how many there are of each in each scope.
pub static EXPLAINED: &[(&str, &str)] = &[
    ("GetSigningProfile/view", VALIDITY),
    ("GetSigningProfile/own-owner", VALIDITY),
    ("GetSigningProfile/canceled-readable", VALIDITY),
    ("GetSigningProfile/revoked-readable", VALIDITY),
    ("ListSigningPlatforms/partner-filter", GUESS),
    ("ListSigningPlatforms/target-filter", GUESS),
    ("StartSigningJob/missing-source", "the reference looks at the profile before it looks for the source"),
];

const VALIDITY: &str =
    "the reference shows a validity for every platform; where signatures do not expire it may be missing";
const GUESS: &str = "the model admits any value where a platform's is not known; the reference has one value";

/// Why the reference takes none of these edges, if there is a reason.
pub(super) fn reason(requirement: &str) -> Option<&'static str> {
    EXPLAINED.iter().find(|(id, _)| *id == requirement).map(|(_, reason)| *reason)
}
