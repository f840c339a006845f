//! Signing platforms: a fixed list.

use super::paging::{self, Page, PageRequest, Paging};
use super::{Context, Store};
use crate::error::{Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use signer_schemas::{Edition, Platform};

/// Which platforms to list.
#[derive(Debug, Clone, Default)]
pub struct PlatformFilter {
    /// Only this category.
    pub category: Option<String>,
    /// Only this partner.
    pub partner: Option<String>,
    /// Only this target.
    pub target: Option<String>,
}

impl Store {
    /// Looks a platform up.
    pub fn get_signing_platform(&self, id: &str) -> Outcome<&'static Platform> {
        let platform = self.platform(id).filter(|platform| self.is_listed(platform));
        platform.ok_or_else(|| Refusal::not_found(format!("platform {id} does not exist")))
    }

    /// Lists the platforms that match.
    pub fn list_signing_platforms(
        &self,
        context: &Context<'_>,
        filter: &PlatformFilter,
        page: &PageRequest,
    ) -> Outcome<Page<&'static Platform>> {
        let forgotten = page.is_later() && self.fault(FaultId::LaterPageDropsCategory);
        let ignored = forgotten || self.fault(FaultId::CategoryFilterIgnored);
        let category = filter.category.as_ref().filter(|_| !ignored);
        let any_case = self.fault(FaultId::CategoryAnyCase);
        let known_only = self.fault(FaultId::UnknownTargetIgnored);
        let has_target = |wanted: &&String| !known_only || self.listed().any(|platform| platform.target == **wanted);
        let target = filter.target.as_ref().filter(has_target);
        let matches = |platform: &&Platform| {
            category.is_none_or(|wanted| {
                *wanted == platform.category || (any_case && wanted.eq_ignore_ascii_case(&platform.category))
            }) && filter.partner.as_ref().is_none_or(|wanted| *wanted == platform.partner)
                && target.is_none_or(|wanted| *wanted == platform.target)
        };
        let mut items: Vec<_> = self.listed().filter(matches).map(|platform| (platform.id.as_str(), platform)).collect();
        items.sort_unstable_by_key(|(id, _)| *id);
        let known = |wanted: Option<&String>, value: fn(&Platform) -> &String| {
            wanted.is_none_or(|wanted| self.listed().any(|platform| value(platform) == wanted))
        };
        let all_known = known(filter.category.as_ref(), |platform| &platform.category)
            && known(filter.partner.as_ref(), |platform| &platform.partner)
            && known(filter.target.as_ref(), |platform| &platform.target);
        if !all_known {
            self.settings.freedoms.refuse(FreedomId::ListPlatformsUnknownValue, "no platform has this value")?;
        }
        let paging = Paging {
            short: self.pages_are_short(),
            default_size: self.settings.freedoms.number(FreedomId::ListPlatformsDefaultPageSize),
            one_too_many: self.fault(FaultId::PageTooLarge),
            bad_token_ignored: self.fault(FaultId::BadTokenAccepted),
            tail_ignored: self.fault(FaultId::TokenTailIgnored),
            loses_item: self.fault(FaultId::PageLosesPlatform),
            loops: self.fault(FaultId::PlatformTokenLoops),
            ..Paging::default()
        };
        let scope = || self.scope("ListSigningPlatforms", &context.caller.account, filter);
        paging::page(|_| items.into_iter(), page, &paging, scope)
    }

    /// Those that are offered here.
    fn listed(&self) -> impl Iterator<Item = &'static Platform> {
        self.platforms().filter(|platform| self.is_listed(platform))
    }

    /// Which platforms are offered differs from Region to Region: all, or all but one.
    pub(super) fn is_listed(&self, platform: &Platform) -> bool {
        let all = self.settings.freedoms.is(FreedomId::PutUnlistedPlatform, "all-listed");
        all || platform.id != "AmazonFreeRTOS-TI-CC3220SF"
    }

    /// The platforms of the edition.
    fn platforms(&self) -> impl Iterator<Item = &'static Platform> {
        let old = self.settings.edition == Edition::May2019;
        signer_schemas::platforms().iter().filter(move |platform| platform.in_2019 || !old)
    }

    pub(super) fn platform(&self, id: &str) -> Option<&'static Platform> {
        self.platforms().find(|platform| platform.id == id)
    }
}

/// Whether AWS keeps the keys of the platform, so that a profile needs no certificate.
pub(super) fn keys_are_managed(platform: &Platform) -> bool {
    is_lambda(platform) || is_notation(platform)
}

pub(crate) fn is_lambda(platform: &Platform) -> bool {
    platform.id.starts_with("AWSLambda-")
}

pub(super) fn is_notation(platform: &Platform) -> bool {
    platform.id.starts_with("Notation-")
}
