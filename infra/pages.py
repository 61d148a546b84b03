"""Static pages for everyone, by CloudFront: forms, schemas, how to. Nobody's data: those never leave the home region.

In: nothing. Out: resources. The pages lie in a closed bucket that only this distribution reads.
"""

from typing import Any

from infra.storage import bucket, policy_of, rule
from infra.words import Resource, Resources, allow, att, kept, ref, resource, service, sub

# AWS's own policy "CachingOptimized": pages are the same for everyone, keyed by path alone.
CACHED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
HSTS = {"AccessControlMaxAgeSec": 31_536_000, "IncludeSubdomains": True, "Override": True}


def resources() -> Resources:
    """Bucket, distribution, headers."""
    return {
        "Pages": kept(_pages()),
        "PagesPolicy": policy_of("Pages", _distribution_reads()),
        "PagesAccess": resource("CloudFront::OriginAccessControl", OriginAccessControlConfig={
            "Name": sub("${AWS::StackName}-pages"), "OriginAccessControlOriginType": "s3",
            "SigningBehavior": "always", "SigningProtocol": "sigv4",
        }),
        "PagesHeaders": resource("CloudFront::ResponseHeadersPolicy", ResponseHeadersPolicyConfig={
            "Name": sub("${AWS::StackName}-pages"), "SecurityHeadersConfig": _headers(),
        }),
        "PagesToEveryone": _distribution(),
    }  # fmt: skip


def _pages() -> Resource:
    # CloudFront would need a key policy that names it, which names the key: public pages take S3's own key.
    own = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    old = rule("OldPages", NoncurrentVersionExpiration={"NoncurrentDays": 90})
    unfinished = rule("Unfinished", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1})
    return bucket(
        own, LifecycleConfiguration={"Rules": [old, unfinished]},
        LoggingConfiguration={"DestinationBucketName": ref("AccessLogs"), "LogFilePrefix": "pages/"},
    )  # fmt: skip


def _distribution_reads() -> Any:
    this = sub(
        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${PagesToEveryone}"
    )
    return allow(
        "OnlyThisDistribution", "s3:GetObject", sub("${Pages.Arn}/*"), Principal=service("cloudfront"),
        Condition={"StringEquals": {"aws:SourceArn": this}},
    )  # fmt: skip


def _headers() -> Any:
    closed = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    return {
        "StrictTransportSecurity": HSTS,
        "ContentTypeOptions": {"Override": True},
        "FrameOptions": {"FrameOption": "DENY", "Override": True},
        "ReferrerPolicy": {"ReferrerPolicy": "no-referrer", "Override": True},
        "ContentSecurityPolicy": {"ContentSecurityPolicy": closed, "Override": True},
    }


def _distribution() -> Resource:
    origin = {
        "Id": "pages", "DomainName": att("Pages", "RegionalDomainName"),
        "OriginAccessControlId": ref("PagesAccess"), "S3OriginConfig": {"OriginAccessIdentity": ""},
    }  # fmt: skip
    behaviour = {
        "TargetOriginId": "pages", "ViewerProtocolPolicy": "redirect-to-https", "Compress": True,
        "AllowedMethods": ["GET", "HEAD"], "CachePolicyId": CACHED, "ResponseHeadersPolicyId": ref("PagesHeaders"),
    }  # fmt: skip
    return resource("CloudFront::Distribution", DistributionConfig={
        "Enabled": True, "Comment": sub("${AWS::StackName}: static pages"), "HttpVersion": "http2and3",
        "PriceClass": "PriceClass_200", "DefaultRootObject": "index.html", "Origins": [origin],
        "DefaultCacheBehavior": behaviour, "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    })  # fmt: skip
