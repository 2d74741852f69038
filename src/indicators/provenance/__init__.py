"""What something was made with: the bytes of files, the code, the tools."""

from indicators.provenance.code import Code, code_of_package
from indicators.provenance.hashing import FileHashes, files_below, hash_bytes, hash_file
from indicators.provenance.recorded import File, Maker, maker, record

__all__ = [
    "Code",
    "File",
    "FileHashes",
    "Maker",
    "code_of_package",
    "files_below",
    "hash_bytes",
    "hash_file",
    "maker",
    "record",
]
