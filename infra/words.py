"""CloudFormation's own words, short: references, attributes, joined text, alternatives, policy statements."""

from typing import Any

Resource = dict[str, Any]
Resources = dict[str, Resource]


def ref(name: str) -> Any:
    """The resource or parameter of this name."""
    return {"Ref": name}


def att(name: str, attribute: str = "Arn") -> Any:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [name, attribute]}


def sub(text: str) -> Any:
    """A text with ${names} filled in."""
    return {"Fn::Sub": text}


def either(condition: str, then: Any, otherwise: Any = None) -> Any:
    """One value or the other; None: no value at all."""
    return {"Fn::If": [condition, then, ref("AWS::NoValue") if otherwise is None else otherwise]}


def resource(kind: str, **properties: Any) -> Resource:
    """A resource of the kind `AWS::…`."""
    return {"Type": f"AWS::{kind}", "Properties": properties}


def kept(made: Resource) -> Resource:
    """The same, never deleted or replaced with its stack: it holds what can't be made again."""
    return {**made, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def allow(sid: str, actions: Any, resources: Any, **more: Any) -> Any:
    """A statement that allows."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, **more}


def policy(*statements: Any) -> Any:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def service(*names: str) -> Any:
    """AWS's own services as principals."""
    return {"Service": [f"{name}.amazonaws.com" for name in names]}


def tls_only(*resources: Any) -> Any:
    """A statement that refuses whoever comes without TLS."""
    return {
        "Sid": "OnlyByTls", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
