//! Names are interchangeable: no rule tells one profile's or one job's name from another's. So what is known
//! of a call in a situation is known of every renaming of both.

use crate::state::{JobSet, ProfileSet};

use crate::call::{JOBS, Job, PROFILES, Profile};
use crate::reply::{JobView, Reply};
use crate::request::{Call, Request};
use crate::state::{JobState, ProfileState, State};

/// New names for all profiles and jobs: a permutation of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Renaming {
    profiles: [u8; PROFILES],
    jobs: [u8; JOBS],
}

impl Renaming {
    /// Every name stays.
    pub const IDENTITY: Self = Self { profiles: places(), jobs: places() };

    /// Every renaming there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let jobs = orders(&[], &(0..).take(JOBS).collect::<Vec<u8>>());
        let profiles = orders(&[], &(0..).take(PROFILES).collect::<Vec<u8>>());
        profiles.into_iter().flat_map(move |profiles| {
            let renamings = jobs.clone().into_iter().map(move |jobs| Self::first(&profiles, &jobs));
            renamings.collect::<Vec<_>>()
        })
    }

    /// The renamings that give the first names to these, in any order among them, and the next ones to the
    /// rest.
    pub(crate) fn to_front(profiles: ProfileSet, jobs: JobSet) -> impl Iterator<Item = Self> {
        let profiles = orders(&[], &profiles.iter().map(|profile| profile.0).collect::<Vec<_>>());
        let jobs = orders(&[], &jobs.iter().map(|job| job.0).collect::<Vec<_>>());
        profiles.into_iter().flat_map(move |profiles| {
            let renamings = jobs.iter().map(|jobs| Self::first(&profiles, jobs));
            renamings.collect::<Vec<_>>()
        })
    }

    fn first(profiles: &[u8], jobs: &[u8]) -> Self {
        Self { profiles: numbered(profiles), jobs: numbered(jobs) }
    }

    /// The profile's new name. A name that no state has a place for stays.
    pub fn profile(&self, profile: Profile) -> Profile {
        self.profiles.get(usize::from(profile.0)).map_or(profile, |name| Profile(*name))
    }

    /// The job's new name. A name that no state has a place for stays.
    pub fn job(&self, job: Job) -> Job {
        self.jobs.get(usize::from(job.0)).map_or(job, |name| Job(*name))
    }
}

const fn places<const N: usize>() -> [u8; N] {
    let mut places = [0; N];
    let mut next = 0u8;
    while (next as usize) < N {
        places[next as usize] = next;
        next += 1;
    }
    places
}

/// Every order of `rest` behind `begun`.
fn orders(begun: &[u8], rest: &[u8]) -> Vec<Vec<u8>> {
    if rest.is_empty() {
        return vec![begun.to_vec()];
    }
    let next = |index: usize| {
        let mut begun = begun.to_vec();
        let mut rest = rest.to_vec();
        begun.push(rest.remove(index));
        orders(&begun, &rest)
    };
    (0..rest.len()).flat_map(next).collect()
}

/// The first numbers for these names, in order, and the next ones for the others.
fn numbered<const N: usize>(first: &[u8]) -> [u8; N] {
    let mut names = [0; N];
    let others = places::<N>().into_iter().filter(|name| !first.contains(name)).collect::<Vec<_>>();
    for (number, name) in (0..).zip(first.iter().chain(&others)) {
        names[usize::from(*name)] = number;
    }
    names
}

impl State {
    /// The state in which everything has its new name.
    #[must_use]
    pub fn renamed(&self, by: &Renaming) -> Self {
        let mut renamed = Self { platforms: self.platforms, ..Self::default() };
        for (profile, of) in (0..).map(Profile).zip(self.profiles) {
            *renamed.profile_mut(by.profile(profile)) = of;
        }
        for (job, it) in (0..).map(Job).zip(self.jobs) {
            // Where there is no job, its profile says nothing.
            let profile = if it.exists() { by.profile(it.profile) } else { it.profile };
            *renamed.job_mut(by.job(job)) = JobState { profile, ..it };
        }
        renamed
    }
}

