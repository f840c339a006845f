//! Cross-account permissions: one policy per profile, changed under its current revision.

use std::sync::Arc;

use signer_schemas::Platform;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::freedoms::chosen::Freedoms;
use crate::identity::Caller;
use crate::store::paging;
use crate::store::paging::{Page, PageRequest, Paging};
use crate::store::platforms::{is_lambda, is_notation};
use crate::store::policy::{Policy, Statement};
use crate::store::policy_size::{Principals, check_size, is_account, policy_bytes};
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::state::{Context, Store};

/// The request of `AddProfilePermission`.
#[derive(Debug, Clone)]
pub struct AddProfilePermission {
    /// The profile.
    pub profile_name: String,
    /// What to add.
    pub statement: Statement,
    /// The current revision; an empty one is none.
    pub revision: Option<String>,
}

/// The answer of `ListProfilePermissions`.
#[derive(Debug, Clone)]
pub struct PermissionList {
    /// One page of the statements in the order of their ids.
    pub page: Page<Statement>,
    /// How large the policy is.
    pub policy_size_bytes: usize,
    /// The current revision.
    pub revision: Option<String>,
}

/// The characters that a statement's id has at the most.
const LONGEST_ID: usize = 64;

impl Profile {
    /// Whether the policy lets a principal of another account do something.
    pub(super) fn permits(&self, caller: &Caller, action: &str) -> bool {
        self.policy.statements.iter().any(|statement| {
            let version = statement.profile_version.as_ref().is_none_or(|version| *version == self.version);
            version && statement.action == action && names(&statement.principal, caller)
        })
    }
}

/// Whether a principal of a policy is the caller: its account, its role, or a session of that role.
fn names(principal: &str, caller: &Caller) -> bool {
    if principal == caller.account || principal == caller.arn {
        return true;
    }
    let session = principal.replacen(":iam:", ":sts:", 1).replacen(":role/", ":assumed-role/", 1) + "/";
    caller.arn.starts_with(&session)
}

/// Whether the text can be a principal: an account id, or the ARN of a role, which may have a path.
fn is_principal(text: &str, with_path: bool) -> bool {
    if is_account(text) {
        return true;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return false };
    let role = resource.strip_prefix("role/").unwrap_or_default();
    partition.starts_with("aws")
        && is_account(account)
        && !role.is_empty()
        && (with_path || !role.contains('/'))
}

/// Every action that a permission can have.
const ACTIONS: &[&str] =
    &["signer:StartSigningJob", "signer:SignPayload", "signer:GetSigningProfile", "signer:RevokeSignature"];

/// What may be permitted for a platform; nothing where there is no cross-account signing.
fn actions(platform: &Platform) -> &'static [&'static str] {
    if is_lambda(platform) {
        &["signer:StartSigningJob", "signer:GetSigningProfile", "signer:RevokeSignature"]
    } else if is_notation(platform) {
        &["signer:SignPayload", "signer:GetSigningProfile", "signer:RevokeSignature"]
    } else {
        &[]
    }
}

impl Store {
    /// The caller's profile, for the operations on its policy.
    fn profile_with_policy(&self, caller: &Caller, name: &str) -> Outcome<&Arc<Profile>> {
        let absent = |refusal| Refusal {
            message: format!("SigningProfile with name {name} does not exist"),
            ..refusal
        };
        self.own_profile(caller, name).map_err(absent)
    }

