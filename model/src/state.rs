//! What the service knows: profiles, permissions, tags, jobs. Flat, `Copy`, small.

use serde::{Deserialize, Serialize};
use signer_schemas::Edition;

use crate::call::{
    Account, Destination, EffectiveTime, Grant, JOBS, Job, JobStatus, PROFILES, Profile, ProfileStatus,
    STATEMENTS, Source, Statement, TAGS, TagValue, Validity,
};
use crate::platform::Platform;

/// One possible state of the service, as far as one run can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// The platforms on offer.
    pub platforms: PlatformSet,
    /// By [`Profile`].
    pub profiles: [ProfileState; PROFILES],
    /// By [`Job`].
    pub jobs: [JobState; JOBS],
}

impl State {
    /// Nothing made yet, the platforms on offer that the edition knows.
    pub fn of(edition: Edition) -> Self {
        let platforms = match edition {
            Edition::Current => PlatformSet::ALL,
            Edition::May2019 => Platform::ALL.into_iter().filter(|platform| !platform.is_managed()).collect(),
        };
        Self { platforms, ..Self::default() }
    }

    /// Nothing made yet, all known platforms on offer.
    pub fn new() -> Self {
        Self { platforms: PlatformSet::ALL, ..Self::default() }
    }

    /// The profile of that name.
    pub const fn profile(&self, profile: Profile) -> &ProfileState {
        &self.profiles[profile.0 as usize]
    }

    /// The profile of that name, to change.
    pub const fn profile_mut(&mut self, profile: Profile) -> &mut ProfileState {
        &mut self.profiles[profile.0 as usize]
    }

    /// The job of that name.
    pub const fn job(&self, job: Job) -> &JobState {
        &self.jobs[job.0 as usize]
    }

    /// The job of that name, to change.
    pub const fn job_mut(&mut self, job: Job) -> &mut JobState {
        &mut self.jobs[job.0 as usize]
    }
}

/// One profile name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileState {
    /// Where in its life the profile is.
    pub status: ProfileStatus,
    /// Its platform, meaningful unless `Absent`.
    pub platform: Platform,
    /// Its signatures' validity.
    pub validity: Validity,
    /// The revocation's effective time, if revoked.
    pub effective: Option<EffectiveTime>,
    /// Its tags.
    pub tags: [TagValue; TAGS],
    /// Its permission policy.
    pub policy: Policy,
}

/// A profile's permission policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Policy {
    /// By [`crate::Statement`].
    pub statements: [Option<Grant>; STATEMENTS],
    /// How often the policy has changed; 0 = there never was one. Saturates.
    pub revision: u8,
    /// The service may have moved the revision on without telling (a cancel does so on the real service).
    pub revision_uncertain: bool,
}

impl Policy {
    /// The highest revision that is distinguished from the one before it.
    pub const LAST_REVISION: u8 = 3;

    /// The policy with that statement in place, or taken away, as a new revision.
    #[must_use]
    pub fn with(mut self, statement: Statement, grant: Option<Grant>) -> Self {
        self.statements[usize::from(statement.0)] = grant;
        self.revision = (self.revision + 1).min(Self::LAST_REVISION);
        self.revision_uncertain = false;
        self
    }

    /// No statement is there.
    pub fn is_empty(&self) -> bool {
        self.statements.iter().all(Option::is_none)
    }
}

/// A set of job statuses: those that a job may have as far as one can know. In exploration it has one member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobStatuses(u8);

impl JobStatuses {
    /// Just that one.
    pub const fn only(status: JobStatus) -> Self {
        Self(1 << status as u8)
    }

    /// Whether the job may have that status.
    pub const fn contains(self, status: JobStatus) -> bool {
        self.0 & (1 << status as u8) != 0
    }

    /// With that status, too.
    #[must_use]
    pub const fn with(self, status: JobStatus) -> Self {
        Self(self.0 | (1 << status as u8))
    }

    /// Without that status.
    #[must_use]
    pub const fn without(self, status: JobStatus) -> Self {
        Self(self.0 & !(1 << status as u8))
    }

    /// What both have.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either has.
    #[must_use]
    pub const fn either(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Every status.
    pub const ANY: Self = Self(0b111);

    /// The statuses that a job never leaves.
    pub const TERMINAL: Self = Self::ANY.without(JobStatus::InProgress);

    /// The members.
    pub fn iter(self) -> impl Iterator<Item = JobStatus> {
        JobStatus::ALL.into_iter().filter(move |status| self.contains(*status))
    }

    /// No status at all: there is no such job.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// How a job came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum JobKind {
    /// By `StartSigningJob`.
    #[default]
    Started,
    /// By `SignPayload`.
    Payload,
}

/// One job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobState {
    /// The statuses it may have; empty = there is no such job.
    pub statuses: JobStatuses,
    /// How it came to be.
    pub kind: JobKind,
    /// The profile that signs.
    pub profile: Profile,
    /// Who started it.
    pub invoker: Account,
    /// Whether its source can be signed.
    pub source: Source,
    /// Where the signed object goes.
    pub destination: Destination,
    /// Its signature is revoked.
    pub revoked: bool,
}

impl Default for JobState {
    fn default() -> Self {
        Self {
            statuses: JobStatuses::default(),
            kind: JobKind::Started,
            profile: Profile(0),
            invoker: Account::Owner,
            source: Source::Present,
            destination: Destination::A,
            revoked: false,
        }
    }
}

impl JobState {
    /// There is such a job.
    pub const fn exists(&self) -> bool {
        !self.statuses.is_empty()
    }
}

macro_rules! small_set {
    ($(#[$doc:meta])* $name:ident of $item:ty, $len:expr, $index:expr, $make:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(u8);

        impl $name {
            /// Every possible member.
            pub const ALL: Self = Self(u8::MAX >> (u8::BITS as usize - $len));
            /// No member.
            pub const EMPTY: Self = Self(0);

            /// Whether that one is a member.
            pub fn contains(self, item: $item) -> bool {
                let index: fn($item) -> u8 = $index;
                self.0 & 1u8.checked_shl(u32::from(index(item))).unwrap_or(0) != 0
            }

            /// Adds one.
            pub fn insert(&mut self, item: $item) {
                let index: fn($item) -> u8 = $index;
                self.0 |= 1u8.checked_shl(u32::from(index(item))).unwrap_or(0) & Self::ALL.0;
            }

            /// The members, in order.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                let make: fn(u8) -> $item = $make;
                (0..u8::try_from($len).unwrap_or(8)).filter(move |bit| self.0 & (1 << bit) != 0).map(make)
            }

            /// How many members there are.
            pub const fn len(self) -> usize {
                self.0.count_ones() as usize
            }

            /// Whether there is none.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }
        }

        impl FromIterator<$item> for $name {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                let mut set = Self::EMPTY;
                for item in items {
                    set.insert(item);
                }
                set
            }
        }
    };
}

small_set!(
    /// A set of profiles.
    ProfileSet of Profile, PROFILES, |profile| profile.0, Profile
);
small_set!(
    /// A set of jobs.
    JobSet of Job, JOBS, |job| job.0, Job
);
small_set!(
    /// A set of platforms.
    PlatformSet of Platform, Platform::ALL.len(), |platform| platform as u8, |bit| Platform::ALL[bit as usize]
);
