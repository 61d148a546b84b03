"""The domain that mails come from, and what becomes of them: TLS only, bounces and complaints counted.

In: nothing. Out: resources. The domain's DKIM records are the stack's outputs.
"""

from infra.words import Resources, ref, resource


def resources() -> Resources:
    """Identity and configuration set."""
    return {
        "Mails": resource(
            "SES::ConfigurationSet",
            DeliveryOptions={"TlsPolicy": "REQUIRE"},
            ReputationOptions={"ReputationMetricsEnabled": True},
            SuppressionOptions={"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        ),
        "MailIdentity": resource(
            "SES::EmailIdentity",
            EmailIdentity=ref("MailDomain"),
            DkimSigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"},
            ConfigurationSetAttributes={"ConfigurationSetName": ref("Mails")},
        ),
    }
