"""What is packaged and signed."""


def handler(event, context):
    return "signed"
