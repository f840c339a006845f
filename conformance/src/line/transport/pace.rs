//! How often a target is asked, and how long it is left alone when it complains.

use std::time::Duration;

use tokio::time::Instant;

/// When the next request may go out.
#[derive(Debug)]
pub(super) struct Pace {
    next_slot: Instant,
    /// At most so many requests a second, as the user wants it.
    wanted_per_s: Option<f64>,
    /// What a target made of it that complained.
    slowed: Option<Slowed>,
    /// How often it complained of late.
    lately: Lately,
    /// When the first request went out, and how many since.
    sent: (Instant, f64),
}

/// The requests of late, and the complaints about them: each weighs a little less with every later request.
#[derive(Clone, Copy, Debug, Default)]
struct Lately {
    requests: f64,
    complaints: f64,
}

impl Lately {
    fn sent(&mut self) {
        self.requests = self.requests * FADING + 1.0;
        self.complaints *= FADING;
    }

    fn complained(&mut self) {
        self.complaints += 1.0;
    }

    /// Whether the target complains so seldom that it would do so however often it is asked.
    fn is_seldom(self) -> bool {
        self.complaints * SELDOM < self.requests
    }
}

/// A rate that was lowered, and rises again.
#[derive(Clone, Copy, Debug)]
struct Slowed {
    since: Instant,
    /// The rate then.
    from_per_s: f64,
    /// How much it rises in a second.
    gain_per_s: f64,
}

impl Slowed {
    /// What it has risen to: little by little to what it was, and from then on, without a complaint, to four
    /// times as much with every second.
    fn risen(self, now: Instant) -> f64 {
        let passed_s = now.duration_since(self.since).as_secs_f64();
        let rate_per_s = self.from_per_s + self.gain_per_s * passed_s.min(RECOVERY_S);
        rate_per_s * (2.0 * (passed_s - RECOVERY_S).max(0.0)).exp2()
    }
}

/// The longest that a target may ask us to wait.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// A target that complains seldom, once in so many requests or more, does so however often it is asked.
const SELDOM: f64 = 20.0;
/// What is left of a request's weight after each later one: some two hundred count. Among fewer, a target
/// that complains at random about one request in forty often seems to complain about more than one in twenty.
const FADING: f64 = 0.995;
/// A target that complains before a rate can be told gets this one.
const FIRST_RATE_PER_S: f64 = 20.0;
/// The rate is never lowered below this one: a run has to end.
const LOWEST_RATE_PER_S: f64 = 0.5;
/// How long a rate that was halved takes to be what it was.
const RECOVERY_S: f64 = 5.0;
/// Complaints that come this soon after one another are one: the requests were on their way already.
const ONE_COMPLAINT: Duration = Duration::from_millis(500);

impl Pace {
    pub(super) fn new(wanted_per_s: Option<f64>) -> Self {
        let now = Instant::now();
        Self { next_slot: now, wanted_per_s, slowed: None, lately: Lately::default(), sent: (now, 0.0) }
    }

    /// At most so many requests a second at that time.
    fn rate_per_s(&self, now: Instant) -> Option<f64> {
        let risen = |slowed: Slowed| slowed.risen(now).min(self.wanted_per_s.unwrap_or(f64::INFINITY));
        self.slowed.map(risen).or(self.wanted_per_s)
    }

    /// The next free slot, which is taken.
    pub(super) fn slot(&mut self, now: Instant) -> Instant {
        let slot = self.next_slot.max(now);
        self.lately.sent();
        self.sent.1 += 1.0;
        if let Some(rate_per_s) = self.rate_per_s(now) {
            self.next_slot = slot + Duration::from_secs_f64(1.0 / rate_per_s.max(0.001));
        }
        slot
    }

    /// The target complains that it is asked too often: wait as long as it says. Unless it complains seldom,
    /// go on at half the rate, and ask more often again little by little.
    pub(super) fn slow_down(&mut self, now: Instant, retry_after: Option<Duration>) {
        let wait = retry_after.unwrap_or_default().min(LONGEST_WAIT);
        self.next_slot = self.next_slot.max(now + wait);
        self.lately.complained();
        if self.slowed.is_some_and(|slowed| now < slowed.since + ONE_COMPLAINT) {
            return;
        }
        if self.lately.is_seldom() {
            return;
        }
        let (since, sent) = self.sent;
        let measured = sent / now.duration_since(since).as_secs_f64().max(1.0);
        let before = self.rate_per_s(now).unwrap_or(measured.max(2.0 * FIRST_RATE_PER_S));
        let from_per_s = (before / 2.0).max(LOWEST_RATE_PER_S.min(before));
        self.slowed =
            Some(Slowed { since: now + wait, from_per_s, gain_per_s: (before - from_per_s) / RECOVERY_S });
    }
}

