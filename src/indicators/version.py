"""The package's version, apart from its public names: modules that tell it import no others."""

__version__ = "0.1.0"
