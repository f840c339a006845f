//! Tags of signing profiles. These operations name a profile by its ARN and have errors of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::store::arn::regional;
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::state::{Context, Store};

impl Store {
    /// Adds tags; a key that is there already takes the new value.
    pub fn tag_resource(
        &mut self,
        context: &Context<'_>,
        arn: &str,
        tags: BTreeMap<String, String>,
    ) -> Outcome<()> {
        let profile = self.tagged(context, arn, FreedomId::TagRevoked)?;
        let fresh = tags.keys().filter(|key| !profile.tags.contains_key(*key)).count();
        let limit = self.settings.freedoms.number(FreedomId::TagLimit);
        if profile.tags.len() + fresh > limit {
            let refusal = bad_request(format!("a profile has at most {limit} tags"));
            return Err(self.settings.freedoms.refusal_or(FreedomId::TagBadTags, refusal));
        }
        let name = profile.name.clone();
        self.change_own_profile(context.caller, &name, |profile| profile.tags.extend(tags))
    }

    /// Removes tags.
    pub fn untag_resource(&mut self, context: &Context<'_>, arn: &str, keys: &[String]) -> Outcome<()> {
        let profile = self.tagged(context, arn, FreedomId::UntagRevoked)?;
        if !profile.tags.keys().any(|key| keys.contains(key)) {
            return self
                .settings
                .freedoms
                .refuse(FreedomId::UntagAbsentKey, "the profile has none of these tags");
        }
        let name = profile.name.clone();
        self.change_own_profile(context.caller, &name, |profile| {
            profile.tags.retain(|key, _| !keys.contains(key));
        })
    }

    /// The tags of a profile.
    pub fn list_tags_for_resource(
        &self,
        context: &Context<'_>,
        arn: &str,
    ) -> Outcome<&BTreeMap<String, String>> {
        Ok(&self.tagged(context, arn, FreedomId::ListTagsRevoked)?.tags)
    }

    /// The profile behind an ARN, if its tags can be touched.
    fn tagged(&self, context: &Context<'_>, arn: &str, revoked: FreedomId) -> Outcome<&Arc<Profile>> {
        let freedoms = &self.settings.freedoms;
        let own = |found: &(&str, &str, &str)| found.0 == &*self.region;
        let Some((_, account, name)) = profile_of(arn).filter(own) else {
            if arn.contains(":/signing-jobs/") {
                return Err(freedoms.refusal(FreedomId::TagJobArn, "only signing profiles have tags"));
            }
            if arn.rsplit_once('/').is_some_and(|(arn, _)| profile_of(arn).is_some_and(|found| own(&found))) {
                return Err(freedoms.refusal(FreedomId::TagVersionArn, "a version has no tags of its own"));
            }
            return Err(bad_request(format!("{arn} is not the ARN of a signing profile")));
        };
        let not_found =
            || Refusal::new(ErrorName::NotFound, format!("profile with ARN {arn} does not exist"));
        if account != context.caller.account {
            return Err(freedoms.refusal_or(FreedomId::TagForeignArn, not_found()));
        }
        let profile = self.profile(account, name).ok_or_else(not_found)?;
        match profile.status {
            ProfileStatus::Active => {}
            ProfileStatus::Canceled => {
                return Err(bad_request(format!("profile {} is canceled", profile.name)));
            }
            ProfileStatus::Revoked => {
                freedoms.refuse(revoked, format!("profile {} is revoked", profile.name))?;
            }
        }
        Ok(profile)
    }
}

/// Region, account and name in the ARN of a profile.
pub(crate) fn profile_of(arn: &str) -> Option<(&str, &str, &str)> {
    let (region, rest) = regional(arn)?;
    let (account, name) = rest.split_once(":/signing-profiles/")?;
    let account_ok = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let name_ok = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (account_ok && name_ok).then_some((region, account, name))
}

pub(crate) fn bad_request(message: String) -> Refusal {
    Refusal::new(ErrorName::BadRequest, message)
}