#[cfg(test)]
mod tests {
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    use proptest::{bool, strategy::Strategy as _, strategy::ValueTree as _};

    use super::{Duration, Instant, Pace};

    /// How many requests go out within that time, if each goes out as soon as it may.
    fn sent_within(pace: &mut Pace, begin: Instant, time: Duration) -> usize {
        std::iter::from_fn(|| Some(pace.slot(begin))).take_while(|slot| *slot < begin + time).count()
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_target_that_complains_is_asked_half_as_often() {
        let begin = Instant::now();
        let mut pace = Pace::new(Some(100.0));
        assert_eq!(sent_within(&mut pace, begin, SECOND), 100);

        let mut pace = Pace::new(Some(100.0));
        pace.slow_down(begin, None);
        // Of those who complain at once, the others were asked before.
        pace.slow_down(begin, None);
        assert_eq!(pace.rate_per_s(begin), Some(50.0));
        pace.slow_down(begin + SECOND, None);
        assert_eq!(pace.rate_per_s(begin + SECOND), Some(30.0));
    }

    #[test]
    fn a_target_that_complains_seldom_is_asked_as_often_as_before() {
        let mut pace = Pace::new(None);
        let begin = Instant::now();
        for _ in 0..10 {
            assert_eq!(
                (0..40).map(|_| pace.slot(begin)).max(),
                Some(begin),
                "one in forty is not for being asked too often"
            );
            pace.slow_down(begin, None);
        }
        pace.slow_down(begin, Some(SECOND));
        assert_eq!(pace.slot(begin), begin + SECOND, "it is left alone for as long as it says");
    }

    /// How long so many requests take, each a millisecond at least after the one before, if the target
    /// complains about those that this tells of.
    fn time_of(requests: u32, mut is_refused: impl FnMut(Instant) -> bool) -> Duration {
        let begin = Instant::now();
        let (mut pace, mut now) = (Pace::new(None), begin);
        for _ in 0..requests {
            now = pace.slot(now).max(now) + Duration::from_millis(1);
            if is_refused(now) {
                pace.slow_down(now, None);
            }
        }
        now - begin
    }

    #[test]
    fn a_target_that_complains_at_random_about_one_request_in_forty_is_not_asked_ever_more_slowly() {
        for seed in 0..20 {
            let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            let mut runner = TestRunner::new_with_rng(Config::default(), random);
            let mut is_refused =
                || bool::weighted(0.025).new_tree(&mut runner).is_ok_and(|tree| tree.current());
            let time = time_of(10_000, |_| is_refused());
            assert!(time < 20 * SECOND, "seed {seed}: {time:?}, and ten seconds without complaints");
        }
    }

    #[test]
    fn a_target_with_a_limit_is_soon_asked_no_more_often_than_it_allows() {
        // A bucket of fifty requests, into which twenty fall in a second.
        let (mut left, mut last, mut complaints) = (50.0_f64, Instant::now(), 0);
        time_of(1_000, |now| {
            left = (left + 20.0 * (now - last).as_secs_f64()).min(50.0);
            last = now;
            let refused = left < 1.0;
            left -= if refused { 0.0 } else { 1.0 };
            complaints += u32::from(refused);
            refused
        });
        assert!(complaints < 100, "{complaints} of 1,000");
    }

    #[test]
    fn a_rate_that_was_lowered_rises_to_what_was_asked_for() {
        let begin = Instant::now();
        let mut pace = Pace::new(Some(100.0));
        pace.slow_down(begin, None);
        assert_eq!(pace.rate_per_s(begin + 2 * SECOND), Some(70.0));
        assert_eq!(pace.rate_per_s(begin + 60 * SECOND), Some(100.0));
        for number in 0..20 {
            pace.slow_down(begin + number * SECOND, None);
        }
        assert!(pace.rate_per_s(begin + 20 * SECOND) >= Some(0.5), "a run has to end");
    }

    #[test]
    fn a_target_is_left_alone_as_long_as_it_wants() {
        let begin = Instant::now();
        for (asked, waited) in [(7, 7), (3_600, 60)] {
            let mut pace = Pace::new(None);
            pace.slow_down(begin, Some(asked * SECOND));
            assert_eq!(pace.slot(begin), begin + waited * SECOND);
        }
    }
}
