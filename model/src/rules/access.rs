//! Whose entities a call means, and whether the caller may touch them.

use signer_schemas::Edition;

use crate::call::{Account, Action, OwnerArg, Principal, Profile, VersionArg};
use crate::rules::Asked;
use crate::state::State;

/// How a caller stands to the profile that a call names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It is the caller's own.
    Own,
    /// It is the caller's own, and the call says so.
    OwnByName,
    /// It belongs to another account, which has granted the action.
    Granted,
    /// It belongs to another account, which has not granted the action.
    Denied,
    /// The call means a profile of that name in the caller's own account, where there is none.
    Elsewhere,
}

/// How the caller stands to a profile, for an operation that a permission can open to others.
pub(super) fn reach(asked: &Asked<'_>, owner: OwnerArg, profile: Profile, action: Action) -> Reach {
    let owner = match asked.edition {
        Edition::Current => owner,
        Edition::May2019 => OwnerArg::Omitted,
    };
    match (asked.by, owner) {
        (Account::Owner, OwnerArg::Omitted) => Reach::Own,
        (Account::Owner, OwnerArg::Owner) => Reach::OwnByName,
        (Account::Other, OwnerArg::Omitted) => Reach::Elsewhere,
        (Account::Other, OwnerArg::Owner) if granted(asked.state, profile, action) => Reach::Granted,
        (Account::Other, OwnerArg::Owner) => Reach::Denied,
    }
}

/// Whether a permission lets the other account do that with the profile.
pub(crate) fn granted(state: &State, profile: Profile, action: Action) -> bool {
    state.profile(profile).policy.statements.iter().flatten().any(|grant| {
        grant.principal == Principal::OtherAccount
            && grant.action == action
            && matches!(grant.version, None | Some(VersionArg::Current))
    })
}
