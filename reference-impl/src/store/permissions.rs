//! Cross-account permissions: one policy per profile, changed under its current revision.

use super::paging::{self, Page, PageRequest, Paging};
use super::platforms::{is_lambda, is_notation};
use super::{Context, Platform, Profile, ProfileStatus, Store};
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::{FaultId, Faults};
use crate::freedoms::FreedomId;
use crate::identity::Caller;
use crate::ids::Ids;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The policy of a profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy {
    statements: Vec<Statement>,
    /// The revision of the last change; none before the first.
    revision: Option<String>,
    size_bytes: usize,
    /// The revisions so far, the newest last; kept for deliberate mistakes.
    #[serde(skip)]
    past_revisions: Vec<String>,
    /// The statements that were removed; kept for a deliberate mistake.
    #[serde(skip)]
    removed: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// Its id, unique within the policy.
    pub id: String,
    /// What it permits.
    pub action: String,
    /// To whom: an account or the ARN of a role.
    pub principal: String,
    /// The only version that it covers, if it is restricted.
    pub profile_version: Option<String>,
}

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
pub struct PermissionList<'a> {
    /// One page of the statements in the order of their ids.
    pub page: Page<&'a Statement>,
    /// The size of the policy document.
    pub policy_size_bytes: usize,
    /// The current revision.
    pub revision: Option<&'a str>,
}

const MAX_POLICY_BYTES: usize = 2000;

impl Policy {
    /// A change elsewhere in the profile gives an existing policy a new revision.
    pub(super) fn renew(&mut self, ids: &mut dyn Ids) {
        if !self.statements.is_empty() {
            self.revision = Some(ids.uuid());
        }
    }

    /// A change of the policy gives it a new revision.
    fn revise(&mut self, ids: &mut dyn Ids, faults: Faults) {
        let first = self.past_revisions.first().filter(|_| self.past_revisions.len() == 2);
        let back = first.filter(|_| faults.has(FaultId::RevisionComesBack)).cloned();
        let revision = back.unwrap_or_else(|| ids.uuid());
        if faults.has(FaultId::RevisionComesBack) || faults.has(FaultId::ListedRevisionStale) {
            self.past_revisions.push(revision.clone());
        }
        self.revision = Some(revision);
    }
}

