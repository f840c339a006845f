//! How often an operation may be called, per account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use signer_schemas::Operation;

use crate::disturbances::operation;

/// How often one operation, or each, may be called by one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The operation; each one without a rate of its own when it is not named.
    pub operation: Option<Operation>,
    /// The time between two calls, on average.
    interval_ns: i128,
    /// How many calls may come at once: those of one second, and never less than one.
    burst: i128,
}

const SECOND_NS: i128 = 1_000_000_000;

impl std::str::FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, rate) = text.split_once('=').ok_or_else(|| format!("{text:?} is not OPERATION=N/s"))?;
        let operation = if name == "*" { None } else { Some(operation(name)?) };
        let (count, unit_ns) = match rate.split_once('/') {
            Some((count, "s")) => (count, SECOND_NS),
            Some((count, "m")) => (count, 60 * SECOND_NS),
            _ => return Err(format!("{rate:?} is not a rate such as 5/s or 30/m")),
        };
        let count = count.parse().ok().filter(|count| (1..=1_000_000).contains(count));
        let count: i128 =
            count.ok_or_else(|| format!("the rate of {name} is a number from 1 to 1000000, by s or m"))?;
        let interval_ns = unit_ns / count;
        Ok(Self { operation, interval_ns, burst: (SECOND_NS / interval_ns).max(1) })
    }
}

/// Counts the calls of one server.
#[derive(Debug)]
pub(crate) struct Meter {
    rates: Vec<Rate>,
    /// When the last permitted call of an operation and account would have come, had all kept the rate.
    paid_until: Mutex<HashMap<(Operation, String), i128>>,
}

impl Meter {
    pub(crate) fn new(rates: Vec<Rate>) -> Self {
        Self { rates, paid_until: Mutex::default() }
    }

    /// Whether that account may call that operation now; if so, the call is counted.
    pub(crate) fn permits(&self, operation: Operation, account: &str, now: Timestamp) -> bool {
        let named = self.rates.iter().rfind(|rate| rate.operation == Some(operation));
        let Some(rate) = named.or_else(|| self.rates.iter().rfind(|rate| rate.operation.is_none())) else {
            return true;
        };
        let now = now.as_nanosecond();
        // A number is replaced as a whole, so what a panic left behind is whole.
        let mut paid_until = self.paid_until.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = paid_until.entry((operation, account.to_owned())).or_insert(now);
        // A clock that was put back must not refuse callers for the difference.
        if *kept < now || *kept - now > rate.interval_ns * rate.burst {
            *kept = now;
        }
        let is_permitted = *kept - now <= rate.interval_ns * (rate.burst - 1);
        if is_permitted {
            *kept += rate.interval_ns;
        }
        is_permitted
    }
}
