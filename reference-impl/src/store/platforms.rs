//! Signing platforms: a fixed list.

use signer_schemas::{Edition, Platform};

use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::store::paging;
use crate::store::paging::{Page, PageRequest, Paging};
use crate::store::state::{Context, Store};

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
        let is =
            |wanted: &Option<String>, value: &String| wanted.as_ref().is_none_or(|wanted| wanted == value);
        let matches = |platform: &&Platform| {
            is(&filter.category, &platform.category)
                && is(&filter.partner, &platform.partner)
                && is(&filter.target, &platform.target)
        };
        let mut items: Vec<_> =
            self.listed().filter(matches).map(|platform| (platform.id.as_str(), platform)).collect();
        items.sort_unstable_by_key(|(id, _)| *id);
        let known = |wanted: &Option<String>, value: fn(&Platform) -> &String| {
            wanted.is_none() || self.listed().any(|platform| is(wanted, value(platform)))
        };
        let all_known = known(&filter.category, |platform| &platform.category)
            && known(&filter.partner, |platform| &platform.partner)
            && known(&filter.target, |platform| &platform.target);
        if !all_known {
            self.settings
                .freedoms
                .refuse(FreedomId::ListPlatformsUnknownValue, "no platform has this value")?;
        }
        let paging = Paging {
            short: self.pages_are_short(),
            default_size: self.settings.freedoms.number(FreedomId::ListPlatformsDefaultPageSize),
            bad_token_ignored: false,
        };
        let scope = || self.scope("ListSigningPlatforms", &context.caller.account, filter);
        paging::page(|_| items.into_iter(), page, &paging, scope)
    }

    /// Those that are offered here.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &'static Platform> {
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

    pub(crate) fn platform(&self, id: &str) -> Option<&'static Platform> {
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
