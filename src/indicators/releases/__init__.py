"""A register's months, protected once each and kept for ever: the only figures of persons told."""

from indicators.releases.releasing import Released, Source, release
from indicators.releases.shelf import Release, released_rows

__all__ = ["Release", "Released", "Source", "release", "released_rows"]
