"""boto3 beside a local Signer that all services are sent to, as AWS_ENDPOINT_URL does it: who calls is answered, and what is not
served says so in words that each client can read."""

import unittest

import botocore.exceptions

import local

# One client of each protocol: query, EC2's own, JSON 1.0, JSON 1.1, restJson, restXml.
ELSEWHERE = {
    "iam": lambda client: client.list_users(),
    "cloudformation": lambda client: client.list_stacks(),
    "ec2": lambda client: client.describe_instances(),
    "dynamodb": lambda client: client.list_tables(),
    "sqs": lambda client: client.list_queues(),
    "kms": lambda client: client.list_keys(),
    "cloudwatch": lambda client: client.list_metrics(),
    "lambda": lambda client: client.list_functions(),
    "route53": lambda client: client.list_hosted_zones(),
}


class Services(unittest.TestCase):
    def test_the_caller_learns_who_it_is(self):
        for keys, account, user in ((local.OWNER_KEYS, local.OWNER, "owner"), (local.OTHER_KEYS, local.OTHER, "other")):
            told = local.client("sts", keys).get_caller_identity()
            self.assertEqual((told["Account"], told["Arn"]), (account, f"arn:aws:iam::{account}:user/{user}"))
            self.assertTrue(told["UserId"] and told["ResponseMetadata"]["RequestId"])

    def test_sts_refuses_strangers_and_what_it_has_not(self):
        for keys, code in ((("AKIDNOBODY", "x"), "InvalidClientTokenId"), ((local.OWNER_KEYS[0], "x"), "SignatureDoesNotMatch")):
            with self.assertRaises(botocore.exceptions.ClientError) as refused:
                local.client("sts", keys).get_caller_identity()
            self.assertEqual(refused.exception.response["Error"]["Code"], code)
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            local.client("sts").get_session_token()
        self.assertIn("GetCallerIdentity", refused.exception.response["Error"]["Message"])

    def test_each_other_service_is_refused_in_words_that_its_client_reads(self):
        for service, call in ELSEWHERE.items():
            with self.subTest(service), self.assertRaises(botocore.exceptions.ClientError) as refused:
                call(local.client(service))
            error = refused.exception.response["Error"]
            self.assertIn(error["Code"], ("InvalidAction", "UnknownOperationException"), service)
            for word in ("AWS Signer", "S3", "GetCallerIdentity"):
                self.assertIn(word, error["Message"], service)


if __name__ == "__main__":
    unittest.main()