/// The length of the policy as an IAM policy document; a policy without statements has none.
fn document_bytes(arn: &str, statements: &[Statement]) -> usize {
    if statements.is_empty() {
        return 0;
    }
    let statements: Vec<_> = statements
        .iter()
        .map(|statement| {
            json!({
                "Sid": statement.id,
                "Effect": "Allow",
                "Principal": {"AWS": statement.principal},
                "Action": statement.action,
                "Resource": statement.profile_version.as_ref().map_or_else(|| arn.to_owned(), |version| format!("{arn}/{version}")),
            })
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string().len()
}

impl Profile {
    /// Whether the policy lets a principal of another account do something.
    pub(super) fn permits(&self, caller: &Caller, action: &str, faults: Faults) -> bool {
        let removed = self.policy.removed.iter().filter(|_| faults.has(FaultId::RemovedPermissionWorks));
        self.policy.statements.iter().chain(removed).any(|statement| {
            let is_dead = faults.has(FaultId::BoundPermissionDead);
            let version = statement.profile_version.as_ref().is_none_or(|version| *version == self.version && !is_dead);
            let action = statement.action == action || faults.has(FaultId::PermissionForAnyAction);
            let is_of_account = statement.principal.contains(&format!("::{}:role/", caller.account));
            let principal = names(&statement.principal, caller)
                || faults.has(FaultId::PermissionForAnybody)
                || (is_of_account && faults.has(FaultId::RoleOpensAccount));
            version && action && principal
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

/// Whether the text can be a principal: an account id, or the ARN of a role without a path.
fn is_principal(text: &str) -> bool {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_account(text) {
        return true;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return false };
    let role = resource.strip_prefix("role/").unwrap_or_default();
    partition.starts_with("aws") && is_account(account) && !role.is_empty() && !role.contains('/')
}

/// Every action that a permission can have.
const ACTIONS: &[&str] = &["signer:StartSigningJob", "signer:SignPayload", "signer:GetSigningProfile", "signer:RevokeSignature"];

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
    /// Adds a statement and answers the new revision.
    pub fn add_profile_permission(
        &mut self,
        context: &mut Context<'_>,
        request: AddProfilePermission,
    ) -> Outcome<Option<String>> {
        let settings = std::sync::Arc::clone(&self.settings);
        let profile = self.own_profile(context.caller, &request.profile_name)?;
        let statement = request.statement;
        let mut given = request.revision.as_deref().filter(|revision| !revision.is_empty());
        if given.is_none() && request.revision.is_some() && settings.faults.has(FaultId::EmptyRevisionAdds) {
            given = profile.policy.revision.as_deref().filter(|_| !profile.policy.statements.is_empty());
        }
        let stale_wins = settings.faults.has(FaultId::StaleRevisionWins);
        let order = settings.freedoms.choice(FreedomId::AddCheckOrder);
        if order == "revision-first" {
            check_revision(&profile.policy, given, stale_wins)?;
        }
        if order == "version-first" {
            check_version(profile, &statement)?;
        }
        check_active(profile)?;
        let policy = &profile.policy;
        let known = policy.statements.iter().position(|known| known.id == statement.id);
        let taken = known.is_some_and(|index| policy.statements[index] != statement);
        let replaces = settings.faults.has(FaultId::DuplicateStatementReplaces);
        if order == "statement-id-first" && taken && !replaces {
            return Err(duplicate(&statement));
        }
        check_statement(profile, &statement, &settings)?;
        if statement.principal == profile.owner && settings.faults.has(FaultId::OwnPrincipalRefused) {
            return Err(Refusal::validation("the owner needs no permission"));
        }
        if order != "statement-before-revision" || known.is_none() {
            check_revision(policy, given, stale_wins)?;
        }
        if known.is_some() && settings.faults.has(FaultId::RepeatedStatementRefused) {
            return Err(duplicate(&statement));
        }
        if known.is_some() && !taken {
            return Ok(policy.revision.clone());
        }
        if taken && !replaces {
            return Err(duplicate(&statement));
        }
        let others = policy.statements.iter().filter(|known| known.id != statement.id);
        let mut statements: Vec<Statement> = others.cloned().collect();
        statements.push(statement);
        if statements.len() > 20 && settings.freedoms.is(FreedomId::AddStatementCount, "20") {
            return Err(Refusal::new(ErrorName::ServiceLimitExceeded, "a policy has at most 20 statements"));
        }
        let size_bytes = document_bytes(&profile.arn, &statements);
        if size_bytes > MAX_POLICY_BYTES {
            let message = format!("the policy would be larger than {MAX_POLICY_BYTES} bytes");
            return Err(Refusal::new(ErrorName::ServiceLimitExceeded, message));
        }
        let policy = &mut self.own_profile_mut(context.caller, &request.profile_name)?.policy;
        (policy.statements, policy.size_bytes) = (statements, size_bytes);
        if policy.revision.is_none() || !settings.faults.has(FaultId::AddKeepsRevision) {
            policy.revise(context.ids, settings.faults);
        }
        Ok(policy.revision.clone())
    }

    /// Lists the statements of the caller's profile.
    pub fn list_profile_permissions(&self, context: &Context<'_>, name: &str, page: &PageRequest) -> Outcome<PermissionList<'_>> {
        let profile = self.own_profile(context.caller, name)?;
        let policy = &profile.policy;
        if policy.statements.is_empty() {
            self.settings.freedoms.refuse(FreedomId::PermissionsNone, no_policy(name))?;
        }
        let sized = !self.fault(FaultId::PolicySizeZero);
        let most = if self.fault(FaultId::PolicyCutAt5) { 5 } else { usize::MAX };
        let before = policy.past_revisions.iter().rev().nth(1).filter(|_| self.fault(FaultId::ListedRevisionStale));
        let mut items: Vec<_> = policy.statements.iter().take(most).map(|statement| (statement.id.as_str(), statement)).collect();
        items.sort_unstable_by_key(|(id, _)| *id);
        let default_size = self.settings.freedoms.number(FreedomId::PermissionsPageLength);
        let bad_token_ignored = self.fault(FaultId::BadPermissionTokenAccepted);
        let paging = Paging { default_size, short: self.pages_are_short(), bad_token_ignored, ..Paging::default() };
        let scope = || self.scope("ListProfilePermissions", &context.caller.account, &name);
        Ok(PermissionList {
            page: paging::page(|_| items.into_iter(), page, &paging, scope)?,
            policy_size_bytes: if sized { policy.size_bytes } else { 0 },
            revision: before.or(policy.revision.as_ref()).map(String::as_str),
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
        let settings = std::sync::Arc::clone(&self.settings);
        let profile = self.own_profile(context.caller, name)?;
        let begins = settings.faults.has(FaultId::StatementByBeginning);
        let is_it = |known: &Statement| known.id == statement_id || (begins && known.id.starts_with(statement_id));
        let index = profile.policy.statements.iter().position(is_it);
        let unknown = || Refusal::not_found(format!("no statement has the id {statement_id}"));
        let is_lax = revision.is_empty() && settings.faults.has(FaultId::EmptyRevisionRemoves);
        let is_stale = profile.policy.revision.as_deref() != Some(revision) && !is_lax;
        match settings.freedoms.choice(FreedomId::RemoveCheckOrder) {
            "statement-before-status" if index.is_none() => return Err(unknown()),
            "revision-before-status" if is_stale && !profile.policy.statements.is_empty() => return Err(stale()),
            _ => check_active(profile)?,
        }
        let policy = &profile.policy;
        if policy.statements.is_empty() {
            return Err(Refusal::not_found(no_policy(name)));
        }
        if settings.freedoms.is(FreedomId::RemoveCheckOrder, "statement-first") && index.is_none() {
            return Err(unknown());
        }
        if is_stale && !settings.faults.has(FaultId::RevisionUnchecked) {
            if revision.parse::<uuid::Uuid>().is_err() {
                return Err(settings.freedoms.refusal_or(FreedomId::RemoveMalformedRevision, stale()));
            }
            return Err(stale());
        }
        let index = index.ok_or_else(unknown)?;
        let profile = self.own_profile_mut(context.caller, name)?;
        let policy = &mut profile.policy;
        if !settings.faults.has(FaultId::RemoveKeepsStatement) {
            let removed = policy.statements.remove(index);
            if settings.faults.has(FaultId::RemovedPermissionWorks) {
                policy.removed.push(removed);
            }
            if settings.faults.has(FaultId::RemoveDropsAll) {
                policy.statements.clear();
            }
            if !settings.faults.has(FaultId::PolicySizeNeverShrinks) {
                policy.size_bytes = document_bytes(&profile.arn, &policy.statements);
            }
        }
        policy.revise(context.ids, settings.faults);
        Ok(policy.revision.clone())
    }
}

fn check_active(profile: &Profile) -> Outcome<()> {
    if profile.status == ProfileStatus::Active {
        return Ok(());
    }
    let message = format!("profile {} is not active: it is {}", profile.name, profile.status.name());
    Err(Refusal::validation(message))
}

/// The first statement comes without a revision, every other one with the current one.
fn check_revision(policy: &Policy, given: Option<&str>, stale_wins: bool) -> Outcome<()> {
    match given {
        Some(_) if policy.statements.is_empty() => {
            Err(Refusal::validation("a revisionId was given, but the profile has no policy"))
        }
        None if !policy.statements.is_empty() => Err(Refusal::validation("the profile has a policy: its revisionId is needed")),
        Some(given) if policy.revision.as_deref() != Some(given) && !stale_wins => Err(stale()),
        Some(_) | None => Ok(()),
    }
}

fn check_statement(profile: &Profile, statement: &Statement, settings: &super::Settings) -> Outcome<()> {
    let mut known = actions(profile.platform);
    if known.is_empty() {
        let message = format!("platform {} has no cross-account signing", profile.platform.id);
        settings.freedoms.refuse(FreedomId::AddUnsupportedPlatform, message)?;
        known = ACTIONS;
    }
    let user_too = statement.principal.contains(":user/") && settings.faults.has(FaultId::UserPrincipalAccepted);
    if !is_principal(&statement.principal) && !user_too {
        return Err(Refusal::validation("Principal is not a valid AWS account id or IAM Role Arn"));
    }
    let wildcard_too = statement.action == "signer:*" && settings.faults.has(FaultId::ActionWildcardAccepted);
    if !known.contains(&statement.action.as_str()) && !wildcard_too {
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

fn check_version(profile: &Profile, statement: &Statement) -> Outcome<()> {
    match &statement.profile_version {
        Some(version) if *version != profile.version => {
            Err(Refusal::not_found(format!("profile {} has no version {version}", profile.name)))
        }
        _ => Ok(()),
    }
}

fn duplicate(statement: &Statement) -> Refusal {
    Refusal::validation(format!("a statement with id {} exists already", statement.id))
}

fn stale() -> Refusal {
    Refusal::new(ErrorName::Conflict, "the revisionId is not that of the current policy")
}

fn no_policy(name: &str) -> String {
    format!("No policies associated with profile {name}")
}
