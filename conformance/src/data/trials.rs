//! How often a finding was found again.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Found again so often, of so many tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct Trials {
    /// How often it was found again.
    pub again: u32,
    /// How often that was tried.
    pub tries: u32,
}

impl Trials {
    /// Nobody has tried.
    pub const NONE: Self = Self { again: 0, tries: 0 };

    /// So many times of so many.
    pub const fn new(again: u32, tries: u32) -> Self {
        Self { again, tries }
    }

    /// It was tried again, and never found again.
    pub const fn is_gone(self) -> bool {
        self.again == 0 && self.tries > 0
    }

    /// It was not found again each time: a run may pass without it.
    pub const fn is_flaky(self) -> bool {
        self.again < self.tries
    }
}

impl From<(u32, u32)> for Trials {
    fn from((again, tries): (u32, u32)) -> Self {
        Self { again, tries }
    }
}

impl From<Trials> for (u32, u32) {
    fn from(trials: Trials) -> Self {
        (trials.again, trials.tries)
    }
}

impl fmt::Display for Trials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.again, self.tries)
    }
}

impl FromStr for Trials {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers =
            text.split_once('/').and_then(|(again, tries)| Some((again.parse().ok()?, tries.parse().ok()?)));
        numbers.map(Self::from).ok_or_else(|| format!("{text:?} is not how often of how many, as 2/3 is"))
    }
}

/// As reports write it: `2/3`.
pub(crate) mod as_text {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Trials;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(crate) fn serialize<S: Serializer>(trials: &Trials, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(trials)
    }

    pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Trials, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_nothing_else_is() {
        let trials = Trials::new(2, 3);
        assert_eq!(trials.to_string().parse(), Ok(trials));
        for text in ["", "2", "2/", "/3", "2/3/4", "-1/3", "two/3"] {
            assert!(text.parse::<Trials>().is_err(), "{text}");
        }
        assert!(trials.is_flaky() && !trials.is_gone());
        assert!(Trials::new(0, 3).is_gone() && !Trials::NONE.is_gone() && !Trials::NONE.is_flaky());
    }
}