impl Call {
    /// The same call of what has the new names.
    #[must_use]
    pub fn renamed(&self, by: &Renaming) -> Self {
        let mut renamed = *self;
        let (profile, job) = named(&mut renamed.request);
        if let Some(profile) = profile {
            *profile = by.profile(*profile);
        }
        if let Some(job) = job {
            *job = by.job(*job);
        }
        renamed
    }
}

impl Request {
    /// The profile and the job that it names.
    pub fn names(mut self) -> (Option<Profile>, Option<Job>) {
        let (profile, job) = named(&mut self);
        (profile.copied(), job.copied())
    }
}

/// The profile and the job that a request names.
pub(crate) const fn named(request: &mut Request) -> (Option<&mut Profile>, Option<&mut Job>) {
    match request {
        Request::AddProfilePermission { profile, .. }
        | Request::CancelSigningProfile { profile }
        | Request::GetSigningProfile { profile, .. }
        | Request::ListProfilePermissions { profile }
        | Request::ListTagsForResource { profile }
        | Request::PutSigningProfile { profile, .. }
        | Request::RemoveProfilePermission { profile, .. }
        | Request::RevokeSigningProfile { profile, .. }
        | Request::TagResource { profile, .. }
        | Request::UntagResource { profile, .. } => (Some(profile), None),
        Request::DescribeSigningJob { job } | Request::RevokeSignature { job, .. } => (None, Some(job)),
        Request::GetRevocationStatus { profile, job, .. }
        | Request::SignPayload { profile, job, .. }
        | Request::StartSigningJob { profile, job, .. } => (Some(profile), Some(job)),
        Request::GetSigningPlatform { .. }
        | Request::ListSigningJobs { .. }
        | Request::ListSigningPlatforms { .. }
        | Request::ListSigningProfiles { .. } => (None, None),
    }
}

impl Reply {
    /// The same answer about what has the new names.
    #[must_use]
    pub fn renamed(&self, by: &Renaming) -> Self {
        match *self {
            Self::Profiles(profiles) => {
                Self::Profiles(profiles.iter().map(|profile| by.profile(profile)).collect())
            }
            Self::Jobs(jobs) => Self::Jobs(jobs.iter().map(|job| by.job(job)).collect()),
            Self::Started(job) => Self::Started(by.job(job)),
            Self::Job(view) => {
                Self::Job(JobView { profile: view.profile.map(|profile| by.profile(profile)), ..view })
            }
            Self::Refused(_)
            | Self::Done
            | Self::Created
            | Self::Profile(_)
            | Self::Platform(_)
            | Self::Platforms(_)
            | Self::Revision(_)
            | Self::Permissions { .. }
            | Self::Revocations { .. }
            | Self::Tags(_) => *self,
        }
    }
}

/// The names that a call and the state around it speak of.
pub(crate) fn names(state: &State, call: &Call) -> (ProfileSet, JobSet) {
    let mut request = call.request;
    let (profile, job) = named(&mut request);
    let mut profiles = profile.map(|profile| *profile).into_iter().collect::<ProfileSet>();
    let mut jobs = job.map(|job| *job).into_iter().collect::<JobSet>();
    for (profile, of) in (0..).map(Profile).zip(state.profiles) {
        if of != ProfileState::default() {
            profiles.insert(profile);
        }
    }
    for (job, it) in (0..).map(Job).zip(state.jobs).filter(|(_, it)| it.exists()) {
        jobs.insert(job);
        profiles.insert(it.profile);
    }
    (profiles, jobs)
}

/// What a state has of the profile and the job that a call names, and of that job's profile; everything if it
/// names none.
#[must_use]
pub fn concerning(state: &State, call: &Call) -> State {
    let (profiles, jobs) = names(&State::default(), call);
    if profiles.is_empty() && jobs.is_empty() {
        return *state;
    }
    let of_job = |profile: Profile| {
        jobs.iter().any(|job| state.job(job).exists() && state.job(job).profile == profile)
    };
    let mut concerning = State { platforms: state.platforms, ..State::default() };
    for profile in ProfileSet::ALL.iter().filter(|profile| profiles.contains(*profile) || of_job(*profile)) {
        *concerning.profile_mut(profile) = *state.profile(profile);
    }
    for job in jobs.iter() {
        *concerning.job_mut(job) = *state.job(job);
    }
    concerning
}
