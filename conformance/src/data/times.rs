//! How long cases took in an earlier run, by which a plan is cut into parts that take about as long.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// Reports tell times to the millisecond, and no case takes none.
const LEAST: Duration = Duration::from_millis(1);

/// How long each case took, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Times {
    of_cases: BTreeMap<String, Duration>,
}

impl Times {
    /// How long the case took; a case that is not among them is taken to be an average one.
    pub fn of(&self, case: &str) -> Duration {
        self.of_cases.get(case).copied().unwrap_or_else(|| self.mean())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.of_cases.is_empty()
    }

    fn mean(&self) -> Duration {
        let count = u32::try_from(self.of_cases.len()).unwrap_or(u32::MAX);
        self.of_cases.values().sum::<Duration>().checked_div(count).unwrap_or(LEAST)
    }
}

impl FromIterator<(String, Duration)> for Times {
    fn from_iter<T: IntoIterator<Item = (String, Duration)>>(times: T) -> Self {
        let of_cases = times.into_iter().map(|(case, time)| (case, time.max(LEAST))).collect();
        Self { of_cases }
    }
}
