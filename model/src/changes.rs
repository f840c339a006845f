//! What differs between two states, in the API's own words.

use std::fmt::{self, Display, Formatter};

use crate::call::{Job, Profile, ProfileStatus, Statement, TagKey};
use crate::state::{JobKind, JobState, ProfileState, State};
use crate::words::joined;

/// What differs between two states, one change a line, such as `p0: Active → Canceled`.
pub fn changes(before: &State, after: &State) -> Vec<String> {
    let mut lines = Vec::new();
    if before.platforms != after.platforms {
        lines.push(format!(
            "platforms on offer: {} → {}",
            joined(before.platforms.iter()),
            joined(after.platforms.iter())
        ));
    }
    for (index, (before, after)) in (0..).zip(before.profiles.iter().zip(&after.profiles)) {
        profile_changes(Profile(index), before, after, &mut lines);
    }
    for (index, (before, after)) in (0..).zip(before.jobs.iter().zip(&after.jobs)) {
        job_changes(Job(index), before, after, &mut lines);
    }
    lines
}

fn profile_changes(name: Profile, before: &ProfileState, after: &ProfileState, lines: &mut Vec<String>) {
    let mut line = |what: String| lines.push(what);
    if before.status != after.status {
        line(format!("{name}: {} → {}", before.status, after.status));
    }
    if before.platform != after.platform
        || (before.status == ProfileStatus::Absent && after.status != ProfileStatus::Absent)
    {
        line(format!("{name}: on {}", after.platform));
    }
    if before.validity != after.validity {
        line(format!("{name}: valid for {}", after.validity));
    }
    if before.effective != after.effective {
        match after.effective {
            Some(effective) => line(format!("{name}: revoked from {effective}")),
            None => line(format!("{name}: no longer revoked")),
        }
    }
    for (index, (before, after)) in (0..).zip(before.tags.iter().zip(after.tags)) {
        if *before != after {
            line(format!("{name}: tag {} {before} → {after}", TagKey(index)));
        }
    }
    for (index, (before, after)) in (0..).zip(before.policy.statements.iter().zip(after.policy.statements)) {
        if *before != after {
            match after {
                Some(grant) => line(format!("{name}: permission {} is {grant}", Statement(index))),
                None => line(format!("{name}: permission {} removed", Statement(index))),
            }
        }
    }
    if before.policy.revision != after.policy.revision {
        line(format!("{name}: permissions' revision {} → {}", before.policy.revision, after.policy.revision));
    }
    if !before.policy.revision_uncertain && after.policy.revision_uncertain {
        line(format!("{name}: permissions' revision may have moved"));
    }
}

fn job_changes(name: Job, before: &JobState, after: &JobState, lines: &mut Vec<String>) {
    if before.statuses != after.statuses {
        lines.push(format!("{name}: {} → {}", before.statuses, after.statuses));
    }
    if after.exists()
        && (!before.exists() || (before.profile, before.invoker) != (after.profile, after.invoker))
    {
        let how = match after.kind {
            JobKind::Started => "started",
            JobKind::Payload => "signed",
        };
        lines.push(format!("{name}: {how} with {} by {}", after.profile, after.invoker));
    }
    if before.revoked != after.revoked {
        lines.push(format!(
            "{name}: signature {}",
            if after.revoked { "revoked" } else { "no longer revoked" }
        ));
    }
}

/// What a state has, one thing a line; what was never made is left out.
impl Display for State {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let nothing = Self { platforms: self.platforms, ..Self::default() };
        let lines = changes(&nothing, self);
        if lines.is_empty() { f.write_str("nothing made yet") } else { f.write_str(&lines.join("\n")) }
    }
}
