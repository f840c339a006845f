//! What is taken from an ARN.

use super::region_and_account;

#[test]
fn only_a_region_and_an_account_are_taken_from_an_arn() {
    let arn = |region: &str, account: &str| {
        region_and_account(&format!("arn:aws:signer:{region}:{account}:/signing-profiles/p"))
    };
    let both = |region: &str, account: &str| Some((region.to_owned(), account.to_owned()));
    assert_eq!(arn("us-gov-west-1", "111122223333"), both("us-gov-west-1", "111122223333"));
    assert_eq!(arn("local", "000000000000"), both("local", "000000000000"));
    for account in [
        "$(>CANARY12)",
        "$(sh<./a.sh)",
        "11112222333",
        "1111222233334",
        "11112222333\u{661}",
        "-11112222333",
        "",
    ] {
        assert_eq!(arn("us-east-1", account), None, "{account:?}");
    }
    for region in ["", "$(id)", "-east-1", "us east 1", "us-east-1\n", "US", "us-\u{202e}1", &"a".repeat(33)]
    {
        assert_eq!(arn(region, "111122223333"), None, "{region:?}");
    }
    assert_eq!(region_and_account("arn:aws"), None);
}
