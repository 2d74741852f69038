"""A register's months, protected once each and kept for ever: the only figures of persons told."""

from indicators.releases.releasing import Released, Source, Terms, release, terms_of
from indicators.releases.shelf import Release, released_rows

__all__ = ["Release", "Released", "Source", "Terms", "release", "released_rows", "terms_of"]
