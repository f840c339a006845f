//! Faults of what jobs tell of the time when their signatures expire.

use serde_json::{Value, json};

use crate::faults::entries::JOBS;
use crate::faults::lie::Lie;
use crate::faults::row::{CURRENT, Category, Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (323, "expiry-left-out"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/expiry",
        "no job tells when its signature expires",
        &[Lie::Shown(JOBS, |job| job["signatureExpiresAt"] = Value::Null)],
    ),
    fault(
        (325, "expiry-of-iot-jobs"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/expiry-iot",
        "a job under a certificate of the customer's tells an expiry",
        &[Lie::Shown(JOBS, |job| {
            if job["signingMaterial"].is_object() {
                expires(job);
            }
        })],
    ),
    fault(
        (328, "expiry-of-failed-jobs"),
        Category::View,
        CURRENT,
        "DescribeSigningJob/failed-has-no-expiry",
        "a job that has failed tells an expiry",
        &[Lie::Shown(JOBS, |job| {
            if job["status"] == "Failed" && job["signingMaterial"].is_null() {
                expires(job);
            }
        })],
    ),
];

/// Lets the signature of a job expire ten years after its making.
fn expires(job: &mut Value) {
    const TEN_YEARS_S: i64 = 315_576_000;
    if let Some(created) = job["createdAt"].as_i64() {
        job["signatureExpiresAt"] = json!(created + TEN_YEARS_S);
    }
}
