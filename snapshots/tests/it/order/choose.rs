//! The choice of cases: always the one that adds most for the requests that it sends.

use std::collections::{BTreeMap, BTreeSet};

use crate::order::kills::Kills;

/// A fault that is found for the first time counts as so many requirements that are put to the test for the
/// first time. The latter stand for the mistakes that nobody has seeded.
const FAULT: u32 = 10;

/// A scene counts as a fault, too: it was written by hand for what no program in symbols asks, and of the
/// faults that a single case finds most are found by scenes.
const SCENE: u32 = FAULT;

/// A requirement adds something until so many of the chosen cases put it to the test.
const TIMES: u32 = 2;

/// The rounds end after this many requests.
const ROUNDS: [u32; 5] = [125, 250, 500, 1000, u32::MAX];

/// The cases that together find most of these faults with so many requests, in rounds.
pub(crate) fn choose(table: &Kills, faults: &[usize], budget: u32) -> Vec<Vec<String>> {
    let mut left: BTreeSet<usize> =
        faults.iter().copied().filter(|fault| !table.found_by[*fault].is_empty()).collect();
    let mut finds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for fault in &left {
        for name in &table.found_by[*fault] {
            finds.entry(name).or_default().push(*fault);
        }
    }
    let mut exercised: BTreeMap<&str, u32> = BTreeMap::new();
    let mut candidates: BTreeSet<&str> = table.cases.keys().map(String::as_str).collect();
    let (mut rounds, mut spent) = (vec![Vec::new()], 0);
    loop {
        let gain = |name: &str| {
            let case = &table.cases[name];
            let found = finds
                .get(name)
                .map_or(0, |faults| faults.iter().filter(|fault| left.contains(fault)).count());
            let first = case
                .exercised
                .iter()
                .filter(|id| exercised.get(id.as_str()).is_none_or(|times| *times < TIMES))
                .count();
            let by_itself = if case.is_scene { SCENE } else { 0 };
            let gain = FAULT * u32::try_from(found).unwrap_or(u32::MAX)
                + u32::try_from(first).unwrap_or(u32::MAX)
                + by_itself;
            f64::from(gain) / f64::from(case.requests)
        };
        candidates.retain(|name| spent + table.cases[*name].requests <= budget);
        let gains = candidates.iter().map(|name| (*name, gain(name))).filter(|(_, gain)| *gain > 0.0);
        // Of equals the first by name, so that the list is the same each time.
        let Some((best, _)) =
            gains.max_by(|(one, a), (other, b)| a.total_cmp(b).then_with(|| other.cmp(one)))
        else {
            for round in &mut rounds {
                round.sort_unstable();
            }
            return rounds;
        };
        candidates.remove(best);
        let case = &table.cases[best];
        spent += case.requests;
        for fault in finds.get(best).into_iter().flatten() {
            left.remove(fault);
        }
        for id in &case.exercised {
            *exercised.entry(id).or_default() += 1;
        }
        if spent > ROUNDS[rounds.len() - 1] {
            rounds.push(Vec::new());
        }
        rounds.last_mut().expect("there is one").push(best.to_owned());
    }
}

/// How many of these faults the cases find, in hundredths.
pub(crate) fn share(table: &Kills, rounds: &[Vec<String>], faults: &[usize]) -> f64 {
    let cases: BTreeSet<&String> = rounds.iter().flatten().collect();
    let found =
        faults.iter().filter(|fault| table.found_by[**fault].iter().any(|name| cases.contains(name))).count();
    hundredths(found, faults.len())
}

/// So many of so many, in hundredths.
pub(crate) fn hundredths(some: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    100.0 * number(some) / number(all)
}
