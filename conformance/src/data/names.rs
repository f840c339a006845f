//! What keeps the names of one run, and of one case, apart from those of others.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) fn now_s() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or_default())
}

/// A number in lower-case letters and digits, at least `width` characters.
pub(crate) fn base36(mut number: u64, width: usize) -> String {
    let mut digits = Vec::new();
    while number > 0 || digits.len() < width {
        digits
            .push(b"0123456789abcdefghijklmnopqrstuvwxyz"[usize::try_from(number % 36).unwrap_or_default()]);
        number /= 36;
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

/// What the names of a run begin with: other than in every earlier run, as a profile's name is taken for
/// good.
pub fn fresh_prefix() -> String {
    const DIGITS: usize = 6;
    // Parts of a wide run begin at the same time in containers that are all alike, so neither clock nor
    // process tells them apart.
    let number = RandomState::new().hash_one(SystemTime::now()) % 36_u64.pow(6);
    format!("c{}", base36(number, DIGITS))
}

/// What tells the names of one run of a program apart from those of all other runs. No two purposes share a
/// tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tag(String);

impl Tag {
    /// A case of the plan, when it is run first.
    pub(crate) fn planned(index: usize) -> Self {
        Self(base36(index as u64, 4))
    }

    /// The same case, run again; `repetition` counts from 0 and is below [`Self::REPETITIONS`].
    pub(crate) fn repeated(index: usize, repetition: usize) -> Self {
        let letter = ['y', 'x', 'w', 'v'][repetition.min(Self::REPETITIONS - 1)];
        Self(format!("{letter}{}", base36(index as u64, 4)))
    }

    /// The same case, run by itself after it departed beside others.
    pub(crate) fn alone(index: usize) -> Self {
        Self(format!("u{}", base36(index as u64, 4)))
    }

    /// The situation of that case, made for all that ask about it at once.
    pub(crate) fn situation(index: usize) -> Self {
        Self(format!("t{}", base36(index as u64, 4)))
    }

    /// How often a case can be run again under names of its own.
    pub(crate) const REPETITIONS: usize = 4;

    /// The reduction of a finding, as it was met first, or as a later case shows it better.
    pub(crate) fn reduced(index: usize, is_shown_better: bool) -> Self {
        let letter = if is_shown_better { 'q' } else { 'z' };
        Self(format!("{letter}{}", base36(index as u64, 2)))
    }

    /// The program of a reduction as it was found, on a fresh service.
    pub(crate) fn on_fresh(&self) -> Self {
        Self(format!("{self}f"))
    }

    /// A shorter program of a reduction.
    pub(crate) fn candidate(&self, number: u32) -> Self {
        Self(format!("{self}{}", base36(u64::from(number), 2)))
    }

    /// The reductions of a program that no deletion has made shorter.
    pub(crate) fn whole(&self) -> Self {
        Self(format!("{self}w"))
    }

    /// The end of a reduction, run once more.
    pub(crate) fn reproduction(&self, number: u32) -> Self {
        Self(format!("{self}r{number}"))
    }

    /// The tag that a log tells.
    pub(crate) const fn told(tag: String) -> Self {
        Self(tag)
    }

    /// One program, run on request.
    pub(crate) fn replayed() -> Self {
        Self("rep".to_owned())
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Tag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Tag, fresh_prefix};

    #[test]
    fn a_prefix_leaves_room_in_the_shortest_name() {
        let prefix = fresh_prefix();
        assert_eq!(prefix.len(), 7);
        assert!(prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{prefix}");
    }

    #[test]
    fn no_two_runs_share_a_tag() {
        let cases = (0..3000).flat_map(|index| {
            (0..Tag::REPETITIONS).map(move |repetition| Tag::repeated(index, repetition)).chain([
                Tag::planned(index),
                Tag::alone(index),
                Tag::situation(index),
            ])
        });
        let reductions = (0..40).flat_map(|index| [Tag::reduced(index, false), Tag::reduced(index, true)]);
        let reductions = reductions.flat_map(|tag| {
            let candidates = (1..200).map(|number| tag.candidate(number)).collect::<Vec<_>>();
            let ends = [tag.clone(), tag.whole()];
            let ends = ends
                .iter()
                .flat_map(|tag| (0..3).map(move |number| tag.reproduction(number)))
                .collect::<Vec<_>>();
            candidates.into_iter().chain(ends).chain([tag.on_fresh()]).collect::<Vec<_>>()
        });
        let mut seen = BTreeSet::new();
        for tag in cases.chain(reductions).chain([Tag::replayed()]) {
            assert!(seen.insert(tag.clone()), "{tag} is given twice");
        }
    }
}
