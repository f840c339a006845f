//! The clock of the target beside ours.

use crate::run::preflight::doctor::{Timed, Visit};

/// Servers refuse what is signed further off than this.
const SIGNATURE_WINDOW_S: i64 = 300;
/// A clock this far off is worth a word.
const NOTEWORTHY_SKEW_S: i64 = 30;

impl Visit<'_> {
    /// The server's clock beside ours.
    pub(super) fn clock(&mut self, Timed { response, sent_s, received_s }: &Timed) {
        let told = response.header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        let Some(told) = told else {
            let what = response
                .header("date")
                .map_or("no Date header".to_owned(), |date| format!("Date header {date:?}"));
            return self.warn(
                "clock",
                what,
                "the clocks cannot be compared; signatures fail beyond five minutes",
            );
        };
        let skew = skew_s(told.timestamp().as_second(), *sent_s, *received_s);
        match skew.abs() {
            0..NOTEWORTHY_SKEW_S => self.ok("clock", format!("{skew} s apart")),
            NOTEWORTHY_SKEW_S..SIGNATURE_WINDOW_S => {
                self.warn("clock", format!("{skew} s apart"), "set both clocks by the network");
            }
            _ => self.fail(
                "clock",
                format!("{skew} s apart"),
                "signatures are refused beyond 300 s: set both clocks by the network",
            ),
        }
    }
}

/// How far a clock is from ours. Its time was told at some moment between the request and the answer, so a
/// slow answer is no skew.
const fn skew_s(told_s: i64, sent_s: i64, received_s: i64) -> i64 {
    if told_s < sent_s {
        told_s - sent_s
    } else if told_s > received_s {
        told_s - received_s
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::skew_s;

    #[test]
    fn a_slow_answer_is_no_skew() {
        assert_eq!(skew_s(100, 100, 190), 0, "told at once, and then it took long");
        assert_eq!(skew_s(190, 100, 190), 0, "told in the end");
        assert_eq!(skew_s(40, 100, 190), -60);
        assert_eq!(skew_s(250, 100, 190), 60);
    }
}
