//! Tags of signing profiles. These operations name a profile by its ARN and have errors of their own.

use super::{Context, Profile, ProfileStatus, Store, Validity, regional};
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use imbl::OrdMap;
use std::collections::BTreeMap;

impl Store {
    /// Adds tags; a key that is there already takes the new value.
    pub fn tag_resource(&mut self, context: &Context<'_>, arn: &str, tags: BTreeMap<String, String>) -> Outcome<()> {
        let settings = std::sync::Arc::clone(&self.settings);
        if settings.faults.has(FaultId::TagAnyArn) && !arn.starts_with("arn:") {
            return Ok(());
        }
        let canceled_too = settings.faults.has(FaultId::TagCanceledAccepted);
        let profile = self.tagged(context, arn, FreedomId::TagRevoked, canceled_too)?;
        if settings.faults.has(FaultId::EmptyTagValueRefused) && tags.values().any(String::is_empty) {
            return Err(bad_request("a tag has no value".to_owned()));
        }
        let all_are = settings.faults.has(FaultId::OverwriteCountsAsNew);
        let fresh = tags.keys().filter(|key| all_are || !profile.tags.contains_key(*key)).count();
        let one_more = usize::from(settings.faults.has(FaultId::Tag201Accepted));
        let limit = settings.freedoms.number(FreedomId::TagLimit) + one_more;
        if profile.tags.len() + fresh > limit {
            return Err(bad_request(format!("a profile has at most {limit} tags")));
        }
        let name = profile.name.clone();
        let profile = self.own_profile_mut(context.caller, &name)?;
        if settings.faults.has(FaultId::TagResetsValidity) {
            profile.validity = Validity::DEFAULT;
        }
        if settings.faults.has(FaultId::TagDropsOverrides) {
            profile.overrides = None;
        }
        if settings.faults.has(FaultId::TagReplacesAll) {
            profile.tags.clear();
        }
        if settings.faults.has(FaultId::TagRevivesRevoked) && profile.status == ProfileStatus::Revoked {
            (profile.status, profile.revocation) = (ProfileStatus::Active, None);
        }
        if settings.faults.has(FaultId::TagTouchesAll) {
            self.each_own_profile(context, |profile| profile.tags.extend(tags.clone()));
            return Ok(());
        }
        for (key, value) in tags {
            if settings.faults.has(FaultId::TagKeepsOldValue) {
                profile.tags.entry(key).or_insert(value);
            } else {
                profile.tags.insert(key, value);
            }
        }
        Ok(())
    }

    /// Removes tags.
    pub fn untag_resource(&mut self, context: &Context<'_>, arn: &str, keys: &[String]) -> Outcome<()> {
        let all = self.fault(FaultId::UntagRemovesAll);
        let profile = self.tagged(context, arn, FreedomId::UntagRevoked, false)?;
        if !profile.tags.keys().any(|key| all || keys.contains(key)) {
            return self.settings.freedoms.refuse(FreedomId::UntagAbsentKey, "the profile has none of these tags");
        }
        let name = profile.name.clone();
        if self.fault(FaultId::UntagTouchesAll) {
            self.each_own_profile(context, |profile| profile.tags.retain(|key, _| !keys.contains(key)));
        }
        let profile = self.own_profile_mut(context.caller, &name)?;
        profile.tags.retain(|key, _| !all && !keys.contains(key));
        Ok(())
    }

    /// What deliberate mistakes do to every profile of the caller.
    fn each_own_profile(&mut self, context: &Context<'_>, change: impl Fn(&mut Profile)) {
        let own = self.profiles.get(&context.caller.account).into_iter().flat_map(OrdMap::keys);
        let names: Vec<String> = own.cloned().collect();
        for name in names {
            let _ = self.own_profile_mut(context.caller, &name).map(&change);
        }
    }

    /// The tags of a profile.
    pub fn list_tags_for_resource(&self, context: &Context<'_>, arn: &str) -> Outcome<&BTreeMap<String, String>> {
        Ok(&self.tagged(context, arn, FreedomId::ListTagsRevoked, false)?.tags)
    }

    /// The profile behind an ARN, if its tags can be touched.
    fn tagged(&self, context: &Context<'_>, arn: &str, revoked: FreedomId, canceled_too: bool) -> Outcome<&Profile> {
        let settings = &self.settings;
        let own = |found: &(&str, &str, &str)| found.0 == &*self.region;
        let Some((_, account, name)) = profile_of(arn).filter(own) else {
            if arn.contains(":/signing-jobs/") {
                return Err(settings.freedoms.refusal(FreedomId::TagJobArn, "only signing profiles have tags"));
            }
            if arn.rsplit_once('/').is_some_and(|(arn, _)| profile_of(arn).is_some_and(|found| own(&found))) {
                return Err(settings.freedoms.refusal(FreedomId::TagVersionArn, "a version has no tags of its own"));
            }
            return Err(bad_request(format!("{arn} is not the ARN of a signing profile")));
        };
        let not_found = || {
            let misnamed = settings.faults.has(FaultId::TagNotFoundMisnamed);
            let error = if misnamed { ErrorName::ResourceNotFound } else { ErrorName::NotFound };
            Refusal::new(error, format!("profile with ARN {arn} does not exist"))
        };
        if account != context.caller.account {
            return Err(settings.freedoms.refusal_or(FreedomId::TagForeignArn, not_found()));
        }
        let mut profile = self.profile(account, name).ok_or_else(not_found)?;
        if self.fault(FaultId::TagsOfLikeName) {
            let mut own = self.profiles.get(account).into_iter().flat_map(OrdMap::values);
            profile = own.rfind(|other| other.name.starts_with(name)).map_or(profile, |other| other.as_ref());
        }
        match profile.status {
            ProfileStatus::Canceled if !canceled_too => Err(bad_request(format!("profile {} is canceled", profile.name))),
            ProfileStatus::Revoked => {
                settings.freedoms.refuse(revoked, format!("profile {} is revoked", profile.name))?;
                Ok(profile)
            }
            ProfileStatus::Active | ProfileStatus::Canceled => Ok(profile),
        }
    }
}

/// Region, account and name in the ARN of a profile.
fn profile_of(arn: &str) -> Option<(&str, &str, &str)> {
    let (region, rest) = regional(arn)?;
    let (account, name) = rest.split_once(":/signing-profiles/")?;
    let account_ok = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let name_ok = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (account_ok && name_ok).then_some((region, account, name))
}

fn bad_request(message: String) -> Refusal {
    Refusal::new(ErrorName::BadRequest, message)
}
