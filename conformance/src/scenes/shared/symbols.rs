//! What scenes need to make requests in symbols, which the model judges, beside the phrases of
//! [`signer_model::Request`].

use signer_model::{Action, Grant, Platform, Principal, Profile, Request, RevisionArg, Statement};
use signer_schemas::Edition;

use crate::judge::runner::case::Case;

/// The platform of profiles that are of no particular one.
pub(crate) fn plain(case: &Case<'_>) -> Platform {
    case.context().plain_platform()
}

/// The platform of profiles that are revoked or shared, which those for devices cannot be.
pub(crate) fn managed(case: &Case<'_>) -> Platform {
    match case.edition() {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => plain(case),
    }
}

/// `AddProfilePermission`: the other account may do this.
pub(crate) const fn add(profile: Profile, statement: u8, action: Action, revision: RevisionArg) -> Request {
    let grant = Grant { principal: Principal::OtherAccount, action, version: None };
    Request::AddProfilePermission { profile, statement: Statement(statement), grant, revision }
}