    /// Adds a statement and answers the new revision.
    pub fn add_profile_permission(
        &mut self,
        context: &mut Context<'_>,
        request: AddProfilePermission,
    ) -> Outcome<Option<String>> {
        let AddProfilePermission { profile_name, statement, revision } = request;
        let profile = self.profile_with_policy(context.caller, &profile_name)?;
        let policy = &profile.policy;
        let freedoms = &self.settings.freedoms;
        check_active(profile, "add permission to", freedoms, FreedomId::AddRevoked)?;
        check_statement(context.caller, profile, &statement, freedoms)?;
        match policy.statements.iter().find(|known| known.id == statement.id) {
            Some(known) if *known == statement => return Ok(policy.revision.clone()),
            Some(_) => return Err(duplicate(&statement)),
            None => check_revision(profile, revision.as_deref().filter(|revision| !revision.is_empty()))?,
        }
        let mut statements = policy.statements.clone();
        statements.push(statement);
        check_size(&profile.arn, &statements, Principals::AsGiven)?;
        let size_bytes = policy_bytes(&profile.arn, &statements, Principals::Expanded);
        self.change_own_profile(context.caller, &profile_name, |profile| {
            let policy = &mut profile.policy;
            (policy.statements, policy.size_bytes) = (statements, size_bytes);
            policy.revise(context.ids)
        })
    }

    /// Lists the statements of the caller's profile.
    pub fn list_profile_permissions(
        &self,
        context: &Context<'_>,
        name: &str,
        page: &PageRequest,
    ) -> Outcome<PermissionList> {
        let policy = &self.profile_with_policy(context.caller, name)?.policy;
        if policy.statements.is_empty() && !self.settings.freedoms.is(FreedomId::PermissionsNone, "empty") {
            return Err(no_policy(name));
        }
        let mut items: Vec<_> =
            policy.statements.iter().map(|statement| (statement.id.as_str(), statement)).collect();
        items.sort_unstable_by_key(|(id, _)| *id);
        let default_size = self.settings.freedoms.number(FreedomId::PermissionsPageLength);
        let paging = Paging { default_size, short: self.pages_are_short(), bad_token_ignored: false };
        let scope = || self.scope("ListProfilePermissions", &context.caller.account, &name);
        let Page { items, next_token } = paging::page(|_| items.into_iter(), page, &paging, scope)?;
        Ok(PermissionList {
            page: Page { items: items.into_iter().cloned().collect(), next_token },
            policy_size_bytes: policy.size_bytes,
            revision: policy.revision.clone(),
        })
    }

    /// Removes a statement and answers the new revision.
    pub fn remove_profile_permission(
        &mut self,
        context: &mut Context<'_>,
        name: &str,
        statement_id: &str,
        revision: &str,
    ) -> Outcome<Option<String>> {
        let profile = self.profile_with_policy(context.caller, name)?;
        check_active(profile, "remove permission from", &self.settings.freedoms, FreedomId::RemoveRevoked)?;
        let policy = &profile.policy;
        if policy.statements.is_empty() {
            return Err(no_policy(name));
        }
        if policy.revision.as_deref() != Some(revision) {
            return Err(stale(policy, revision));
        }
        let index = policy.statements.iter().position(|known| known.id == statement_id);
        let unknown = || {
            Refusal::not_found(format!("No policy named {statement_id} associated with {name} profile"))
                .with_code("PolicyNotFound")
        };
        let index = index.ok_or_else(unknown)?;
        self.change_own_profile(context.caller, name, |profile| {
            let policy = &mut profile.policy;
            policy.statements.remove(index);
            policy.size_bytes = policy_bytes(&profile.arn, &policy.statements, Principals::Expanded);
            policy.revise(context.ids)
        })
    }
}

/// A canceled profile has the permissions that it has; whether a revoked one has, too, is an open point.
fn check_active(profile: &Profile, doing: &str, freedoms: &Freedoms, revoked: FreedomId) -> Outcome<()> {
    let refusal = || {
        let message = format!("Cannot {doing} a profile in {} state", profile.status.name());
        Refusal::validation(message).with_code("ProfileNotActive")
    };
    match profile.status {
        ProfileStatus::Active => Ok(()),
        ProfileStatus::Canceled => Err(refusal()),
        ProfileStatus::Revoked if freedoms.is(revoked, "accepted") => Ok(()),
        ProfileStatus::Revoked => Err(freedoms.refusal_or(revoked, refusal())),
    }
}

