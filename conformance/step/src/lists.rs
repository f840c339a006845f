//! Lists, page by page, and the question what is revoked.

use signer_model::{
    Account, Expiry, Job, JobFilter, JobSet, PageSize, Platform, PlatformFilter, PlatformSet, Profile,
    ProfileFilter, ProfileSet, Reply, SignatureTime, VersionArg,
};
use signer_reference::store::{
    self, Command, Page, PageRequest, PermissionList, Reply as Told, RevocationQuestion, job_arn,
};
use signer_schemas::Edition;

use crate::driver::Driver;
use crate::names::{self, REGION};
use crate::stop::Stop;
use crate::views;

/// More pages than this and a list has no end.
const MAX_PAGES: usize = 32;

impl Driver {
    pub(super) fn permissions(&mut self, profile: Profile, list: PermissionList) -> Result<Reply, Stop> {
        let version = self.bindings.version(profile, VersionArg::Current);
        let statements = views::statements(&list.page, version).map_err(Stop::Strange)?;
        let revision = self.bindings.told_revision(profile, list.revision)?;
        Ok(Reply::Permissions { statements, revision })
    }

    pub(super) fn list_platforms(
        &mut self,
        by: Account,
        filter: PlatformFilter,
        page: PageSize,
    ) -> Result<PlatformSet, Stop> {
        let facts = |platform: Platform| signer_schemas::platform(platform.id());
        let mut wanted = store::PlatformFilter::default();
        match filter {
            PlatformFilter::All => {}
            PlatformFilter::Category(of) => wanted.category = facts(of).map(|facts| facts.category.clone()),
            PlatformFilter::Partner(of) => wanted.partner = facts(of).map(|facts| facts.partner.clone()),
            PlatformFilter::Target(of) => wanted.target = facts(of).map(|facts| facts.target.clone()),
            PlatformFilter::UnknownPartner => wanted.partner = Some("NoSuchPartner".to_owned()),
        }
        let listed = pages(page, |page| {
            match self.decide(by, Command::ListSigningPlatforms { filter: wanted.clone(), page })? {
                Told::Platforms(page) => Ok(page),
                _ => Err(Stop::strange("lists no platforms")),
            }
        })?;
        let known = listed.iter().map(|platform| Platform::from_id(&platform.id));
        let known = known
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Stop::strange("lists a platform that the model does not know"))?;
        let set: PlatformSet = known.iter().copied().collect();
        once(set.len(), known.len()).map(|()| set)
    }

    pub(super) fn list_profiles(
        &mut self,
        by: Account,
        filter: ProfileFilter,
        page: PageSize,
    ) -> Result<Reply, Stop> {
        let current = self.store.settings().edition == Edition::Current;
        let wanted = store::ProfileFilter {
            include_canceled: filter.include_canceled.unwrap_or(false),
            platform_id: filter.platform.filter(|_| current).map(|platform| platform.id().to_owned()),
            statuses: filter
                .status
                .filter(|_| current)
                .map(|status| status.id().to_owned())
                .into_iter()
                .collect(),
        };
        let listed = pages(page, |page| {
            match self.decide(by, Command::ListSigningProfiles { filter: wanted.clone(), page })? {
                Told::Profiles(page) => Ok(page),
                _ => Err(Stop::strange("lists no profiles")),
            }
        })?;
        let known = listed.iter().map(|profile| names::profile_named(&profile.name));
        let set: ProfileSet = known
            .collect::<Option<_>>()
            .ok_or_else(|| Stop::strange("lists a profile that was never made"))?;
        once(set.len(), listed.len()).map(|()| Reply::Profiles(set))
    }

    pub(super) fn list_jobs(
        &mut self,
        by: Account,
        filter: JobFilter,
        page: PageSize,
    ) -> Result<Reply, Stop> {
        let current = self.store.settings().edition == Edition::Current;
        let watershed = |side| (current && filter.expires == Some(side)).then(names::expiry_watershed);
        let wanted = store::JobFilter {
            status: filter.status.map(|status| status.id().to_owned()),
            platform_id: filter.platform.map(|platform| platform.id().to_owned()),
            requested_by: None,
            is_revoked: filter.is_revoked.filter(|_| current),
            expires_after: watershed(Expiry::After),
            expires_before: watershed(Expiry::Before),
            invoker: filter.invoker.filter(|_| current).map(|account| names::caller(account).account.clone()),
        };
        let listed = pages(page, |page| {
            match self.decide(by, Command::ListSigningJobs { filter: wanted.clone(), page })? {
                Told::Jobs(page) => Ok(page),
                _ => Err(Stop::strange("lists no jobs")),
            }
        })?;
        let known = listed.iter().map(|job| self.bindings.job_with_id(&job.id));
        let set: JobSet = known
            .collect::<Option<_>>()
            .ok_or_else(|| Stop::strange("lists a job that no answer has named"))?;
        once(set.len(), listed.len()).map(|()| Reply::Jobs(set))
    }

    pub(super) fn revocations(
        &mut self,
        by: Account,
        (profile, job): (Profile, Job),
        platform: &str,
        at: SignatureTime,
    ) -> Result<Reply, Stop> {
        let version = self.bindings.version(profile, VersionArg::Current);
        let question = RevocationQuestion {
            signature_timestamp: names::signed(at),
            platform_id: platform.to_owned(),
            profile_version_arn: format!("{}/{version}", names::arn(profile)),
            job_arn: job_arn(REGION, &names::caller(Account::Owner).account, &self.bindings.job_id(job)),
            certificate_hashes: vec!["0".repeat(192)],
        };
        let Told::Revoked(revoked) = self.decide(by, Command::GetRevocationStatus(question.clone()))? else {
            return Err(Stop::strange("does not say what is revoked"));
        };
        let has = |arn: &str| revoked.iter().any(|entity| entity == arn);
        let (profile, job) = (has(&question.profile_version_arn), has(&question.job_arn));
        let other = revoked.len() > usize::from(profile) + usize::from(job);
        Ok(Reply::Revocations { profile, job, other })
    }
}

/// All items of a list, page by page.
fn pages<T>(
    size: PageSize,
    mut fetch: impl FnMut(PageRequest) -> Result<Page<T>, Stop>,
) -> Result<Vec<T>, Stop> {
    let max_results = match size {
        PageSize::Default => None,
        PageSize::One => Some(1),
        PageSize::Two => Some(2),
    };
    let mut request = PageRequest { max_results, next_token: None };
    let mut items = Vec::new();
    for _ in 0..MAX_PAGES {
        let page = fetch(request.clone())?;
        if max_results.is_some_and(|size| page.items.len() > size) {
            return Err(Stop::strange("gives a page that is larger than was asked for"));
        }
        items.extend(page.items);
        request.next_token = page.next_token;
        if request.next_token.is_none() {
            return Ok(items);
        }
    }
    Err(Stop::strange("gives pages without end"))
}

fn once(distinct: usize, listed: usize) -> Result<(), Stop> {
    if distinct == listed { Ok(()) } else { Err(Stop::strange("lists something twice")) }
}
