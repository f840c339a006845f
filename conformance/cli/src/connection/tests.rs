//! Numbers, times and rates as options give them.

use std::time::Duration;

use clap::Parser as _;

use super::Connection;
use crate::values::{bytes, duration, positive_duration, rate};

#[derive(clap::Parser)]
struct Only {
    #[command(flatten)]
    connection: Connection,
}

fn connection(url: &str) -> Connection {
    Only::parse_from(["test", "--endpoint", url]).connection
}

#[test]
fn times_need_a_number_and_a_unit() {
    assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
    assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
    for wrong in ["", "10", "s", "-1s", "1e3s", "ten s", "10 s", "inf s", "1d"] {
        assert!(duration(wrong).is_err(), "{wrong:?} is taken for a time");
    }
    assert!(positive_duration("0s").is_err());
}

#[test]
fn rates_are_positive_numbers() {
    assert_eq!(rate("5/s"), Ok(5.0));
    assert_eq!(rate("0.5"), Ok(0.5));
    for wrong in ["0/s", "-1/s", "inf", "NaN", "5/m", ""] {
        assert!(rate(wrong).is_err(), "{wrong:?} is taken for a rate");
    }
}

#[test]
fn numbers_of_bytes_may_have_a_unit() {
    assert_eq!(bytes::<u64>("65536"), Ok(65536));
    assert_eq!(bytes::<u64>("64k"), Ok(65536));
    assert_eq!(bytes::<usize>("2M"), Ok(2 << 20));
    for wrong in ["", "0", "k", "-1", "1.5m", "1t", "99999999999999999999", "18446744073709551615g"] {
        assert!(bytes::<u64>(wrong).is_err(), "{wrong:?} is taken for a number of bytes");
    }
}

#[test]
fn endpoints_of_aws_are_told_from_others() {
    for aws in [
        "https://signer.us-east-1.amazonaws.com",
        "https://signer.us-east-1.amazonaws.com:443/",
        "HTTPS://SIGNER.US-EAST-1.AMAZONAWS.COM.",
        "https://user@signer.cn-north-1.amazonaws.com.cn/x",
        "https://signer.us-east-1.api.aws",
        "https://d111.lambda-url.us-east-1.on.aws",
        "https://signer.eusc-de-east-1.amazonaws.eu",
        "https:///signer.us-east-1.amazonaws.com",
        "https:\\\\signer.us-east-1.amazonaws.com",
        "https:signer.us-east-1.amazonaws.com",
        "https://signer.us-east-1.amazonaws%2Ecom",
        "https://signer.us-east-1.amazonaws\u{3002}com",
        "https://localhost:pw@signer.us-east-1.amazonaws.com:443",
        "https://localhost\t@signer.us-east-1.amazonaws.com",
        " https://signer.us-east-1.amazonaws.com",
    ] {
        assert!(connection(aws).needs_agreement(), "{aws} is AWS");
    }
    for other in [
        "http://127.0.0.1:8770",
        "http://amazonaws.com.example.org",
        "http://localhost/amazonaws.com",
        "http://signer.amazonaws.com@localhost",
        "http://myamazonaws.com",
        "http://localhost:1/\\@signer.us-east-1.amazonaws.com",
        "http://laws:1",
    ] {
        assert!(!connection(other).is_aws(), "{other} is not AWS");
    }
}