/// The first statement comes without a revision, every other one with the current one.
fn check_revision(Profile { name, policy, .. }: &Profile, given: Option<&str>) -> Outcome<()> {
    match given {
        Some(_) if policy.statements.is_empty() => Err(Refusal::validation(
            "Resource Policy does not exist but revisionId was specified in the request",
        )),
        None if !policy.statements.is_empty() => {
            let message = format!(
                "Resource Policy exists for Profile Name {name}. But no revisionId was provided in the \
                 request"
            );
            Err(Refusal::validation(message))
        }
        Some(given) if policy.revision.as_deref() != Some(given) => Err(stale(policy, given)),
        Some(_) | None => Ok(()),
    }
}

/// Looks at a statement by itself: its id, its principal, its action, its version.
fn check_statement(
    caller: &Caller,
    profile: &Profile,
    statement: &Statement,
    freedoms: &Freedoms,
) -> Outcome<()> {
    check_id(&statement.id)?;
    check_principal(caller, &statement.principal, freedoms)?;
    let mut known = actions(profile.platform);
    if known.is_empty() {
        let message = format!("platform {} has no cross-account signing", profile.platform.id);
        freedoms.refuse(FreedomId::AddUnsupportedPlatform, message)?;
        known = ACTIONS;
    }
    if !known.contains(&statement.action.as_str()) {
        let message = format!(
            "Action {} not supported for platform {}. Action must be one of [{}]",
            statement.action,
            profile.platform.id,
            known.join(", ")
        );
        return Err(Refusal::validation(message));
    }
    check_version(profile, statement)
}

fn check_id(id: &str) -> Outcome<()> {
    let wrong = |message: &str| Err(Refusal::validation(message).with_code("InvalidPermissionStatement"));
    if id.is_empty() {
        return Err(Refusal::validation("statementId cannot be empty."));
    }
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return wrong("Statement ID must contain only alphanumeric characters, underscores, and dashes");
    }
    if id.len() > LONGEST_ID {
        // In the words of the real service, which takes one of 64.
        return wrong("Statement ID must be less than 64 characters length");
    }
    Ok(())
}

fn check_principal(caller: &Caller, principal: &str, freedoms: &Freedoms) -> Outcome<()> {
    let with_path = freedoms.is(FreedomId::AddPrincipalPath, "accepted");
    if !is_principal(principal, with_path) {
        let message = "Principal is not a valid AWS account id or IAM Role Arn";
        return Err(Refusal::validation(message).with_code("InvalidPrincipal"));
    }
    // No role but the caller's own exists here.
    if principal.starts_with("arn:") && principal != caller.arn {
        freedoms.refuse(FreedomId::AddUnresolvedPrincipal, "Principal not found")?;
    }
    Ok(())
}

fn check_version(profile: &Profile, statement: &Statement) -> Outcome<()> {
    match &statement.profile_version {
        Some(version) if *version != profile.version => {
            let message = format!("Version {version} does not exist for SigningProfile {}.", profile.name);
            Err(Refusal::not_found(message).with_code("ProfileVersionNotFound"))
        }
        _ => Ok(()),
    }
}

pub(crate) fn duplicate(statement: &Statement) -> Refusal {
    let message = format!("Statement with statementId {} is already in the policy", statement.id);
    Refusal::validation(message).with_code("InvalidPermissionStatement")
}

fn stale(policy: &Policy, given: &str) -> Refusal {
    let current = policy.revision.as_deref().unwrap_or_default();
    let message = format!(
        "Specified revisionId ({given}) does not match the revisionId of the existing policy ({current})"
    );
    Refusal::new(ErrorName::Conflict, message).with_code("PolicyRevisionIdMismatch")
}

fn no_policy(name: &str) -> Refusal {
    Refusal::not_found(format!("No policies associated with profile {name}")).with_code("PolicyNotFound")
}
