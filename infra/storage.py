"""Where data lie: keys, the table, the buckets, the secrets. All encrypted by keys of our own, none public.

In: a stage. Out: resources. What holds citizens' data is kept when its stack is deleted.
"""

from typing import Any

from chalicelib.adapters.dynamodb import EXPIRES, INDEX
from chalicelib.ports import AGENCIES
from infra.functions import FUNCTIONS, camel
from infra.stages import Stage
from infra.words import (
    Resource,
    Resources,
    allow,
    att,
    either,
    kept,
    policy,
    ref,
    resource,
    service,
    sub,
    tls_only,
)

INCOMPLETE_DAYS = 7  # an upload that nobody completed in a week is thrown away
LOG_DAYS = 365


def resources(stage: Stage) -> Resources:
    """All of them."""
    return {**keys(), **table(), **buckets(stage), **secrets(stage)}


# ---- keys --------------------------------------------------------------------------------------


def keys() -> Resources:
    """One key for what is stored, one for messages; both change their material every year."""
    return {
        "DataKey": _key("Table, buckets, secrets and logs", _logs_may_use_it()),
        "MessageKey": _key("Queues and the alarms' topic", _alarms_may_use_it(), *_agencies_may_use_it()),
    }  # fmt: skip


def _key(said: str, *statements: Any) -> Any:
    return kept(
        resource(
            "KMS::Key", Description=said, EnableKeyRotation=True, PendingWindowInDays=30,
            KeyPolicy=policy(_account_decides(), *statements),
        )
    )  # fmt: skip


