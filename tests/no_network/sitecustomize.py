"""Found by every Python process that the tests start while the network is denied: it is denied to that one as well."""

from network_denied import deny

deny()
