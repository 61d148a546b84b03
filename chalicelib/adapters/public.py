"""Which addresses are of the open Internet: agencies' servers may only be there.

In: an IP address, or a host. Out: is it public; every address of the host. Refused: whatever is no plain IP address.
"""

import ipaddress
import socket

# IANA special-purpose registries (RFC 6890 and later), multicast, and Azure's wire server.
_NOT_PUBLIC_V4 = [
    ipaddress.ip_network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
    )
]
# Of IPv6 only global unicast is taken, and of that nothing that can carry an IPv4 address inside.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC_V6 = [
    ipaddress.ip_network(net)
    for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]


def is_public(address: str) -> bool:
    """Is this IP address one of the open Internet? Anything that is no plain IP address is not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in _NOT_PUBLIC_V4)
    in_the_open = ip in _PUBLIC_V6 and ip.scope_id is None
    return in_the_open and not any(ip in net for net in _NOT_PUBLIC_V6)


def resolved(host: str, port: int) -> list[str]:
    """Every IP address of a host, as the system resolves it. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
