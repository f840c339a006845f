//! The order in which steps of a program are left out to make it shorter: halves first, then quarters, then
//! one by one, and again one by one as long as that helps. Findings and the programs of property tests are
//! reduced in this order.

/// Which of so many steps are left out next. The caller says whether what is left still shows the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deletions {
    /// How many are left out at once; 0 when there is no more to try.
    size: usize,
    start: usize,
    /// Something was left out for good since the steps were last gone through.
    has_deleted: bool,
}

impl Deletions {
    /// For a program with so many steps that may be left out.
    pub(crate) const fn of(length: usize) -> Self {
        Self { size: length.div_ceil(2), start: 0, has_deleted: false }
    }

    /// The steps to leave out, of so many that are there now.
    pub(crate) fn next(&mut self, length: usize) -> Option<std::ops::Range<usize>> {
        while self.size > 0 {
            if self.start + self.size <= length {
                return Some(self.start..self.start + self.size);
            }
            if !(self.has_deleted && self.size == 1) {
                self.size /= 2;
            }
            self.start = 0;
            self.has_deleted = false;
        }
        None
    }

    /// Without them it is still shown: they stay out.
    pub(crate) const fn deleted(&mut self) {
        self.has_deleted = true;
    }

    /// They are needed.
    pub(crate) const fn kept(&mut self) {
        self.start += self.size;
    }
}

#[cfg(test)]
mod tests {
    use super::Deletions;

    /// What is left of `0..length` if `shows` must stay true.
    fn reduced(length: usize, shows: impl Fn(&[usize]) -> bool) -> Vec<usize> {
        let mut best: Vec<usize> = (0..length).collect();
        let mut deletions = Deletions::of(length);
        let mut tried = 0;
        while let Some(range) = deletions.next(best.len()) {
            let mut candidate = best.clone();
            candidate.drain(range);
            tried += 1;
            assert!(tried < 1000, "it does not end");
            if shows(&candidate) {
                best = candidate;
                deletions.deleted();
            } else {
                deletions.kept();
            }
        }
        best
    }

    #[test]
    fn only_what_is_needed_is_left_whatever_the_length() {
        for length in 1..40 {
            for needed in [vec![0], vec![length - 1], vec![length / 3, length / 2], (0..length).collect()] {
                let shows = |steps: &[usize]| needed.iter().all(|step| steps.contains(step));
                let mut expected = needed.clone();
                expected.dedup();
                assert_eq!(reduced(length, shows), expected, "of {length}");
            }
        }
        assert_eq!(reduced(9, |_| true), Vec::<usize>::new());
    }

    #[test]
    fn no_step_is_left_that_can_be_left_out_by_itself() {
        // Either of two is enough, and one of them needs a third.
        let shows = |steps: &[usize]| steps.contains(&7) || (steps.contains(&3) && steps.contains(&5));
        let left = reduced(12, shows);
        for index in 0..left.len() {
            let mut shorter = left.clone();
            shorter.remove(index);
            assert!(!shows(&shorter), "{left:?}");
        }
    }
}
