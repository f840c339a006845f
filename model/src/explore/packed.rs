//! A state in 24 bytes, for a search through millions of them, and for what is quick to compare. Nothing else
//! looks inside.

use crate::state::PlatformSet;

use crate::call::{
    Account, Action, Destination, EffectiveTime, Grant, JobStatus, Principal, Profile, ProfileStatus, Source,
    TagValue, Validity, VersionArg,
};
use crate::platform::Platform;
use crate::state::{JobKind, JobState, JobStatuses, Policy, ProfileState, State};

/// A packed state. Two are equal when the states are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Packed([u64; 3]);

/// Bits of one profile: status 2, platform 3, validity 1, effective time 2, three tags of 2, three statements
/// of 6, revision 2, uncertain 1.
const PROFILE: u32 = 35;
/// Bits of one job: statuses 3, kind 1, profile 2, invoker 1, source 2, destination 1, revoked 1.
const JOB: u32 = 11;

impl Packed {
    /// The state, packed.
    pub(crate) fn of(state: &State) -> Self {
        let [p0, p1, p2] = state.profiles.map(|profile| pack_profile(&profile));
        let [j0, j1, j2, j3] = state.jobs.map(|job| pack_job(&job));
        let platforms = state.platforms.iter().fold(0, |bits, platform| bits | 1 << platform as u64);
        Self([
            p0 | j0 << PROFILE | platforms << (PROFILE + JOB),
            p1 | j1 << PROFILE,
            p2 | j2 << PROFILE | j3 << (PROFILE + JOB),
        ])
    }

    /// The state that was packed.
    pub(super) fn state(self) -> State {
        let [first, second, third] = self.0;
        let platforms = Platform::ALL
            .into_iter()
            .filter(|platform| first >> (PROFILE + JOB) >> *platform as u64 & 1 != 0);
        State {
            platforms: platforms.collect::<PlatformSet>(),
            profiles: self.0.map(unpack_profile),
            jobs: [first >> PROFILE, second >> PROFILE, third >> PROFILE, third >> (PROFILE + JOB)]
                .map(unpack_job),
        }
    }
}

fn pack_profile(profile: &ProfileState) -> u64 {
    let mut bits = Bits::default();
    bits.put(profile.status as u64, 2);
    bits.put(profile.platform as u64, 3);
    bits.put(profile.validity as u64, 1);
    bits.put(profile.effective.map_or(0, |effective| effective as u64 + 1), 2);
    for tag in profile.tags {
        bits.put(tag as u64, 2);
    }
    for statement in profile.policy.statements {
        bits.put(statement.map_or(0, pack_grant), 6);
    }
    bits.put(u64::from(profile.policy.revision), 2);
    bits.put(u64::from(profile.policy.revision_uncertain), 1);
    bits.word
}

fn unpack_profile(word: u64) -> ProfileState {
    let mut bits = Bits { word, at: 0 };
    ProfileState {
        status: STATUSES[bits.take(2)],
        platform: Platform::ALL[bits.take(3)],
        validity: [Validity::Default, Validity::Day][bits.take(1)],
        effective: [
            None,
            Some(EffectiveTime::Earlier),
            Some(EffectiveTime::Later),
            Some(EffectiveTime::Future),
        ][bits.take(2)],
        tags: std::array::from_fn(|_| [TagValue::None, TagValue::A, TagValue::B][bits.take(2)]),
        policy: Policy {
            statements: std::array::from_fn(|_| unpack_grant(bits.take(6))),
            revision: u8::try_from(bits.take(2)).unwrap_or_default(),
            revision_uncertain: bits.take(1) != 0,
        },
    }
}

fn pack_grant(grant: Grant) -> u64 {
    let version = grant.version.map_or(0, |version| version as u64 + 1);
    1 + grant.principal as u64 + 3 * (grant.action as u64 + 4 * version)
}

fn unpack_grant(bits: usize) -> Option<Grant> {
    let bits = bits.checked_sub(1)?;
    Some(Grant {
        principal: [Principal::OtherAccount, Principal::Role, Principal::Malformed][bits % 3],
        action: Action::ALL[bits / 3 % 4],
        version: [None, Some(VersionArg::Current), Some(VersionArg::Unknown)][bits / 12],
    })
}

fn pack_job(job: &JobState) -> u64 {
    let mut bits = Bits::default();
    bits.put(job.statuses.iter().fold(0, |set, status| set | 1 << status as u64), 3);
    bits.put(job.kind as u64, 1);
    bits.put(u64::from(job.profile.0), 2);
    bits.put(job.invoker as u64, 1);
    bits.put(job.source as u64, 2);
    bits.put(job.destination as u64, 1);
    bits.put(u64::from(job.revoked), 1);
    bits.word
}

fn unpack_job(word: u64) -> JobState {
    let mut bits = Bits { word, at: 0 };
    let statuses = bits.take(3);
    let statuses = JobStatus::ALL.into_iter().filter(|status| statuses >> *status as usize & 1 != 0);
    JobState {
        statuses: statuses.fold(JobStatuses::default(), JobStatuses::with),
        kind: [JobKind::Started, JobKind::Payload][bits.take(1)],
        profile: Profile(u8::try_from(bits.take(2)).unwrap_or_default()),
        invoker: [Account::Owner, Account::Other][bits.take(1)],
        source: [Source::Present, Source::Missing, Source::Unverified][bits.take(2)],
        destination: [Destination::A, Destination::B][bits.take(1)],
        revoked: bits.take(1) != 0,
    }
}

const STATUSES: [ProfileStatus; 4] =
    [ProfileStatus::Absent, ProfileStatus::Active, ProfileStatus::Canceled, ProfileStatus::Revoked];

/// Fields put into a word, or taken out of it, one after the other.
#[derive(Default)]
struct Bits {
    word: u64,
    at: u32,
}

impl Bits {
    fn put(&mut self, value: u64, bits: u32) {
        debug_assert!(value >> bits == 0, "{value} does not fit into {bits} bits");
        self.word |= value << self.at;
        self.at += bits;
    }

    fn take(&mut self, bits: u32) -> usize {
        let value = self.word >> self.at & ((1 << bits) - 1);
        self.at += bits;
        usize::try_from(value).unwrap_or_default()
    }
}
