//! The limit of `SignPayload`: the signature alone.

use std::hint::black_box;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use p384::ecdsa::signature::Signer as _;
use p384::ecdsa::{Signature, SigningKey};

/// How long signatures are made.
const TIME: Duration = Duration::from_secs(1);

/// The signatures that all cores make in a second.
pub(crate) fn per_second() -> f64 {
    let key = SigningKey::from_slice(&[7; 48]).expect("a number below the order of the curve");
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (made, started) = (AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while started.elapsed() < TIME {
                    let signature: Signature = key.sign(black_box(&[0; 1024]));
                    black_box(signature);
                    made.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer")]
    let made = made.into_inner() as f64;
    made / started.elapsed().as_secs_f64()
}
