//! Which part of a plan each case is in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::data::program::Program;
use crate::data::times::Times;

/// For each case of the plan its part, from 0, of so many: such that all parts take about as long, or,
/// without times, the cases in turn.
pub(super) fn parts(programs: &[Program], of: u32, times: Option<&Times>) -> Vec<u32> {
    match times {
        Some(times) => by_time(programs.iter().map(|program| times.of(&program.name)), of),
        None => (0..of.max(1)).cycle().take(programs.len()).collect(),
    }
}

/// The longest case first, each goes to the part that has the least to do by then: no part takes longer than
/// four thirds of the longest of the best cut (Graham 1969).
fn by_time(times: impl Iterator<Item = Duration>, of: u32) -> Vec<u32> {
    let mut longest_first: Vec<(usize, Duration)> = times.enumerate().collect();
    longest_first.sort_by_key(|(_, time)| Reverse(*time));
    let mut parts = vec![0; longest_first.len()];
    // More parts than cases stay empty, however many they are.
    let mut least_first: BinaryHeap<Reverse<(Duration, u32)>> =
        (0..of).take(parts.len()).map(|part| Reverse((Duration::ZERO, part))).collect();
    for (case, time) in longest_first {
        let Some(Reverse((load, part))) = least_first.pop() else { continue };
        parts[case] = part;
        least_first.push(Reverse((load + time, part)));
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::data::run::RunOptions;
    use crate::plan::plan;

    /// The names of the cases of each part, in the order of the plan.
    fn cut(options: &RunOptions, of: u32, times: Option<&Times>) -> Vec<Vec<String>> {
        let part = |number| {
            let options = RunOptions { shard: Some((number, of)), times: times.cloned(), ..options.clone() };
            plan(&options).into_iter().map(|program| program.name).collect()
        };
        (0..of).map(part).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn parts_are_disjoint_complete_and_in_the_order_of_the_plan(
            of in 1_u32..20,
            times in proptest::option::of(vec(0_u64..5000, 0..60)),
        ) {
            let suites = ["smoke", "tags"].map(str::to_owned).to_vec();
            let options = RunOptions { suites, ..RunOptions::new(signer_schemas::Edition::Current, "parts") };
            let whole: Vec<String> = plan(&options).into_iter().map(|program| program.name).collect();
            // Some cases have no time, and some times are of no case.
            let times: Option<Times> = times.map(|times| {
                let names = whole.iter().skip(5).cloned().chain(["gone/case".to_owned()]).cycle();
                names.zip(times.into_iter().map(Duration::from_millis)).collect()
            });
            let parts = cut(&options, of, times.as_ref());
            prop_assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), whole.len());
            let cases: BTreeSet<&String> = parts.iter().flatten().collect();
            prop_assert_eq!(cases, whole.iter().collect::<BTreeSet<_>>());
            for part in &parts {
                let place = |name| whole.iter().position(|other| other == name);
                let places: Vec<_> = part.iter().map(place).collect();
                prop_assert!(places.is_sorted());
            }
        }

        #[test]
        fn no_part_is_longer_than_another_by_more_than_the_longest_case(
            of in 1_u32..20,
            times in vec((1_u64..5000).prop_map(Duration::from_millis), 1..200),
        ) {
            let mut loads = vec![Duration::ZERO; of as usize];
            for (time, part) in times.iter().zip(by_time(times.iter().copied(), of)) {
                loads[part as usize] += *time;
            }
            let (least, most) = (loads.iter().min().copied(), loads.iter().max().copied());
            let longest = times.iter().max().copied().unwrap_or_default();
            prop_assert!(most.unwrap_or_default() <= least.unwrap_or_default() + longest);
        }
    }

    #[test]
    fn a_number_of_parts_beyond_all_cases_takes_no_room() {
        assert_eq!(by_time([Duration::from_millis(1); 2].into_iter(), u32::MAX), [0, 1]);
        assert_eq!(by_time(std::iter::empty(), u32::MAX), Vec::<u32>::new());
    }
}
