"""Stands in for moto where its tests judge another server: boto3 finds that by AWS_ENDPOINT_URL, and nothing is mocked."""


def mock_aws(test):
    return test