def _account_decides() -> Any:
    # Without this statement nobody could change the key's policy any more; who may use the key is said by roles.
    root = {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")}
    return allow("RolesOfThisAccountByTheirOwnPolicies", "kms:*", "*", Principal=root)


def _logs_may_use_it() -> Any:
    ours = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/motcua/${AWS::StackName}/*"
    return allow(
        "LogsOfThisStack", ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"], "*",
        Principal={"Service": sub("logs.${AWS::Region}.amazonaws.com")},
        Condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": sub(ours)}},
    )  # fmt: skip


def _alarms_may_use_it() -> Any:
    return allow(
        "AlarmsToTheirTopic", ["kms:Decrypt", "kms:GenerateDataKey"], "*",
        Principal=service("cloudwatch", "budgets"),
        Condition={"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    )  # fmt: skip


def _agencies_may_use_it() -> list[Any]:
    return [
        either(
            f"{camel(a)}TakesEvents",
            allow(
                f"{camel(a)}ReadsItsEvents", ["kms:Decrypt"], "*",
                Principal={"AWS": ref(f"{camel(a)}Principal")},
                Condition={"StringEquals": {"kms:ViaService": sub("sqs.${AWS::Region}.amazonaws.com")}},
            ),
        )
        for a in AGENCIES
    ]  # fmt: skip


# ---- the table ---------------------------------------------------------------------------------


def table() -> Resources:
    """The one table with its index, as `adapters/provision.py` makes it on emulators."""
    names = {name: {"AttributeName": name} for name in ("pk", "sk", "shelf", "turn")}
    made = resource(
        "DynamoDB::Table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{**n, "AttributeType": "S"} for n in names.values()],
        KeySchema=_ordered(names["pk"], names["sk"]),
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX,
                "KeySchema": _ordered(names["shelf"], names["turn"]),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": att("DataKey")},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        TimeToLiveSpecification={"AttributeName": EXPIRES, "Enabled": True},
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
        DeletionProtectionEnabled=True,
    )
    return {"Dossiers": kept(made)}


def _ordered(first: Any, second: Any) -> list[Any]:
    return [{**first, "KeyType": "HASH"}, {**second, "KeyType": "RANGE"}]


# ---- buckets -----------------------------------------------------------------------------------


def buckets(stage: Stage) -> Resources:
    """Papers (uploads, pages, slips, envelopes), histories under lock, and who asked for either."""
    return {
        "Papers": kept(_papers()),
        "PapersPolicy": policy_of("Papers"),
        "Evidence": kept(_evidence(stage)),
        "EvidencePolicy": policy_of("Evidence", _nobody_ends_the_lock()),
        "AccessLogs": kept(_access_logs(stage)),
        "AccessLogsPolicy": policy_of("AccessLogs", _logs_arrive()),
    }


def _papers() -> Any:
    """Browsers PUT parts to signed addresses. A written key never changes; what is deleted stays as a version."""
    put = {
        "AllowedMethods": ["GET", "PUT"],
        "AllowedOrigins": [ref("BaseUrl")],
        "AllowedHeaders": ["*"],
    }
    return bucket(
        _by_key("DataKey"),
        CorsConfiguration={"CorsRules": [{**put, "ExposedHeaders": ["ETag"]}]},
        LoggingConfiguration={"DestinationBucketName": ref("AccessLogs"), "LogFilePrefix": "papers/"},
        LifecycleConfiguration={
            "Rules": [
                rule("UnfinishedUploads", AbortIncompleteMultipartUpload={"DaysAfterInitiation": INCOMPLETE_DAYS}),
                rule("DeletedVersions", NoncurrentVersionExpiration={"NoncurrentDays": 90}),
                rule("PagesRest", Prefix="pages/", Transitions=[{"StorageClass": "GLACIER_IR", "TransitionInDays": 90}]),
                rule("OriginalsRest", Prefix="originals/", Transitions=[{"StorageClass": "GLACIER_IR", "TransitionInDays": 90}]),
            ]
        },
    )  # fmt: skip


def _evidence(stage: Stage) -> Any:
    """What was written can be neither changed nor deleted before its time. Papers themselves must be deletable."""
    lock = {"Mode": ref("EvidenceMode"), "Days": stage.locked_days}
    rest = {"StorageClass": "GLACIER_IR", "TransitionInDays": 30}
    return bucket(
        _by_key("DataKey"),
        ObjectLockEnabled=True,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": lock}},
        LoggingConfiguration={"DestinationBucketName": ref("AccessLogs"), "LogFilePrefix": "evidence/"},
        LifecycleConfiguration={
            "Rules": [
                rule("Rest", Transitions=[rest]),
                rule("Unfinished", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}),
            ]
        },
    )  # fmt: skip


def _nobody_ends_the_lock() -> Any:
    root = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
    ends = [
        "s3:BypassGovernanceRetention",
        "s3:PutObjectRetention",
        "s3:PutBucketObjectLockConfiguration",
    ]
    return {
        "Sid": "NobodyEndsTheLock", "Effect": "Deny", "Principal": "*", "Action": ends,
        "Resource": [att("Evidence"), sub("${Evidence.Arn}/*")],
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": root}},
    }  # fmt: skip


def _access_logs(stage: Stage) -> Any:
    ends = rule("LogsEnd", ExpirationInDays=max(stage.log_days, LOG_DAYS))
    parts = rule("Unfinished", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1})
    # Server access logs can only be delivered to a bucket with S3's own keys.
    own = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return bucket(own, LifecycleConfiguration={"Rules": [ends, parts]})


def bucket(encryption: Any, **more: Any) -> Resource:
    """A closed bucket, versioned and encrypted."""
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return resource(
        "S3::Bucket",
        BucketEncryption={"ServerSideEncryptionConfiguration": [encryption]},
        PublicAccessBlockConfiguration=dict.fromkeys(closed, True),
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        VersioningConfiguration={"Status": "Enabled"},
        **more,
    )


def _by_key(key: str) -> Any:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": att(key)}
    return {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}


def rule(name: str, **more: Any) -> Any:
    """A rule of a bucket's lifecycle."""
    return {"Id": name, "Status": "Enabled", **more}


def policy_of(bucket: str, *statements: Any) -> Any:
    """A bucket's policy: by TLS only, and these statements."""
    both = (att(bucket), sub(f"${{{bucket}.Arn}}/*"))
    return resource(
        "S3::BucketPolicy", Bucket=ref(bucket), PolicyDocument=policy(tls_only(*both), *statements)
    )


def _logs_arrive() -> Any:
    return allow(
        "S3WritesItsLogs", "s3:PutObject", sub("${AccessLogs.Arn}/*"), Principal=service("logging.s3"),
        Condition={"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    )  # fmt: skip


# ---- secrets -----------------------------------------------------------------------------------


def secret_name(setting: str) -> str:
    """The logical name of the secret that a setting is taken from."""
    return camel(setting.removeprefix("MOTCUA_").removesuffix("_FILE").removesuffix("_SECRET").lower()) + "Secret"  # fmt: skip


def secret_settings(stage: Stage) -> list[str]:
    """Settings whose value is a secret. Where officers come by Cognito they have no keys."""
    named = {s for f in FUNCTIONS for s in f.secrets}
    return sorted(named - ({"MOTCUA_OFFICERS"} if stage.officers_by == "cognito" else set()))


def secrets(stage: Stage) -> Resources:
    """Each starts as an empty object; operators fill it in (docs/operations.md). The template never knows it."""
    return {
        secret_name(setting): kept(
            resource(
                "SecretsManager::Secret", Description=f"The value of {setting}", SecretString="{}",
                KmsKeyId=att("DataKey"),
            )
        )
        for setting in secret_settings(stage)
    }  # fmt: skip
